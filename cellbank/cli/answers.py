"""The investigator's answers on the command line: a file of `criterion = answer`, on which day, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from cellbank.cli import typed
from cellbank.cli.typed import dated, text_of

if TYPE_CHECKING:
    from cellbank.bank import Reading

CRITERIA = typed.option(
    "--criteria",
    help="A file of answers, `criterion = answer`: TOML, JSON or CSV. May hold answered_on and investigator.",
    metavar="FILE",
)
ANSWERED_ON = dated("--answered-on", help="The day of the answers; the file's, else today.")


@dataclass(frozen=True)
class Answered:
    """The answers by criterion, the investigator, and the day when it was said."""

    answers: Mapping[str, str]
    investigator: str
    said_on: date | None

    def on(self, reading: "Reading") -> date:
        """The day of the answers; today when nobody said it."""
        return self.said_on or reading.today


def given(path: str, answered_on: date | None, investigator: str | None = None, *, named: bool = True) -> Answered:
    """What the file and the options say together; refused where they differ, and unless an investigator is `named`."""
    from cellbank.errors import WrongInput
    from cellbank.exchange.criteria import read_answers

    file = read_answers(text_of(path), path)
    for option, said, in_file in (
        ("--answered-on", answered_on, file.answered_on),
        ("--investigator", investigator, file.investigator),
    ):
        if said is not None and in_file is not None and said != in_file:
            raise WrongInput("criteria.differs", path=path, option=option, file=in_file, said=said)
    who = investigator or file.investigator or ""
    if named and not who:
        raise WrongInput("criteria.investigator", path=path)
    return Answered(file.answers, who, answered_on or file.answered_on)


def completed(typed: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers of a command with those that its file of criteria holds; refused as by `given`."""
    said = given(typed["answers"], typed["answered_on"], typed["investigator"])
    return {**typed, "answers": said.answers, "answered_on": said.said_on, "investigator": said.investigator}
