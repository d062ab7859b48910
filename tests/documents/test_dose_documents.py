"""The papers of a visit, from a real bank: dispensing label, syringe flag, pick list."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from label_reading import codes_in, pages_at, text_of

from cellbank.documents import dose as label, label_kinds, visit as picking
from cellbank.domain.protocol import parse_protocol
from cellbank.domain.vial import VialStatus
from cellbank.errors import Refused
from cellbank.services import hold
from cellbank.views import accountability
from cellbank.views.dose import dose_by_code
from cellbank.views.pull import pick_lines
from cellbank.wording import Wording
from tests import journey
from tests.documents import treated
from tests.documents.treated import ANNA, BOXES, BRUNO
from tests.journey import Scene

FRENCH = Wording("fr", ZoneInfo("Europe/Paris"))
ENGLISH = Wording("en", ZoneInfo("Europe/Paris"))


def flat(pdf: bytes) -> str:
    return " ".join(" ".join(text_of(pdf)).split())


def code_of_refusal(work: Any, *args: object) -> str:
    with pytest.raises(Refused) as refused:
        work(*args)
    return refused.value.findings[0].code


# --- Labels -------------------------------------------------------------------------------------------------------


def test_the_label_of_a_dose_says_who_until_when_and_what_was_measured(scene: Scene, prepared: str) -> None:
    treated.dispensed(scene, ANNA)
    pdf = scene.read(label_kinds.printed, label_kinds.DISPENSING, prepared)
    text = flat(pdf)
    seen = scene.read(label.dispensing_label, prepared)
    for wanted in (prepared, ANNA, scene["lot"], "8,8 × 10⁶ cellules viables dans 2,4 mL", "NCT06592703 MAESTRO-4MS"):
        assert wanted in text
    for wanted in ("Voie intrathécale", "CHU de Rennes", "2 rue Henri Le Guilloux", "+33 0 00 00 00 00", "DEMO"):
        assert wanted in text
    for wanted in ("Pour essai clinique uniquement", "Ne pas recongeler", "Investigateur", "8.8 × 10⁶ viable cells"):
        assert wanted in text
    until = scene.read(lambda reading: label._until(label.view.dose_by_code(reading, prepared)))
    assert seen.until == until.astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%d %H:%M %Z")
    assert f"À utiliser avant / Use before {seen.until}" in text
    assert codes_in(pages_at(pdf, 300)[0]) == [prepared]


def test_the_label_has_the_trial_files_words_for_the_thawed_product_and_not_those_of_the_vial(
    scene: Scene, prepared: str
) -> None:
    text = flat(scene.read(label_kinds.printed, label_kinds.DISPENSING, prepared))
    words = parse_protocol(scene.trial.text).vial
    for thawed, frozen in (
        (words.thawed_form, words.form),
        (words.thawed_storage, words.storage),
        (words.thawed_directions, words.directions),
    ):
        assert thawed is not None
        assert thawed.fr in text
        assert thawed.en in text
        assert frozen.fr not in text


def test_without_words_for_the_thawed_product_the_label_keeps_to_neutral_ones(scene: Scene) -> None:
    kept = [line for line in scene.trial.text.splitlines() if "thawed_" not in line]
    journey.approve_trial(scene, "\n".join(kept).replace('version = "1"', 'version = "2"'))
    treated.begin_visits(scene)
    code = treated.pulled(scene, ANNA)
    treated.prepared(scene, ANNA)
    text = flat(scene.read(label_kinds.printed, label_kinds.DISPENSING, code))
    words = parse_protocol(scene.trial.text).vial
    for said in (FRENCH.say("label.dose.form"), FRENCH.say("label.dose.storage"), words.directions.fr):
        assert said in text
    assert words.storage.fr not in text


def test_a_conditional_release_is_named_until_its_result_is_there(
    scene: Scene, prepared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    condition = "Libération conditionnelle, résultat en attente : Stérilité du produit décongelé"
    assert condition in flat(scene.read(label_kinds.printed, label_kinds.DISPENSING, prepared))
    treated.dispensed(scene, ANNA)
    text = flat(scene.read(label_kinds.printed, label_kinds.DISPENSING, prepared))
    assert condition in text
    assert "Conditional release, result pending: Sterility of the thawed product" in text
    monkeypatch.setattr(label, "awaits_late_results", lambda *_: [])
    assert "conditionnelle" not in flat(scene.read(label_kinds.printed, label_kinds.DISPENSING, prepared))


def test_the_flag_of_the_syringe_says_the_same_on_both_halves(scene: Scene, prepared: str) -> None:
    pdf = scene.read(label_kinds.printed, label_kinds.FLAG, prepared)
    text = flat(pdf)
    flag = scene.read(label.syringe_flag, prepared)
    for wanted in (prepared, ANNA, "Visite 1", flag.until_day, flag.until_time, "Voie intrathécale"):
        assert text.count(wanted) == 2
    assert flag.until_time.endswith((" CET", " CEST"))
    assert codes_in(pages_at(pdf, 300)[0]) == [prepared, prepared]


def test_a_dose_gets_no_label_before_it_is_prepared_and_none_after_its_end(scene: Scene) -> None:
    treated.begin_visits(scene)
    code = treated.pulled(scene, ANNA)
    for make in (label.dispensing_label, label.syringe_flag):
        assert code_of_refusal(scene.read, make, code) == "label.dose.not_prepared"
    treated.prepared(scene, ANNA)
    assert scene.read(label_kinds.printed, label_kinds.DISPENSING, code)
    treated.dispensed(scene, ANNA)
    treated.administered(scene, ANNA)
    assert code_of_refusal(scene.read, label.dispensing_label, code) == "label.dose.not_prepared"


def test_the_labels_come_for_a_print_head_too_and_the_same_twice(scene: Scene, prepared: str) -> None:
    assert scene.read(partial(label_kinds.printed, form="zpl"), label_kinds.DISPENSING, prepared).startswith(b"^XA")
    assert scene.read(partial(label_kinds.printed, form="zpl"), label_kinds.FLAG, prepared).startswith(b"^XA")
    assert scene.read(label_kinds.printed, label_kinds.DISPENSING, prepared) == scene.read(
        label_kinds.printed, label_kinds.DISPENSING, prepared
    )


def test_the_english_label_puts_english_first(scene: Scene, prepared: str) -> None:
    text = flat(scene.read(partial(label_kinds.printed, language="en"), label_kinds.DISPENSING, prepared))
    assert "Use before / À utiliser avant" in text


# --- Pick list ----------------------------------------------------------------------------------------------------


def test_the_pick_list_of_a_day_names_every_vial_set_aside_and_where_it_stands(scene: Scene) -> None:
    day = treated.day_of_visit(scene)
    pdf = scene.read(picking.pick_list, day, FRENCH)
    text = flat(pdf)
    wanted = [code for who in (ANNA, BRUNO) for code in treated.reserved(scene, who, 1)]
    places = {line.code: line.position for line in scene.read(picking.view_vial.vials, scene["lot"])}
    for code in wanted:
        assert code in text
        assert places[code] in text
    assert f"Sujet {ANNA} · visite 1" in text
    assert "pas encore prescrites" in text
    assert set(wanted) <= {code for page in pages_at(pdf, 300) for code in codes_in(page)}


def test_the_maps_mark_exactly_the_vials_to_take_and_show_what_stays(scene: Scene) -> None:
    listed = scene.read(picking.pick_list_of, treated.day_of_visit(scene), FRENCH)
    marks = {f"{box.path}/{spot}": mark for box in listed.boxes for spot, mark in box.take.items()}
    assert marks == {vial.position: vial.mark for visit in listed.visits for vial in visit.vials}
    assert sorted(marks.values()) == [str(n) for n in range(1, len(marks) + 1)]
    here = sum(len(box.take) + len(box.others) for box in listed.boxes)
    stored = [line for line in scene.read(picking.view_vial.vials, scene["lot"]) if line.position]
    boxes = {box.path for box in listed.boxes}
    assert here == sum(line.position.rpartition("/")[0] in boxes for line in stored)
    assert boxes <= set(BOXES)
    assert {"D", "R"} >= {letter for box in listed.boxes for letter in box.others.values()}


def test_a_vial_that_is_held_since_it_was_reserved_says_so(scene: Scene) -> None:
    (code, *_) = treated.reserved(scene, ANNA, 1)
    scene.act("technician", hold.put_hold, code, "label torn")
    listed = scene.read(picking.pick_list_of, treated.day_of_visit(scene), FRENCH)
    (said,) = [vial.stock_class for visit in listed.visits for vial in visit.vials if vial.code == code]
    assert said == "à dispenser · BLOQUÉ"
    assert "BLOQUÉ" in flat(scene.read(picking.pick_list, treated.day_of_visit(scene), FRENCH))


def test_a_visit_that_was_injected_or_has_nothing_reserved_is_not_on_the_list(scene: Scene, prepared: str) -> None:
    treated.dispensed(scene, ANNA)
    treated.administered(scene, ANNA)
    listed = scene.read(picking.pick_list_of, scene.clock.now.date(), ENGLISH)
    assert [visit.subject for visit in listed.visits] == [BRUNO]
    assert listed.visits[0].prescribed == "8\u202f000\u202f000"


def test_a_day_without_such_visits_has_no_list(scene: Scene) -> None:
    day = treated.day_of_visit(scene) + timedelta(days=40)
    assert code_of_refusal(scene.read, picking.pick_list, day, FRENCH) == "picklist.none"


def test_a_vial_never_put_into_a_tank_is_in_stock_and_the_pick_list_says_that_it_has_no_position(
    unstored: Scene,
) -> None:
    [vial] = treated.reserved(unstored, ANNA, 1)
    [line] = unstored.read(pick_lines, ANNA, 1)
    assert (line.code, line.position, line.status) == (vial, None, VialStatus.FILLED)
    text = flat(unstored.read(picking.pick_list, treated.day_of_visit(unstored), FRENCH))
    assert vial in text
    assert FRENCH.say("picklist.nowhere") in text
    code = treated.pulled(unstored, ANNA)
    treated.prepared(unstored, ANNA)
    treated.dispensed(unstored, ANNA)
    assert unstored.read(dose_by_code, code).vials == (vial,)
    account = unstored.read(accountability.accountability, unstored["lot"])
    assert account.balanced
    assert account.vials.used_for_doses == 1
