"""Doses by command lines: the visit step by step, everything that refuses, and what is kept of it."""

import json
from hashlib import sha256

import pytest

from cellbank.domain.identifiers import with_check
from tests.cli.clinic import CHECKED, INVESTIGATOR, PREPARED, SUBJECT, Clinic, enrol, prescribe
from tests.cli.shell import ago, today


def pull(clinic: Clinic, minutes: float | None = 20) -> str:
    """The reserved vials pulled so many minutes ago, or now; the dose's code."""
    at = () if minutes is None else ("--at", ago(minutes))
    return str(clinic.treat("dose", "pull", SUBJECT, 1, "--vial", *clinic.reserved(), *CHECKED, *at)["dose"])


def thaw(clinic: Clinic, begun: float = 19, ended: float = 16) -> None:
    clinic.treat("dose", "thaw", SUBJECT, 1, "--started-at", ago(begun), "--ended-at", ago(ended))


def dispensed(clinic: Clinic) -> str:
    """Pulled, thawed, prepared and dispensed; the dose's code."""
    dose = pull(clinic)
    thaw(clinic)
    clinic.treat("dose", "prepare", SUBJECT, 1, *PREPARED, *CHECKED, "--at", ago(10))
    clinic.treat("dose", "dispense", SUBJECT, 1, *CHECKED, "--at", ago(5))
    return dose


def test_from_the_enrolment_to_the_injection(pharmacy: Clinic) -> None:
    enrol(pharmacy)
    reserved = pharmacy.treat("dose", "reserve", SUBJECT)
    assert {number: len(vials) for number, vials in reserved["reserved"].items()} == {"1": 5, "2": 5, "3": 5}
    prescribe(pharmacy)
    check = pharmacy.ok("dose", "check", SUBJECT, 1, "--step", "pull")
    assert check["allowed"] is True
    assert check["findings"] == []
    assert {"visit_is_due", "prescription_is_validated"} <= set(check["satisfied"])
    taken = pharmacy.reserved()
    dose = pull(pharmacy)
    thaw(pharmacy)
    prepared = pharmacy.treat("dose", "prepare", SUBJECT, 1, *PREPARED, *CHECKED, "--at", ago(10))
    assert prepared["viable_cells"] == 30_763_200
    assert prepared["usable_until"].endswith("Z")
    sent = pharmacy.treat("dose", "dispense", SUBJECT, 1, *CHECKED)
    assert sent["dose"] == dose
    assert sent["status"] == "dispensed"
    pharmacy.treat("dose", "administer", SUBJECT, 1, "--volume-ml", "2,4", "--investigator", INVESTIGATOR)
    seen = pharmacy.ok("dose", "show", dose)
    assert seen["status"] == "administered"
    assert (seen["pulled_by"], seen["pull_checked_by"], seen["dispensing_checked_by"]) == (
        "pharmacist", "technician", "technician",
    )  # fmt: skip
    assert (seen["vials"], seen["volume_ml"], seen["under_way"]) == (taken, "2.4", False)
    assert pharmacy.visit()["injected_at"].endswith("Z")
    assert pharmacy.visit()["reserved"] == [], "what was not needed is free again"
    assert [pharmacy.ok("vial", "show", code)["status"] for code in taken] == ["consumed_in_dose"] * 4
    assert pharmacy.ok("audit", "verify")["intact"] is True
    assert pharmacy.not_treated(3, "dose", "pull", SUBJECT, 1, "--vial", *taken, *CHECKED)


def test_a_wrong_vial_is_refused_and_the_refusal_is_kept(clinic: Clinic) -> None:
    enrol(clinic, "S-902")
    clinic.treat("dose", "reserve", "S-902")
    before = len(clinic.refusals())
    other = clinic.reserved(1, "S-902")[0]
    assert clinic.not_treated(3, "dose", "pull", SUBJECT, 1, "--vial", other, *CHECKED) == ["dose.vial.reserved"]
    taken = {vial for one in (SUBJECT, "S-902") for n in (1, 2, 3) for vial in clinic.visit(n, one)["reserved"]}
    free = sorted(set(clinic.vials()) - taken)
    assert clinic.not_treated(3, "dose", "pull", SUBJECT, 1, "--vial", free[0], *CHECKED) == ["dose.vial.not_reserved"]
    retained = next(v["code"] for v in clinic.ok("vial", "list", "--lot", clinic.lot) if v["stock_class"] == "retained")
    assert "dose.vial.class" in clinic.not_treated(3, "dose", "pull", SUBJECT, 1, "--vial", retained, *CHECKED)
    assert len(clinic.refusals()) == before + 3
    assert clinic.not_treated(4, "dose", "pull", SUBJECT, 1, "--vial", with_check("V-999999-001"), *CHECKED)
    said = clinic.run("dose", "pull", SUBJECT, 1, "--vial", other, *CHECKED, user="pharmacist", LANG="fr")
    assert "MAUVAIS FLACON" in said.err
    again = clinic.reserved()
    thrice = ("dose", "pull", SUBJECT, 1, "--vial", *again, again[0], again[0], *CHECKED)
    assert clinic.not_treated(3, *thrice) == ["dose.vial.twice"]
    assert clinic.treat("dose", "pull", SUBJECT, 1, "--vial", *again, *CHECKED)["vials"] == again


def test_a_wrong_subject_and_a_wrong_day_are_refused(clinic: Clinic) -> None:
    vials = clinic.reserved()
    assert clinic.not_treated(4, "dose", "pull", "S-999", 1, "--vial", *vials, *CHECKED) == ["subject.not_found"]
    assert clinic.not_treated(4, "dose", "pull", SUBJECT, 9, "--vial", *vials, *CHECKED) == ["visit.not_found"]
    found = clinic.not_treated(3, "dose", "pull", SUBJECT, 2, "--vial", *clinic.reserved(2), *CHECKED)
    assert {"dose.visit.outside_window", "dose.prescription.missing", "subject.criterion.missing"} <= set(found)


@pytest.mark.parametrize(
    ("second", "variables"),
    [
        ((), {}),
        (("--checked-by", "pharmacist"), {}),
        (("--checked-by", "qa"), {}),
        (CHECKED, {"SECOND_PASSWORD": "wrong"}),
    ],
    ids=["nobody", "oneself", "wrong role", "wrong password"],
)
def test_the_pull_needs_a_second_person(clinic: Clinic, second: tuple[str, ...], variables: dict[str, str]) -> None:
    clinic.not_treated(5, "dose", "pull", SUBJECT, 1, "--vial", *clinic.reserved(), *second, **variables)
    assert clinic.ok("dose", "list") == []


def test_only_the_pharmacist_treats(clinic: Clinic) -> None:
    for user in ("technician", "qa", "qp", "admin"):
        clinic.refused(
            5, "dose", "pull", SUBJECT, 1, "--vial", *clinic.reserved(), "--checked-by", "reviewer", user=user
        )


def test_the_gate_as_it_stands_is_a_reading(clinic: Clinic) -> None:
    held = clinic.ok("hold", "put", clinic.lot, "--reason", "temperature alarm", user="qa")
    entries = clinic.entries
    ended = clinic.run("--json", "dose", "check", SUBJECT, 1, "--step", "pull")
    assert ended.code == 3
    [finding] = ended.data["findings"]
    assert finding["requirement"] == "nothing_holds_it"
    assert held["code"] in finding["message"]
    told = clinic.run("--lang", "fr", "dose", "check", SUBJECT, 1, "--step", "dispense")
    assert told.code == 3
    assert "aucune dose n'est préparée" in told.out
    assert clinic.entries == entries
    assert clinic.run("dose", "check", SUBJECT, 1, "--step", "release").code == 2
    assert clinic.run("dose", "check", SUBJECT, 7).code == 4
    assert clinic.not_treated(3, "dose", "pull", SUBJECT, 1, "--vial", *clinic.reserved(), *CHECKED) == ["lot.held"]


def test_the_reserve_step_is_asked_before_anything_is_reserved(pharmacy: Clinic) -> None:
    enrol(pharmacy)
    assert pharmacy.ok("dose", "check", SUBJECT, 1, "--step", "reserve")["allowed"] is True


def test_an_attempt_wasted_and_a_replacement_at_once(clinic: Clinic) -> None:
    pull(clinic)
    wasted = clinic.treat("dose", "waste", SUBJECT, 1, "--reason", "dropped when scanned")
    assert wasted["status"] == "discarded", "nothing was dispensed yet"
    taken = {vial for number in (1, 2, 3) for vial in clinic.visit(number)["reserved"]}
    spare = [vial for vial in clinic.vials() if vial not in taken][:4]
    assert clinic.not_treated(3, "dose", "pull", SUBJECT, 1, "--vial", *spare, *CHECKED)
    second = clinic.treat("dose", "pull", SUBJECT, 1, "--vial", *spare, "--replacement", *CHECKED, "--at", ago(15))
    assert second["attempt"] == 2
    assert [dose["attempt"] for dose in clinic.ok("dose", "list", "--under-way")] == [2]
    thaw(clinic, 14, 12)
    clinic.treat("dose", "prepare", SUBJECT, 1, *PREPARED, *CHECKED, "--at", ago(8))
    clinic.treat("dose", "dispense", SUBJECT, 1, *CHECKED)
    assert clinic.treat("dose", "waste", SUBJECT, 1, "--reason", "puncture failed")["status"] == "wasted"
    counts = clinic.ok("trace", clinic.lot)["reconciliation"]
    assert counts["balanced"] is True
    assert (counts["by_status"]["broken"], counts["by_status"]["consumed_in_dose"]) == (4, 4)


def test_vials_pulled_go_back_where_they_came_from(clinic: Clinic) -> None:
    for tank in ("A", "B"):
        clinic.ok("storage", "add", f"TANK-{tank}/BOX", "--grid", "9x9", user="technician")
    clinic.ok("storage", "fill", clinic.lot, "TANK-A/BOX", "TANK-B/BOX", "--at", ago(60), user="technician")
    vials = clinic.reserved()
    where = [clinic.ok("vial", "show", vial)["position"] for vial in vials]
    dose = pull(clinic, minutes=None)
    assert clinic.ok("vial", "show", vials[0])["position"] is None
    back = clinic.treat("dose", "put-back", SUBJECT, 1, "--reason", "the subject has a fever")
    assert (back["dose"], back["status"], back["deviations"]) == (dose, "put_back", [])
    assert [clinic.ok("vial", "show", vial)["position"] for vial in vials] == where
    assert set(vials) <= set(clinic.visit()["reserved"]), "they are set aside again"
    pull(clinic, minutes=None)
    clinic.treat("dose", "put-back", SUBJECT, 1, "--reason", "again", "--into", "TANK-B/BOX")
    assert {clinic.ok("vial", "show", vial)["position"][:11] for vial in vials} == {"TANK-B/BOX/"}
    assert clinic.not_treated(4, "dose", "put-back", SUBJECT, 1, "--reason", "again") == ["dose.none_under_way"]


def test_vials_back_too_late_open_a_deviation_each(clinic: Clinic) -> None:
    clinic.ok("storage", "add", "TANK-A/BOX", "--grid", "9x9", user="technician")
    pull(clinic)
    assert clinic.not_treated(3, "dose", "put-back", SUBJECT, 1, "--reason", "fever") == ["dose.put_back.no_position"]
    back = clinic.treat("dose", "put-back", SUBJECT, 1, "--reason", "fever", "--into", "TANK-A/BOX")
    assert len(back["deviations"]) == 4
    found = clinic.not_treated(3, "dose", "pull", SUBJECT, 1, "--vial", *clinic.reserved(), *CHECKED)
    assert "dose.held" in found


def test_a_returned_dose_is_destroyed_and_never_given(clinic: Clinic) -> None:
    dose = dispensed(clinic)
    assert clinic.not_treated(3, "dose", "destroy", dose, "--reason", "not yet") == ["dose.status"]
    clinic.treat("dose", "return", SUBJECT, 1, "--reason", "the subject refused")
    assert clinic.not_treated(
        4, "dose", "administer", SUBJECT, 1, "--volume-ml", "2.4", "--investigator", INVESTIGATOR
    ) == ["dose.none_under_way"]
    assert clinic.treat("dose", "destroy", dose, "--reason", "returned")["status"] == "destroyed"
    assert clinic.not_treated(4, "dose", "destroy", with_check("DO-999999"), "--reason", "x")


def test_a_hold_after_the_dispensing_reaches_the_bedside(clinic: Clinic) -> None:
    dose = dispensed(clinic)
    clinic.ok("hold", "put", clinic.lot, "--reason", "late positive", user="qa")
    assert clinic.ok("dose", "show", dose)["holds"]
    words = ("dose", "administer", SUBJECT, 1, "--volume-ml", "2.4", "--investigator", INVESTIGATOR)
    assert clinic.not_treated(2, *words) == ["dose.hold_known.missing"]
    clinic.not_treated(2, *words, "--hold-known", "perhaps")
    assert clinic.not_treated(
        3, "dose", "administer", SUBJECT, 1, "--volume-ml", "9", *words[6:], "--hold-known", "no"
    ) == ["dose.more_than_prepared"]
    given = clinic.treat(*words, "--hold-known", "non")
    assert given["deviations"]
    assert clinic.ok("dose", "show", dose)["hold_known"] is False


def test_steps_out_of_order_and_impossible_times_are_refused(clinic: Clinic) -> None:
    assert clinic.not_treated(4, "dose", "dispense", SUBJECT, 1, *CHECKED) == ["dose.none_under_way"]
    pull(clinic)
    assert clinic.not_treated(3, "dose", "prepare", SUBJECT, 1, *PREPARED, *CHECKED) == ["dose.status"]
    early = ("dose", "thaw", SUBJECT, 1, "--started-at", ago(60), "--ended-at", ago(15))
    assert clinic.not_treated(3, *early) == ["dose.thaw.times"]
    clinic.not_treated(3, "dose", "thaw", SUBJECT, 1, "--started-at", ago(10), "--ended-at", ago(-30))
    clinic.not_treated(2, "dose", "thaw", SUBJECT, 1, "--started-at", "yesterday", "--ended-at", ago(15))
    thaw(clinic)
    clinic.not_treated(5, "dose", "prepare", SUBJECT, 1, *PREPARED)
    clinic.not_treated(3, "dose", "put-back", SUBJECT, 1, "--reason", "too late")
    few = ["--total", "3M", *PREPARED[2:]]
    clinic.treat("dose", "prepare", SUBJECT, 1, *few, *CHECKED)
    assert sorted(clinic.not_treated(3, "dose", "dispense", SUBJECT, 1, *CHECKED)) == ["dose.cells.low", "dose.held"]


def test_what_is_set_aside_is_set_free(clinic: Clinic) -> None:
    assert clinic.not_treated(3, "dose", "reserve", SUBJECT) == ["dose.reserved_already"]
    left = clinic.treat("dose", "cancel", SUBJECT, 3, "--reason", "given up")
    assert left["reserved"]["3"] == []
    assert len(left["reserved"]["1"]) == 5
    clinic.treat("dose", "cancel", SUBJECT, "--reason", "all of it")
    assert clinic.not_treated(3, "dose", "cancel", SUBJECT, "--reason", "twice") == ["dose.not_reserved"]
    clinic.treat("dose", "reserve", SUBJECT)
    assert len(clinic.visit(3)["reserved"]) == 5


def test_stock_that_is_too_short_says_what_is_missing_and_by_when(clinic: Clinic) -> None:
    for subject in ("S-902", "S-903"):
        enrol(clinic, subject)
    clinic.treat("dose", "reserve", "S-902")
    error = clinic.refused(3, "dose", "reserve", "S-903", user="pharmacist")
    short = [finding for finding in error["findings"] if finding["code"] == "dose.stock.short"]
    assert short
    assert all(finding["params"]["missing"] > 0 and finding["params"]["by"] >= "2026" for finding in short)
    assert all(clinic.visit(number, "S-903")["reserved"] == [] for number in (1, 2, 3)), "all or nothing"


def test_people_read_the_same(clinic: Clinic) -> None:
    dose = dispensed(clinic)
    told = clinic.run("dose", "show", dose, LANG="fr").out
    assert "dispensée" in told
    assert "Europe/Paris" in told or "CE" in told
    listed = clinic.run("dose", "list", "--subject", SUBJECT).out
    assert dose in listed
    assert clinic.run("dose", "list", "--subject", "S-000").out.strip() == "None."
    assert json.loads(clinic.run("--json", "dose", "list").out)[0]["visit"] == 1
    assert today() in clinic.run("visit", "list").out


def test_the_labels_of_a_prepared_dose(clinic: Clinic) -> None:
    clinic.not_treated(4, "label", "dose", SUBJECT, 1)
    pull(clinic)
    assert clinic.not_treated(3, "label", "dose", SUBJECT, 1) == ["label.dose.not_prepared"]
    thaw(clinic)
    clinic.treat("dose", "prepare", SUBJECT, 1, *PREPARED, *CHECKED, "--at", ago(10))
    held = clinic.ok("hold", "put", clinic.lot, "--reason", "temperature alarm", user="qa")["code"]
    assert clinic.not_treated(3, "label", "dose", SUBJECT, 1) == ["lot.held"]
    assert not list(clinic.place.parent.glob("dose-*"))
    clinic.signs("hold", "lift", held, "--because", "a sensor", user="qa")
    printed = clinic.treat("label", "dose", SUBJECT, 1, "--lang", "fr")
    document = (clinic.place.parent / printed["path"]).read_bytes()
    assert document.startswith(b"%PDF")
    assert sha256(document).hexdigest() == printed["sha256"]
    flag = clinic.treat("label", "dose", SUBJECT, 1, "--flag", "--format", "zpl", "--output", "flag.zpl")
    assert (clinic.place.parent / "flag.zpl").read_bytes().startswith(b"^XA")
    again = ("label", "dose", SUBJECT, 1, "--output", "again.pdf")
    assert clinic.not_treated(3, *again) == ["label.dose.printed_already"]
    assert not (clinic.place.parent / "again.pdf").exists()
    torn = clinic.treat(*again, "--reprint", "torn", "--lang", "en")
    assert torn["sha256"] == printed["sha256"], "the label is in the trial's language, whoever prints it"
    assert {row["kind"] for row in clinic.ok("label", "list") if row["subject"] == flag["dose"]} == {"dose", "flag"}


def test_the_pick_list_and_the_accountability_log(clinic: Clinic) -> None:
    entries = clinic.entries
    listed = clinic.ok("document", "pick-list", today(), "--output", "pick.pdf")
    assert (listed["day"], listed["path"]) == (today(), "pick.pdf")
    assert (clinic.place.parent / "pick.pdf").read_bytes().startswith(b"%PDF")
    assert clinic.run("document", "pick-list", "2020-01-01").code == 3
    assert clinic.run("document", "pick-list", "tomorrow").code == 2
    log = clinic.ok("document", "accountability", "--lot", clinic.lot)
    assert log["balanced"] is True
    assert log["vials"]["in_stock"] == 50
    assert (clinic.place.parent / log["path"]).read_bytes().startswith(b"%PDF")
    table = clinic.run("document", "accountability", "--format", "csv", "--output", "-")
    assert table.out.startswith("number,at,purpose")
    assert clinic.run("document", "accountability", "--lot", with_check("L-999999")).code == 4
    assert clinic.run("document", "accountability", "--format", "xls").code == 2
    assert clinic.entries == entries


def test_a_recall_is_only_tried_and_says_so(clinic: Clinic) -> None:
    clinic.refused(2, "recall", clinic.lot)
    before = clinic.entries
    answer = clinic.ok("recall", clinic.lot, "--drill")
    assert answer["balanced"]
    assert {one["lot"] for one in answer["to_fetch"]} == {clinic.lot}
    assert clinic.entries == before, "a recall that is tried records nothing"
