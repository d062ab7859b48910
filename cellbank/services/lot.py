"""Lots: filled, attested, released, re-affirmed, rejected, recalled, extended (rules.md §2, §5, §6, §9)."""

from collections.abc import Callable
from datetime import date

from cellbank.commands import lot as commands
from cellbank.commands.culture import Harvesting
from cellbank.commands.lot import Filling
from cellbank.domain import gate
from cellbank.domain.culture import Culture, Harvest
from cellbank.domain.dates import months_after
from cellbank.domain.facts import LotFacts
from cellbank.domain.gate import Step
from cellbank.domain.growth import viable
from cellbank.domain.hold import HoldKind
from cellbank.domain.identifiers import Station, vial_code
from cellbank.domain.lot import MOVES, Disposition, Lot, ReleaseSignature, Tier, fill_refusals
from cellbank.domain.person import Role
from cellbank.domain.protocol import Protocol
from cellbank.domain.signature import Meaning
from cellbank.domain.vial import StockClass, Vial
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.culture import left_of_harvest
from cellbank.facts.lot import (
    USE_AT_RISK,
    decision_content,
    dossier,
    extension_content,
    fill_limits,
    labels_of,
    use_at_risk_content,
)
from cellbank.facts.protocol import parsed, version_effective
from cellbank.services.acts import does
from cellbank.services.culture import harvest_together, refuse_discarded
from cellbank.services.hold import open_deviations, place_hold
from cellbank.services.material import use_materials
from cellbank.services.movement import write_filled
from cellbank.services.release import (
    asked_beside,
    asked_of_quality,
    hold_if_signed_changed,
    is_pending_of,
    pending,
    refuse_own_work,
    refuse_second_signature,
)
from cellbank.services.signing import changed_since, sign, to_sign
from cellbank.store import codes
from cellbank.store.unit_of_work import UnitOfWork
from cellbank.store.vial import vials_of


@does(commands.Fill)
def fill_lot(work: UnitOfWork, culture_code: str, filling: Filling, harvested: Harvesting | None = None) -> None:
    """A lot from the harvest of a culture, its vials numbered and coded.

    Refused: a culture without a harvest, or thrown away before; more cells in vials than were harvested; classes that
    do not add up.
    Recorded with a deviation: limits of growth, expiry past the shelf life, too few retained vials.
    """
    culture = codes.get_by_code(work, Culture, culture_code)
    row = _harvest_of(work, culture, harvested)
    version = version_effective(work, work.act.performed_at)
    protocol = parsed(version)
    _refuse_more_than_harvested(work, culture, row, filling)
    at = work.act.performed_at
    lot = Lot(
        number=codes.next_code(work, Station.LOT),
        culture_id=culture.id,
        tier=filling.tier,
        filled_at=at,
        filled_by=work.act.actor.name,
        viable_per_vial=filling.viable_per_vial,
        volume_ml=filling.volume_ml,
        vials_filled=filling.vials,
        expires_on=filling.expires_on or months_after(work.day_of(at), protocol.lot.shelf_life_months),
        trial_version_id=version.id,
    )
    _refuse_impossible(work, lot, protocol, filling)
    work.add(lot)
    work.session.flush()
    vials = _vials(lot, filling)
    work.insert_many(vials)
    lines = write_filled(work, vials)
    work.record("lot.filled", lot, *vials, *lines, culture=culture.code, tier=filling.tier, vials=filling.vials)
    use_materials(work, filling.materials, lot, "fill", at)
    retained = filling.by_class.get(StockClass.RETAINED, 0)
    open_deviations(work, lot, fill_limits(work, lot, protocol, retained))


def _harvest_of(work: UnitOfWork, culture: Culture, harvested: Harvesting | None) -> Harvest:
    refuse_discarded([culture], work.act.performed_at)
    if culture.harvest_id is not None:
        row = work.session.get_one(Harvest, culture.harvest_id)
        if harvested is not None:
            raise Refused(Finding("culture.harvest.twice", culture.code, {"at": row.at}))
        if work.act.performed_at < row.at:
            params = {"harvested_at": row.at, "at": work.act.performed_at}
            raise Refused(Finding("lot.before_harvest", culture.code, params))
        return row
    if harvested is None:
        raise Refused(Finding("culture.not_harvested", culture.code, {"code": culture.code}))
    return harvest_together(work, [culture], harvested)


def _refuse_more_than_harvested(work: UnitOfWork, culture: Culture, row: Harvest, filling: Filling) -> None:
    left = left_of_harvest(work, row)
    needed = filling.vials * filling.viable_per_vial
    if needed > left:
        params = {
            "needed": needed,
            "left": int(left),
            "harvested": int(viable(row.total_cells, row.viability_percent)),
        }
        raise Refused(Finding("lot.more_than_harvested", culture.code, params))


def _refuse_impossible(work: UnitOfWork, lot: Lot, protocol: Protocol, filling: Filling) -> None:
    classes = {stock_class.value: count for stock_class, count in filling.by_class.items()}
    days = (work.day_of(lot.filled_at), lot.expires_on)
    refuse(fill_refusals(protocol.lot, lot.number, filling.vials, classes, days))


def _vials(lot: Lot, filling: Filling) -> list[Vial]:
    """The vials in the order of their classes: dispensable first, each with its own code."""
    classes = [c for c in StockClass for _ in range(filling.by_class.get(c, 0))]
    return [
        Vial(code=vial_code(lot.number, number), lot_id=lot.id, number=number, stock_class=stock_class)
        for number, stock_class in enumerate(classes, start=1)
    ]


@does(commands.Attest)
def attest_lot(work: UnitOfWork, number: str) -> None:
    """QA attests the batch record and the environmental monitoring, and signs the dossier as it stands.

    It means what the trial file asks of QA, and counts towards the release for as long as the dossier stays what was
    signed; when it has changed, QA attests again. On a released lot whose signed content changed, this re-affirms.

    Refused: a rejected or recalled lot, a person who gave another of the release's signatures.
    """
    _sign_dossier(work, number, "lot.attested", asked_of_quality)


@does(commands.Approve)
def approve_lot(work: UnitOfWork, number: str) -> None:
    """A signature that the trial file asks beside QA's attestation and the qualified person's, by its own role.

    Refused to whom the trial file does not ask. On a released lot whose signed content changed, this re-affirms.
    """
    _sign_dossier(work, number, "lot.approved", asked_beside)


def _sign_dossier(
    work: UnitOfWork, number: str, action: str, asks: Callable[[UnitOfWork, LotFacts], ReleaseSignature]
) -> None:
    lot = codes.get_by_code(work, Lot, number)
    if lot.disposition in {Disposition.REJECTED, Disposition.RECALLED}:
        raise Refused(Finding("lot.disposition.final", lot.number, {"disposition": lot.disposition}))
    facts, content = dossier(work, lot)
    required = asks(work, facts)
    refuse_second_signature(work, facts, required.role)
    meaning = required.meaning
    if lot.disposition is Disposition.RELEASED:
        action, meaning = "lot.reaffirmed", Meaning.RE_AFFIRMED
    sign(work, meaning, action, lot, now=content)
    work.record(action, lot, role=required.role)


@does(commands.Release)
def release_lot(work: UnitOfWork, number: str) -> None:
    """The qualified person's signature through the whole gate; the last one the trial file asks releases the lot.

    Refused with every finding. Not allowed: who entered or reviewed a result of the lot, or performed a step of
    its culture; who gave another of the release signatures.
    """
    lot = codes.get_by_code(work, Lot, number)
    facts, content = dossier(work, lot)
    refuse_own_work(work, lot)
    if lot.disposition is Disposition.RELEASED:
        _reaffirm(work, lot, facts, content)
        return
    required, *after = pending(facts)
    action = "lot.approved" if after else "lot.released"
    found = [f for f in gate.findings(Step.RELEASE, facts) if not is_pending_of(f, Role.QP)]
    if found:
        raise Refused(*found, *changed_since(work, lot, to_sign(work, required.meaning, action, content)))
    refuse_second_signature(work, facts, None)
    sign(work, required.meaning, action, lot, now=content)
    if not after:
        _move(lot, Disposition.RELEASED)
        lot.decided_at = work.now
    work.record(action, lot, meaning=required.meaning)


def _reaffirm(work: UnitOfWork, lot: Lot, facts: LotFacts, content: dict[str, object]) -> None:
    if not gate.findings(Step.FIT, facts) or all(s.current for s in facts.signatures):
        raise Refused(Finding("lot.disposition.not_quarantined", lot.number, {"disposition": lot.disposition.value}))
    refuse_second_signature(work, facts, Role.QP)
    sign(work, Meaning.RE_AFFIRMED, "lot.reaffirmed", lot, now=content)
    work.record("lot.reaffirmed", lot, role=Role.QP)


def _move(lot: Lot, to: Disposition) -> None:
    if to not in MOVES.get(lot.disposition, frozenset()):
        raise Refused(
            Finding("lot.disposition.move", lot.number, {"disposition": lot.disposition.value, "to": to.value})
        )
    lot.disposition = to


@does(commands.Reject)
def reject_lot(work: UnitOfWork, number: str, because: str) -> None:
    """The qualified person rejects a quarantined lot; final. Refused without a reason, and for a lot that is not
    quarantined.
    """
    _end(work, number, Disposition.REJECTED, because)


@does(commands.Recall)
def recall_lot(work: UnitOfWork, number: str, because: str) -> None:
    """The qualified person recalls a released lot: it and everything downstream is held; final. Refused without a
    reason, and for a lot that is not released.
    """
    lot = _end(work, number, Disposition.RECALLED, because)
    place_hold(work, HoldKind.RECALL, lot, because.strip())


def _end(work: UnitOfWork, number: str, to: Disposition, because: str) -> Lot:
    lot = codes.get_by_code(work, Lot, number)
    if not because.strip():
        raise WrongInput("lot.reason.missing", code=lot.number)
    action = f"lot.{to.value}"
    content = decision_content(lot, to, because)
    _move(lot, to)
    sign(work, Meaning.APPROVED, action, lot, now=content)
    lot.decided_at = work.now
    lot.decided_because = because.strip()
    work.record(action, lot, reason=because.strip())
    return lot


@does(commands.Extend)
def extend_lot(work: UnitOfWork, number: str, until: date, report: str) -> None:
    """A later expiry, with its stability report and a signature; labels already printed are named in the entry.
    Refused: no report, a day that is not later, a rejected or recalled lot.
    """
    lot = codes.get_by_code(work, Lot, number)
    if not report.strip():
        raise WrongInput("lot.report.missing", code=lot.number)
    if until <= lot.expires_on:
        raise Refused(Finding("lot.expiry.not_later", lot.number, {"until": until, "expires_on": lot.expires_on}))
    if lot.disposition in {Disposition.REJECTED, Disposition.RECALLED}:
        raise Refused(Finding("lot.disposition.final", lot.number, {"disposition": lot.disposition}))
    content = extension_content(lot, until, report)
    sign(work, Meaning.APPROVED, "lot.extended", lot, now=content)
    labels = labels_of(work, lot, vials_of(work.session, lot.id))
    lot.expires_on = until
    work.record("lot.extended", lot, until=until, report=report, labels_printed=labels.printed - labels.voided)
    hold_if_signed_changed(work, lot)


@does(commands.UseAtRisk)
def sign_use_at_risk(work: UnitOfWork, number: str, because: str) -> None:
    """QA signs beforehand that an unreleased bank may be expanded at risk (rules.md §2). Refused without a reason, for
    a product lot, and for a lot that is not quarantined.
    """
    lot = codes.get_by_code(work, Lot, number)
    if lot.tier is Tier.PRODUCT or lot.disposition is not Disposition.QUARANTINED:
        params = {"tier": lot.tier.value, "disposition": lot.disposition.value}
        raise Refused(Finding("lot.use_at_risk.not_for", lot.number, params))
    if not because.strip():
        raise WrongInput("lot.reason.missing", code=lot.number)
    sign(work, Meaning.APPROVED, USE_AT_RISK, lot, now=use_at_risk_content(lot, because))
    work.record(USE_AT_RISK, lot, reason=because.strip())


@does(commands.GreenLight)
def record_green_light(work: UnitOfWork, number: str, reference: str, given_on: date | None = None) -> None:
    """The sponsor's green light for a lot: the document's reference and its day, today when none is given. A day to
    come is refused.
    """
    given_on = given_on or work.today
    lot = codes.get_by_code(work, Lot, number)
    if given_on > work.today:
        raise Refused(Finding("lot.green_light.future", lot.number, {"on": given_on}))
    lot.green_light = reference.strip()
    lot.green_light_on = given_on
    work.record("lot.green_light_recorded", lot, reference=reference.strip())
