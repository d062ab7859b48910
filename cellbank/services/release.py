"""Signatures of a release: which are still asked, who may not give them; the hold of a lot whose signed content
changed.
"""

from cellbank.domain import gate
from cellbank.domain.facts import LotFacts
from cellbank.domain.hold import HoldKind
from cellbank.domain.lot import Disposition, Lot, ReleaseSignature
from cellbank.domain.person import Role
from cellbank.domain.signature import Meaning
from cellbank.errors import Finding, NotAllowed
from cellbank.facts.lot import lot_facts, worked_on_by
from cellbank.services.hold import place_hold
from cellbank.store.unit_of_work import UnitOfWork


def asked_of_quality(work: UnitOfWork, facts: LotFacts) -> ReleaseSignature:
    """The signature that QA's attestation is: as the trial file asks it, an approval where it asks none of QA."""
    return _asked(work, facts, Role.QA) or ReleaseSignature(role=Role.QA, meaning=Meaning.APPROVED)


def asked_beside(work: UnitOfWork, facts: LotFacts) -> ReleaseSignature:
    """The signature that the trial file asks of a role of the actor's, who then acts under that role.

    Refused to whom it asks none; QA's and the qualified person's are given otherwise.
    """
    asked = (one.role for one in facts.protocol.lot.release_signatures if one.role not in {Role.QA, Role.QP})
    role = next((role for role in asked if role in work.roles), None)
    found = None if role is None else _asked(work, facts, role)
    if found is None:
        held = ", ".join(sorted(work.roles)) or "-"
        raise NotAllowed("lot.signature.not_asked", subject=facts.number, role=held, name=work.act.actor.name)
    work.role = found.role
    return found


def _asked(work: UnitOfWork, facts: LotFacts, role: Role) -> ReleaseSignature | None:
    """Which of the signatures asked of a role this person gives.

    One that no other has given over what stands; among those the one they gave before; then as the file has them.
    """
    name = work.act.actor.name
    signed = [s for s in facts.signatures if s.role is role and s.action in gate.RELEASE_ACTIONS]
    others = {s.meaning for s in signed if s.current and s.person != name}
    own = {s.meaning for s in signed if s.person == name}
    asked = [one for one in facts.protocol.lot.release_signatures if one.role is role]
    return min(asked, key=lambda one: (one.meaning in others, one.meaning not in own), default=None)


def pending(facts: LotFacts) -> list[ReleaseSignature]:
    """The qualified person's signatures still to give, in order; the last is always pending before the release."""
    *before, last = (one for one in facts.protocol.lot.release_signatures if one.role is Role.QP)
    given = {s.meaning for s in facts.signatures if s.role is Role.QP and s.current and s.action == "lot.approved"}
    return [*(one for one in before if one.meaning not in given), last]


def is_pending_of(found: Finding, role: Role) -> bool:
    """Whether a finding only says that a signature of this role is still to be given."""
    return found.code in {"lot.signature.missing", "lot.signature.stale"} and found.params.get("role") == role.value


def refuse_second_signature(work: UnitOfWork, facts: LotFacts, role: Role | None) -> None:
    """Refuse a person who gave another of the release's signatures; under the role named they may give it again."""
    name = work.act.actor.name
    given = [s for s in facts.signatures if s.current and s.person == name and s.action in gate.RELEASE_ACTIONS]
    if any(s.role is not role for s in given):
        raise NotAllowed("lot.release.signed_already", name=name, lot=facts.number)


def refuse_own_work(work: UnitOfWork, lot: Lot) -> None:
    """Refuse a releaser who entered or reviewed a result of the lot, or performed a step of its culture or its filling
    (rules.md §8).
    """
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
