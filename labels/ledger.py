"""The accountability log, A4 lying: every movement with its running balance, then whether the counts agree.

No word is written here: headings and cells arrive in the reader's language. Whether a count agrees is said by a
sign and a word, never by shade alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from labels.blocks import TEXT_PT, VALUE_PT, Closing, Masthead, grid, heading
from labels.canvas import WHITE
from labels.flow import LYING, Flow, Line, bound, height_of, set_lines
from labels.table import Column, Row, table
from labels.typeface import BOLD, typeface

AGREES, DIFFERS = "✓", "≠"


@dataclass(frozen=True, slots=True)
class LedgerWords:
    """Every fixed word of an accountability log."""

    title: str
    scope: str
    number: str
    at: str
    what: str
    vial: str
    lot: str
    expires_on: str
    received: str
    issued: str
    balance: str
    subject: str
    visit: str
    prescriber: str
    by: str
    checked_by: str
    movements: str
    identities: str
    holds: str
    differs: str
    demo: str = "DEMO"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One movement of one vial; what does not apply is empty."""

    number: str
    at: str
    what: str
    vial: str
    lot: str
    expires_on: str
    received: str
    issued: str
    balance: str
    subject: str
    visit: str
    prescriber: str
    by: str
    checked_by: str


@dataclass(frozen=True, slots=True)
class Term:
    """A count with its name."""

    name: str
    count: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A count that should be the sum of others, each counted from a source of its own; whether it is."""

    total: Term
    parts: tuple[Term, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything an accountability log says. `reference` with its heading stands on every page (a lot, or all)."""

    words: LedgerWords
    reference_heading: str
    reference: str
    sponsor: str
    trial: str
    scope: str
    lines: tuple[LedgerLine, ...]
    identities: tuple[Identity, ...]
    closing: Closing
    demo: bool = False


def render_ledger(ledger: Ledger) -> bytes:
    """The log as PDF; without a movement it says so by its counts. Refuses a missing glyph, a control character."""
    words = ledger.words
    head = Masthead(
        title=words.title,
        reference_heading=ledger.reference_heading,
        reference=ledger.reference,
        left=ledger.sponsor,
        right=ledger.trial,
        running=f"{words.title} · {ledger.trial}",
        demo=words.demo if ledger.demo else None,
    )
    flow = Flow(head.opening, LYING)
    grid(flow, [(words.scope, ledger.scope), (words.movements, str(len(ledger.lines)))], columns=2)
    flow.y += 10
    table(flow, _columns(words), map(_row, ledger.lines))
    _identities(flow, ledger)
    ledger.closing.close(flow, f"{words.title} · {ledger.reference_heading} {ledger.reference}")
    return bound(flow.pages, title=f"{words.title} {ledger.reference}")


def _columns(words: LedgerWords) -> tuple[Column, ...]:
    return (
        Column(words.number, 24),
        Column(words.at, 88),
        Column(words.what, 66),
        Column(words.vial, 72, BOLD),
        Column(words.lot, 57),
        Column(words.expires_on, 51),
        Column(words.received, 34),
        Column(words.issued, 34),
        Column(words.balance, 34, BOLD),
        Column(words.subject, 54),
        Column(words.visit, 29),
        Column(words.prescriber, 64),
        Column(words.by, 60),
        Column(words.checked_by, 60),
    )


def _row(line: LedgerLine) -> Row:
    vial = (line.number, line.at, line.what, line.vial, line.lot, line.expires_on)
    count = (line.received, line.issued, line.balance)
    return Row((*vial, *count, line.subject, line.visit, line.prescriber, line.by, line.checked_by))


def _identities(flow: Flow, ledger: Ledger) -> None:
    """Each identity in a frame with its sign; one that does not hold stands white on black."""
    for place, identity in enumerate(ledger.identities):
        said = " + ".join(f"{part.count} {part.name}" for part in identity.parts)
        sign = "=" if identity.holds else DIFFERS
        total = f"{identity.total.name} : {identity.total.count}  {sign}  "
        verdict = f"{AGREES} {ledger.words.holds}" if identity.holds else f"{DIFFERS} {ledger.words.differs}"
        x_verdict = flow.format.right - 96
        indent = typeface(BOLD).width(total, VALUE_PT)
        lines = set_lines(said, x_verdict - flow.format.left - 20 - indent, VALUE_PT)
        height = height_of(lines) + 8
        if place:
            flow.need(height + 4)
        else:
            heading(flow, ledger.words.identities, height)
        page, left = flow.page, flow.format.left
        page.frame(left, flow.y, flow.format.width, height)
        page.column(left + 8, flow.y + 3, [Line(total, VALUE_PT, BOLD)])
        page.column(left + 8 + indent, flow.y + 3, lines)
        if not identity.holds:
            page.bar(x_verdict, flow.y, 96, height)
        grey = 0.0 if identity.holds else WHITE
        page.column(x_verdict + 8, flow.y + 3, [Line(verdict, TEXT_PT + 0.6, BOLD, grey)])
        flow.y += height + 4
