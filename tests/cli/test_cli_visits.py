"""Subjects, visits and prescriptions by command lines: files of answers, everything that refuses."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from cellbank.errors import WrongInput
from cellbank.exchange.criteria import read_answers
from tests.cli.clinic import INVESTIGATOR, SUBJECT, Clinic, answers, enrol
from tests.cli.shell import site_day, today

WHO = ("--investigator", INVESTIGATOR)


def in_days(days: int) -> str:
    return (date.fromisoformat(today()) + timedelta(days=days)).isoformat()


def enrolment(clinic: Clinic, given: dict[str, str], name: str = "answers.toml") -> tuple[object, ...]:
    file = clinic.file(name, given)
    return ("subject", "enrol", SUBJECT, "--born", "1984-02", "--consented-on", today(), "--criteria", file, *WHO)


def as_json(given: dict[str, str]) -> str:
    return json.dumps({**given, "platelets": 210, "edss": 4.5, "minor": False, "informed-consent": True})


def as_csv(given: dict[str, str]) -> str:
    return "criterion;answer\r\n" + "".join(f"{key};{value}\r\n" for key, value in given.items())


def as_toml(given: dict[str, str]) -> str:
    said = {key: value for key, value in given.items() if key not in {"edss", "minor", "progression"}}
    rest = f"edss = 4.5\nminor = false\nprogression = {given['progression']}\n"
    return rest + "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items())


@pytest.mark.parametrize(("ending", "write"), [("json", as_json), ("csv", as_csv), ("toml", as_toml), ("txt", as_toml)])
def test_a_file_of_answers_in_each_form(pharmacy: Clinic, ending: str, write: Callable[[dict[str, str]], str]) -> None:
    (pharmacy.place.parent / f"answers.{ending}").write_text(write(answers()), encoding="utf-8")
    entries = pharmacy.entries
    seen = pharmacy.ok("subject", "screen", "--criteria", f"answers.{ending}")
    assert (seen["enrollable"], seen["findings"]) == (True, [])
    assert len(seen["satisfied"]) == len(answers())
    assert pharmacy.entries == entries, "screening records nothing"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.toml", "age = \n", "criteria.syntax"),
        ("a.toml", "[criteria]\nage = 41\n", "criteria.value"),
        ("a.toml", "age = [41]\n", "criteria.value"),
        ("a.toml", 'investigator = "Dr X"\n', "criteria.empty"),
        ("a.toml", 'age = 41\nanswered_on = "yesterday"\n', "criteria.value"),
        ("a.json", '{"age": 41, "age": 42}', "criteria.twice"),
        ("a.json", "[1, 2]", "criteria.syntax"),
        ("a.json", '{"age": NaN}', "criteria.syntax"),
        ("a.json", '{"age": null}', "criteria.value"),
        ("a.csv", "age,41\nage,42\n", "criteria.twice"),
        ("a.csv", "age,41,years\n", "criteria.syntax"),
        ("a.csv", "", "criteria.empty"),
    ],
)
def test_a_file_that_cannot_be_read_for_certain_is_refused(name: str, text: str, code: str) -> None:
    with pytest.raises(WrongInput) as caught:
        read_answers(text, name)
    assert caught.value.code == code


def test_what_stands_beside_the_answers_in_a_file() -> None:
    read = read_answers('\ufeffage = 41\nanswered_on = 2026-03-02\ninvestigator = "Dr X"\n', "answers")
    assert (dict(read.answers), read.answered_on, read.investigator) == ({"age": "41"}, date(2026, 3, 2), "Dr X")


def test_all_reasons_against_an_enrolment_at_once(pharmacy: Clinic) -> None:
    given = answers(age="62", minor="yes", platelets="20")
    del given["edss"]
    file = pharmacy.file("screen.toml", given)
    screened = pharmacy.run("--json", "subject", "screen", "--criteria", file)
    assert screened.code == 3
    assert {f["params"]["criterion"] for f in screened.data["findings"]} == {"age", "minor", "platelets", "edss"}
    found = pharmacy.not_treated(3, *enrolment(pharmacy, given))
    assert sorted(found) == ["subject.criterion.missing", *["subject.criterion.not_met"] * 3]
    assert pharmacy.ok("subject", "list") == []
    told = pharmacy.run("--lang", "fr", "subject", "screen", "--criteria", file)
    assert "ne satisfait pas" in told.out


def test_wrong_usage_of_an_enrolment(pharmacy: Clinic) -> None:
    unknown = pharmacy.refused(2, *enrolment(pharmacy, answers(shoe_size="42")), user="pharmacist")
    assert "shoe-size" in unknown["message"]
    assert "platelets" in unknown["message"], "the known ones are said"
    whole = enrolment(pharmacy, answers())
    assert pharmacy.not_treated(2, *whole[:-2]) == ["criteria.investigator"]
    both = pharmacy.file("both.toml", answers() | {"investigator": "Dr Other"})
    assert pharmacy.not_treated(2, *whole[:8], both, *WHO) == ["criteria.differs"]
    assert pharmacy.not_treated(2, *whole[:4], "1984", *whole[5:]) == ["subject.born.form"]
    assert pharmacy.not_treated(2, *whole[:8], "nowhere.toml", *WHO) == ["cli.file.unreadable"]
    assert pharmacy.not_treated(2, *whole[:2], "Jane Doe", *whole[3:]) == ["code.pseudonym.form"]
    assert pharmacy.not_treated(3, *whole[:6], in_days(2), *whole[7:])
    pharmacy.refused(5, *whole, user="technician")
    assert pharmacy.run(*whole, "--answered-on", "2 March", user="pharmacist").code == 2


def test_a_subject_enrols_once_and_withdraws(clinic: Clinic) -> None:
    assert clinic.not_treated(3, *enrolment(clinic, answers())) == ["subject.code.taken"]
    seen = clinic.ok("subject", "show", SUBJECT)
    assert (seen["born"], seen["investigator"], seen["withdrawn_on"]) == ("1984-02", INVESTIGATOR, None)
    assert seen["follow_up_until"] > in_days(360)
    assert len(seen["visits"]) == 3
    assert "platelets" in clinic.run("subject", "show", SUBJECT).out
    assert clinic.run("subject", "show", "S-000").code == 4
    clinic.not_treated(2, "subject", "withdraw", SUBJECT)
    assert clinic.not_treated(3, "subject", "withdraw", SUBJECT, "--on", in_days(3), "--reason", "x") == [
        "subject.withdrawal.date"
    ]
    clinic.treat("subject", "withdraw", SUBJECT, "--reason", "moved away")
    assert [visit["reserved"] for visit in clinic.ok("visit", "list", "--subject", SUBJECT)] == [[], [], []]
    assert clinic.not_treated(3, "subject", "withdraw", SUBJECT, "--reason", "twice") == ["subject.already_withdrawn"]
    assert clinic.not_treated(3, "dose", "reserve", SUBJECT) == ["dose.subject.withdrawn"]


def test_visits_are_planned_by_calendar_months_and_moved(pharmacy: Clinic) -> None:
    enrol(pharmacy)
    visits = pharmacy.ok("visit", "list")
    assert [visit["number"] for visit in visits] == [1, 2, 3]
    assert visits[0]["planned_on"] == today()
    assert date.fromisoformat(visits[0]["last_on"]) - date.fromisoformat(visits[0]["first_on"]) == timedelta(days=21)
    assert pharmacy.not_treated(3, "visit", "plan", SUBJECT, "--first-on", today()) == ["visit.planned_already"]
    assert pharmacy.not_treated(4, "visit", "plan", "S-000", "--first-on", today()) == ["subject.not_found"]
    later = (date.fromisoformat(visits[1]["planned_on"]) + timedelta(days=5)).isoformat()
    pharmacy.treat("visit", "move", SUBJECT, 2, "--to", later, "--because", "the subject travels")
    assert pharmacy.visit(2)["planned_on"] == later
    move = ("visit", "move", SUBJECT, 2, "--because", "too near", "--to")
    assert "visit.too_near" in pharmacy.not_treated(3, *move, in_days(10))
    assert "visit.past" in pharmacy.not_treated(3, *move, site_day(60 * 48))
    assert pharmacy.not_treated(4, "visit", "move", SUBJECT, 4, "--because", "x", "--to", later) == ["visit.not_found"]
    pharmacy.not_treated(2, "visit", "cancel", SUBJECT, 3)
    given_up = pharmacy.treat("visit", "cancel", SUBJECT, 3, "--reason", "the subject was in hospital")
    assert given_up["freed"] == 0
    assert pharmacy.visit(3)["cancelled_because"] == "the subject was in hospital"
    again = ("visit", "cancel", SUBJECT, 3, "--reason", "again")
    assert pharmacy.not_treated(3, *again) == ["dose.visit.cancelled"]
    pharmacy.not_treated(2, "visit", "move", SUBJECT, "two", "--because", "x", "--to", later)


def test_the_answers_at_a_visit_are_facts(clinic: Clinic) -> None:
    confirm = ("visit", "confirm", SUBJECT, 1, *WHO, "--criteria")
    clinic.treat(*confirm, clinic.file("low.toml", answers(at_visit=True, platelets="30")))
    check = clinic.run("--json", "dose", "check", SUBJECT, 1, "--step", "pull")
    assert check.code == 3
    assert [finding["requirement"] for finding in check.data["findings"]] == ["contraindications_are_answered"]
    assert clinic.not_treated(3, *confirm, clinic.file("odd.toml", {"platelets": "many"})) == [
        "subject.answer.unreadable"
    ]
    clinic.treat(*confirm, clinic.file("again.toml", answers(at_visit=True)), "--answered-on", today())
    assert clinic.ok("dose", "check", SUBJECT, 1)["allowed"] is True
    assert clinic.not_treated(2, *confirm, clinic.file("wrong.toml", {"plates": "1"})) == ["subject.criterion.unknown"]


def prescription(cells: str = "30M", **more: Any) -> tuple[object, ...]:
    on = more.get("on", today())
    return (
        *("prescription", "record", SUBJECT, 1, "--cells", cells, "--weight-kg", "68,5"),
        *("--prescriber", "Dr Prescriber", "--on", on),
    )


def test_a_prescription_is_recorded_and_validated(pharmacy: Clinic) -> None:
    enrol(pharmacy)
    validate = ("prescription", "validate", SUBJECT, 1)
    assert pharmacy.not_treated(4, *validate) == ["prescription.not_found"]
    assert pharmacy.not_treated(3, *prescription(on=in_days(1))) == ["prescription.future"]
    pharmacy.treat(*prescription("90M"))
    assert pharmacy.not_treated(3, *validate) == ["dose.cells.high"]
    pharmacy.treat(*prescription())
    assert pharmacy.visit()["validated_by"] is None, "a new prescription is validated again"
    assert pharmacy.signs(*validate, user="pharmacist")["visit"] == f"{SUBJECT}/1"
    assert (pharmacy.visit()["validated_by"], pharmacy.visit()["weight_kg"]) == ("pharmacist", "68.5")
    assert pharmacy.not_treated(3, *validate) == ["prescription.validated_already"]
    pharmacy.refused(5, *prescription(), user="technician")


def test_a_suspended_trial_enrols_nobody(pharmacy: Clinic) -> None:
    pharmacy.ok("trial", "suspend", "--reason", "safety board", user="qa")
    assert pharmacy.not_treated(3, *enrolment(pharmacy, answers())) == ["dose.trial.suspended"]
