"""Doses: reserve, cancel, pull, put back, thaw, prepare, dispense, administer, waste, return, destroy."""

from typing import Annotated

from cellbank.commands.command import Command, Part, says
from cellbank.commands.kinds import Aliases, Code, Codes, Count, Flag, Instant, Line, Quantity, YesNo
from cellbank.commands.subject import Subject
from cellbank.domain.terms import Station, Verb

Number = Annotated[Count, says("The visit's number, from 1.", metavar="N")]
Because = Annotated[Line, says("Why.", "--reason", "--because")]


class Preparation(Part):
    """What was prepared: how (wash, dilution), total cells counted, viability, volume drawn, syringe, materials."""

    preparation: Annotated[Line, says("How: wash, dilution.", "--preparation")]
    total: Annotated[Count, says("Total cells counted.", "--total")]
    viability_percent: Annotated[Quantity, says("Percent viable.", "--viability")]
    volume_ml: Annotated[Quantity, says("Millilitres drawn.", "--volume-ml")]
    syringe: Annotated[Line, says("The syringe's size and lot.", "--syringe")]
    materials: Annotated[
        Aliases, Station.MATERIAL, says("Material lots used; several.", "--material", metavar="MATERIAL...")
    ] = ()
    method: Annotated[Line | None, says("How the cells were counted.", "--method")] = None


class Reserve(Command, verb=Verb.TREAT, done="dose.reserved", example="cellbank dose reserve S-014"):
    """The vials of every visit to come, all or none; short stock says what is missing and by when."""

    subject_code: Subject


class Cancel(
    Command,
    verb=Verb.TREAT,
    because="because",
    done="dose.reservation_cancelled",
    example='cellbank dose cancel S-014 3 --reason "visit given up"',
):
    """What was set aside for a visit, or for the whole course, is free again."""

    subject_code: Subject
    number: Annotated[Count | None, says("One visit; the whole course when left out.", metavar="[N]")]
    because: Because


class Pull(
    Command,
    verb=Verb.TREAT,
    happened=True,
    done="dose.pulled",
    example="cellbank dose pull S-014 1 --vial V-260001-001-K V-260001-002-I --checked-by technician",
):
    """Vials out of the tank for a visit: scanned, through the whole gate, checked by a second person."""

    subject_code: Subject
    number: Number
    vial_codes: Annotated[Codes, Station.VIAL, says("The vials scanned; several.", "--vial", metavar="CODE")]
    replacing: Annotated[
        Flag, says("From unreserved stock: what was reserved broke or failed.", "--replacement", metavar="")
    ] = False


class PutBack(
    Command,
    verb=Verb.TREAT,
    happened=True,
    because="because",
    done="dose.put_back",
    example='cellbank dose put-back S-014 1 --reason "the subject has a fever"',
):
    """The vials pulled go back, still frozen; later than the trial file allows, a deviation on each."""

    subject_code: Subject
    number: Number
    because: Because
    into: Annotated[
        Codes, Station.PLACE, says("Boxes; where they came from when left out.", "--into", metavar="BOX")
    ] = ()


class Thaw(
    Command,
    verb=Verb.TREAT,
    when="ended_at",
    done="dose.thawed",
    example="cellbank dose thaw S-014 1 --started-at 2026-04-14T09:02 --ended-at 2026-04-14T09:05",
):
    """The vials thawed; the clock runs from the moment that the trial file names."""

    subject_code: Subject
    number: Number
    started_at: Annotated[Instant, says("When the thaw began.", "--started-at")]
    ended_at: Annotated[Instant, says("When the thaw was over.", "--ended-at")]


class Prepare(
    Command,
    verb=Verb.TREAT,
    happened=True,
    done="dose.prepared",
    example="cellbank dose prepare S-014 1 --total 34.8M --viability 88,4 --volume-ml 2.4 --syringe SYR-2210 "
    '--preparation "washed, in saline" --material SAL-77 --checked-by technician',
):
    """The dose prepared and measured, checked by a second person; usable until the earliest limit of all."""

    subject_code: Subject
    number: Number
    prepared: Preparation


class Dispense(
    Command,
    verb=Verb.TREAT,
    happened=True,
    done="dose.dispensed",
    example="cellbank dose dispense S-014 1 --checked-by technician",
):
    """The dose leaves the pharmacy: the whole gate again, a second person, late results named as a condition."""

    subject_code: Subject
    number: Number


class Administer(
    Command,
    verb=Verb.TREAT,
    happened=True,
    done="dose.administered",
    example='cellbank dose administer S-014 1 --volume-ml 2,4 --investigator "Dr A. Blanc" --at 2026-04-14T09:40',
):
    """The injection, as the investigator reports it; a limit it broke opens a deviation."""

    subject_code: Subject
    number: Number
    volume_ml: Annotated[Quantity, says("Millilitres given.", "--volume-ml")]
    investigator: Annotated[Line, says("Who gave it.", "--investigator", metavar="NAME")]
    hold_known: Annotated[YesNo | None, says("Under a hold: was it known at the bedside?", "--hold-known")] = None


class Waste(
    Command,
    verb=Verb.TREAT,
    happened=True,
    because="because",
    example='cellbank dose waste S-014 1 --reason "puncture failed"',
):
    """An attempt that came to nothing: discarded before dispensing, wasted after it. The visit may try again."""

    subject_code: Subject
    number: Number
    because: Because


class Return(
    Command,
    verb=Verb.TREAT,
    happened=True,
    because="because",
    done="dose.returned",
    example='cellbank dose return S-014 1 --reason "the subject refused"',
):
    """A dispensed dose came back from the ward unused; it is destroyed next."""

    subject_code: Subject
    number: Number
    because: Because


class Destroy(
    Command,
    verb=Verb.TREAT,
    happened=True,
    because="because",
    done="dose.destroyed",
    example='cellbank dose destroy DO-260001-D --reason "returned from the ward"',
):
    """A returned dose destroyed."""

    code: Annotated[Code, Station.DOSE, says("The dose's code.", metavar="DOSE")]
    because: Because
