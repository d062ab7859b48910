"""Whose signature a release still asks, who may not give it, and what holds a lot whose signed content changed."""

from cellbank.domain import gate
from cellbank.domain.facts import LotFacts
from cellbank.domain.hold import HoldKind
from cellbank.domain.lot import Disposition, Lot, ReleaseSignature
from cellbank.domain.person import Role
from cellbank.errors import Finding, NotAllowed
from cellbank.facts.lot import lot_facts, worked_on_by
from cellbank.services.hold import place_hold
from cellbank.store.unit_of_work import UnitOfWork


def asked_beside(work: UnitOfWork, facts: LotFacts) -> ReleaseSignature:
    """The signature that the trial file asks of a role of the actor's, who then acts under that role."""
    asked = [s for s in facts.protocol.lot.release_signatures if s.role not in {Role.QA, Role.QP}]
    for required in asked:
        if required.role in work.roles:
            work.role = required.role
            return required
    held = ", ".join(sorted(work.roles)) or "-"
    raise NotAllowed("lot.signature.not_asked", subject=facts.number, role=held, name=work.act.actor.name)


def pending(facts: LotFacts) -> list[ReleaseSignature]:
    """The qualified person's signatures still to give, in order; the last is always pending before the release."""
    asked = [s for s in facts.protocol.lot.release_signatures if s.role is Role.QP]
    given = sum(s.role is Role.QP and s.current and s.action == "lot.approved" for s in facts.signatures)
    return asked[min(given, len(asked) - 1) :]


def is_pending_of(found: Finding, role: Role) -> bool:
    """Whether a finding only says that a signature of this role is still to be given."""
    return found.code in {"lot.signature.missing", "lot.signature.stale"} and found.params.get("role") == role.value


def refuse_second_signature(work: UnitOfWork, facts: LotFacts, role: Role | None) -> None:
    """One person gives one of the signatures; under the role named they may give it again."""
    name = work.act.actor.name
    given = [s for s in facts.signatures if s.current and s.person == name and s.action in gate.RELEASE_ACTIONS]
    if any(s.role is not role for s in given):
        raise NotAllowed("lot.release.signed_already", name=name, lot=facts.number)


def refuse_own_work(work: UnitOfWork, lot: Lot) -> None:
    """Per record: the releaser neither entered nor reviewed a result of the lot nor performed its culture steps."""
    name = work.act.actor.name
    for what in worked_on_by(work, lot, name):
        raise NotAllowed("lot.release.own_work", name=name, lot=lot.number, what=what)


def hold_if_signed_changed(work: UnitOfWork, lot: Lot) -> None:
    """When something signed of a released lot has changed, hold it until it is re-affirmed or recalled."""
    if lot.disposition is not Disposition.RELEASED:
        return
    facts = lot_facts(work, lot)
    if any(f.code == "lot.signature.content_changed" for f in gate.what_was_signed_stands(facts)) and not any(
        hold.kind is HoldKind.SIGNED_CONTENT_CHANGED and hold.subject == lot.number for hold in facts.holds
    ):
        place_hold(work, HoldKind.SIGNED_CONTENT_CHANGED, lot, lot.number)
