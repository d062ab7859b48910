"""Where each step of a visit begins: everything is good, and the next act is the step itself."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from cellbank.domain.gate import Step
from cellbank.services import dose, reservation, visit
from tests import clinic, gate_conditions, journey
from tests.clinic import ANNA, CLARA, Scene, today
from tests.gate_conditions import expires_on, moved

RESERVE, PULL, DISPENSE = Step.RESERVE, Step.PULL, Step.DISPENSE


def planned(scene: Scene) -> None:
    """Clara's visits are planned from tomorrow on."""
    clinic.enrol(scene, CLARA)
    scene.act("pharmacist", visit.plan_visits, CLARA, today(scene) + timedelta(days=1))
    scene.codes |= {"subject": CLARA, "number": "1"}


def confirmed(scene: Scene) -> None:
    """Anna's vial is set aside, and everything about the visit is there."""
    vial = gate_conditions.reserved_vial(scene, ANNA, 1)
    scene.codes |= {"subject": ANNA, "number": "1", "vial": vial}


def pulled(scene: Scene) -> None:
    """Anna's vial is pulled."""
    confirmed(scene)
    scene.codes["dose"] = clinic.pull(scene, ANNA)


def prepared(scene: Scene) -> None:
    """Anna's dose is prepared, with a material of its own."""
    scene.codes["saline"] = journey.a_material(scene, "Saline", lot_number="SAL-1")
    pulled(scene)
    gate_conditions.prepare(scene)


def prepared_late(begin: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """The same, and the dose is prepared three quarters of an hour before the day is over."""

    def both(scene: Scene) -> None:
        begin(scene)
        scene.clock.now = datetime.combine(today(scene), time(23), scene.bank.zone)
        do(scene, PULL)
        gate_conditions.prepare(scene)

    return both


def on_the_last_day_of_its_window(scene: Scene) -> None:
    """The window of Anna's first visit is over tonight."""
    confirmed(scene)
    clinic.go_to(scene, clinic.the_visit(scene, ANNA).last_on)


def on_the_last_day(scene: Scene) -> None:
    """Clara's first visit is planned on the lot's last day, which has come; nothing is set aside for her."""
    clinic.enrol(scene, CLARA)
    scene.act("pharmacist", visit.plan_visits, CLARA, expires_on(scene))
    scene.codes |= {"subject": CLARA, "number": "1", "vial": clinic.spare(scene)[0]}
    clinic.go_to(scene, expires_on(scene))
    gate_conditions.prescribe(scene)
    gate_conditions.confirm(scene)


def keeps_exactly_long_enough(scene: Scene) -> None:
    """The lot's last day is the last day of the window of Clara's last visit."""
    clinic.enrol(scene, CLARA)
    last = expires_on(scene) - timedelta(days=14)
    scene.act("pharmacist", visit.plan_visits, CLARA, last - timedelta(days=184))
    scene.codes |= {"subject": CLARA, "number": "1"}
    third = clinic.the_visit(scene, CLARA, 3).planned_on
    moved(3, (last - third).days)(scene)
    assert clinic.the_visit(scene, CLARA, 3).last_on == expires_on(scene)


def second_visit(scene: Scene) -> None:
    """Anna has had her first injection, and it is the day of her second."""
    clinic.injected(scene, ANNA)
    clinic.go_to(scene, clinic.the_visit(scene, ANNA, 2).planned_on)
    vial = gate_conditions.reserved_vial(scene, ANNA, 2)
    scene.codes |= {"subject": ANNA, "number": "2", "vial": vial}
    gate_conditions.prescribe(scene)
    gate_conditions.confirm(scene)


def second_visit_prepared(scene: Scene) -> None:
    """The same, and the dose is prepared."""
    second_visit(scene)
    clinic.pull(scene, ANNA, number=2)
    gate_conditions.prepare(scene)


def after_an_injection(scene: Scene) -> None:
    """Anna has had her first injection, and nothing is set aside for the others."""
    clinic.injected(scene, ANNA)
    scene.act("pharmacist", reservation.cancel_reservation, ANNA, None, "Moved")
    scene.codes |= {"subject": ANNA, "number": "2"}


def just_enough_left(scene: Scene) -> None:
    """Six courses hold eighteen of the twenty dispensable vials, and one visit of the last of them is given up."""
    for n in range(6):
        clinic.a_course(scene, f"36-00{n}")
    scene.act("pharmacist", reservation.cancel_reservation, "36-005", 3, "Given up")
    planned(scene)


def taken_for_another(scene: Scene) -> Callable[[], object]:
    """One of the last three vials is set aside for another subject: retained and bank vials do not stand in."""
    clinic.reserve(scene, "36-005")
    return lambda: scene.act("pharmacist", reservation.cancel_reservation, "36-005", 3, "Given up")


def before(what: Callable[[Scene], object]) -> Callable[[Scene], None]:
    """Clara's first visit is today and her vial set aside; of the prescription and the answers, only this is there."""

    def begin(scene: Scene) -> None:
        clinic.a_course(scene, CLARA, first_in=0)
        vial = gate_conditions.reserved_vial(scene, CLARA, 1)
        scene.codes |= {"subject": CLARA, "number": "1", "vial": vial}
        what(scene)

    return begin


def answered_before_the_window(scene: Scene) -> None:
    """Clara's answers are of the day before the first of her visit's window, which is today."""
    clinic.a_course(scene, CLARA, first_in=8)
    vial = gate_conditions.reserved_vial(scene, CLARA, 1)
    scene.codes |= {"subject": CLARA, "number": "1", "vial": vial}
    gate_conditions.prescribe(scene)
    gate_conditions.confirm(scene)
    clinic.go_to(scene, clinic.the_visit(scene, CLARA).first_on)


def with_endotoxin(begin: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """The lot has a result of 2.5 EU/mL: under the 3 of the release, over the limit of a light recipient."""

    def both(scene: Scene) -> None:
        journey.a_result(scene, scene["lot"], "endotoxin", "2.5")
        begin(scene)

    return both


def as_reserved(scene: Scene) -> None:
    """Anna's own vial, which is no replacement."""
    confirmed(scene)
    scene.codes["as reserved"] = "yes"


def mixing(scene: Scene) -> None:
    """A trial file allows doses of several lots; Clara's first visit is today, and there are two lots."""
    text = scene.trial.text.replace("one_lot_per_dose = true", "one_lot_per_dose = false")
    journey.approve_trial(scene, journey.version(text, "mixing"))
    before(lambda scene: [gate_conditions.prescribe(scene), gate_conditions.confirm(scene)])(scene)
    scene.codes["vial"] = " ".join([scene["vial"], clinic.spare(scene, "second")[0]])


def mixed(scene: Scene) -> None:
    """Her dose is made of both."""
    mixing(scene)
    do(scene, PULL)
    gate_conditions.prepare(scene)


def as_kept(scene: Scene) -> None:
    """Nothing is left to be done: the station is the beginning."""


def _on_to_prepared(scene: Scene) -> Scene:
    prepared(scene)
    return scene


journey.WAY["prepared"] = journey.Waypoint("treating", _on_to_prepared, clinic.CLINICAL)
STATIONS: Mapping[Step, str] = {RESERVE: "stocked", PULL: "treating", DISPENSE: "treating"}
BEGINNINGS: Mapping[Step, Callable[[Scene], None]] = {RESERVE: planned, PULL: confirmed, DISPENSE: prepared}
KEPT: Mapping[Step, str] = {DISPENSE: "prepared"}
"""Beginnings that are stations themselves: made once, and copied."""


def do(scene: Scene, step: Step) -> Any:
    """The step itself; of a pull the vial at hand, as a replacement so that only the vial speaks against itself.

    A condition may say that it is pulled as reserved, or that the act is entered for when it was done.
    """
    code, number = scene["subject"], int(scene["number"])
    if step is RESERVE:
        return clinic.reserve(scene, code)
    deed, args = (dose.pull, (scene["vial"].split(),)) if step is PULL else (dose.dispense, ())
    how: dict[str, Any] = {"replacing": "as reserved" not in scene.codes} if step is PULL else {}
    if "at" in scene.codes:
        how |= {"at": datetime.fromisoformat(scene["at"]), "because": "No network"}
    return scene.act("pharmacist", deed, code, number, *args, witness="technician", **how)
