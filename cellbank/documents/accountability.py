"""The accountability log on paper, and as CSV for a spreadsheet that must run nothing of it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from io import StringIO

from cellbank.documents.closing import closing
from cellbank.documents.vial import printable
from cellbank.facts.protocol import protocol_in_force
from cellbank.store.unit_of_work import Reading
from cellbank.views import accountability
from cellbank.views.accountability import Accountability, AccountLine
from cellbank.wording import Wording
from labels.ledger import Identity, Ledger, LedgerLine, LedgerWords, Term, render_ledger

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for something to compute."""


def accountability_log(reading: Reading, lot_number: str | None, wording: Wording) -> bytes:
    """The log of one lot, or of every lot in scope, as PDF."""
    ledger = accountability_log_of(reading, lot_number, wording)
    with printable():
        return render_ledger(ledger)


def accountability_log_of(reading: Reading, lot_number: str | None, wording: Wording) -> Ledger:
    """Everything the log says, in one language."""
    seen = accountability.accountability(reading, lot_number)
    protocol = protocol_in_force(reading)
    say = wording.say
    return Ledger(
        words=LedgerWords(**{field.name: say(f"ledger.{field.name}") for field in fields(LedgerWords)}),
        reference_heading=say("ledger.lot" if lot_number else "ledger.lots"),
        reference=seen.lots[0] if lot_number else say("ledger.all"),
        sponsor=protocol.sponsor,
        trial=f"{protocol.code} {protocol.acronym}",
        scope=say(f"ledger.scope.{seen.scope}"),
        lines=tuple(_line(line, wording) for line in seen.lines),
        identities=tuple(_identities(seen, wording)),
        closing=closing(reading, wording),
        demo=reading.demo,
    )


def _line(line: AccountLine, wording: Wording) -> LedgerLine:
    return LedgerLine(
        number=str(line.number),
        at=wording.value(line.at),
        what=wording.term("purpose", line.purpose),
        vial=line.vial,
        lot=line.lot,
        expires_on=wording.value(line.expires_on),
        received=str(line.received or ""),
        issued=str(line.issued or ""),
        balance=str(line.balance),
        subject=line.subject or "",
        visit=str(line.visit or ""),
        prescriber=line.prescriber or "",
        by=line.by,
        checked_by=line.checked_by or "",
    )


def _identities(seen: Accountability, wording: Wording) -> Iterator[Identity]:
    vials, doses = seen.vials, seen.doses

    def identity(total: str, count: int, parts: Mapping[str, int], *, holds: bool) -> Identity:
        named = tuple(Term(wording.say(f"ledger.part.{name}"), str(part)) for name, part in parts.items())
        return Identity(Term(wording.say(f"ledger.total.{total}"), str(count)), named, holds)

    balance = {"in_stock": vials.in_stock}
    prepared = {"dispensed": doses.dispensed, "discarded": doses.discarded, "in_hand": doses.in_hand}
    given = {"administered": doses.administered, "wasted": doses.wasted}
    given |= {"returned": doses.returned, "at_bedside": doses.at_bedside}
    yield identity("received", vials.received, vials.parts, holds=vials.received_agrees)
    yield identity("balance", vials.balance, balance, holds=vials.balance_agrees)
    yield identity("prepared", doses.prepared, prepared, holds=doses.prepared_agrees)
    yield identity("dispensed", doses.dispensed, given, holds=doses.dispensed_agrees)


def accountability_csv(reading: Reading, lot_number: str | None = None) -> bytes:
    """Every movement as CSV (UTF-8, RFC 4180), a header of plain names first, instants with the site's offset.

    A cell that a spreadsheet would compute is prefixed with an apostrophe.
    """
    names = [field.name for field in fields(AccountLine)]
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(names)
    for line in accountability.accountability(reading, lot_number).lines:
        writer.writerow([_cell(getattr(line, name), reading) for name in names])
    return written.getvalue().encode("utf-8")


def _cell(value: object, reading: Reading) -> str:
    if isinstance(value, datetime):
        return value.astimezone(reading.zone).isoformat(timespec="seconds")
    if isinstance(value, Enum):
        return harmless(str(value.value))
    return "" if value is None else harmless(str(value))


def harmless(text: str) -> str:
    """A text as a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
