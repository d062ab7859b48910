"""The labels of a dose: for one that may be dispensed, or was; before that the dispensing gate refuses them."""

from collections.abc import Callable
from typing import Any

import pytest

from cellbank.domain.gate import Step
from cellbank.errors import WrongInput
from cellbank.services import dose, hold
from cellbank.services.dose_label import DosePrint, print_dose_label
from cellbank.views.visit import visit_check
from tests import clinic, gate_conditions, journey
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, Scene, against, treating
from tests.documents import treated

__all__ = ["treating"]
pytestmark = [ON_SQLITE, pytest.mark.parametrize("flag", [False, True], ids=["dispensing label", "flag"])]


def printed(scene: Scene, job: DosePrint) -> list[bytes]:
    kept: list[bytes] = []
    scene.act("pharmacist", print_dose_label, ANNA, 1, job, kept.append)
    return kept


def held(scene: Scene) -> Callable[[], Any]:
    code = scene.act("technician", hold.put_hold, scene["lot"], "A doubt").code
    return lambda: journey.lift(scene, code)


def suspended(scene: Scene) -> Callable[[], Any]:
    return gate_conditions.suspended(scene)


def low_platelets(scene: Scene) -> Callable[[], Any]:
    scene.codes |= {"subject": ANNA, "number": "1"}
    return gate_conditions.low_platelets(scene)


@pytest.mark.parametrize("flip", [held, suspended, low_platelets])
def test_a_dose_that_would_not_be_dispensed_gets_no_label_and_every_reason(
    treating: Scene, flag: bool, flip: Callable[[Scene], Callable[[], Any]]
) -> None:
    clinic.prepared(treating, ANNA)
    undo = flip(treating)
    kept: list[bytes] = []
    job = DosePrint(flag=flag)
    found = against(treating.act, "pharmacist", print_dose_label, ANNA, 1, job, kept.append)
    answers = treating.read(visit_check, ANNA, 1, Step.DISPENSE)
    assert found == sorted({one.code for answer in answers for one in answer.findings})
    assert list(clinic.refusals(treating)[-1].findings) == found
    assert kept == []
    undo()
    assert printed(treating, job)[0].startswith(b"%PDF")


def test_after_its_time_is_over_a_dose_gets_no_label(treating: Scene, flag: bool) -> None:
    clinic.prepared(treating, ANNA)
    treating.clock.forward(hours=2)
    job = DosePrint(flag=flag)
    assert against(treating.act, "pharmacist", print_dose_label, ANNA, 1, job, bytes) == ["dose.clock.over"]


def test_a_dose_once_dispensed_keeps_its_label_whatever_comes_later(treating: Scene, flag: bool) -> None:
    clinic.dispensed(treating, ANNA)
    held(treating)
    treating.clock.forward(hours=2)
    assert printed(treating, DosePrint(flag=flag))
    assert printed(treating, DosePrint(flag=flag, reprint_because="Torn"))


def test_a_form_that_no_printer_takes_prints_nothing_and_is_not_recorded(treating: Scene, flag: bool) -> None:
    clinic.prepared(treating, ANNA)
    with journey.refused("label.form", WrongInput):
        printed(treating, DosePrint(form="docx", flag=flag))
    assert printed(treating, DosePrint(flag=flag)), "nothing was printed before"


def test_before_the_preparation_it_is_that_which_is_missing(treating: Scene, flag: bool) -> None:
    clinic.pull(treating, ANNA)
    held(treating)
    job = DosePrint(flag=flag)
    refused = against(treating.act, "pharmacist", print_dose_label, ANNA, 1, job, bytes)
    assert refused == ["label.dose.not_prepared"]


def test_the_label_comes_before_the_dispensing_which_then_succeeds(treating: Scene, flag: bool) -> None:
    clinic.prepared(treating, ANNA)
    assert printed(treating, DosePrint(flag=flag))
    treated.dispensed(treating, ANNA)
    treating.act("pharmacist", dose.waste, ANNA, 1, "Puncture failed")
