"""The trial file: loaded as a version, approved by QA's signature, suspended and resumed (rules.md §2, §8)."""

from datetime import date

from cellbank.commands import trial as commands
from cellbank.domain.hold import HoldKind
from cellbank.domain.person import Verb
from cellbank.domain.protocol import TrialState, TrialVersion, parse_protocol
from cellbank.domain.signature import Meaning
from cellbank.errors import Finding, NotFound, Refused, WrongInput
from cellbank.facts.protocol import approval_content, digest_of_text, resume_content, trial_suspension, version_in_force
from cellbank.services.acts import does, verb
from cellbank.services.hold import place_hold
from cellbank.services.signing import sign
from cellbank.store import hold as store_hold, protocol as store
from cellbank.store.unit_of_work import UnitOfWork


@verb(Verb.PUT_HOLD)
def load_trial(work: UnitOfWork, content: str) -> None:
    """A trial file as a new version: read whole and checked, its text kept. It counts for nothing until approved.

    Refused: a file that does not parse, a version loaded before, another trial's file.
    """
    protocol = parse_protocol(content)
    if store.version_named(work.session, protocol.version) is not None:
        raise Refused(Finding("trial.version.taken", protocol.version, {"version": protocol.version}))
    known = store.versions(work.session)
    if known and known[0].trial != protocol.code:
        raise Refused(Finding("trial.other", protocol.code, {"trial": protocol.code, "known": known[0].trial}))
    version = TrialVersion(
        trial=protocol.code,
        version=protocol.version,
        content=content,
        digest=digest_of_text(content),
        loaded_at=work.now,
    )
    work.add(version)
    work.record("trial.loaded", version, trial=protocol.code, digest=version.digest)


@does(commands.Approve)
def approve_trial(work: UnitOfWork, version: str, effective_on: date | None = None) -> None:
    """QA approves a version with a signature; it is in force from that day for what is made from then on. Refused: an
    unknown version, one approved already, a day that is past.
    """
    loaded = store.version_named(work.session, version.strip())
    if loaded is None:
        raise NotFound("trial.version.not_found", version=version)
    if loaded.state is TrialState.APPROVED:
        raise Refused(Finding("trial.version.already_approved", loaded.version, {"version": loaded.version}))
    day = effective_on or work.today
    if day < work.today:
        raise WrongInput("trial.effective.past", on=day)
    sign(work, Meaning.APPROVED, "trial.approved", loaded, now=approval_content(loaded, day))
    loaded.state = TrialState.APPROVED
    loaded.approved_at = work.now
    loaded.effective_on = day
    work.record("trial.approved", loaded, trial=loaded.trial)


@does(commands.Suspend)
def suspend_trial(work: UnitOfWork, because: str) -> None:
    """The trial is suspended: nothing is reserved, pulled or dispensed until QA resumes it. Refused without a reason,
    and while it is suspended.
    """
    if not because.strip():
        raise WrongInput("trial.reason.missing")
    version = version_in_force(work)
    if trial_suspension(work) is not None:
        raise Refused(Finding("trial.already_suspended", version.trial))
    place_hold(work, HoldKind.TRIAL_SUSPENDED, version, because)


@does(commands.Resume)
def resume_trial(work: UnitOfWork, because: str) -> None:
    """QA ends the suspension with a signature. Refused while the trial is not suspended."""
    found = trial_suspension(work)
    if found is None:
        raise Refused(Finding("trial.not_suspended", ""))
    hold = next(h for h in store_hold.holds(work.session) if h.code == found.code)
    sign(work, Meaning.APPROVED, "trial.resumed", hold, now=resume_content(hold, because))
    hold.lifted_at = work.now
    hold.lifted_by = work.act.actor.name
    hold.lifted_because = because
    work.record("trial.resumed", hold)
