"""The certificate of analysis of a released lot."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime

from cellbank.documents.vial import printable
from cellbank.domain.gate import Step, every_required_test_passed
from cellbank.domain.lot import Disposition, Lot
from cellbank.domain.testing import Outcome
from cellbank.errors import Finding, Refused
from cellbank.facts.protocol import protocol_by_id
from cellbank.store import codes, journal
from cellbank.store.unit_of_work import Reading
from cellbank.views.lot import LotView, ResultLine, lot_check, lot_view
from cellbank.views.signatures import SignatureView
from cellbank.wording import Wording
from labels.blocks import Signature
from labels.certificate import Certificate, Headings, ResultRow, render_certificate


def certificate(reading: Reading, number: str, wording: Wording) -> bytes:
    """The certificate of a released lot as PDF, carrying the head of the record; other lots are refused.

    A released lot that is held, or against which anything else stands, has its certificate too: it says so.
    """
    lot = codes.get_by_code(reading, Lot, number)
    if lot.disposition is not Disposition.RELEASED:
        params = {"lot": lot.number, "disposition": lot.disposition.value}
        raise Refused(Finding("certificate.not_released", lot.number, params))
    with printable():
        return render_certificate(certificate_of(reading, lot.number, wording))


def certificate_of(reading: Reading, number: str, wording: Wording) -> Certificate:
    """Everything a certificate says, in one language; refused for a lot that is not released."""
    seen = lot_view(reading, number, wording.language)
    lot = codes.get_by_code(reading, Lot, number)
    protocol = protocol_by_id(reading, lot.trial_version_id)
    entry, chain, _ = journal.head(reading.connection)
    illustrative = any(row.illustrative for row in seen.results) or protocol.is_illustrative("lot.strength")
    say = wording.say
    against = lot_check(reading, lot.number, Step.FIT).findings
    return Certificate(
        headings=headings(wording),
        product=protocol.lot.product_name.said(wording.language),
        lot=seen.number,
        tier=wording.term("tier", seen.tier),
        trial=f"{protocol.code} {protocol.acronym}",
        sponsor=protocol.sponsor,
        made_on=wording.value(reading.day_of(seen.filled_at)),
        expires_on=wording.value(seen.expires_on),
        specification=protocol.code,
        specification_version=protocol.version,
        rows=tuple(_row(row, wording) for row in seen.results if row.invalidated is None),
        conclusion=say(_conclusion(against), lot=seen.number, version=protocol.version),
        signatures=tuple(_signature(s, wording) for s in seen.signatures if s.action in _SHOWN),
        entry_number=entry,
        chain_hash=chain,
        changed=say("certificate.changed" if _changed(seen) else "certificate.unchanged"),
        notes=tuple(_notes(seen, wording, illustrative)),
        particulars=tuple(_particulars(seen, wording, protocol.lot.strength.said(wording.language))),
        against=tuple(wording.finding(found) for found in against),
        demo=reading.demo,
    )


_SHOWN = frozenset({"lot.attested", "lot.approved", "lot.released", "lot.reaffirmed"})


def _conclusion(against: Sequence[Finding]) -> str:
    """What a result that came after the release leaves of the conformity that was signed."""
    tests = any(found.requirement == every_required_test_passed.__name__ for found in against)
    return "certificate.conclusion.no_longer" if tests else "certificate.conclusion"


def headings(wording: Wording) -> Headings:
    """Every heading of the certificate in one language."""
    return Headings(**{field.name: wording.say(f"certificate.heading.{field.name}") for field in fields(Headings)})


def _row(row: ResultLine, wording: Wording) -> ResultRow:
    return ResultRow(
        test=row.name,
        method=row.method or "–",
        unit=row.unit if row.unit not in (None, "1") else "–",
        criterion=_criterion(row, wording),
        result=row.value,
        outcome=wording.term("outcome", row.outcome),
        performed_on=row.performed_on.isoformat(),
        laboratory=row.laboratory or "–",
        conforms=row.outcome in (Outcome.PASS, Outcome.INFORMATIVE),
        corrected=False,
        illustrative=row.illustrative,
    )


def _criterion(row: ResultLine, wording: Wording) -> str:
    if row.outcome is Outcome.INFORMATIVE:
        return wording.say("certificate.informative")
    if row.printed_limit:
        return row.printed_limit
    limit = row.limit.removesuffix(f" {row.unit}") if row.unit else row.limit
    return limit.replace(">=", "≥").replace("<=", "≤")


def _signature(signature: SignatureView, wording: Wording) -> Signature:
    return Signature(
        name=signature.printed_name,
        role=wording.term("role", signature.role),
        signed_at=_moment(signature.signed_at, wording),
        meaning=wording.term("meaning", signature.meaning),
    )


def _moment(at: datetime | date, wording: Wording) -> str:
    return wording.value(at)


def _changed(seen: LotView) -> bool:
    return any(row.invalidated is not None for row in seen.results)


def _notes(seen: LotView, wording: Wording, illustrative: bool) -> list[str]:
    notes = [
        wording.say(
            "certificate.note.invalidated", code=row.code, test=row.name, value=row.value, cause=row.invalidated
        )
        for row in seen.results
        if row.invalidated is not None
    ]
    if illustrative:
        notes.append(wording.say("certificate.note.illustrative"))
    return notes


def _particulars(seen: LotView, wording: Wording, strength: str) -> list[tuple[str, str]]:
    say = wording.say
    doublings = "–" if seen.cumulative_doublings is None else wording.number(seen.cumulative_doublings)
    return [
        (say("certificate.particular.strength"), strength),
        (say("certificate.particular.vials"), wording.number(seen.vials_filled)),
        (say("certificate.particular.passage"), f"P{seen.passage}"),
        (say("certificate.particular.doublings"), doublings),
        (say("certificate.particular.donor"), seen.donor),
    ]
