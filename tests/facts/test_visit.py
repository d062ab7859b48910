"""The attempt under way at a visit: asked, it changes nothing."""

import pytest

from cellbank.domain.subject import Subject
from cellbank.domain.visit import Dose, DoseStatus, Visit
from cellbank.errors import NotFound, Refused
from cellbank.facts.visit import attempt_under_way, get_visit
from tests import clinic
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, Scene, treating

__all__ = ["treating"]
pytestmark = ON_SQLITE


def test_a_visit_is_got_by_its_subject_and_number(treating: Scene) -> None:
    assert treating.read(get_visit, ANNA, 1).number == 1
    with pytest.raises(NotFound, match=r"visit\.not_found"):
        treating.read(get_visit, ANNA, 99)


def test_the_attempt_under_way_is_asked_in_the_statuses_expected_or_in_any(treating: Scene) -> None:
    with pytest.raises(NotFound, match=r"dose\.none_under_way"):
        treating.read(attempt_under_way, ANNA, 1)
    pulled = clinic.pull(treating, ANNA)
    for expected in ((), (DoseStatus.PULLED,), (DoseStatus.THAWED, DoseStatus.PULLED)):
        dose, visit, subject = treating.read(attempt_under_way, ANNA, 1, *expected)
        assert (type(dose), type(visit), type(subject)) == (Dose, Visit, Subject)
        assert (dose.code, visit.code, subject.code) == (pulled, f"{ANNA}/1", ANNA)
    with pytest.raises(Refused) as caught:
        treating.read(attempt_under_way, ANNA, 1, DoseStatus.THAWED)
    (found,) = caught.value.findings
    assert (found.code, found.params["dose_status"], found.params["expected"]) == ("dose.status", "pulled", "thawed")
