"""The record looked through: newest first, a page at a time, by person, thing, day, action and text."""

from datetime import timedelta

import pytest

from cellbank.domain.person import Role
from cellbank.errors import NotFound
from cellbank.services.hold import put_hold
from cellbank.views import audit, trail
from cellbank.views.trail import TrailPage, Wanted
from tests.banks import ON_SQLITE
from tests.journey import Scene, hire, refused

pytestmark = ON_SQLITE


def numbers(page: TrailPage) -> list[int]:
    return [entry.number for entry in page.entries]


def look(scene: Scene, most: int = trail.PAGE, before: int | None = None, after: int = 0, **asked: object) -> TrailPage:
    with scene.bank.read() as reading:
        return trail.page(reading, Wanted(**asked), before=before, after=after, most=most)  # type: ignore[arg-type]


def walk(scene: Scene, most: int, **asked: object) -> list[int]:
    """Every page, one after another."""
    page = look(scene, most, **asked)
    found = numbers(page)
    while page.more:
        page = look(scene, most, before=page.searched, **asked)
        found += numbers(page)
    return found


def every(scene: Scene) -> list[audit.EntryView]:
    found: list[audit.EntryView] = scene.read(audit.entries, 10_000)
    return found


def test_pages_follow_one_another_without_gap_or_repetition(ready: Scene) -> None:
    head = ready.bank.head()[0]
    assert walk(ready, 7) == list(range(head, 0, -1))
    assert walk(ready, 1_000) == list(range(head, 0, -1))
    assert not look(ready, 1_000).more
    assert look(ready, 5).more


def test_only_what_came_since_is_read_again(ready: Scene) -> None:
    head = ready.bank.head()[0]
    ready.act("technician", put_hold, ready["lot"], "A doubt")
    assert numbers(look(ready, after=head)) == [head + 1]
    assert not look(ready, after=head).more


@pytest.mark.parametrize("most", [3, 50])
def test_each_filter_finds_exactly_what_fits(ready: Scene, most: int) -> None:
    ready.act("technician", put_hold, ready["lot"], "Étiquette déchirée")
    known = every(ready)
    by_qa = [one.number for one in known if one.actor == "qa"]
    reviews = [one.number for one in known if any(done["action"] == "result.reviewed" for done in one.actions)]
    assert walk(ready, most, actor="qa") == by_qa
    assert walk(ready, most, action="result.reviewed") == reviews
    assert walk(ready, most, actor="reviewer", action="result.reviewed") == reviews
    assert walk(ready, most, text="ÉTIQUETTE déch") == [known[0].number]
    assert walk(ready, most, text="no such words") == []
    with ready.bank.read() as reading:
        touched = {one.number for one in audit.history(reading, ready["lot"])}
        tests = [ready[test] for test in ready.trial.product_results]
        about = {one.number for code in tests for one in audit.history(reading, code)}
    assert walk(ready, most, code=ready["lot"]) == sorted(touched | about | {known[0].number}, reverse=True)
    assert min(len(by_qa), len(touched), len(reviews)) >= 3


def test_days_are_those_of_the_site_and_both_count(ready: Scene) -> None:
    known = [(one.number, ready.bank.zone) for one in every(ready)]
    days = {
        one.number: ready.clock.now.fromisoformat(one.recorded_at).astimezone(ready.bank.zone).date()
        for one in every(ready)
    }
    first, last = min(days.values()), max(days.values())
    assert first < last
    for since, until in ((first, first), (last, last), (first, last), (last + timedelta(days=1), None), (None, first)):
        fits = [n for n, _ in known if (since is None or since <= days[n]) and (until is None or days[n] <= until)]
        assert walk(ready, 9, since=since, until=until) == fits, (since, until)


def test_what_was_done_to_a_person_is_found_by_their_name(banked: Scene) -> None:
    hire(banked, "q.two", Role.QA)
    found = look(banked, code="q.two").entries
    assert [one.actions[0]["action"] for one in found] == ["person.added"]


def test_an_unknown_thing_is_refused(banked: Scene) -> None:
    with refused("code.not_found", NotFound):
        look(banked, code="L-269999")


def test_a_long_search_stops_and_goes_on_where_it_stopped(ready: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "SEARCH", 10)
    monkeypatch.setattr(trail, "_CHUNK", 10)
    head = ready.bank.head()[0]
    page = look(ready, action="bank.founded")
    assert (page.entries, page.searched, page.more) == ((), head - 9, True)
    assert walk(ready, 50, action="bank.founded") == [1]


def test_one_entry_is_shown_whole_with_its_leaf(ready: Scene) -> None:
    outcome = ready.act("technician", put_hold, ready["lot"], "A doubt")
    sealed = ready.read(trail.entry, outcome.number)
    assert (sealed.entry.number, sealed.entry.chain) == (outcome.number, outcome.chain)
    assert len(sealed.leaf) == 64
    assert outcome.code in sealed.labels.values()
    with refused("trail.not_found", NotFound):
        ready.read(trail.entry, outcome.number + 1)


def test_a_verification_says_how_far_it_is(ready: Scene) -> None:
    told: list[int] = []
    found = ready.bank.verify(told=told.append)
    assert found.intact
    assert told == list(range(50, found.entries + 1, 50))
    assert told
