"""What makes a step of a visit be refused: each flips one condition of the bank, and says how to set it right again.

A flip returns its own undoing, or None where there is none: what is final stays final.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa

from cellbank.commands.dose import Preparation
from cellbank.domain.donor import Determination
from cellbank.services import donor, dose, hold, protocol, storage, vial, visit
from cellbank.views.lot import lot_view
from cellbank.views.vial import vial_view
from tests import clinic, journey
from tests.banks import unguarded
from tests.clinic import ANNA, Scene, today
from tests.documents import treated
from tests.documents.treated import INVESTIGATOR, PRESCRIBER

Undo = Callable[[], object]
Flip = Callable[[Scene], Undo | None]

STERILITY = "sterility-after-thaw"
NAT = "nat-hcv"


def lift_all(scene: Scene) -> None:
    """Every hold that a person may lift is lifted, so that only the condition itself is left to refuse."""
    for one in scene.open_holds():
        journey.lift(scene, one.code)


def close_all(scene: Scene) -> None:
    """Every deviation is closed, so that only the condition itself is left to refuse."""
    for one in scene.open_deviations():
        journey.close(scene, one.code)


# --- Donor ----------------------------------------------------------------------------------------------------------


def consent_withdrawn(scene: Scene) -> None:
    """The donor withdraws; the hold that it puts is lifted."""
    scene.act("technician", donor.withdraw_consent, scene["donor"], today(scene), "Changed their mind")
    lift_all(scene)


def late_positive(scene: Scene) -> None:
    """A marker comes back positive; the hold that it puts is lifted."""
    scene.act("technician", donor.record_test, scene["donor"], NAT, "positive", today(scene), None, "Lab")
    lift_all(scene)


def determined_ineligible(scene: Scene) -> Undo:
    """QA determines the donor ineligible."""

    def determine(as_what: Determination) -> None:
        scene.sign("qa", donor.determine_donor, scene["donor"], as_what, "Seen again")

    determine(Determination.INELIGIBLE)
    return partial(determine, Determination.ELIGIBLE)


# --- Results and signatures -----------------------------------------------------------------------------------------


def expires_on(scene: Scene) -> date:
    """The last day of use of the lot."""
    found: date = scene.read(lot_view, scene["lot"]).expires_on
    return found


def reaffirm(scene: Scene) -> None:
    """The roles that signed the release sign again what stands now, and the hold is lifted."""
    journey.attest(scene, scene["lot"])
    journey.release(scene, scene["lot"])
    lift_all(scene)


def signed_content_changed(scene: Scene) -> Undo:
    """A later expiry, signed by itself: the release signed another. The hold that it puts is lifted."""
    journey.extend(scene, scene["lot"], expires_on(scene) + timedelta(days=60))
    lift_all(scene)
    return partial(reaffirm, scene)


def signed_result_invalidated(scene: Scene) -> Undo:
    """A result that was signed is invalidated and its absence re-affirmed: only the test itself is missing."""
    journey.invalidate(scene, scene["sterility"])
    reaffirm(scene)
    return partial(journey.a_result, scene, scene["lot"], "sterility", "no growth")


def later_failure(scene: Scene) -> Undo:
    """A result that fails comes after the release; its deviation is closed, the failure stands."""
    code = journey.a_result(scene, scene["lot"], "potency", "19")
    close_all(scene)
    return partial(journey.invalidate, scene, code)


def unreviewed(scene: Scene) -> Undo:
    """A result that nobody has reviewed comes after the release."""
    code = journey.a_result(scene, scene["lot"], "potency", "43", reviewed=False)
    return partial(journey.review, scene, code)


def recalled(scene: Scene) -> None:
    """The qualified person takes the release back; the hold that it puts is lifted."""
    journey.recall(scene, scene["lot"])
    lift_all(scene)


def dose_result_fails(scene: Scene) -> Undo:
    """A result of the dose itself fails before it is dispensed; the lot's deviation is closed."""
    code = journey.a_result(scene, scene["dose"], STERILITY, "growth")
    close_all(scene)
    return partial(journey.invalidate, scene, code)


def another_version(name: str, was: str, becomes: str) -> Flip:
    """A version of the trial file that asks something else is approved; undone by one that asks the same as before."""

    def flip(scene: Scene) -> Undo:
        text = scene.trial.text
        assert was in text, was
        journey.approve_trial(scene, journey.version(text.replace(was, becomes), name))
        return lambda: journey.approve_trial(scene, journey.version(text, f"{name}.1"))

    return flip


def no_late_results(scene: Scene) -> Undo:
    """A version of the trial file that dispenses nothing before every result is there; the result comes then."""
    was = "dispense_before_late_results = true"
    another_version("2", was, was.replace("true", "false"))(scene)
    return partial(journey.a_result, scene, scene["dose"], STERILITY, "no growth")


# --- Vials ----------------------------------------------------------------------------------------------------------


def printed_again(whose: Callable[[Scene], Sequence[str]]) -> Flip:
    """The labels of vials are printed again: the old ones are void, the new ones not scanned back."""

    def flip(scene: Scene) -> Undo:
        codes = whose(scene)
        job = journey.VialPrint(only=codes, reprint_because="Torn")
        scene.act("technician", vial.print_vial_labels, scene["lot"], job, bytes)
        return lambda: [scene.act("technician", vial.verify_vials, [code]) for code in codes]

    return flip


def scans(which: Callable[[Scene], str]) -> Flip:
    """Another vial is scanned than the one set aside."""

    def flip(scene: Scene) -> Undo:
        right, scene.codes["vial"] = scene["vial"], which(scene)
        return lambda: scene.codes.update(vial=right)

    return flip


def lost(scene: Scene) -> Undo:
    """The vial is not where it should be, until it is found."""
    code = scene["vial"]
    position = scene.read(vial_view, code).position
    scene.act("technician", vial.discard_vials, [code], "missing", "Not in its place")
    return lambda: scene.act("technician", storage.place_vial, code, position)


def one_lot_a_dose(scene: Scene) -> Undo:
    """A version of the trial file that allows one lot a dose only; undone by one that allows more."""
    text = scene.trial.text
    journey.approve_trial(scene, journey.version(text, "one"))
    more = text.replace("one_lot_per_dose = true", "one_lot_per_dose = false")
    return lambda: journey.approve_trial(scene, journey.version(more, "more"))


def class_changed_beneath(scene: Scene) -> Undo:
    """The vial's class is another, which no act can do once it is filled: the database is changed beneath."""

    def become(stock_class: str) -> None:
        with unguarded(scene.bank.place) as connection:
            statement = sa.text("UPDATE vial SET stock_class = :class WHERE code = :code")
            connection.execute(statement, {"class": stock_class, "code": scene["vial"]})

    become("retained")
    return partial(become, "dispensable")


# --- Holds and deviations -------------------------------------------------------------------------------------------

Things = Callable[[Scene], str | Sequence[str]]


def named(what: str) -> Callable[[Scene], str]:
    """Something that the way made, by the name it has in the scene."""
    return lambda scene: scene[what]


def place_of(parts: int) -> Callable[[Scene], str]:
    """The tank (1), rack (2) or box (3) that the vial stands in."""
    return lambda scene: "/".join(str(scene.read(vial_view, scene["vial"]).position).split("/")[:parts])


def held(what: Things) -> Flip:
    """Someone doubts a thing, or several."""

    def flip(scene: Scene) -> Undo:
        found = what(scene)
        things = [found] if isinstance(found, str) else found
        held = [scene.act("technician", hold.put_hold, one, "A doubt").code for one in things]
        return lambda: [journey.lift(scene, code) for code in held]

    return flip


def deviating(what: Callable[[Scene], str]) -> Flip:
    """Something unplanned happened to a thing."""

    def flip(scene: Scene) -> Undo:
        scene.act("technician", hold.report_deviation, what(scene), "Power cut")
        return partial(close_all, scene)

    return flip


# --- Subject and visit ----------------------------------------------------------------------------------------------


def withdrawn(scene: Scene) -> None:
    """The subject leaves the trial."""
    clinic.withdraw(scene, scene["subject"])


def suspended(scene: Scene) -> Undo:
    """The trial is suspended."""
    scene.act("qa", protocol.suspend_trial, "The board asks")
    return lambda: scene.sign("qa", protocol.resume_trial, "Answered")


def moved(number: int, days: int) -> Flip:
    """A visit on another day, so many days from the day that it was planned on."""

    def flip(scene: Scene) -> Undo:
        planned_on = clinic.the_visit(scene, scene["subject"], number).planned_on

        def to(day: Any) -> object:
            return scene.act("pharmacist", visit.move_visit, scene["subject"], number, day, "Holidays")

        to(planned_on + timedelta(days=days))
        return partial(to, planned_on)

    return flip


def cancelled(scene: Scene) -> Undo:
    """The visit is given up, until it is planned again."""
    code, number = scene["subject"], int(scene["number"])
    scene.act("pharmacist", visit.cancel_visit, code, number, "The subject is in hospital")
    return lambda: scene.act("pharmacist", visit.move_visit, code, number, today(scene), "Discharged early")


def missed(scene: Scene) -> Undo:
    """The windows of the whole course are over; the last visit is held today after all."""
    scene.clock.forward(days=230)
    return lambda: scene.act("pharmacist", visit.move_visit, scene["subject"], 3, today(scene), "Was ill")


def later(**span: float) -> Flip:
    """Time goes by; what is set right is done by the record: the act is then entered for when it was done."""

    def flip(scene: Scene) -> Undo:
        done: datetime = scene.clock.now
        scene.clock.forward(**span)
        return lambda: scene.codes.update(at=done.isoformat())

    return flip


def prescribe(scene: Scene, weight: str = "68.5", *, validated: bool = True) -> None:
    """A prescription for the visit."""
    code, number = scene["subject"], int(scene["number"])
    args = (code, number, 8_000_000, Decimal(weight), PRESCRIBER, today(scene))
    scene.act("pharmacist", visit.record_prescription, *args)
    if validated:
        validate(scene)


def validate(scene: Scene) -> None:
    """The pharmacist's validation of the prescription in force."""
    code, number = scene["subject"], int(scene["number"])
    scene.sign("pharmacist", visit.validate_prescription, code, number)


def prescribed_anew(scene: Scene) -> Undo:
    """Another prescription, which nobody has validated."""
    prescribe(scene, validated=False)
    return partial(validate, scene)


def light_recipient(scene: Scene) -> Undo:
    """The weight recorded is far under the lowest that the release was judged for."""
    prescribe(scene, "29")
    return partial(prescribe, scene)


def confirm(scene: Scene, days_ago: int = 0, **changed: str | None) -> None:
    """The investigator's answers for the visit."""
    given = clinic.answers(scene, at_visit=True, **changed)
    day = today(scene) - timedelta(days=days_ago)
    scene.act("pharmacist", visit.confirm_visit, scene["subject"], int(scene["number"]), given, day, INVESTIGATOR)


def low_platelets(scene: Scene) -> Undo:
    """A contraindication is found."""
    confirm(scene, platelets="49")
    return partial(confirm, scene)


def prepared_as(total: int, viability: str, volume: str) -> Flip:
    """What was measured at the preparation; its deviations are closed. Set right by a replacement, well prepared."""

    def flip(scene: Scene) -> Undo:
        prepare(scene, total, viability, volume)
        close_all(scene)

        def replace() -> None:
            scene.act("pharmacist", dose.waste, ANNA, 1, "Out of its limits")
            clinic.pull(scene, ANNA, clinic.spare(scene)[:1], replacing=True)
            prepare(scene)

        return replace

    return flip


def prepare(scene: Scene, total: int = 10_000_000, viability: str = "88.4", volume: str = "2.4") -> None:
    """What was pulled is thawed and prepared."""
    code, number = scene["subject"], int(scene["number"])
    scene.clock.forward(minutes=5)
    now = scene.clock.now
    scene.act("pharmacist", dose.thaw, code, number, now - timedelta(minutes=3), now)
    scene.clock.forward(minutes=5)
    made = Preparation("washed", total, Decimal(viability), Decimal(volume), "5 mL", materials_of(scene))
    scene.act("pharmacist", dose.prepare, code, number, made, witness="technician")


def materials_of(scene: Scene) -> Sequence[str]:
    """What the preparation uses, where the scene has it."""
    return [scene["saline"]] if "saline" in scene.codes else []


def reserved_vial(scene: Scene, code: str, number: int) -> str:
    """The one vial set aside for a visit."""
    [found] = treated.reserved(scene, code, number)
    return found
