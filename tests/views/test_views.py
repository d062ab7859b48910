"""What a reader sees: lists, one thing, its history; reading writes nothing, and an unknown code is answered."""

from collections.abc import Callable
from typing import Any

import pytest

from cellbank.domain.gate import Step
from cellbank.domain.identifiers import with_check
from cellbank.domain.lot import Disposition
from cellbank.errors import NotFound, WrongInput
from cellbank.services.hold import put_hold, report_deviation
from cellbank.views import audit, culture, donor, hold, lot, material, person, protocol, testing, tissue, trace, vial
from tests.banks import ON_SQLITE
from tests.journey import Scene, a_result, invalidate, refused, release, vials_of

pytestmark = ON_SQLITE


def test_the_lists_name_everything_once(ready: Scene) -> None:
    assert [line.number for line in ready.read(lot.lots)] == [ready["master"], ready["lot"]]
    assert [line.code for line in ready.read(culture.cultures)] == [ready["P0"], ready["P1"], ready["P2"]]
    assert [line.code for line in ready.read(donor.donors)] == [ready["donor"]]
    assert [line.code for line in ready.read(tissue.tissues)] == [ready["tissue"]]
    assert {line.item for line in ready.read(material.materials)} == set(ready.trial.materials.values())
    assert len(ready.read(vial.vials)) == 9
    assert len(ready.read(vial.vials, ready["lot"])) == 4
    assert len(ready.read(testing.results)) == 5
    assert [line.code for line in ready.read(testing.results, ready["lot"])] == [
        ready[test] for test in ready.trial.product_results
    ]
    assert [line.subject for line in ready.read(vial.prints)] == [ready["master"], ready["lot"]]
    assert ready.read(hold.holds) == []
    [version] = ready.read(protocol.versions)
    assert (version.version, version.in_force) == ("1", True)
    assert {line.name for line in ready.read(person.people)} == set(ready.people)


def test_a_lot_line_says_whether_the_lot_is_held(ready: Scene) -> None:
    assert [line.held for line in ready.read(lot.lots)] == [False, False]
    ready.act("technician", put_hold, ready["P2"], "A doubt")
    lines = ready.read(lot.lots)
    assert [line.held for line in lines] == [False, True], "the hold is upstream of the product lot only"
    assert lines[1].vials == {"filled": 4}
    assert lines[0].vials == {"filled": 4, "consumed_in_culture": 1}


def test_a_lot_shows_where_it_stands(ready: Scene) -> None:
    seen = ready.read(lot.lot_view, ready["lot"])
    assert (seen.number, seen.disposition, seen.culture, seen.donor) == (
        ready["lot"],
        Disposition.QUARANTINED,
        ready["P2"],
        ready["donor"],
    )
    assert (seen.passage, str(seen.cumulative_doublings)) == (2, "7.636")
    assert [(r.test, r.outcome.value, r.recorded_by, r.reviewed_by) for r in seen.results] == [
        (test, "pass", "technician", "reviewer") for test in ready.trial.product_results
    ]
    assert seen.reconciliation.balanced
    assert (seen.labels.printed, seen.labels.applied) == (4, 4)


def test_a_lot_is_checked_for_release_and_once_released_for_fitness(ready: Scene) -> None:
    before = ready.check(ready["lot"])
    assert (before.step, before.releasable, before.findings) == (Step.RELEASE, True, ())
    assert "nothing_holds_it" in before.satisfied
    release(ready, ready["lot"])
    after = ready.check(ready["lot"])
    assert (after.step, after.releasable) == (Step.FIT, True)
    assert ready.read(lot.lot_check, ready["lot"], Step.RELEASE).findings, "it is no longer in quarantine"


def test_what_is_shown_changes_with_what_is_signed_and_not_with_time(ready: Scene) -> None:
    digest = ready.check(ready["lot"]).digest
    ready.clock.forward(days=2)
    ready.act("technician", put_hold, ready["master"], "A doubt")
    assert ready.check(ready["lot"]).digest == digest, "a hold is not part of the dossier"
    a_result(ready, ready["lot"], "cfu-f", "12", reviewed=False)
    assert ready.check(ready["lot"]).digest != digest


def test_reading_writes_nothing(released: Scene) -> None:
    head = released.bank.head()
    for view in (lot.lots, culture.cultures, donor.donors, tissue.tissues, material.materials, vial.vials):
        released.read(view)
    released.read(trace.trace, released["donor"])
    released.check(released["lot"])
    assert released.bank.head() == head


def test_an_invalidated_result_stays_in_sight(released: Scene) -> None:
    invalidate(released, released["potency"], "Wrong tube")
    lines = released.read(lot.lot_view, released["lot"]).results
    assert [line.invalidated for line in lines if line.test == "potency"] == ["Wrong tube"]
    last = released.read(audit.history, released["potency"])[-1]
    [change] = [change for change in last.changes if change["table"] == "result"]
    assert change["before"]["invalidated_cause"] is None
    assert change["after"]["invalidated_cause"] == "Wrong tube"


def test_the_history_of_a_thing_is_every_entry_that_touched_it(released: Scene) -> None:
    history = released.read(audit.history, released["lot"])
    actions = [[action["action"] for action in entry.actions] for entry in history]
    assert "lot.filled" in actions[0]
    assert actions[-1] == ["lot.released"]
    assert [entry.number for entry in history] == sorted(entry.number for entry in history)
    newest = released.read(audit.entries, 3)
    assert [entry.number for entry in newest] == [released.bank.head()[0] - n for n in range(3)]
    assert newest[0].chain == released.bank.head()[1]
    assert [entry.number for entry in released.read(audit.entries, 2, 3)] == [2, 1]


@pytest.mark.parametrize(
    "view",
    [lot.lot_view, lot.lot_check, culture.culture_view, tissue.tissue_view, vial.vial_view, testing.result_view],
)
def test_an_unknown_code_is_not_found_and_a_misread_one_is_told(ready: Scene, view: Callable[..., Any]) -> None:
    with pytest.raises(NotFound):
        ready.read(view, with_check("X-269999"))
    wrong = ready["lot"][:-1] + ("A" if ready["lot"][-1] != "A" else "B")
    with refused("code.check", WrongInput):
        ready.read(view, wrong)


@pytest.mark.parametrize("name", ["donor", "tissue", "master", "lot", "P0", "potency", "thawed vial"])
def test_any_code_can_be_traced(ready: Scene, name: str) -> None:
    found = ready.read(trace.trace, ready[name])
    assert found.subject == ready[name]
    assert found.upstream or found.downstream
    assert found.reconciliation.balanced


def test_a_hold_and_a_deviation_are_traced_through_what_they_concern(ready: Scene) -> None:
    on = ready.act("technician", put_hold, ready["lot"], "A doubt").codes("hold.put")[0]
    of = ready.act("technician", report_deviation, ready["P2"], "Power cut").codes("deviation.opened")[0]
    assert ready["lot"] in {node.code for node in ready.read(trace.trace, on).upstream}
    assert ready["P2"] in {node.code for node in ready.read(trace.trace, of).upstream}


def test_a_tissue_and_a_material_are_found_by_foreign_numbers(ready: Scene) -> None:
    assert ready.read(tissue.tissue_view, "A9990 25 004271 B").code == ready["tissue"]
    assert ready.read(trace.trace, "a999025004271b").subject == ready["tissue"]
    seed = ready.trial.materials["seed"]
    assert ready.read(material.material_view, f"{seed}:LOT-1").code == ready[seed]
    used = ready.read(material.material_view, ready[seed]).used_in
    assert set(used) == {ready["P1"], ready["P2"]}


def test_a_donor_shows_why_they_stand_where_they_stand(begun: Scene) -> None:
    seen = begun.read(donor.donor_view, begun["donor"])
    assert (seen.eligibility.value, seen.findings) == ("eligible", ())
    assert len(seen.tests) == len(begun.trial.markers)
    assert seen.tissues == (begun["tissue"],)


def test_vials_are_in_the_order_of_their_numbers(ready: Scene) -> None:
    lines = ready.read(vial.vials, ready["lot"])
    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert [line.code for line in lines] == vials_of(ready, ready["lot"])
    assert all(line.label_verified for line in lines)
