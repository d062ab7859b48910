"""A dose made of two lots, where the trial file allows it: each lot answers for it, and tells it in its own log."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cellbank.documents import label_kinds
from cellbank.documents.accountability import accountability_log
from cellbank.documents.dose import dispensing_label
from cellbank.errors import WrongInput
from cellbank.services import dose, hold, vial
from cellbank.views import accountability, trace
from cellbank.wording import Wording
from tests import clinic, journey
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, BRUNO, Scene, against
from tests.documents import treated
from tests.journey import WAY, Stages, Waypoint

STERILITY = "sterility-after-thaw"


def mixed(scene: Scene) -> Scene:
    """Doses may be made of both lots, and it is the day of Anna's and Bruno's first visits."""
    text = scene.trial.text.replace("one_lot_per_dose = true", "one_lot_per_dose = false")
    journey.approve_trial(scene, journey.version(text, "2"))
    return clinic.treat(scene)


WAY["mixing"] = Waypoint("two-lots", mixed, clinic.CLINICAL)


@pytest.fixture
def mixing(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Two released lots, doses may be made of both, and it is the day of Anna's and Bruno's first visits."""
    with clinic.at_station(stages, "mixing", backend, tmp_path, request) as scene:
        yield scene


def of_both(scene: Scene, code: str = ANNA) -> tuple[str, list[str]]:
    """A dose pulled that is made of a vial of each lot, the first expiring lot's scanned first; the dose, its vials."""
    [first] = treated.reserved(scene, code, 1)
    vials = [first, clinic.spare(scene, "second")[0]]
    return clinic.pull(scene, code, vials, replacing=True), vials


def injected_of_both(scene: Scene, scanned: str) -> tuple[str, list[str]]:
    """Anna's first injection, of a vial of each lot scanned in either order; the dose, its vials in the lots' order."""
    [first] = treated.reserved(scene, ANNA, 1)
    vials = [first, clinic.spare(scene, "second")[0]]
    code = clinic.pull(scene, ANNA, vials if scanned == "in order" else vials[::-1], replacing=True)
    treated.prepared(scene, ANNA)
    treated.dispensed(scene, ANNA)
    treated.administered(scene, ANNA)
    return code, vials


def account(scene: Scene, lot: str) -> accountability.Accountability:
    found: accountability.Accountability = scene.read(accountability.accountability, scene[lot])
    return found


def held_lots(scene: Scene) -> set[str]:
    return {one.subject for one in scene.open_holds()}


@pytest.mark.parametrize(
    ("backend", "scanned"),
    [("sqlite", "in order"), ("sqlite", "the other first"), ("postgresql", "in order")],
    indirect=["backend"],
)
def test_each_lots_log_tells_the_dose_and_the_whole_counts_it_once(mixing: Scene, scanned: str) -> None:
    code, vials = injected_of_both(mixing, scanned)
    for lot, vial_in_it in zip(("lot", "second"), vials, strict=True):
        found = account(mixing, lot)
        assert found.balanced, found
        assert (found.vials.used_for_doses, found.doses.prepared, found.doses.administered) == (1, 1, 1)
        assert {(line.dose, line.vial) for line in found.lines if line.dose} == {(code, vial_in_it)}
    whole = clinic.assert_balanced(mixing)
    assert (whole.vials.used_for_doses, whole.doses.prepared, whole.doses.administered) == (2, 1, 1)


@ON_SQLITE
def test_a_lot_that_no_vial_of_a_dose_is_of_tells_nothing_of_it(mixing: Scene) -> None:
    clinic.injected(mixing, ANNA)
    of_both(mixing, BRUNO)
    mixing.act("pharmacist", dose.waste, BRUNO, 1, "Dropped")
    assert [account(mixing, lot).doses.prepared for lot in ("lot", "second")] == [1, 0]
    assert all(account(mixing, lot).balanced for lot in ("lot", "second"))


@ON_SQLITE
@pytest.mark.parametrize("scanned", ["in order", "the other first"])
def test_a_late_result_that_fails_holds_each_lot_of_the_dose(mixing: Scene, scanned: str) -> None:
    code, _ = injected_of_both(mixing, scanned)
    assert mixing.open_holds() == []
    mixing.clock.forward(days=14)
    journey.a_result(mixing, code, STERILITY, "growth", reviewed=False)
    opened = {one.subject: one for one in mixing.open_deviations()}
    assert set(opened) == held_lots(mixing) == {mixing["lot"], mixing["second"]}
    assert {one.limit_code for one in opened.values()} == {"result.late_failed"}
    for lot in ("lot", "second"):
        spare = clinic.spare(mixing, lot)[:1]
        assert against(clinic.pull, mixing, BRUNO, spare, replacing=True) == ["lot.deviation.open"]
        journey.close(mixing, opened[mixing[lot]].code)
    clinic.pull(mixing, BRUNO)


@ON_SQLITE
def test_a_late_result_of_a_dose_of_one_lot_leaves_the_other_alone(mixing: Scene) -> None:
    code = clinic.injected(mixing, ANNA)
    journey.a_result(mixing, code, STERILITY, "growth", reviewed=False)
    assert held_lots(mixing) == {mixing["lot"]}
    clinic.pull(mixing, BRUNO, clinic.spare(mixing, "second")[:1], replacing=True)


@ON_SQLITE
@pytest.mark.parametrize("lot", ["lot", "second"])
def test_a_hold_on_either_lot_refuses_the_dispensing_and_reaches_the_bedside(mixing: Scene, lot: str) -> None:
    of_both(mixing)
    treated.prepared(mixing, ANNA)
    held = mixing.act("technician", hold.put_hold, mixing[lot], "A doubt").code
    assert against(treated.dispensed, mixing, ANNA) == ["lot.held"]
    journey.lift(mixing, held)
    treated.dispensed(mixing, ANNA)
    mixing.act("technician", hold.put_hold, mixing[lot], "A doubt")
    assert against(clinic.administer, mixing, ANNA, kind=WrongInput) == ["dose.hold_known.missing"]


@ON_SQLITE
def test_a_vial_lost_before_the_preparation_leaves_its_lot_out_of_the_dose(mixing: Scene) -> None:
    code, [_, lost] = of_both(mixing)
    mixing.act("pharmacist", vial.discard_vials, [lost], "broken", "Dropped")
    treated.prepared(mixing, ANNA)
    treated.dispensed(mixing, ANNA)
    assert clinic.a_dose(mixing, code).lots == (mixing["lot"],)
    journey.a_result(mixing, code, STERILITY, "growth", reviewed=False)
    assert held_lots(mixing) == {mixing["lot"]}
    assert [account(mixing, lot).doses.prepared for lot in ("lot", "second")] == [1, 0]
    clinic.assert_balanced(mixing)


@ON_SQLITE
def test_an_attempt_that_every_vial_left_still_names_its_lots(mixing: Scene) -> None:
    code, vials = of_both(mixing)
    mixing.act("pharmacist", vial.discard_vials, vials, "broken", "Dropped")
    assert clinic.a_dose(mixing, code).lots == (mixing["lot"], mixing["second"])


@ON_SQLITE
def test_the_papers_and_the_trace_name_both_lots(mixing: Scene) -> None:
    code, _ = of_both(mixing)
    treated.prepared(mixing, ANNA)
    treated.dispensed(mixing, ANNA)
    seen = clinic.a_dose(mixing, code)
    assert (seen.lots, seen.lot) == ((mixing["lot"], mixing["second"]), f"{mixing['lot']}, {mixing['second']}")
    upstream = {node.code for node in mixing.read(trace.trace, code).upstream}
    assert {mixing["lot"], mixing["second"]} <= upstream
    for lot in ("lot", "second"):
        assert code in {node.code for node in mixing.read(trace.trace, mixing[lot]).downstream}
        wording = Wording("en", mixing.bank.zone)
        assert mixing.read(accountability_log, mixing[lot], wording).startswith(b"%PDF")
    assert mixing.read(dispensing_label, code).lots == seen.lots
    for form in ("pdf", "zpl"):
        assert mixing.read(partial(label_kinds.printed, form=form), label_kinds.DISPENSING, code)
