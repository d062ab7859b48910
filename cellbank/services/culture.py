"""Cultures: isolated, harvested, seeded, passaged, pooled, split, thawed, discarded (rules.md §1, §2, §4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from cellbank.commands import culture as commands
from cellbank.commands.culture import Harvesting, Seeding
from cellbank.domain.culture import Culture, CultureSource, Harvest, SourceKind
from cellbank.domain.deviation import DeviationKind
from cellbank.domain.growth import harvest_limit_findings, passage_of, seeding_limit_findings, viable
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot, thaw_limit_findings, thawed_cells_findings
from cellbank.domain.protocol import Protocol, TrialVersion
from cellbank.domain.tissue import Acceptance, Tissue
from cellbank.domain.vial import IN_STOCK, Vial, VialStatus
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.culture import family_of, freeze_point, left_of_harvests, used_after
from cellbank.facts.lot import holds_upstream, use_at_risk_signed
from cellbank.facts.protocol import parsed, protocol_by_id, version_effective
from cellbank.facts.tissue import received_facts, tissue_facts, tissue_limits
from cellbank.services.acts import does
from cellbank.services.hold import open_deviation, open_deviations
from cellbank.services.material import use_materials
from cellbank.services.movement import Move, Why, move_vials
from cellbank.services.vial import void_unscanned
from cellbank.store import codes
from cellbank.store.hold import open_holds_on
from cellbank.store.unit_of_work import UnitOfWork


def _version(work: UnitOfWork) -> tuple[TrialVersion, Protocol]:
    version = version_effective(work, work.act.performed_at)
    return version, parsed(version)


@does(commands.Isolate)
def isolate(work: UnitOfWork, tissue_code: str, total: int, viability_percent: Decimal, seeding: Seeding) -> None:
    """A P0 culture from a tissue: the fresh isolate and what of it was plated.

    Refused: before the procurement, more viable cells plated than isolated. Recorded with a deviation: cold
    ischaemia, density, a tissue that QA rejected.
    """
    tissue = codes.get_by_code(work, Tissue, tissue_code)
    version, protocol = _version(work)
    at = work.act.performed_at
    if at < tissue.received_at:
        raise Refused(Finding("culture.before_tissue", tissue.code, {"received_at": tissue.received_at, "at": at}))
    if seeding.viable > viable(total, viability_percent):
        most = int(viable(total, viability_percent))
        raise Refused(
            Finding("culture.seeding.more_than_isolated", tissue.code, {"viable": seeding.viable, "most": most})
        )
    culture = _seeded(work, version, 0, seeding)
    culture.total_isolated = total
    culture.viability_percent = viability_percent
    edge = CultureSource(culture_id=culture.id, kind=SourceKind.TISSUE, tissue_id=tissue.id)
    _begin(work, culture, [edge])
    work.record("culture.isolated", culture, edge, tissue=tissue.code)
    use_materials(work, seeding.materials, culture, "isolate", at)
    open_deviations(work, tissue, _new_tissue_limits(work, tissue))
    if tissue.acceptance is Acceptance.REJECTED:
        open_deviation(
            work, DeviationKind.LIMIT, culture, Finding("tissue.rejected_used", tissue.code, {"tissue": tissue.code})
        )
    _open_seeding_deviations(work, culture, protocol)


def _new_tissue_limits(work: UnitOfWork, tissue: Tissue) -> list[Finding]:
    """The limits that isolation broke beyond those already opened at receipt."""
    known = {finding.code for finding in tissue_limits(work, tissue, received_facts(tissue))}
    now = tissue_limits(work, tissue, tissue_facts(work, tissue))
    return [finding for finding in now if finding.code not in known]


def _seeded(work: UnitOfWork, version: TrialVersion, passage: int, seeding: Seeding) -> Culture:
    if seeding.viable < 1:
        raise WrongInput("culture.seeding.none", value=seeding.viable)
    return Culture(
        code=codes.next_code(work, Station.CULTURE),
        passage=passage,
        seeded_at=work.act.performed_at,
        seeded_by=work.act.actor.name,
        viable_seeded=seeding.viable,
        surface_cm2=seeding.surface_cm2,
        trial_version_id=version.id,
    )


def _begin(work: UnitOfWork, culture: Culture, edges: Sequence[CultureSource]) -> None:
    work.add(culture)
    work.session.flush()
    work.add(*edges)
    work.session.flush()


def _open_seeding_deviations(work: UnitOfWork, culture: Culture, protocol: Protocol) -> None:
    facts = family_of(work, [culture.id], protocol).facts[culture.code]
    open_deviations(work, culture, seeding_limit_findings(protocol.culture, facts))


@does(commands.Harvest)
def harvest(work: UnitOfWork, culture_codes: Sequence[str], harvested: Harvesting) -> None:
    """One harvest of one culture, or of several together into one suspension.

    Refused: a culture harvested already or thrown away, a harvest not after its seeding. Recorded with a deviation:
    viability and cumulative doublings beyond their limits.
    """
    cultures = _growing(work, culture_codes)
    harvest_together(work, cultures, harvested)


def harvest_together(work: UnitOfWork, cultures: Sequence[Culture], harvested: Harvesting) -> Harvest:
    """Harvest these cultures into one suspension; part of the act at hand. Refused: a harvest not after the seeding."""
    at = work.act.performed_at
    early = [
        Finding("culture.harvest.before_seeding", culture.code, {"seeded_at": culture.seeded_at, "at": at})
        for culture in cultures
        if at <= culture.seeded_at
    ]
    refuse(early)
    row = Harvest(
        at=at,
        total_cells=harvested.total,
        viability_percent=harvested.viability_percent,
        method=harvested.method,
        harvested_by=work.act.actor.name,
    )
    work.add(row)
    work.session.flush()
    for culture in cultures:
        culture.harvest_id = row.id
    work.session.flush()
    work.record("culture.harvested", cultures[0], row, *cultures[1:], together=[c.code for c in cultures])
    for culture in cultures:
        protocol = protocol_by_id(work, culture.trial_version_id)
        known = family_of(work, [culture.id], protocol)
        facts, grown = known.facts[culture.code], known.growth[culture.code]
        open_deviations(work, culture, harvest_limit_findings(protocol.culture, facts, grown))
    return row


def _growing(work: UnitOfWork, culture_codes: Sequence[str]) -> list[Culture]:
    """Cultures that can still be harvested: named once each, neither harvested nor discarded."""
    cultures = _named(work, culture_codes)
    refuse(
        Finding("culture.harvest.twice", culture.code, {"at": work.session.get_one(Harvest, culture.harvest_id).at})
        for culture in cultures
        if culture.harvest_id is not None
    )
    refuse_discarded(cultures, work.act.performed_at)
    return cultures


def _named(work: UnitOfWork, culture_codes: Sequence[str]) -> list[Culture]:
    if not culture_codes:
        raise WrongInput("culture.none_named")
    cultures = {culture.id: culture for culture in (codes.get_by_code(work, Culture, code) for code in culture_codes)}
    return list(cultures.values())


def refuse_discarded(cultures: Iterable[Culture], at: datetime) -> None:
    """Refuse what is said to have been done to a culture after it was thrown away; what was done before is a fact."""
    refuse(
        Finding("culture.discarded", culture.code, {"code": culture.code, "at": culture.discarded_at})
        for culture in cultures
        if culture.discarded_at is not None and culture.discarded_at <= at
    )


@does(commands.Seed)
def seed(work: UnitOfWork, from_codes: Sequence[str], seeding: Seeding) -> None:
    """A new culture from one harvested culture (split: seed again), or from several (pool).

    Refused: a parent not harvested, thrown away, or not harvested yet at that moment; more cells than are left of the
    harvest. Recorded with a deviation: density and passage beyond their limits.
    """
    parents = _named(work, from_codes)
    refuse(
        Finding("culture.not_harvested", culture.code, {"code": culture.code})
        for culture in parents
        if culture.harvest_id is None
    )
    seed_from(work, parents, seeding)


@does(commands.Passage)
def passage(work: UnitOfWork, culture_codes: Sequence[str], harvested: Harvesting, seeding: Seeding) -> None:
    """Harvest and seed in one act; several cultures are harvested together and pooled. Refused: what `harvest` and
    `seed` refuse.
    """
    cultures = _growing(work, culture_codes)
    harvest_together(work, cultures, harvested)
    seed_from(work, cultures, seeding)


def seed_from(work: UnitOfWork, parents: Sequence[Culture], seeding: Seeding) -> Culture:
    """Seed a child of harvested cultures; refused before their harvest, once they were thrown away, and beyond what
    is left of it.
    """
    at = work.act.performed_at
    version, protocol = _version(work)
    harvests = [work.session.get_one(Harvest, str(culture.harvest_id)) for culture in parents]
    refuse(
        Finding("culture.seeding.before_harvest", culture.code, {"harvested_at": row.at, "at": at})
        for culture, row in zip(parents, harvests, strict=True)
        if at < row.at
    )
    refuse_discarded(parents, at)
    left = left_of_harvests(work, list({row.id: row for row in harvests}.values()))
    if seeding.viable > left:
        params = {"viable": seeding.viable, "left": int(left)}
        raise Refused(Finding("culture.seeding.more_than_left", parents[0].code, params))
    culture = _seeded(work, version, passage_of(protocol.culture, [p.passage for p in parents]), seeding)
    edges = [CultureSource(culture_id=culture.id, kind=SourceKind.CULTURE, parent_id=parent.id) for parent in parents]
    _begin(work, culture, edges)
    work.record("culture.seeded", culture, *edges, parents=[p.code for p in parents], passage=culture.passage)
    use_materials(work, seeding.materials, culture, "seed", at)
    _open_seeding_deviations(work, culture, protocol)
    return culture


@does(commands.Thaw)
def thaw(work: UnitOfWork, vial_codes: Sequence[str], seeding: Seeding) -> None:
    """A culture from thawed bank vials, continuing their doublings.

    Refused: a vial not in stock. Recorded with a deviation: a bank that is not released and that QA did not
    sign for use at risk, a product lot's vial, a held lot, more viable cells than were frozen.
    """
    if not vial_codes:
        raise WrongInput("culture.none_named")
    vials = list({vial.id: vial for vial in (codes.get_by_code(work, Vial, code) for code in vial_codes)}.values())
    refuse(
        Finding("vial.not_in_stock", vial.code, {"code": vial.code, "status": vial.status})
        for vial in vials
        if vial.status not in IN_STOCK
    )
    version, protocol = _version(work)
    lots = {vial.lot_id: work.session.get_one(Lot, vial.lot_id) for vial in vials}
    at = work.act.performed_at
    refuse(
        Finding("culture.thaw.before_filling", lot.number, {"filled_at": lot.filled_at, "at": at})
        for lot in lots.values()
        if at < lot.filled_at
    )
    points = [freeze_point(work, lot, protocol) for lot in lots.values()]
    culture = _seeded(work, version, passage_of(protocol.culture, (), [p.passage for p in points]), seeding)
    edges = [CultureSource(culture_id=culture.id, kind=SourceKind.VIAL, vial_id=vial.id) for vial in vials]
    _begin(work, culture, edges)
    voided = [label for vial in vials for label in void_unscanned(work, vial)]
    work.record("culture.thawed", culture, *edges, *voided, vials=[v.code for v in vials], passage=culture.passage)
    thawed = [Move(vial, VialStatus.CONSUMED_IN_CULTURE) for vial in vials]
    move_vials(work, thawed, Why("culture", place_to=culture.code), on=culture)
    use_materials(work, seeding.materials, culture, "thaw", at)
    for lot in lots.values():
        open_deviations(work, culture, _bank_limits(work, lot, [v.id for v in vials if v.lot_id == lot.id]))
    frozen = sum(lots[vial.lot_id].viable_per_vial for vial in vials)
    open_deviations(work, culture, thawed_cells_findings(culture.code, seeding.viable, frozen))
    _open_seeding_deviations(work, culture, protocol)


def _bank_limits(work: UnitOfWork, lot: Lot, vial_ids: Sequence[str]) -> Iterable[Finding]:
    """What thawing a lot's vials into culture breaks: what QA had decided of it by then, a hold on it or the vials."""
    at = work.act.performed_at
    holds = [hold.code for hold in holds_upstream(work, lot)]
    holds += [hold.code for hold in open_holds_on(work.session, vial_ids)]
    return thaw_limit_findings(lot, use_at_risk=use_at_risk_signed(work, lot, at), holds=holds)


@does(commands.Discard)
def discard(work: UnitOfWork, code: str, because: str) -> None:
    """A culture was thrown away: contaminated, lost, no longer needed. What was made from it before stays.

    Refused: before its seeding, and before its cells were harvested, seeded again or filled.
    """
    culture = codes.get_by_code(work, Culture, code)
    refuse_discarded([culture], work.now)
    if not because.strip():
        raise WrongInput("culture.reason.missing", code=culture.code)
    at = work.act.performed_at
    if at < culture.seeded_at:
        params = {"seeded_at": culture.seeded_at, "at": at}
        raise Refused(Finding("culture.discard.before_seeding", culture.code, params))
    refuse(
        Finding("culture.discard.used_after", culture.code, {"used": used, "used_at": used_at, "at": at})
        for used, used_at in used_after(work, culture, at)
    )
    culture.discarded_at = at
    culture.discarded_because = because.strip()
    work.record("culture.discarded", culture, reason=because.strip())
