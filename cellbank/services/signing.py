"""Signing: what was shown, under a password typed again (rules.md §6; 21 CFR 11.50, 11.70, 11.200)."""

from collections.abc import Iterator
from typing import cast

from cellbank.domain.entry import Action
from cellbank.domain.person import Role
from cellbank.domain.record import Record, table_of
from cellbank.domain.signature import Content, Meaning, Signature, ToSign, canonical, differences, digest_of
from cellbank.errors import CellbankError, Conflict, Finding, NotAllowed
from cellbank.store.person import person_by_id
from cellbank.store.unit_of_work import Actor, Outcome, Reading, UnitOfWork, plain


def sign(work: UnitOfWork, meaning: Meaning, action: str, subject: Record, *, now: Content) -> Signature:
    """The actor's signature under `now`, with this meaning, for this action, under the role that the act is done in.

    A rehearsal leaves it in `work.to_sign`, to be shown. Refused: without the password typed again for this act, with a
    first password not yet changed, and where action, role, meaning or content are not those that were shown, naming
    what differs, as far as the act knows what was shown.
    """
    actor = work.act.actor
    if not work.act.is_confirmed_by(actor.person_id):
        raise NotAllowed("signature.password.missing", name=actor.name)
    person = person_by_id(work.session, actor.person_id)
    if person is None or person.must_change_password:
        raise NotAllowed("signature.password.first", name=actor.name)
    work.to_sign = says = to_sign(work, meaning, action, now)
    if not work.act.rehearsed:
        _refuse_unless_shown(work, subject, says)
    return _give(work, actor, says.role, meaning, _action_on(action, subject), says.content)


def left_to_sign(work: Reading, outcome: Outcome) -> ToSign:
    """What a rehearsed act left to be shown; a fault where the act signs nothing."""
    says = cast(UnitOfWork, work).to_sign
    if says is None:
        raise CellbankError("store.act.unsigned", action=outcome.actions[0].action)
    return says


def to_sign(work: UnitOfWork, meaning: Meaning, action: str, now: Content) -> ToSign:
    """What the actor's signature would say; refused to an act that is done under no role."""
    if work.role is None:
        raise NotAllowed("person.role.missing", name=work.act.actor.name, verb=action, roles="-")
    return ToSign(action, work.role, meaning, plain(dict(now)))


def _refuse_unless_shown(work: UnitOfWork, subject: Record, says: ToSign) -> None:
    if work.act.to_sign is None:
        raise Conflict(Finding("signature.not_shown", subject.label, {"code": subject.label}))
    changed = tuple(changed_since(work, subject, says))
    if changed:
        raise Conflict(*changed)


def changed_since(work: UnitOfWork, subject: Record, says: ToSign) -> Iterator[Finding]:
    """That what would be signed is not what was shown; and in what it differs, where more than a digest is at hand.

    Nothing where nothing was shown: a rule had refused before.
    """
    shown = work.act.to_sign
    if shown is None or says.digest == (shown if isinstance(shown, str) else shown.digest):
        return
    yield Finding("signature.content.changed", subject.label, {"code": subject.label})
    if isinstance(shown, ToSign):
        for found in differences(shown, says):
            params = {"part": found.part, "before": found.before, "now": found.now}
            yield Finding("signature.part.changed", subject.label, params)


def witness(work: UnitOfWork, second: Actor, role: Role) -> Signature:
    """The second person's signature under the act itself: what was done to what, when it was done, and why."""
    first = work.actions[0]
    content = plain(
        {
            "action": first.action,
            "subject": first.code,
            "params": dict(first.params),
            "performed_at": work.act.performed_at,
            "performed_by": work.act.actor.name,
            "reason": work.act.reason,
        }
    )
    return _give(work, second, role, Meaning.WITNESSED, first, content)


def _action_on(action: str, subject: Record) -> Action:
    return Action(action, table_of(type(subject)).name, subject.id, subject.label, {})


def _give(work: UnitOfWork, who: Actor, role: Role, meaning: Meaning, on: Action, content: Content) -> Signature:
    signature = Signature(
        person_id=who.person_id,
        name=who.name,
        printed_name=who.printed_name,
        role=role,
        meaning=meaning,
        action=on.action,
        subject_table=on.table,
        subject_id=on.id,
        subject_code=on.code,
        signed_at=work.now,
        content=canonical(content).decode(),
        digest=digest_of(content),
    )
    work.add_signature(signature)
    return signature
