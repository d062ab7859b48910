"""Signing: the digest of what was shown, under a password typed again (rules.md §6; 21 CFR 11.50, 11.70, 11.200)."""

from cellbank.domain.entry import Action
from cellbank.domain.person import Role
from cellbank.domain.record import Record, table_of
from cellbank.domain.signature import Content, Meaning, Signature, canonical, digest_of
from cellbank.errors import Conflict, Finding, NotAllowed
from cellbank.store import person as store_person
from cellbank.store.unit_of_work import Actor, UnitOfWork, plain


def sign(work: UnitOfWork, meaning: Meaning, action: str, subject: Record, *, shown: str, now: Content) -> Signature:
    """The actor's signature under `now`, which must be what they were shown (its digest is `shown`).

    Refused without the password typed again for this act, with a first password not yet changed, and when
    the content has changed since it was shown.
    """
    actor = work.act.actor
    if actor.person_id not in work.act.reauthenticated:
        raise NotAllowed("signature.password.missing", name=actor.name)
    person = store_person.person_by_id(work.session, actor.person_id)
    if person is None or person.must_change_password:
        raise NotAllowed("signature.password.first", name=actor.name)
    content = plain(dict(now))
    if digest_of(content) != shown:
        raise Conflict(Finding("signature.content.changed", subject.label, {"code": subject.label}))
    if work.role is None:
        raise NotAllowed("person.role.missing", name=actor.name, verb=action, roles="-")
    return _give(work, actor, work.role, meaning, _action_on(action, subject), content)


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
