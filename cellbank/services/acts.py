"""What every act shares: which command it does, who may do it, that it was recorded in time (rules.md §1, §8)."""

import pkgutil
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from functools import wraps
from importlib import import_module
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from cellbank import services
from cellbank.commands.command import Command
from cellbank.domain.person import Verb, role_for
from cellbank.errors import CellbankError, Finding, NotAllowed, Refused
from cellbank.facts.protocol import protocol_in_force_or_none
from cellbank.services import signing
from cellbank.store.person import roles_on
from cellbank.store.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")
Service = Callable[Concatenate[UnitOfWork, P], T]
Deed = Callable[[UnitOfWork], object] | Command
"""What is to be done in one act: a command, or a function of the unit of work."""

DEFAULT_LATE_HOURS = 24
"""Hours, before any trial file is approved."""


def verb(kind: Verb) -> Callable[[Service[P, T]], Service[P, T]]:
    """A service that only the roles of this verb may call; a service without it cannot be concluded."""

    def decorate(service: Service[P, T]) -> Service[P, T]:
        @wraps(service)
        def asked(work: UnitOfWork, *args: P.args, **kwargs: P.kwargs) -> T:
            work.authorise(kind)
            _refuse_untimely(work)
            answer = service(work, *args, **kwargs)
            _witness(work)
            return answer

        return cast(Service[P, T], asked)

    return decorate


_SERVICES: dict[type[Command], Callable[..., object]] = {}


def does(command: Callable[P, Command]) -> Callable[[Service[P, T]], Service[P, T]]:
    """The service that does this command, for whom its verb allows; its parameters are the command's answers.

    mypy compares them: what a front end can declare and the service cannot take is a mistake that it finds.
    """
    kind = cast(type[Command], command)

    def decorate(service: Service[P, T]) -> Service[P, T]:
        asked = verb(kind.about.verb)(service)
        _SERVICES[kind] = asked
        return asked

    return decorate


def service_of(command: type[Command]) -> Callable[..., object]:
    """The service that does a command, its module imported when it was not yet."""
    if command not in _SERVICES:
        modules = [module.name for module in pkgutil.iter_modules(services.__path__)]
        station = command.about.name.partition(".")[0]
        for name in sorted(modules, key=lambda name: name != station):
            import_module(f"{services.__name__}.{name}")
            if command in _SERVICES:
                break
    return _SERVICES[command]


def refusing(error: CellbankError) -> Callable[[UnitOfWork], object]:
    """A deed that refuses as a rehearsal did, to be performed so that the refusal is recorded."""

    def refuse(work: UnitOfWork) -> None:
        raise error

    return refuse


def reason_of(deed: Deed) -> str | None:
    """The reason that a command asks for by itself."""
    return deed.reason if isinstance(deed, Command) else None


def done_at(deed: Deed) -> datetime | None:
    """When a command says by itself that it was done."""
    return deed.done_at if isinstance(deed, Command) else None


def carry_out(work: UnitOfWork, deed: Deed) -> None:
    """Do a deed: a command by its service, or a function of the unit of work."""
    if isinstance(deed, Command):
        given: dict[str, Any] = {one.name: getattr(deed, one.name) for one in fields(cast(Any, deed))}
        service_of(type(deed))(work, **given)
    else:
        deed(work)


def late_hours(work: UnitOfWork) -> int:
    """How long after it was done an act may be recorded without a reason and a witness: the trial file says."""
    protocol = protocol_in_force_or_none(work)
    return DEFAULT_LATE_HOURS if protocol is None else protocol.record.late_entry_hours


def is_late(work: UnitOfWork) -> bool:
    """Whether this act is recorded so long after it was done that it needs a reason and a witness (rules.md §1)."""
    hours = (work.now - work.act.performed_at).total_seconds() / 3600
    return hours > 0 and hours > late_hours(work)


def _refuse_untimely(work: UnitOfWork) -> None:
    act = work.act
    if act.performed_at > work.now:
        raise Refused(Finding("act.future", "", {"at": act.performed_at}))
    if act.rehearsed or not is_late(work):
        return
    missing = [word for word, given in (("reason", act.reason), ("witness", act.second)) if not given]
    if missing:
        raise Refused(
            *(Finding(f"act.late.{word}", "", {"at": act.performed_at, "hours": late_hours(work)}) for word in missing)
        )


def _witness(work: UnitOfWork) -> None:
    """The second person's signature under what was done: who, what, when, and why."""
    second = work.act.second
    if second is None or not work.actions:
        return
    if any(signature["name"] == second.name for signature in work.signatures):
        return
    role = role_for(Verb.CHECK_AS_SECOND, roles_on(work.session, second.person_id, work.today))
    if role is None:
        raise NotAllowed("person.second.role", name=second.name)
    signing.witness(work, second, role)
