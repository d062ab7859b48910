"""Visits: plan, move, cancel, confirm."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.dose import Because, Number
from cellbank.commands.kinds import Day
from cellbank.commands.subject import AnsweredOn, Criteria, Investigator, Subject
from cellbank.domain.terms import Verb


class Plan(Command, verb=Verb.TREAT, done="visit.planned", example="cellbank visit plan S-014 --first-on 2026-04-14"):
    """The whole course from the day of the first injection, by calendar months, each visit with its window."""

    subject_code: Subject
    first_on: Annotated[Day, says("The day of the first injection.", "--first-on")]


class Move(
    Command,
    verb=Verb.TREAT,
    because="because",
    done="visit.moved",
    example='cellbank visit move S-014 2 --to 2026-07-20 --because "the subject travels"',
):
    """Another day for a visit, with its window; what was planned and reserved on it is checked again."""

    subject_code: Subject
    number: Number
    to: Annotated[Day, says("The new day.", "--to")]
    because: Because


class Cancel(
    Command,
    verb=Verb.TREAT,
    because="because",
    done="visit.cancelled",
    example='cellbank visit cancel S-014 2 --reason "the subject was in hospital"',
):
    """A visit that did not or will not take place: it stays in the record and on the list, its vials are free."""

    subject_code: Subject
    number: Number
    because: Because


class Confirm(
    Command,
    verb=Verb.TREAT,
    done="visit.confirmed",
    example="cellbank visit confirm S-014 1 --criteria visit-1.toml",
):
    """The investigator's answers for this visit to what is asked again at each injection."""

    subject_code: Subject
    number: Number
    answers: Criteria
    answered_on: AnsweredOn = None
    investigator: Investigator = None
