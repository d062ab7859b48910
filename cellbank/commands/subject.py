"""Subjects: enrol, withdraw."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Answers, Code, Day, Line
from cellbank.domain.terms import Station, Verb

Subject = Annotated[Code, Station.SUBJECT, says("The subject's pseudonym.", metavar="SUBJECT")]
Criteria = Annotated[
    Answers,
    says(
        "A file of answers, `criterion = answer`: TOML, JSON or CSV. May hold answered_on and investigator.",
        "--criteria",
    ),
]
AnsweredOn = Annotated[Day | None, says("The day of the answers; the file's, else today.", "--answered-on")]
Investigator = Annotated[Line | None, says("Who answered; the file's when left out.", "--investigator", metavar="NAME")]


class Enrol(
    Command,
    verb=Verb.TREAT,
    done="subject.enrolled",
    example="cellbank subject enrol S-014 --born 1981-07 --consented-on 2026-03-02 --criteria s-014.toml "
    '--investigator "Dr A. Blanc"',
):
    """A subject takes part: every criterion answered by the investigator, and met; else every reason why not."""

    subject_code: Annotated[Line, says("The subject's pseudonym.", metavar="CODE")]
    born: Annotated[Line, says("Year and month of birth.", "--born", metavar="YYYY-MM")]
    consented_on: Annotated[Day, says("The day the consent was signed.", "--consented-on")]
    answers: Criteria
    answered_on: AnsweredOn = None
    investigator: Investigator = None


class Withdraw(
    Command,
    verb=Verb.TREAT,
    because="because",
    done="subject.withdrawn",
    example='cellbank subject withdraw S-014 --on 2026-05-04 --reason "consent withdrawn"',
):
    """The subject leaves the trial: nothing more is given, what was set aside is free again."""

    subject_code: Annotated[Code, Station.SUBJECT, says("The subject's pseudonym.", metavar="CODE")]
    withdrawn_on: Annotated[Day | None, says("The day; today when left out.", "--on")]
    because: Annotated[Line, says("Why.", "--reason", "--because")]
