"""Excursions: a tank that warmed, a rack or box left out too long (rules.md §1, §2)."""

from datetime import datetime
from decimal import Decimal

from cellbank.commands import storage as commands
from cellbank.domain.deviation import DeviationKind
from cellbank.domain.storage import Excursion, StoragePlace, excursion_findings
from cellbank.errors import Finding, Refused
from cellbank.facts.protocol import protocol_in_force
from cellbank.services.acts import does
from cellbank.services.hold import open_deviation
from cellbank.store import codes
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Excursion)
def record_excursion(
    work: UnitOfWork,
    code: str,
    since: datetime,
    until: datetime | None = None,
    warmest_c: Decimal | None = None,
    note: str | None = None,
) -> None:
    """What happened to a tank, a rack or a box, in degrees Celsius and between two moments.

    Warmer than the trial file's limit, or nobody knows how warm: a deviation whose hold reaches exactly the vials that
    were inside in between, wherever they are now; without an end it reaches what arrives, too, until QA closes the
    deviation. It is done when it is over: one recorded long after is a late entry, as any fact. Refused: an end before
    the beginning, a moment in the future.
    """
    excursion = Excursion(since, until, warmest_c)
    place = codes.get_by_code(work, StoragePlace, code)
    moments = [excursion.since] if excursion.until is None else [excursion.since, excursion.until]
    if excursion.until is not None and excursion.until < excursion.since:
        params = {"since": excursion.since, "until": excursion.until}
        raise Refused(Finding("storage.excursion.reversed", place.path, params))
    if max(moments) > work.now:
        raise Refused(Finding("act.future", place.path, {"at": max(moments)}))
    work.record(
        "storage.excursion",
        place,
        since=excursion.since,
        until=excursion.until,
        warmest_c=excursion.warmest_c,
        note=note,
    )
    limits = protocol_in_force(work).storage
    for limit in excursion_findings(limits, place.path, excursion):
        open_deviation(work, DeviationKind.LIMIT, place, limit, (excursion.since, excursion.until))
