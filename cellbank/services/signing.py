"""Signing: the digest of what was shown, under a password typed again (rules.md §6; 21 CFR 11.50, 11.70, 11.200)."""

from collections.abc import Iterator

from cellbank.domain.entry import Action
from cellbank.domain.person import Role
from cellbank.domain.record import Record, table_of
from cellbank.domain.signature import Content, Meaning, Signature, canonical, changes, digest_of
from cellbank.errors import Conflict, Finding, NotAllowed
from cellbank.store import person as store_person
from cellbank.store.unit_of_work import Actor, UnitOfWork, plain


def sign(work: UnitOfWork, meaning: Meaning, action: str, subject: Record, *, shown: str, now: Content) -> Signature:
    """The actor's signature under `now`, which must be what they were shown (its digest is `shown`).

    Refused without the password typed again for this act, with a first password not yet changed, and when
    the content has changed since it was shown, naming what has, as far as the act knows what was shown.
    """
    actor = work.act.actor
    if not work.act.is_confirmed_by(actor.person_id):
        raise NotAllowed("signature.password.missing", name=actor.name)
    person = store_person.person_by_id(work.session, actor.person_id)
    if person is None or person.must_change_password:
        raise NotAllowed("signature.password.first", name=actor.name)
    content = plain(dict(now))
    changed = tuple(changed_since(work, subject, shown, content))
    if changed:
        raise Conflict(*changed)
    if work.role is None:
        raise NotAllowed("person.role.missing", name=actor.name, verb=action, roles="-")
    return _give(work, actor, work.role, meaning, _action_on(action, subject), content)


def changed_since(work: UnitOfWork, subject: Record, shown: str, now: Content) -> Iterator[Finding]:
    """That a content is no longer what was shown; and what of it, where what was shown is at hand under its digest."""
    if digest_of(now) == shown:
        return
    yield Finding("signature.content.changed", subject.label, {"code": subject.label})
    known = work.act.shown
    if known is None or digest_of(known) != shown:
        return
    for found in changes(known, now):
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
