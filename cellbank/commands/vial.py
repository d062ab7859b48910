"""Vials: verify, use, discard, void a label."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, Codes, Line, among
from cellbank.domain.terms import Station, Verb, VialStatus

Vial = Annotated[Code, Station.VIAL, says("The vial's code, as its symbol holds it.", metavar="VIAL")]
Vials = Annotated[Codes, Station.VIAL, says("Vial codes, as their symbols hold them.", metavar="VIAL...")]
Because = Annotated[Line, says("Why.", "--reason", "--because")]


class Verify(
    Command,
    verb=Verb.PRINT_LABEL,
    done="vial.verified",
    example="cellbank vial verify V-260001-001-K V-260001-002-I",
):
    """Labels scanned back from their vials: all of them, or none."""

    vial_codes: Vials


class Use(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    done="vial.used",
    example="cellbank vial use V-260001-021-5 --for test",
):
    """A vial used for a test: consumed."""

    code: Vial
    purpose: Annotated[Line, says("test.", "--for", metavar="PURPOSE")]
    note: Annotated[Line | None, says("Which test, which order.", "--note")] = None


class Discard(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    because="because",
    example='cellbank vial discard V-260001-022-3 --how broken --reason "fell when racked"',
):
    """Vials broken, missing or destroyed."""

    vial_codes: Vials
    how: Annotated[
        VialStatus | None,
        among(VialStatus.BROKEN, VialStatus.MISSING, VialStatus.DESTROYED),
        says("broken, missing or destroyed, the last when left out.", "--how", metavar="HOW"),
    ]
    because: Because


class VoidLabel(
    Command,
    verb=Verb.PRINT_LABEL,
    because="because",
    done="label.voided",
    example='cellbank vial void-label V-260001-003-G --reason "torn when applied"',
):
    """A label spoiled or lost: void; the vial needs another."""

    code: Vial
    because: Because
