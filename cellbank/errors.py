"""Every refusal the bank can give: a stable code, its parameters, and the exit code of the command line.

Nothing here holds a sentence: `cellbank.wording` turns a code and its parameters into a sentence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Finding:
    """One reason not to.

    `code` is stable (`lot.test.missing`), `subject` is the code of the thing concerned, `params` fill the
    sentence; `requirement` names the requirement of the gate that found it, empty outside the gate.
    """

    code: str
    subject: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    requirement: str = ""


class CellbankError(Exception):
    """A refusal or a fault with a stable code and parameters; `exit_code` is the command line's."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params
        self.findings: tuple[Finding, ...] = ()

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({given})" if given else self.code


class WrongInput(CellbankError):
    """What was typed, scanned or loaded cannot be read: a wrong form, unit, key or value (exit 2)."""

    exit_code = 2


class Refused(CellbankError):
    """A rule of the bank refuses the act; every finding is listed (exit 3)."""

    exit_code = 3

    def __init__(self, *findings: Finding, code: str = "act.refused", **params: object) -> None:
        super().__init__(code, **params)
        self.findings = findings

    def __str__(self) -> str:
        return f"{super().__str__()}: " + "; ".join(f"{f.code}[{f.subject}]" for f in self.findings)


class NotFound(CellbankError):
    """No such code in the bank, or no bank at that place (exit 4)."""

    exit_code = 4


class WrongScan(NotFound):
    """A code scanned at a task that no vial bears: kept as a refusal entry, since it was in someone's hand."""


class NotAllowed(CellbankError):
    """Unknown person, wrong password, missing role, or one person where two are needed (exit 5)."""

    exit_code = 5


class NotIntact(CellbankError):
    """The record does not verify, or the file is not a bank (exit 6)."""

    exit_code = 6


class CannotWrite(CellbankError):
    """The bank is locked, full, or its disk fails: nothing of the act was kept (exit 7)."""

    exit_code = 7


class CannotPrint(CellbankError):
    """The print is in the record, but a printer or a folder did not take it: what came out is not known (exit 7)."""

    exit_code = 7


class Conflict(Refused):
    """What the actor was shown has changed since; the act is refused so that it can be looked at again."""


def refuse(findings: Iterable[Finding]) -> None:
    """Raise `Refused` with all findings, or return when there is none."""
    found = tuple(findings)
    if found:
        raise Refused(*found)
