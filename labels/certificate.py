"""A certificate of analysis, A4, from data that is already text in the reader's language.

No sentence is built here: headings, statements and dates arrive localised, results as they were reported,
with their < or >. The content is that of domain.md §6.
"""

from __future__ import annotations

from dataclasses import dataclass

from labels.blocks import (
    SMALL_PT,
    Masthead,
    Signature,
    feet,
    grid,
    heading,
    numbered,
    record_head,
    signatures,
    statement,
)
from labels.errors import LabelError
from labels.flow import Flow, bound, set_lines
from labels.table import Column, Row, table
from labels.typeface import BOLD

ILLUSTRATIVE, CORRECTED = "†", "‡"
_OUTCOME = 5  # The column of the outcome, where a test that does not conform stands out.


@dataclass(frozen=True, slots=True)
class Headings:
    """Every fixed word of a certificate, in the reader's language.

    `page` holds the two places `{page}` and `{pages}`; `illustrative` and `corrected` explain the marks † and
    ‡ and are printed only where a mark is; `demo` is printed on every page of a demonstration, `alarm` on every
    page when something stands against the lot, and `against` over what that is.
    """

    title: str
    product: str
    lot: str
    tier: str
    trial: str
    sponsor: str
    made_on: str
    expires_on: str
    specification: str
    version: str
    results: str
    test: str
    method: str
    unit: str
    criterion: str
    result: str
    outcome: str
    performed_on: str
    laboratory: str
    conclusion: str
    notes: str
    signatures: str
    record: str
    entry: str
    chain_hash: str
    page: str
    illustrative: str
    corrected: str
    against: str
    alarm: str
    demo: str = "DEMO"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One test: the limit as text, the result as reported. `conforms` false makes the outcome stand out."""

    test: str
    method: str
    unit: str
    criterion: str
    result: str
    outcome: str
    performed_on: str
    laboratory: str
    conforms: bool = True
    corrected: bool = False
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything a certificate of analysis says.

    `particulars` are further headings and values of the lot (passage, doublings, vials). `changed` says whether
    any datum changed since its first entry (EU GMP Annex 11 §8.2). `chain_hash` is the record's head in
    hexadecimal, and is printed as a symbol too. `against` is all that stands against using the lot now: a hold,
    a deviation, a recall of what it came from.
    """

    headings: Headings
    product: str
    lot: str
    tier: str
    trial: str
    sponsor: str
    made_on: str
    expires_on: str
    specification: str
    specification_version: str
    rows: tuple[ResultRow, ...]
    conclusion: str
    signatures: tuple[Signature, ...]
    entry_number: int
    chain_hash: str
    changed: str
    notes: tuple[str, ...] = ()
    particulars: tuple[tuple[str, str], ...] = ()
    against: tuple[str, ...] = ()
    demo: bool = False


def render_certificate(certificate: Certificate) -> bytes:
    """The certificate as PDF. Refuses no results, a missing glyph, a control character, a block over a page."""
    if not certificate.rows:
        raise LabelError("label.certificate.no_results", lot=certificate.lot)
    words = certificate.headings
    flow = Flow(_masthead(certificate).opening)
    if certificate.against:
        numbered(flow, words.against, certificate.against)
        flow.y += 7
    grid(flow, _identity(certificate))
    _results(flow, certificate)
    statement(flow, words.conclusion, certificate.conclusion)
    numbered(flow, words.notes, certificate.notes)
    signatures(flow, words.signatures, certificate.signatures)
    record_head(
        flow,
        words.record,
        entry=f"{words.entry} {certificate.entry_number}",
        hash_name=words.chain_hash,
        chain_hash=certificate.chain_hash,
        changed=certificate.changed,
    )
    _feet(flow, certificate)
    return bound(flow.pages, title=f"{words.title} {certificate.lot}")


def _masthead(certificate: Certificate) -> Masthead:
    words = certificate.headings
    return Masthead(
        title=words.title,
        reference_heading=words.lot,
        reference=certificate.lot,
        left=certificate.sponsor,
        right=certificate.trial,
        running=f"{words.title} · {certificate.product}",
        demo=words.demo if certificate.demo else None,
        alarm=words.alarm if certificate.against else None,
    )


def _identity(certificate: Certificate) -> tuple[tuple[str, str], ...]:
    words = certificate.headings
    return (
        (words.product, certificate.product),
        (words.lot, certificate.lot),
        (words.tier, certificate.tier),
        (words.trial, certificate.trial),
        (words.sponsor, certificate.sponsor),
        (words.specification, certificate.specification),
        (words.made_on, certificate.made_on),
        (words.expires_on, certificate.expires_on),
        (words.version, certificate.specification_version),
        *certificate.particulars,
    )


def _results(flow: Flow, certificate: Certificate) -> None:
    """The table, and below it what its marks mean."""
    words, rows = certificate.headings, certificate.rows
    heading(flow, words.results, 60)
    columns = (
        Column(words.test, 31),
        Column(words.method, 29),
        Column(words.unit, 13),
        Column(words.criterion, 22),
        Column(words.result, 22, BOLD),
        Column(words.outcome, 19),
        Column(words.performed_on, 18),
        Column(words.laboratory, 22),
    )
    table(flow, columns, map(_table_row, rows))
    flow.y += 3
    if any(row.illustrative for row in rows):
        flow.lines(set_lines(f"{ILLUSTRATIVE} {words.illustrative}", flow.format.width, SMALL_PT))
    if any(row.corrected for row in rows):
        flow.lines(set_lines(f"{CORRECTED} {words.corrected}", flow.format.width, SMALL_PT))


def _table_row(row: ResultRow) -> Row:
    criterion = f"{row.criterion} {ILLUSTRATIVE}" if row.illustrative else row.criterion
    result = f"{row.result} {CORRECTED}" if row.corrected else row.result
    cells = (row.test, row.method, row.unit, criterion, result, row.outcome)
    return Row((*cells, row.performed_on, row.laboratory), alarm=None if row.conforms else _OUTCOME)


def _feet(flow: Flow, certificate: Certificate) -> None:
    """Every page says which lot and which state of the record it belongs to, and which page of how many it is."""
    words = certificate.headings
    entry = f"{words.entry} {certificate.entry_number}"
    left = f"{words.lot} {certificate.lot} · {entry} · {certificate.chain_hash[:16]}"
    feet(flow.pages, left, words.page)
