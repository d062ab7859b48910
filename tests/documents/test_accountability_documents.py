"""The accountability log from a real bank: every movement, identities that can fail, a CSV that runs nothing."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import partial
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from label_reading import text_of

from cellbank.documents import accountability
from cellbank.domain.storage import Custodian
from cellbank.services import dose, transfer, vial
from cellbank.services.put_back import put_back
from cellbank.views import accountability as view, vial as vial_view, visit
from cellbank.views.accountability import Scope
from cellbank.wording import Wording
from tests.banks import unguarded
from tests.documents import treated
from tests.documents.treated import ANNA, BOXES, BRUNO, PRESCRIBER
from tests.journey import Scene, recall, vials_of

FRENCH = Wording("fr", ZoneInfo("Europe/Paris"))
ENGLISH = Wording("en", ZoneInfo("Europe/Paris"))


def flat(pdf: bytes) -> str:
    return " ".join(" ".join(text_of(pdf)).split())


def counted(scene: Scene, number: str | None = None) -> view.Accountability:
    found: view.Accountability = scene.read(view.accountability, number)
    return found


def a_full_story(scene: Scene) -> None:
    """One dose given, one wasted at the bedside and replaced, one discarded, a vial tested, broken, lost."""
    treated.dispensed(scene, ANNA)
    treated.administered(scene, ANNA)
    treated.pulled(scene, BRUNO)
    treated.prepared(scene, BRUNO)
    treated.dispensed(scene, BRUNO)
    scene.act("pharmacist", dose.waste, BRUNO, 1, "puncture failed")
    spare = scene.read(visit.unreserved, scene["lot"])
    treated.pulled(scene, BRUNO, spare[:1])
    treated.prepared(scene, BRUNO)
    left = [code for code in vials_of(scene, scene["lot"]) if code not in spare[:1]]
    kept = {code for who in (ANNA, BRUNO) for code in treated.reserved(scene, who, 2)}
    free = [line.code for line in scene.read(vial_view.vials, scene["lot"]) if line.position]
    for code, how in zip([one for one in free if one in left and one not in kept], ("broken", "missing"), strict=False):
        scene.act("technician", vial.discard_vials, [code], how, "dropped")


def test_every_identity_holds_through_a_whole_story(scene: Scene, prepared: str) -> None:
    a_full_story(scene)
    seen = counted(scene)
    assert seen.balanced
    assert seen.scope is Scope.BANK
    assert seen.lots == (scene["lot"],)
    assert (seen.vials.received, seen.vials.used_for_doses, seen.vials.broken) == (8, 3, 1)
    assert seen.vials.in_stock == seen.vials.balance == 8 - 3 - seen.vials.broken - seen.vials.missing
    doses = seen.doses
    assert (doses.prepared, doses.dispensed, doses.administered, doses.wasted, doses.in_hand) == (3, 2, 1, 1, 1)
    assert counted(scene, scene["lot"]) == seen


def test_each_line_carries_the_balance_the_visit_and_both_people(scene: Scene, prepared: str) -> None:
    lines = counted(scene).lines
    balance = 0
    for line in lines:
        balance += line.received - line.issued
        assert line.balance == balance
    assert [line.number for line in lines] == sorted(line.number for line in lines)
    (thawed,) = [line for line in lines if line.purpose == "thaw"]
    assert (thawed.issued, thawed.subject, thawed.visit, thawed.prescriber) == (1, ANNA, 1, PRESCRIBER)
    (pulled,) = [line for line in lines if line.purpose == "pull"]
    assert (pulled.issued, pulled.by, pulled.checked_by) == (0, "pharmacist", "technician")


def test_a_vial_put_back_frozen_is_still_in_stock(scene: Scene) -> None:
    treated.begin_visits(scene)
    dose = treated.pulled(scene, ANNA)
    scene.act("pharmacist", put_back, ANNA, 1, "visit cancelled", witness="technician")
    seen = counted(scene)
    assert seen.balanced
    (back,) = [line for line in seen.lines if line.purpose == "put_back"]
    assert (back.dose, back.subject, back.visit, back.note) == (dose, ANNA, 1, "visit cancelled")
    assert (back.by, back.checked_by, back.prescriber) == ("pharmacist", "technician", PRESCRIBER)
    assert (seen.vials.in_stock, seen.vials.used_for_doses, seen.doses.prepared) == (8, 0, 0)


def test_once_something_is_sent_to_the_pharmacy_only_what_came_into_its_custody_counts(scene: Scene) -> None:
    vials = vials_of(scene, scene["lot"])[:4]
    treated.send_to_pharmacy(scene, vials)
    seen = counted(scene)
    assert seen.scope is Scope.PHARMACY
    assert seen.balanced
    assert (seen.vials.received, seen.vials.in_stock) == (4, 4)
    assert {line.vial for line in seen.lines} == set(vials)
    back = scene.act("pharmacist", transfer.send, vials[:1], Custodian.PRODUCTION_UNIT, "SEAL-2", "LOG-2").code
    assert counted(scene).vials.in_stock == 4, "the sender keeps it while it is on its way"
    scene.act("technician", transfer.receive, back, accepted=True, into=[BOXES[0]])
    seen = counted(scene)
    assert seen.balanced
    assert (seen.vials.received, seen.vials.in_stock, seen.vials.returned_to_unit) == (4, 3, 1)


def test_a_vial_sent_back_and_received_again_counts_once(scene: Scene) -> None:
    vials = vials_of(scene, scene["lot"])[:2]
    treated.send_to_pharmacy(scene, vials)
    for sender, to, by, into in (
        ("pharmacist", Custodian.PRODUCTION_UNIT, "technician", BOXES[0]),
        ("technician", Custodian.PHARMACY, "pharmacist", "PHARMA/R01/BOX-P"),
    ):
        code = scene.act(sender, transfer.send, vials[:1], to, "SEAL", "LOG").code
        scene.act(by, partial(transfer.receive, into=[into]), code, accepted=True)
    seen = counted(scene)
    assert seen.balanced
    assert (seen.vials.received, seen.vials.in_stock, seen.vials.balance) == (2, 2, 2)


def test_a_recalled_lot_stays_in_the_log(scene: Scene) -> None:
    recall(scene, scene["lot"])
    assert counted(scene).lots == (scene["lot"],)


CORRUPTIONS = {
    "a status changed behind the ledger": "UPDATE vial SET status = 'stored' WHERE status = 'consumed_in_dose'",
    "a vial lost without a movement": (
        "UPDATE vial SET status = 'broken' WHERE id = (SELECT min(id) FROM vial WHERE status = 'stored')"
    ),
    "a movement removed": "DELETE FROM movement WHERE purpose = 'thaw'",
    "a dose that was never dispensed and administered": "UPDATE dose SET dispensed_at = NULL",
    "a dose that leaves no preparation": "UPDATE dose SET prepared_at = NULL",
}


@pytest.mark.parametrize("said", sorted(CORRUPTIONS))
def test_an_identity_that_does_not_hold_shows(scene: Scene, prepared: str, said: str) -> None:
    treated.dispensed(scene, ANNA)
    treated.administered(scene, ANNA)
    assert counted(scene, scene["lot"]).balanced
    with unguarded(scene.bank.place) as connection:
        connection.execute(sa.text("PRAGMA foreign_keys = OFF"))
        connection.execute(sa.text(CORRUPTIONS[said]))
    seen = counted(scene, scene["lot"])
    assert not seen.balanced
    text = flat(scene.read(accountability.accountability_log, scene["lot"], FRENCH))
    assert "≠ différent" in text


def test_the_log_on_paper_has_every_line_and_every_identity(scene: Scene, prepared: str) -> None:
    a_full_story(scene)
    pdf = scene.read(accountability.accountability_log, None, FRENCH)
    text = flat(pdf)
    for line in counted(scene).lines:
        assert line.vial in text
    for wanted in ("Flacons reçus (mouvements) : 8 =", "Doses dispensées : 2 =", "✓ égal", PRESCRIBER, "Page 1 sur"):
        assert wanted in text
    assert "≠" not in text
    assert "Accountability log" in flat(scene.read(accountability.accountability_log, scene["lot"], ENGLISH))


def test_the_csv_has_a_header_and_every_line_with_the_offset_of_the_site(scene: Scene, prepared: str) -> None:
    read = list(
        csv.DictReader(StringIO(scene.read(accountability.accountability_csv, None).decode("utf-8"), newline=""))
    )
    lines = counted(scene).lines
    assert [row["vial"] for row in read] == [line.vial for line in lines]
    assert read[-1]["prescriber"] == PRESCRIBER
    assert all(row["at"].endswith(("+01:00", "+02:00")) for row in read)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_nothing_of_the_csv(scene: Scene, start: str) -> None:
    note = start + "cmd|' /C calc'!A0"
    line = replace(counted(scene).lines[0], note=note, prescriber="a=b")
    cells = [accountability._cell(value, scene) for value in (line.note, line.prescriber)]
    assert cells == [f"'{note}", "a=b"]


def test_a_note_that_begins_as_a_formula_is_only_text_in_the_csv(scene: Scene) -> None:
    code = vials_of(scene, scene["lot"])[0]
    scene.act("technician", vial.discard_vials, [code], "broken", '=HYPERLINK("http://x")')
    (row,) = [
        row
        for row in csv.DictReader(StringIO(scene.read(accountability.accountability_csv, None).decode(), newline=""))
        if row["purpose"] == "broken"
    ]
    assert row["note"] == '\'=HYPERLINK("http://x")'
