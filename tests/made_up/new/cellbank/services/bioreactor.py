"""Bioreactors: started, stopped. Made up."""

from cellbank.domain.bioreactor import Bioreactor

from cellbank.commands import bioreactor as commands
from cellbank.domain.terms import Station
from cellbank.errors import Finding, Refused
from cellbank.services.acts import does
from cellbank.store import codes
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Start)
def start(work: UnitOfWork, litres: int) -> None:
    """A bioreactor begins to run. Refused: one of no litre."""
    if not litres:
        raise Refused(Finding("bioreactor.empty", "", {}))
    started = Bioreactor(
        code=codes.next_code(work, Station.BIOREACTOR), litres=litres, started_at=work.act.performed_at
    )
    work.add(started)
    work.record("bioreactor.started", started)


@does(commands.Stop)
def stop(work: UnitOfWork, code: str) -> None:
    """A bioreactor is stopped; an unknown one is refused."""
    found = codes.get_by_code(work, Bioreactor, code)
    found.stopped_at = work.act.performed_at
    work.record("bioreactor.stopped", found)
