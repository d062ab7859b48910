"""People: sign-in and its lockout, dated roles, and who may do what (rules.md §8), typed here a second time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from cellbank.bank import Actor, Bank, Credentials, Outcome
from cellbank.domain.person import AUTHORITY, Person, Role, Verb, lockout_minutes, role_for
from cellbank.domain.signature import Meaning, ToSign
from cellbank.errors import CellbankError, Conflict, NotAllowed, NotFound, Refused, WrongInput
from cellbank.passwords import cheap
from cellbank.services import person as people_services, signing
from cellbank.services.acts import verb
from cellbank.store import journal
from cellbank.store.person import person_by_id, person_named
from cellbank.store.signature import signatures_on
from cellbank.store.unit_of_work import UnitOfWork
from cellbank.wording import Wording
from tests.banks import PASSWORD, Ticking, credentials, hire

People = Mapping[str, Actor]
NEW = "a new and longer password"


@pytest.fixture
def backend() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


def person_of(bank: Bank, name: str) -> Person:
    with bank.read() as reading:
        found = person_named(reading.session, name)
    assert found is not None
    return found


def refused(code: str, deed: Callable[[], object]) -> CellbankError:
    with pytest.raises(CellbankError) as caught:
        deed()
    codes = {caught.value.code, *(finding.code for finding in caught.value.findings)}
    assert code in codes
    return caught.value


def fail(bank: Bank, name: str, times: int) -> None:
    for _ in range(times):
        refused("person.unknown_or_wrong", lambda: bank.sign_in(name, "wrong"))


@pytest.fixture
def second_admin(bank: Bank, people: People) -> Actor:
    hire(bank, people["admin"], "second-admin", Role.ADMIN)
    return bank.sign_in("second-admin", PASSWORD)


def signed(work: UnitOfWork) -> None:
    """A signed deed that any reviewer may do: the content is what was shown."""
    person = person_by_id(work.session, work.act.actor.person_id)
    assert person is not None
    work.authorise(Verb.REVIEW_RESULT)
    content: dict[str, Any] = {"name": person.name}
    signing.sign(work, Meaning.REVIEWED, "test.signed", person, now=content)
    work.record("test.signed", person)


def sign_off(bank: Bank, actor: Actor, password: str | None = PASSWORD, to_sign: ToSign | str | None = None) -> Outcome:
    """The signed deed, as it was shown unless something else was."""
    return bank.perform(actor, signed, password=password, to_sign=to_sign or bank.to_sign(actor, signed))


def test_a_right_password_tells_who_it_is_and_is_not_recorded_again_and_again(bank: Bank) -> None:
    head = bank.head()
    actor = bank.sign_in(" reviewer ", PASSWORD, "microscope-2")
    assert (actor.name, actor.printed_name, actor.workstation) == ("reviewer", "Reviewer of the bank", "microscope-2")
    assert bank.head() == head


def test_an_unknown_name_is_not_told_from_a_wrong_password(bank: Bank) -> None:
    unknown = refused("person.unknown_or_wrong", lambda: bank.sign_in("nobody", PASSWORD))
    wrong = refused("person.unknown_or_wrong", lambda: bank.sign_in("reviewer", "wrong"))
    assert (type(unknown), unknown.code, unknown.params) == (type(wrong), wrong.code, wrong.params)


def test_an_unknown_name_costs_a_hash_as_a_wrong_password_does(place: str, clock: Ticking) -> None:
    """Otherwise the time of the answer tells them apart."""
    counted: list[str] = []

    class Counting:
        def __init__(self) -> None:
            self.under = cheap()

        def __getattr__(self, name: str) -> Callable[..., object]:
            counted.append(name)
            return getattr(self.under, name)  # type: ignore[no-any-return]

    with Bank.open(place, clock=clock, hasher=Counting()) as bank:  # type: ignore[arg-type]
        refused("person.unknown_or_wrong", lambda: bank.sign_in("nobody", PASSWORD))
        assert counted == ["waste_time"]
        refused("person.unknown_or_wrong", lambda: bank.sign_in("reviewer", "wrong"))
        assert counted == ["waste_time", "verify"]


def test_five_failures_lock_for_fifteen_minutes_and_the_right_password_no_longer_helps(
    bank: Bank, clock: Ticking
) -> None:
    fail(bank, "reviewer", 5)
    locked = refused("person.locked", lambda: bank.sign_in("reviewer", PASSWORD))
    assert isinstance(locked, NotAllowed)
    assert locked.params["minutes"] == 15
    clock.forward(minutes=14, seconds=59)
    assert refused("person.locked", lambda: bank.sign_in("reviewer", PASSWORD)).params["minutes"] == 1
    clock.forward(seconds=2)
    assert bank.sign_in("reviewer", PASSWORD).name == "reviewer"


def test_four_failures_do_not_lock_and_a_success_forgives_them(bank: Bank) -> None:
    for _ in range(3):
        fail(bank, "reviewer", 4)
        assert bank.sign_in("reviewer", PASSWORD).name == "reviewer"
    assert person_of(bank, "reviewer").failures == 0


def test_each_lockout_is_twice_as_long_and_never_longer_than_a_day(bank: Bank, clock: Ticking) -> None:
    lasted = []
    for _ in range(9):
        fail(bank, "reviewer", 5)
        lasted.append(refused("person.locked", lambda: bank.sign_in("reviewer", PASSWORD)).params["minutes"])
        clock.forward(days=1, minutes=1)
    assert lasted == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    assert lockout_minutes(10_000) == 1440
    bank.sign_in("reviewer", PASSWORD)
    fail(bank, "reviewer", 5)
    assert refused("person.locked", lambda: bank.sign_in("reviewer", PASSWORD)).params["minutes"] == 15


def test_every_failure_is_in_the_record(bank: Bank) -> None:
    number, _ = bank.head()
    fail(bank, "reviewer", 3)
    assert bank.head()[0] == number + 3
    assert bank.verify().intact


def test_another_admin_ends_a_lockout(bank: Bank, people: People, clock: Ticking) -> None:
    fail(bank, "reviewer", 5)
    bank.perform(people["admin"], lambda work: people_services.unlock_person(work, "reviewer"))
    assert bank.sign_in("reviewer", PASSWORD).name == "reviewer"


def test_nobody_ends_their_own_lockout(bank: Bank, people: People) -> None:
    refused(
        "person.role.own",
        lambda: bank.perform(people["admin"], lambda work: people_services.unlock_person(work, "admin")),
    )


def test_a_lockout_counts_wrong_passwords_at_signing_and_as_second_person_too(bank: Bank, people: People) -> None:
    for _ in range(5):
        refused("person.unknown_or_wrong", lambda: bank.perform(people["reviewer"], signed, password="wrong"))
    refused("person.locked", lambda: bank.sign_in("reviewer", PASSWORD))
    for _ in range(5):
        refused(
            "person.second.wrong",
            lambda: bank.perform(people["technician"], signed, second=Credentials("qa", "wrong")),
        )
    refused("person.locked", lambda: bank.sign_in("qa", PASSWORD))


@pytest.mark.parametrize("name", ["qa", "nobody"])
def test_of_two_passwords_typed_for_one_act_the_refusal_names_the_second_persons(
    bank: Bank, people: People, name: str
) -> None:
    wrong = Credentials(name, "wrong")
    error = refused(
        "person.second.wrong",
        lambda: bank.perform(people["technician"], signed, password=PASSWORD, second=wrong),
    )
    assert error.params == {"name": name}
    assert name in Wording("en").error(error)


def test_a_disabled_person_is_kept_out_and_their_record_stays(bank: Bank, people: People) -> None:
    bank.perform(people["admin"], lambda work: people_services.disable_person(work, "reviewer"))
    refused("person.disabled", lambda: bank.sign_in("reviewer", PASSWORD))
    assert person_of(bank, "reviewer").disabled
    refused(
        "person.role.own",
        lambda: bank.perform(people["admin"], lambda work: people_services.disable_person(work, "admin")),
    )


def test_signing_needs_the_password_typed_again(bank: Bank, people: People) -> None:
    refused("signature.password.missing", lambda: bank.perform(people["reviewer"], signed))
    assert sign_off(bank, people["reviewer"]).code == "reviewer"


@pytest.mark.parametrize(
    ("shown", "part"),
    [
        ({"content": {"name": "another"}}, ("name", "another", "reviewer")),
        ({"meaning": Meaning.APPROVED}, ("meaning", "approved", "reviewed")),
        ({"role": Role.QA}, ("role", "qa", "reviewer")),
        ({"action": "test.other"}, ("action", "test.other", "test.signed")),
    ],
    ids=["content", "meaning", "role", "action"],
)
def test_what_is_signed_is_what_was_shown(
    bank: Bank, people: People, shown: dict[str, Any], part: tuple[str, str, str]
) -> None:
    says = replace(bank.to_sign(people["reviewer"], signed), **shown)
    for given in (says, says.digest):
        error = refused("signature.content.changed", partial(sign_off, bank, people["reviewer"], to_sign=given))
        assert isinstance(error, Conflict)
        named = [tuple(found.params[name] for name in ("part", "before", "now")) for found in error.findings[1:]]
        assert named == ([part] if given is says else []), "of a digest alone only that something changed is known"
    with bank.read() as reading:
        assert signatures_on(reading.session, people["reviewer"].person_id) == []


def test_nothing_is_signed_that_was_not_shown(bank: Bank, people: People) -> None:
    error = refused("signature.not_shown", lambda: bank.perform(people["reviewer"], signed, password=PASSWORD))
    assert isinstance(error, Conflict)


def test_what_an_act_would_sign_is_told_without_password_and_without_a_trace(bank: Bank, people: People) -> None:
    head = bank.head()
    says = bank.to_sign(people["reviewer"], signed)
    assert says == ToSign("test.signed", Role.REVIEWER, Meaning.REVIEWED, {"name": "reviewer"})
    assert bank.head() == head
    for given in (says, says.digest):
        sign_off(bank, people["reviewer"], to_sign=given)
    with bank.read() as reading:
        rows = signatures_on(reading.session, people["reviewer"].person_id)
    assert [(row.action, row.role, row.meaning, row.digest) for row in rows] == [
        (says.action, says.role, says.meaning, says.content_digest)
    ] * 2


def test_the_digest_of_what_is_signed_covers_action_role_meaning_and_content() -> None:
    says = ToSign("test.signed", Role.REVIEWER, Meaning.REVIEWED, {"name": "reviewer"})
    others = (
        replace(says, action="test.other"),
        replace(says, role=Role.QA),
        replace(says, meaning=Meaning.APPROVED),
        replace(says, content={"name": "another"}),
    )
    assert len({one.digest for one in (says, *others)}) == 5


def test_an_act_that_signs_nothing_has_nothing_to_show(bank: Bank, people: People) -> None:
    def unsigned(work: UnitOfWork) -> None:
        person = person_by_id(work.session, work.act.actor.person_id)
        assert person is not None
        work.authorise(Verb.REVIEW_RESULT)
        work.record("test.noted", person)

    refused("store.act.unsigned", lambda: bank.to_sign(people["reviewer"], unsigned))


def test_a_refused_signature_names_every_part_that_changed_since_it_was_shown(bank: Bank, people: People) -> None:
    shown = {
        "lot": {"number": "L-1", "expires_on": "2027-01-01"},
        "results": [{"code": "R-1", "value": "91.0", "reviewed_by": None}, {"code": "R-2", "value": "7"}],
        "lineage": ["C-1", "C-2"],
        "same": "same",
    }
    now = {
        "lot": {"number": "L-1", "expires_on": "2026-06-30"},
        "results": [{"code": "R-1", "value": "91.0", "reviewed_by": "reviewer"}, {"code": "R-3", "value": "8"}],
        "lineage": ["C-1", "C-3"],
        "same": "same",
    }

    def sign(work: UnitOfWork) -> None:
        person = person_by_id(work.session, work.act.actor.person_id)
        assert person is not None
        work.authorise(Verb.REVIEW_RESULT)
        signing.sign(work, Meaning.REVIEWED, "test.signed", person, now=now)

    says = ToSign("test.signed", Role.REVIEWER, Meaning.REVIEWED, shown)
    error = refused(
        "signature.part.changed",
        lambda: bank.perform(people["reviewer"], sign, password=PASSWORD, to_sign=says),
    )
    assert isinstance(error, Conflict)
    assert [found.code for found in error.findings] == ["signature.content.changed"] + ["signature.part.changed"] * 5
    assert [tuple(found.params[name] for name in ("part", "before", "now")) for found in error.findings[1:]] == [
        ("lineage", "C-2", "C-3"),
        ("lot.expires_on", "2027-01-01", "2026-06-30"),
        ("results.R-1.reviewed_by", "–", "reviewer"),
        ("results.R-2", "R-2 · 7", "–"),
        ("results.R-3", "–", "R-3 · 8"),
    ]
    said = Wording("en").finding(error.findings[2])
    assert said == "lot · expiry: was 2027-01-01, is now 2026-06-30."


def test_a_first_password_signs_nothing_until_it_is_changed(bank: Bank, people: People) -> None:
    hashed = bank.hash_password(PASSWORD)
    bank.perform(
        people["admin"],
        lambda work: people_services.add_person(
            work, "newcomer", "New Comer", frozenset({Role.REVIEWER}), hashed, must_change=True
        ),
    )
    newcomer = bank.sign_in("newcomer", PASSWORD)
    refused("signature.password.first", lambda: bank.perform(newcomer, signed, password=PASSWORD))
    changed = bank.hash_password(NEW)
    refused(
        "signature.password.missing",
        lambda: bank.perform(newcomer, lambda work: people_services.change_password(work, changed)),
    )
    bank.perform(newcomer, lambda work: people_services.change_password(work, changed), password=PASSWORD)
    refused("person.unknown_or_wrong", lambda: bank.sign_in("newcomer", PASSWORD))
    assert sign_off(bank, newcomer, NEW).code == "newcomer"
    assert bank.verify().intact


def test_a_password_reset_by_an_admin_is_a_first_password_again(bank: Bank, people: People) -> None:
    hashed = bank.hash_password(NEW)
    bank.perform(people["admin"], lambda work: people_services.reset_password(work, "reviewer", hashed))
    refused("signature.password.first", lambda: bank.perform(people["reviewer"], signed, password=NEW))
    refused(
        "person.role.own",
        lambda: bank.perform(people["admin"], lambda work: people_services.reset_password(work, "admin", hashed)),
    )


def test_a_new_password_is_long_and_holds_no_name() -> None:
    for password, code in (("short", "person.password.short"), ("my-Reviewer-password", "person.password.name")):
        with pytest.raises(WrongInput) as caught:
            people_services.check_new_password(password, "reviewer")
        assert caught.value.code == code
    people_services.check_new_password(PASSWORD, "reviewer")


@pytest.mark.parametrize("name", ["", "a", "A", "Ada", "1a", "a b", "a\x1b", "é", "a" * 41, "-a"])
def test_a_sign_in_name_has_one_form(name: str) -> None:
    refused("person.name.form", lambda: people_services.checked_name(name))


def test_no_password_and_no_hash_stands_in_the_record(bank: Bank, people: People) -> None:
    hire(bank, people["admin"], "newcomer", Role.QA)
    with bank.read() as reading:
        written = b"".join(bytes(stored.canonical) for stored in journal.stored_entries(reading.connection))
    assert PASSWORD.encode() not in written
    assert b"argon2" not in written
    assert b'"password_hash":"commitment:' in written


def test_admin_excludes_every_other_role(bank: Bank, people: People) -> None:
    admin = people["admin"]
    refused("person.role.admin_excludes", lambda: hire(bank, admin, "both", Role.ADMIN, Role.QA))
    refused(
        "person.role.admin_excludes",
        lambda: bank.perform(admin, lambda work: people_services.grant_role(work, "qa", Role.ADMIN, None, None)),
    )
    hire(bank, admin, "second-admin", Role.ADMIN)
    refused(
        "person.role.admin_excludes",
        lambda: bank.perform(admin, lambda work: people_services.grant_role(work, "second-admin", Role.QA, None, None)),
    )


def test_nobody_changes_their_own_roles(bank: Bank, people: People, second_admin: Actor) -> None:
    def grant(work: UnitOfWork) -> None:
        people_services.grant_role(work, "admin", Role.QA, None, None)

    def revoke(work: UnitOfWork) -> None:
        people_services.revoke_role(work, "admin", Role.ADMIN)

    refused("person.role.own", lambda: bank.perform(people["admin"], grant))
    refused("person.role.own", lambda: bank.perform(people["admin"], revoke))
    bank.perform(second_admin, revoke)
    refused("person.role.missing", lambda: bank.perform(people["admin"], revoke))


def test_a_deputy_may_from_the_first_day_to_the_last_of_their_role(bank: Bank, people: People, clock: Ticking) -> None:
    start, end = date(2026, 3, 4), date(2026, 3, 5)
    bank.perform(
        people["admin"], lambda work: people_services.grant_role(work, "technician", Role.REVIEWER, start, end)
    )
    allowed = {}
    for day in range(2, 8):
        try:
            sign_off(bank, people["technician"])
            allowed[day] = True
        except NotAllowed:
            allowed[day] = False
        clock.forward(days=1)
    assert allowed == {2: False, 3: False, 4: True, 5: True, 6: False, 7: False}


def test_the_day_of_a_role_is_the_sites_day(bank: Bank, people: People, clock: Ticking) -> None:
    """22:59 UTC is still the 2nd in Paris; 23:01 UTC is the 3rd there already."""
    bank.perform(
        people["admin"],
        lambda work: people_services.grant_role(work, "technician", Role.REVIEWER, date(2026, 3, 3), None),
    )
    clock.now = clock.now.replace(hour=22, minute=59, second=0)
    refused("person.role.missing", lambda: bank.perform(people["technician"], signed, password=PASSWORD))
    clock.forward(minutes=2)
    assert sign_off(bank, people["technician"]).code == "technician"


def test_a_role_that_ends_before_it_begins_is_refused(bank: Bank, people: People) -> None:
    start = date(2026, 3, 4)
    error = refused(
        "person.grant.dates",
        lambda: bank.perform(
            people["admin"],
            lambda work: people_services.grant_role(work, "qa", Role.QP, start, start - timedelta(days=1)),
        ),
    )
    assert isinstance(error, WrongInput)


def test_a_role_granted_for_later_can_be_revoked_before_it_begins(bank: Bank, people: People, clock: Ticking) -> None:
    bank.perform(
        people["admin"],
        lambda work: people_services.grant_role(work, "technician", Role.REVIEWER, date(2026, 3, 4), None),
    )
    bank.perform(people["admin"], lambda work: people_services.revoke_role(work, "technician", Role.REVIEWER))
    clock.forward(days=5)
    refused("person.role.missing", lambda: bank.perform(people["technician"], signed, password=PASSWORD))
    assert bank.verify().intact


def test_a_role_not_held_and_a_person_not_there_cannot_be_changed(bank: Bank, people: People) -> None:
    def perform(deed: Callable[[UnitOfWork], object]) -> Callable[[], object]:
        return lambda: bank.perform(people["admin"], deed)

    assert isinstance(
        refused("person.role.not_held", perform(lambda work: people_services.revoke_role(work, "qa", Role.QP))), Refused
    )
    assert isinstance(
        refused("person.not_found", perform(lambda work: people_services.disable_person(work, "nobody"))), NotFound
    )


def test_a_second_person_is_another_one_with_a_role_for_it(bank: Bank, people: People) -> None:
    @verb(Verb.RECORD_FACT)
    def fact(work: UnitOfWork) -> None:
        person = person_by_id(work.session, work.act.actor.person_id)
        assert person is not None
        work.record("test.done", person)

    def done(second: str) -> object:
        return bank.perform(people["technician"], fact, second=credentials(second))

    refused("person.second.same", lambda: done("technician"))
    refused("person.second.role", lambda: done("qp"))
    assert done("reviewer")
    with bank.read() as reading:
        given = signatures_on(reading.session, people["technician"].person_id)
    assert [(each.name, each.role, each.meaning) for each in given] == [("reviewer", Role.REVIEWER, Meaning.WITNESSED)]


T, R, QA, QP, PH, AD = Role.TECHNICIAN, Role.REVIEWER, Role.QA, Role.QP, Role.PHARMACIST, Role.ADMIN
RULES: dict[Verb, set[Role]] = {
    # rules.md §8, row by row; what is not named here may nobody do.
    Verb.RECORD_FACT: {T, R},
    Verb.RECORD_STORAGE: {T, R, PH},
    Verb.PRINT_LABEL: {T, R, PH},
    Verb.REVIEW_RESULT: {R},
    Verb.ACCEPT_INCOMING: {QA},
    Verb.CLOSE_DEVIATION: {QA},
    Verb.LIFT_HOLD: {QA},
    Verb.DETERMINE_DONOR: {QA},
    Verb.ATTEST_BATCH: {QA},
    Verb.APPROVE_TRIAL: {QA},
    Verb.INVALIDATE_RESULT: {QA},
    Verb.RELEASE: {QP},
    Verb.PUT_HOLD: {T, R, QA, QP, PH},
    Verb.CORRECT: {T, R, QA, QP, PH},
    Verb.TREAT: {PH},
    Verb.CHECK_AS_SECOND: {T, R, PH},
    Verb.ADMINISTER_BANK: {AD},
}


def test_every_verb_stands_in_the_rules_and_no_other() -> None:
    assert set(RULES) == set(Verb) == set(AUTHORITY)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", list(Verb))
def test_a_role_may_do_what_the_rules_say_and_nothing_else(kind: Verb, role: Role) -> None:
    assert (role_for(kind, frozenset({role})) is role) == (role in RULES[kind])
    assert role_for(kind, frozenset()) is None


def test_a_deed_asks_the_same_table(bank: Bank, people: People) -> None:
    """Through the bank, once a role: the table above is the one that acts are judged by."""
    allowed: dict[Verb, set[Role]] = {kind: set() for kind in Verb}
    refusals: set[str] = set()

    def asking(kind: Verb) -> Callable[[UnitOfWork], None]:
        def deed(work: UnitOfWork) -> None:
            work.authorise(kind)
            person = person_by_id(work.session, work.act.actor.person_id)
            assert person is not None
            work.record("test.asked", person)

        return deed

    for kind in Verb:
        for role in Role:
            try:
                bank.perform(people[role.value], asking(kind))
            except NotAllowed as refusal:
                refusals.add(refusal.code)
            else:
                allowed[kind].add(role)
    assert allowed == RULES
    assert refusals == {"person.role.missing"}


def test_several_roles_are_used_in_the_tables_order_and_the_one_used_is_recorded(bank: Bank, people: People) -> None:
    hire(bank, people["admin"], "both", Role.REVIEWER, Role.TECHNICIAN, Role.QA)
    both = bank.sign_in("both", PASSWORD)
    sign_off(bank, both)
    with bank.read() as reading:
        [given] = signatures_on(reading.session, both.person_id)
    assert given.role is Role.REVIEWER
