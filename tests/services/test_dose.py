"""Doses: from the pull to the dispensing, through the gate each time; what is impossible is refused."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from cellbank.commands.dose import Preparation
from cellbank.domain.visit import DoseStatus
from cellbank.errors import NotAllowed, NotFound
from cellbank.services import dose, hold, put_back, visit
from cellbank.views import trace
from cellbank.views.dose import dose_by_code
from tests import clinic, journey
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, BRUNO, Scene, against, today, treating
from tests.documents import treated

__all__ = ["treating"]
STERILITY = "sterility-after-thaw"


def limits(scene: Scene) -> list[str]:
    """What the open deviations are about."""
    return sorted(one.limit_code for one in scene.open_deviations())


def waste(scene: Scene, reason: str = "Dropped", code: str = ANNA, **how: Any) -> Any:
    return scene.act("pharmacist", dose.waste, code, 1, reason, **how)


def back(scene: Scene, reason: str = "Not today") -> Any:
    return scene.act("pharmacist", put_back.put_back, ANNA, 1, reason)


def thaw(scene: Scene, started: float, ended: float) -> Any:
    """A thaw so many minutes from now."""
    now = scene.clock.now
    return scene.act("pharmacist", dose.thaw, ANNA, 1, now + timedelta(minutes=started), now + timedelta(minutes=ended))


def test_a_visit_from_the_pull_to_the_injection(treating: Scene) -> None:
    [vial] = treated.reserved(treating, ANNA, 1)
    code = clinic.injected(treating, ANNA)
    found = clinic.a_dose(treating, code)
    assert (found.status, found.vials, found.attempt) == (DoseStatus.ADMINISTERED, (vial,), 1)
    assert (found.pull_checked_by, found.preparation_checked_by, found.dispensing_checked_by) == ("technician",) * 3
    assert (found.viable_cells, found.hold_known, found.holds) == (8_840_000, None, ())
    assert (clinic.status_of(treating, vial), treating.open_deviations()) == ("consumed_in_dose", [])
    upstream = {node.code for node in treating.read(trace.trace, code).upstream}
    assert {treating["donor"], treating["tissue"], treating["master"], treating["lot"], vial} <= upstream
    account = clinic.assert_balanced(treating)
    assert (account.doses.prepared, account.doses.administered, account.vials.used_for_doses) == (1, 1, 1)


@pytest.mark.parametrize(
    ("scanned", "codes"),
    [
        ("spare", ["dose.vial.not_reserved"]),
        ("bruno's", ["dose.vial.reserved"]),
        ("second visit's", ["dose.vial.reserved"]),
        ("retained", ["dose.vial.class", "dose.vial.not_reserved"]),
        ("master's", None),
    ],
)
def test_a_wrong_vial_is_refused_and_each_scan_kept_once(
    treating: Scene, scanned: str, codes: list[str] | None
) -> None:
    choose: Mapping[str, Callable[[], list[str]]] = {
        "spare": lambda: clinic.spare(treating)[:1],
        "bruno's": lambda: list(treated.reserved(treating, BRUNO, 1)),
        "second visit's": lambda: list(treated.reserved(treating, ANNA, 2)),
        "retained": lambda: journey.vials_of(treating, treating["lot"], journey.StockClass.RETAINED)[:1],
        "master's": lambda: journey.vials_of(treating, treating["master"])[-1:],
    }
    vials = choose[scanned]()
    for again in range(1, 4):
        found = against(clinic.pull, treating, ANNA, vials)
        assert found == codes if codes else "dose.vial.tier" in found
        kept = clinic.refusals(treating)
        assert len(kept) == again
        assert list(kept[-1].findings) == found
    clinic.pull(treating, ANNA)
    clinic.assert_balanced(treating)


@pytest.mark.parametrize("days", [-7, 15])
@ON_SQLITE
def test_the_wrong_day_is_refused_and_kept(treating: Scene, days: int) -> None:
    to = today(treating) + timedelta(days=10)
    if days < 0:
        treating.act("pharmacist", visit.move_visit, ANNA, 1, to, "Holidays")
    else:
        clinic.go_to(treating, today(treating) + timedelta(days=days))
    assert "dose.visit.outside_window" in against(clinic.pull, treating, ANNA)
    [kept] = clinic.refusals(treating)
    assert "dose.visit.outside_window" in kept.findings


def test_the_same_scan_thrice_never_counts_for_three_and_a_second_pull_is_refused(treating: Scene) -> None:
    vials = list(treated.reserved(treating, ANNA, 1))
    assert against(clinic.pull, treating, ANNA, vials * 3) == ["dose.vial.twice"]
    [kept] = clinic.refusals(treating)
    assert list(kept.findings) == ["dose.vial.twice"]
    code = clinic.pull(treating, ANNA, vials)
    assert clinic.a_dose(treating, code).vials == tuple(vials)
    for again in range(1, 4):
        assert against(clinic.pull, treating, ANNA, vials) == ["dose.under_way"]
        assert len(clinic.refusals(treating)) == 1 + again
    assert "dose.vial.status" in against(clinic.pull, treating, BRUNO, vials, replacing=True)


@pytest.mark.parametrize(("witness", "code"), [(None, "dose.second.missing"), ("pharmacist", "person.second.same")])
@ON_SQLITE
def test_pull_preparation_and_dispensing_take_another_person(treating: Scene, witness: str | None, code: str) -> None:
    def alone(deed: Any, *args: Any) -> list[str]:
        return against(treating.act, "pharmacist", deed, ANNA, 1, *args, kind=NotAllowed, witness=witness)

    assert alone(dose.pull, list(treated.reserved(treating, ANNA, 1))) == [code]
    clinic.pull(treating, ANNA)
    treating.clock.forward(minutes=5)
    thaw(treating, -3, 0)
    made = Preparation("washed", 10_000_000, clinic.Decimal("88"), clinic.Decimal("2.4"), "5 mL")
    assert alone(dose.prepare, made) == [code]
    treating.act("pharmacist", dose.prepare, ANNA, 1, made, witness="technician")
    assert alone(dose.dispense) == [code]
    treated.dispensed(treating, ANNA)
    assert [one.code for one in clinic.refusals(treating)] == [code] * 3


def test_a_replacement_comes_at_once_from_unreserved_stock_through_the_whole_gate(treating: Scene) -> None:
    first = clinic.dispensed(treating, ANNA)
    waste(treating, "Puncture failed")
    assert clinic.a_dose(treating, first).status is DoseStatus.WASTED
    spare = clinic.spare(treating)[:1]
    assert against(clinic.pull, treating, ANNA, spare) == ["dose.vial.not_reserved"]
    bruno = treated.reserved(treating, BRUNO, 1)
    assert against(clinic.pull, treating, ANNA, bruno, replacing=True) == ["dose.vial.reserved"]
    held = treating.act("technician", hold.put_hold, treating["lot"], "A doubt").code
    assert against(clinic.pull, treating, ANNA, spare, replacing=True) == ["lot.held"]
    journey.lift(treating, held)
    second = clinic.pull(treating, ANNA, spare, replacing=True)
    treated.prepared(treating, ANNA)
    treated.dispensed(treating, ANNA)
    treated.administered(treating, ANNA)
    assert clinic.a_dose(treating, second).attempt == 2
    account = clinic.assert_balanced(treating)
    assert (account.doses.dispensed, account.doses.administered, account.doses.wasted) == (2, 1, 1)
    assert "dose.visit.injected" in against(clinic.pull, treating, ANNA, clinic.spare(treating)[:1], replacing=True)


@pytest.mark.parametrize(("seconds", "found"), [(100, []), (130, ["storage.put_back.late"])])
def test_vials_put_back_in_time_are_reserved_again_and_late_ones_are_held(
    treating: Scene, seconds: int, found: list[str]
) -> None:
    vials = treated.reserved(treating, ANNA, 1)
    code = clinic.pull(treating, ANNA)
    treating.clock.forward(seconds=seconds)
    back(treating)
    assert clinic.a_dose(treating, code).status is DoseStatus.PUT_BACK
    assert treated.reserved(treating, ANNA, 1) == vials
    assert len(limits(treating)) == len(found)
    if found:
        assert "dose.held" in against(clinic.pull, treating, ANNA)
    else:
        clinic.pull(treating, ANNA)
    clinic.assert_balanced(treating)


@ON_SQLITE
def test_a_thawed_vial_never_goes_back(treating: Scene) -> None:
    clinic.prepared(treating, ANNA)
    assert against(back, treating) == ["dose.status"]


@ON_SQLITE
@pytest.mark.parametrize(("started", "ended"), [(-90, 0), (1, 0), (-1, 5), (-1, -2)])
def test_a_thaw_before_its_pull_or_its_beginning_or_in_the_future_is_impossible(
    treating: Scene, started: float, ended: float
) -> None:
    clinic.pull(treating, ANNA)
    treating.clock.forward(minutes=10)
    assert against(thaw, treating, started, ended) == ["dose.thaw.times"]


@ON_SQLITE
def test_a_thaw_typed_to_the_minute_of_its_pull_begins_with_it(treating: Scene) -> None:
    treating.clock.now = treating.clock.now.replace(second=37, microsecond=500_000)
    code = clinic.pull(treating, ANNA)
    minute = treating.clock.now.replace(second=0, microsecond=0)
    treating.clock.forward(seconds=20)
    treating.act("pharmacist", dose.thaw, ANNA, 1, minute, minute, at=minute)
    shown = treating.read(dose_by_code, code)
    assert shown.pulled_at == shown.thaw_started_at == shown.thaw_ended_at > minute


@ON_SQLITE
def test_no_step_comes_before_the_one_before_it(treating: Scene) -> None:
    clinic.pull(treating, ANNA)
    treating.clock.forward(minutes=10)
    thaw(treating, -4, -2)
    made = Preparation("washed", 10_000_000, clinic.Decimal("88"), clinic.Decimal("2.4"), "5 mL")
    early = {"witness": "technician", "at": treating.clock.now - timedelta(minutes=3)}
    prepare = (treating.act, "pharmacist", dose.prepare, ANNA, 1, made)
    assert against(*prepare, **early) == ["dose.prepared.before_thaw"]
    prepare[0](*prepare[1:], witness="technician")
    dispense = (treating.act, "pharmacist", dose.dispense, ANNA, 1)
    assert against(*dispense, **early) == ["dose.before_last_step"]
    dispense[0](*dispense[1:], witness="technician")
    assert against(clinic.administer, treating, ANNA, at=early["at"]) == ["dose.before_dispensing"]
    assert against(waste, treating, at=early["at"]) == ["dose.before_last_step"]
    assert against(clinic.administer, treating, ANNA, volume="2.5") == ["dose.more_than_prepared"]
    clinic.administer(treating, ANNA, volume="2.4")
    against(clinic.administer, treating, ANNA, kind=NotFound)


def test_an_older_answer_recorded_later_does_not_hide_the_contraindication_found_since(treating: Scene) -> None:
    def answered(days_ago: int, platelets: str) -> None:
        given = clinic.answers(treating, at_visit=True, platelets=platelets)
        treating.act("pharmacist", visit.confirm_visit, ANNA, 1, given, today(treating) - timedelta(days_ago), "Dr X")

    answered(0, "40")
    answered(1, "210")
    assert against(clinic.pull, treating, ANNA) == ["subject.criterion.not_met"]
    answered(0, "210")
    clinic.pull(treating, ANNA)


def test_a_pull_recorded_late_is_asked_on_the_day_on_which_it_was_done(treating: Scene) -> None:
    late = {"witness": "technician", "because": "No network"}
    seen, morning = clinic.the_visit(treating, ANNA), treating.clock.now
    vials = list(treated.reserved(treating, ANNA, 1))
    before = morning - timedelta(days=(today(treating) - seen.first_on).days + 1)
    found = against(treating.act, "pharmacist", dose.pull, ANNA, 1, vials, at=before, **late)
    assert "dose.visit.outside_window" in found
    clinic.go_to(treating, seen.last_on + timedelta(days=1))
    assert "dose.visit.outside_window" in against(clinic.pull, treating, ANNA)
    treating.act("pharmacist", dose.pull, ANNA, 1, vials, at=morning, **late)


def test_a_dispensing_recorded_after_the_clock_was_done_within_it(treating: Scene) -> None:
    clinic.prepared(treating, ANNA)
    done = treating.clock.now
    treating.clock.forward(hours=3)
    assert against(treated.dispensed, treating, ANNA) == ["dose.clock.over"]
    treating.act("pharmacist", dose.dispense, ANNA, 1, at=done, witness="technician")
