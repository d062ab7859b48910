"""The unit of work: what it lets through is validated, explained and recorded; all of it, or nothing."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from cellbank.bank import Actor, Bank
from cellbank.domain.person import Person, Role, RoleGrant, Verb
from cellbank.errors import (
    CellbankError,
    Conflict,
    Finding,
    NotAllowed,
    Refused,
    WrongInput,
)
from cellbank.services.person import disable_person, revoke_role
from cellbank.store import journal
from cellbank.store.person import grants_of, person_named
from cellbank.store.unit_of_work import UnitOfWork
from tests.banks import ON_SQLITE, hire

People = Mapping[str, Actor]
Deed = Callable[[UnitOfWork], object]
DAY = date(2026, 3, 2)


def the_qa(work: UnitOfWork) -> Person:
    person = person_named(work.session, "qa")
    assert person is not None
    return person


def grants(work: UnitOfWork, many: int) -> list[RoleGrant]:
    person = the_qa(work)
    return [RoleGrant(person_id=person.id, role=Role.QA, valid_from=DAY + timedelta(days=n)) for n in range(many)]


def renamed(work: UnitOfWork) -> None:
    """A whole deed: authorised, changed, recorded."""
    work.authorise(Verb.ADMINISTER_BANK)
    person = the_qa(work)
    person.printed_name = "Quentin Quality"
    work.record("person.renamed", person)


def last_entry(bank: Bank) -> dict[str, Any]:
    with bank.read() as reading:
        [(canonical, _)] = journal.entry_page(reading.connection, 1)
    entry: dict[str, Any] = json.loads(canonical)
    return entry


def refused_without_trace(bank: Bank, actor: Actor, deed: Deed) -> CellbankError:
    """The error a deed ends with; nothing of it is left, not even an entry."""
    head = bank.head()
    with pytest.raises(CellbankError) as caught:
        bank.perform(actor, deed)
    assert bank.head() == head
    assert bank.verify().intact
    return caught.value


def test_what_was_done_is_one_entry_with_before_and_after(bank: Bank, people: People) -> None:
    number, _ = bank.head()
    outcome = bank.perform(people["admin"], renamed, reason="she married")
    entry = last_entry(bank)
    assert (outcome.number, outcome.code, entry["number"]) == (number + 1, "qa", number + 1)
    assert (entry["actor"], entry["role"], entry["workstation"]) == ("admin", "admin", "test-bench")
    assert entry["reason"] == "she married"
    assert [action["action"] for action in entry["actions"]] == ["person.renamed"]
    [change] = entry["changes"]
    assert change["operation"] == "update"
    assert change["before"] == {"printed_name": "Qa of the bank"}
    assert change["after"] == {"printed_name": "Quentin Quality"}
    assert bank.verify().intact


def test_a_plain_rename_is_allowed_so_the_refusals_below_refuse_something(bank: Bank, people: People) -> None:
    bank.perform(people["admin"], renamed)
    with bank.read() as reading:
        assert person_named(reading.session, "qa").printed_name == "Quentin Quality"  # type: ignore[union-attr]


def core_update(work: UnitOfWork) -> None:
    work.session.execute(sa.update(Person).values(printed_name="Mallory"))


def text(work: UnitOfWork) -> None:
    work.session.execute(sa.text("UPDATE person SET printed_name = 'Mallory'"))


def text_in_a_query(work: UnitOfWork) -> None:
    statement = "WITH gone AS (UPDATE person SET printed_name = 'Mallory' RETURNING id) SELECT id FROM gone"
    work.connection.execute(sa.text(statement))


def a_second_statement(work: UnitOfWork) -> None:
    work.connection.exec_driver_sql("SELECT 1; UPDATE person SET printed_name = 'Mallory'")


def select_into(work: UnitOfWork) -> None:
    work.connection.exec_driver_sql("SELECT * INTO mallory FROM person")


def bulk_save(work: UnitOfWork) -> None:
    work.session.bulk_save_objects(grants(work, 2))


def bulk_insert_mappings(work: UnitOfWork) -> None:
    work.session.bulk_insert_mappings(RoleGrant, [dict(grants(work, 1)[0])])


def orm_insert(work: UnitOfWork) -> None:
    work.session.execute(sa.insert(RoleGrant), [dict(grant) for grant in grants(work, 2)])


def connection(work: UnitOfWork) -> None:
    table = sa.table("person", sa.column("printed_name"))
    work.session.connection().execute(sa.update(table).values(printed_name="Mallory"))


def driver_sql(work: UnitOfWork) -> None:
    work.connection.exec_driver_sql("DELETE FROM role_grant")


def insert_or_replace(work: UnitOfWork) -> None:
    work.connection.exec_driver_sql("INSERT OR REPLACE INTO role_grant SELECT * FROM role_grant")


def upsert(work: UnitOfWork) -> None:
    work.connection.exec_driver_sql(
        "INSERT INTO person SELECT * FROM person ON CONFLICT (id) DO UPDATE SET printed_name = 'Mallory'"
    )


def drop_guard(work: UnitOfWork) -> None:
    work.connection.exec_driver_sql("DROP TRIGGER guard_entry_delete")


def pragma(work: UnitOfWork) -> None:
    work.connection.exec_driver_sql("PRAGMA writable_schema=ON")


AROUND_THE_FLUSH = [
    core_update,
    text,
    text_in_a_query,
    a_second_statement,
    select_into,
    bulk_save,
    bulk_insert_mappings,
    orm_insert,
    connection,
    driver_sql,
    insert_or_replace,
    upsert,
    drop_guard,
    pragma,
]


@pytest.mark.parametrize("way", AROUND_THE_FLUSH)
def test_a_write_outside_a_flush_is_refused(bank: Bank, people: People, way: Deed) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        way(work)

    assert refused_without_trace(bank, people["admin"], deed).code == "store.write.outside_flush"


@ON_SQLITE
@pytest.mark.parametrize("way", AROUND_THE_FLUSH)
def test_a_write_through_a_reading_session_is_refused(bank: Bank, way: Callable[[Any], object]) -> None:
    with pytest.raises(CellbankError) as caught, bank.read() as reading:
        way(reading)
    assert caught.value.code == "store.write.outside_flush"
    assert bank.verify().intact


def test_a_row_added_to_a_reading_session_is_refused(bank: Bank) -> None:
    with bank.read() as reading:
        reading.session.add(Person(name="mallory", printed_name="M", password_hash="x"))
        with pytest.raises(CellbankError, match=r"store\.write\.outside_flush"):
            reading.session.flush()


def test_a_flush_that_failed_leaves_no_sanction_behind(bank: Bank, people: People) -> None:
    """The pool keeps what a connection was told, so a later act on the same connection would have been let through."""

    def taken(work: UnitOfWork) -> None:
        work.authorise(Verb.ADMINISTER_BANK)
        work.add(Person(name="qa", printed_name="Twice", password_hash="x"))
        work.session.flush()

    with pytest.raises(sa.exc.IntegrityError):
        bank.perform(people["admin"], taken)
    assert refused_without_trace(bank, people["admin"], text).code == "store.write.outside_flush"


def test_a_flush_of_some_rows_only_is_refused(bank: Bank, people: People) -> None:
    def partly(work: UnitOfWork) -> None:
        renamed(work)
        with pytest.warns(sa.exc.SADeprecationWarning):
            work.session.flush([person_named(work.session, "qp")])

    with bank.read() as reading:
        assert reading.session.autoflush is False
    assert refused_without_trace(bank, people["admin"], _without_autoflush(partly)).code == "store.flush.partial"


def _without_autoflush(deed: Deed) -> Deed:
    def quiet(work: UnitOfWork) -> None:
        with work.session.no_autoflush:
            deed(work)

    return quiet


def test_a_change_that_no_action_explains_is_refused(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        other = person_named(work.session, "qp")
        assert other is not None
        other.printed_name = "Unexplained"

    error = refused_without_trace(bank, people["admin"], deed)
    assert (error.code, error.params["table"]) == ("store.change.unexplained", "person")


def test_a_bulk_insert_that_no_action_explains_is_refused(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        work.insert_many(grants(work, 3))

    assert refused_without_trace(bank, people["admin"], deed).code == "store.change.unexplained"


def test_a_deed_that_asked_no_authority_is_refused(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        person = the_qa(work)
        person.printed_name = "Unauthorised"
        work.record("person.renamed", person)

    assert refused_without_trace(bank, people["admin"], deed).code == "store.act.unauthorised"


def test_a_deed_that_records_nothing_is_refused(bank: Bank, people: People) -> None:
    error = refused_without_trace(bank, people["admin"], lambda work: work.authorise(Verb.ADMINISTER_BANK))
    assert error.code == "store.act.unauthorised"


def test_a_row_is_never_deleted(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        work.session.delete(grants_of(work.session, the_qa(work).id)[0])

    assert refused_without_trace(bank, people["admin"], deed).code == "store.row.deleted"


NONSENSE = [
    ("printed_name", "", "input.short"),
    ("printed_name", "x" * 81, "input.long"),
    ("printed_name", "\x1b]0;owned\x07", "input.control"),
    ("printed_name", "right\u202eleft", "input.control"),
    ("printed_name", " spaced ", "input.space"),
    ("printed_name", None, "input.type"),
    ("printed_name", 7, "input.type"),
    ("failures", "3", "input.type"),
    ("failures", -1, "input.low"),
    ("failures", 2**53, "input.high"),
    ("failures", 1.5, "input.type"),
    ("disabled", "yes", "input.type"),
    ("locked_until", datetime(2026, 3, 2, 9), "input.zone"),  # noqa: DTZ001 — naive on purpose
    ("locked_until", "tomorrow", "input.type"),
]


@ON_SQLITE
@pytest.mark.parametrize(("column", "value", "code"), NONSENSE)
def test_a_changed_row_that_does_not_fit_its_columns_is_refused_before_anything_is_stored(
    bank: Bank, people: People, column: str, value: object, code: str
) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        setattr(the_qa(work), column, value)

    error = refused_without_trace(bank, people["admin"], _without_autoflush(deed))
    assert isinstance(error, WrongInput)
    assert (error.code, error.params["table"], error.params["column"]) == (code, "person", column)


@ON_SQLITE
@pytest.mark.parametrize(
    ("column", "value"),
    [("role", "king"), ("role", "qa"), ("valid_from", "2026-03-02"), ("person_id", 5), ("valid_from", None)],
)
def test_a_new_row_that_does_not_fit_its_columns_is_refused(
    bank: Bank, people: People, column: str, value: object
) -> None:
    """Even `"qa"`: a text is not the role, and a later comparison by identity would miss it."""

    def deed(work: UnitOfWork) -> None:
        work.authorise(Verb.ADMINISTER_BANK)
        [grant] = grants(work, 1)
        setattr(grant, column, value)
        work.add(grant)
        work.record("person.role_granted", grant)

    error = refused_without_trace(bank, people["admin"], deed)
    assert (error.code, error.params["column"]) == ("input.type", column)


def test_before_and_after_are_accumulated_over_every_flush(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        work.authorise(Verb.ADMINISTER_BANK)
        person = the_qa(work)
        person.printed_name = "First"
        work.session.flush()
        person.printed_name = "Second"
        person.failures = 3
        work.session.flush()
        person.failures = 0
        work.session.flush()
        work.record("person.renamed", person)

    bank.perform(people["admin"], deed)
    [change] = last_entry(bank)["changes"]
    assert (change["before"], change["after"]) == ({"printed_name": "Qa of the bank"}, {"printed_name": "Second"})
    assert bank.verify().intact


def test_a_row_made_and_changed_in_one_act_is_recorded_as_it_ended(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        work.authorise(Verb.ADMINISTER_BANK)
        [grant] = grants(work, 1)
        work.add(grant)
        work.session.flush()
        grant.valid_until = DAY
        work.record("person.role_granted", grant)

    bank.perform(people["admin"], deed)
    [change] = last_entry(bank)["changes"]
    assert (change["operation"], change["after"]["valid_until"]) == ("insert", "2026-03-02")
    assert bank.verify().intact


def test_many_rows_inserted_at_once_are_all_recorded(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        work.authorise(Verb.ADMINISTER_BANK)
        rows = grants(work, 50)
        work.insert_many(rows)
        work.record("person.role_granted", *rows)

    bank.perform(people["admin"], deed)
    assert len(last_entry(bank)["changes"]) == 50
    assert bank.verify().intact


def test_a_row_inserted_in_bulk_and_changed_in_the_same_act_replays(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        work.authorise(Verb.ADMINISTER_BANK)
        rows = grants(work, 2)
        work.insert_many(rows)
        stored = work.session.get(RoleGrant, rows[0].id)
        assert stored is not None
        stored.valid_until = DAY
        work.record("person.role_granted", *rows)

    bank.perform(people["admin"], deed)
    assert bank.verify().intact


def test_of_many_rows_with_one_wrong_none_is_inserted_even_if_the_deed_goes_on(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        rows = grants(work, 3)
        rows[2].role = "king"  # type: ignore[assignment]
        with pytest.raises(WrongInput):
            work.insert_many(rows)

    bank.perform(people["admin"], deed)
    assert [change["table"] for change in last_entry(bank)["changes"]] == ["person"]
    assert bank.verify().intact


def test_a_bulk_insert_takes_rows_of_one_kind_and_none_with_a_secret(bank: Bank, people: People) -> None:
    def mixed(work: UnitOfWork) -> None:
        work.insert_many([*grants(work, 1), Person(name="new", printed_name="New", password_hash="x")])

    def secret(work: UnitOfWork) -> None:
        work.insert_many([Person(name="new", printed_name="New", password_hash="x")])

    for deed in (mixed, secret):
        assert refused_without_trace(bank, people["admin"], deed).code == "store.bulk.kind"


def test_an_exception_in_a_service_leaves_nothing(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        work.session.flush()
        raise ZeroDivisionError

    head = bank.head()
    with pytest.raises(ZeroDivisionError):
        bank.perform(people["admin"], deed)
    assert bank.head() == head
    with bank.read() as reading:
        assert the_qa(reading).printed_name == "Qa of the bank"  # type: ignore[arg-type]
    assert bank.verify().intact


def test_a_deed_cannot_commit_by_its_session(bank: Bank, people: People) -> None:
    def deed(work: UnitOfWork) -> None:
        renamed(work)
        work.session.commit()
        raise ZeroDivisionError

    head = bank.head()
    with pytest.raises(ZeroDivisionError):
        bank.perform(people["admin"], deed)
    assert bank.head() == head
    assert bank.verify().intact


FINDINGS = (
    Finding("lot.test.missing", "L-1", {"test": "sterility", "days": 14}, "every_required_test"),
    Finding("donor.not_eligible", "D-1"),
)


def refusing(work: UnitOfWork) -> None:
    renamed(work)
    work.session.flush()
    raise Refused(*FINDINGS)


def test_a_refusal_leaves_one_entry_with_every_finding_and_nothing_of_the_act(bank: Bank, people: People) -> None:
    number, _ = bank.head()
    with pytest.raises(Refused) as caught:
        bank.perform(people["admin"], refusing, act_id="the-act")
    assert caught.value.findings == FINDINGS
    entry = last_entry(bank)
    assert (entry["number"], entry["act_id"], entry["changes"]) == (number + 1, "the-act", [])
    [action] = entry["actions"]
    assert (action["action"], action["code"]) == ("act.refused", "L-1")
    assert [finding["code"] for finding in action["params"]["findings"]] == [found.code for found in FINDINGS]
    with bank.read() as reading:
        assert the_qa(reading).printed_name == "Qa of the bank"  # type: ignore[arg-type]
    assert bank.verify().intact


def test_the_same_act_id_returns_the_first_outcome_and_is_done_once(bank: Bank, people: People) -> None:
    first = hire(bank, people["admin"], "newcomer", Role.QA, act_id="once")
    head = bank.head()
    again = hire(bank, people["admin"], "newcomer", Role.QA, act_id="once")
    assert again.repeated
    assert not first.repeated
    assert (again.number, again.act_id, again.chain, again.actions) == (
        first.number,
        first.act_id,
        first.chain,
        first.actions,
    )
    assert bank.head() == head
    with pytest.raises(Refused, match=r"person\.name\.taken"):
        hire(bank, people["admin"], "newcomer", Role.QA, act_id="another")


@pytest.mark.parametrize(
    "refusal",
    [
        Refused(*FINDINGS),
        Refused(code="bank.exists", place="here"),
        Conflict(FINDINGS[0]),
        NotAllowed("person.role.missing", name="qa", verb="release", roles="qa"),
    ],
)
def test_the_same_act_id_is_refused_as_it_was_the_first_time(
    bank: Bank, people: People, refusal: CellbankError
) -> None:
    def deed(work: UnitOfWork) -> None:
        raise refusal

    with pytest.raises(type(refusal)):
        bank.perform(people["admin"], deed, act_id="once")
    head = bank.head()
    with pytest.raises(type(refusal)) as caught:
        bank.perform(people["admin"], renamed, act_id="once")
    assert type(caught.value) is type(refusal)
    assert (caught.value.code, caught.value.params, caught.value.findings) == (
        refusal.code,
        refusal.params,
        refusal.findings,
    )
    assert bank.head() == head


def test_an_act_id_of_another_actor_is_refused(bank: Bank, people: People) -> None:
    bank.perform(people["admin"], renamed, act_id="mine")
    with pytest.raises(NotAllowed, match=r"act\.id\.of_another"):
        bank.perform(people["qa"], renamed, act_id="mine")


def test_acts_of_someone_disabled_since_they_signed_in_are_refused(bank: Bank, people: People) -> None:
    bank.perform(people["admin"], lambda work: disable_person(work, "qa"))
    with pytest.raises(NotAllowed, match=r"person\.disabled"):
        bank.perform(people["qa"], renamed)
    assert last_entry(bank)["actions"][0]["action"] == "act.refused"


def test_a_role_revoked_since_sign_in_no_longer_serves(bank: Bank, people: People) -> None:
    hire(bank, people["admin"], "second-admin", Role.ADMIN)
    second = bank.sign_in("second-admin", "correct horse battery staple")
    bank.perform(second, renamed)
    bank.perform(people["admin"], lambda work: revoke_role(work, "second-admin", Role.ADMIN))
    with pytest.raises(NotAllowed, match=r"person\.role\.missing"):
        bank.perform(second, renamed)


@ON_SQLITE
@pytest.mark.parametrize("reason", ["\x1b[2Jgone", "right\u202eleft", "two\nlines", "\udcff"])
def test_a_reason_with_hostile_characters_is_refused_at_the_door(bank: Bank, people: People, reason: str) -> None:
    head = bank.head()
    with pytest.raises(WrongInput, match=r"input\.control"):
        bank.perform(people["admin"], renamed, reason=reason)
    assert bank.head() == head


@ON_SQLITE
def test_a_naive_instant_of_doing_is_refused_at_the_door(bank: Bank, people: People) -> None:
    with pytest.raises(WrongInput, match=r"input\.instant\.naive"):
        bank.perform(people["admin"], renamed, performed_at=datetime(2026, 3, 2, 8))  # noqa: DTZ001 — on purpose
    assert bank.perform(people["admin"], renamed, performed_at=datetime(2026, 3, 2, 8, tzinfo=UTC)).number


def test_a_reading_is_one_snapshot_whatever_is_recorded_meanwhile(bank: Bank, people: People, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("SQLite's rollback journal lets no writer commit while someone reads")
    with bank.read() as reading:
        before = reading.session.scalar(select(sa.func.count()).select_from(Person))
        hire(bank, people["admin"], "newcomer", Role.QA)
        assert reading.session.scalar(select(sa.func.count()).select_from(Person)) == before
    with bank.read() as reading:
        assert reading.session.scalar(select(sa.func.count()).select_from(Person)) == (before or 0) + 1


def test_a_session_that_no_unit_of_work_watches_cannot_write(bank: Bank) -> None:
    with bank._engine.connect() as loose, Session(loose) as session:
        session.add(Person(name="mallory", printed_name="M", password_hash="x"))
        with pytest.raises(CellbankError, match=r"store\.write\.outside_flush"):
            session.flush()
