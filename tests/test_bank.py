"""Opening, founding and trusting a bank; a disk that is full, read-only or failing."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from cellbank.bank import Actor, Bank, Credentials, Founding, system_clock
from cellbank.domain.bank import BankKind
from cellbank.domain.person import Role
from cellbank.errors import CannotWrite, CellbankError, NotAllowed, NotFound, NotIntact, Refused, WrongInput
from cellbank.passwords import cheap
from cellbank.services.person import grant_role
from cellbank.store import database
from cellbank.store.unit_of_work import UnitOfWork
from tests.banks import ON_SQLITE, PASSWORD, START, ZONE, Ticking, beneath, credentials, founding, hire

People = Mapping[str, Actor]


def refused(kind: type[CellbankError], code: str, exit_code: int, deed: Callable[[], object]) -> CellbankError:
    """The refusal of this kind, code and exit code; anything opened by mistake is closed again."""
    with pytest.raises(CellbankError) as caught:
        _close(deed())
    assert (type(caught.value), caught.value.code, caught.value.exit_code) == (kind, code, exit_code)
    return caught.value


def _close(opened: object) -> None:
    if isinstance(opened, Bank):
        opened.close()


def test_a_founded_bank_has_one_entry_one_admin_and_is_intact(empty_place: str, clock: Ticking) -> None:
    with Bank.create(empty_place, founding(), clock=clock, hasher=cheap()) as bank:
        assert bank.head()[0] == 1
        assert bank.verify().intact
        assert (bank.title, bank.demo, bank.zone.key) == ("Test bank", True, ZONE)
    with Bank.open(empty_place, clock=clock, hasher=cheap()) as bank:
        assert bank.sign_in("admin", PASSWORD).printed_name == "Ada Admin"
        assert bank.verify().intact


def test_where_a_bank_is_none_is_founded(place: str, clock: Ticking) -> None:
    def again() -> object:
        return Bank.create(place, founding(), clock=clock, hasher=cheap())

    refused(Refused, "bank.exists", 3, again)
    with Bank.open(place, clock=clock, hasher=cheap()) as bank:
        assert bank.verify().intact


WRONG_FOUNDINGS = [
    (Founding("Bank", "Europe/Atlantis", credentials("admin"), "Ada"), "input.zone"),
    (Founding("Bank", ZONE, Credentials("admin", "short"), "Ada"), "person.password.short"),
    (Founding("Bank", ZONE, Credentials("Not A Name", PASSWORD), "Ada"), "person.name.form"),
    (Founding("Ba\x1bnk", ZONE, credentials("admin"), "Ada"), "input.control"),
    (Founding("Bank", ZONE, credentials("admin"), ""), "input.short"),
]


@pytest.mark.parametrize(("wrong", "code"), WRONG_FOUNDINGS)
def test_a_founding_that_fails_leaves_room_for_the_next(empty_place: str, wrong: Founding, code: str) -> None:
    refused(WrongInput, code, 2, lambda: Bank.create(empty_place, wrong, hasher=cheap()))
    if not database.is_url(empty_place):
        assert not Path(empty_place).exists()
    with Bank.create(empty_place, founding(BankKind.SITE), hasher=cheap()) as bank:
        assert bank.verify().intact


@ON_SQLITE
def test_a_bank_is_readable_by_its_owner_only(place: str, tmp_path: Path, clock: Ticking) -> None:
    own = tmp_path / "deeper" / "bank.db"
    with Bank.create(str(own), founding(), clock=clock, hasher=cheap()):
        assert own.stat().st_mode & 0o777 == 0o600


def test_a_clock_of_its_own_is_for_demo_banks_only(empty_place: str, clock: Ticking) -> None:
    site = founding(BankKind.SITE)
    refused(Refused, "bank.clock.injected", 3, lambda: Bank.create(empty_place, site, clock=clock, hasher=cheap()))
    with Bank.create(empty_place, site, hasher=cheap()) as bank:
        assert not bank.demo
    refused(Refused, "bank.clock.injected", 3, lambda: Bank.open(empty_place, clock=clock, hasher=cheap()))
    with Bank.open(empty_place, hasher=cheap()) as bank, bank.read() as reading:
        assert system_clock() - reading.now < timedelta(minutes=1)


@ON_SQLITE
def test_no_file_is_no_bank_to_be_found(empty_place: str) -> None:
    refused(NotFound, "bank.missing", 4, lambda: Bank.open(empty_place))
    assert not Path(empty_place).exists(), "asking must not make one"


def test_no_server_is_a_fault_and_tells_no_password() -> None:
    nowhere = "postgresql://ada:secret@127.0.0.1:1/bank"
    error = refused(CannotWrite, "bank.unreachable", 7, lambda: Bank.open(nowhere))
    assert "secret" not in str(error)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_database_of_that_name_is_a_fault(empty_place: str) -> None:
    refused(CannotWrite, "bank.unreachable", 7, lambda: Bank.open(f"{empty_place}_missing"))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_an_empty_database_is_no_bank(empty_place: str) -> None:
    error = refused(NotIntact, "bank.not_a_bank", 6, lambda: Bank.open(empty_place))
    assert str(error.params["place"]).startswith("postgresql://127.0.0.1"), "no user, no password"


@pytest.mark.parametrize("address", ["mysql://host/bank", "sqlite:///bank.db"])
def test_an_address_of_another_kind_is_wrong_input(address: str) -> None:
    refused(WrongInput, "bank.address.kind", 2, lambda: Bank.open(address))


def test_an_address_that_cannot_be_read_is_wrong_input_and_tells_no_password() -> None:
    error = refused(WrongInput, "bank.address.form", 2, lambda: Bank.open("postgresql://ada:secret@host:port/bank"))
    assert "secret" not in str(error)


def a_directory(path: Path) -> None:
    path.mkdir()


def an_empty_file(path: Path) -> None:
    path.touch()


def a_text(path: Path) -> None:
    path.write_text("code;lot\n", "utf-8")


def another_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def another_program_with_migrations(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")


def a_header_and_nothing_else(path: Path) -> None:
    path.write_bytes(database.SQLITE_MAGIC + b"\x00" * 84)


@ON_SQLITE
@pytest.mark.parametrize(
    "made", [a_directory, an_empty_file, a_text, another_database, another_program_with_migrations]
)
def test_what_is_not_a_bank_is_said_not_to_be_one(empty_place: str, made: Callable[[Path], None]) -> None:
    made(Path(empty_place))
    refused(NotIntact, "bank.not_a_bank", 6, lambda: Bank.open(empty_place))
    refused(Refused, "bank.exists", 3, lambda: Bank.create(empty_place, founding(), hasher=cheap()))
    assert Path(empty_place).exists(), "what is there is not ours to take away"


@ON_SQLITE
def test_a_damaged_bank_is_said_to_be_damaged(place: str) -> None:
    with open(place, "r+b") as file:
        file.truncate(8192)
    with pytest.raises(NotIntact) as caught:
        Bank.open(place, hasher=cheap()).close()
    assert caught.value.exit_code == 6
    a_header_and_nothing_else(Path(place))
    with pytest.raises(NotIntact):
        Bank.open(place, hasher=cheap()).close()


def test_a_bank_of_another_version_is_not_touched(place: str) -> None:
    with beneath(place) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    error = refused(NotIntact, "bank.other_revision", 6, lambda: Bank.open(place))
    assert (error.params["found"], error.params["known"]) == ("9999", "0001")


def test_a_bank_of_an_older_schema_is_named_so_and_not_touched(place: str) -> None:
    with beneath(place) as connection:
        connection.exec_driver_sql("ALTER TABLE vial RENAME COLUMN status_note TO note")
    error = refused(NotIntact, "bank.other_schema", 6, lambda: Bank.open(place))
    assert error.params["lacking"] == "vial.status_note"


def test_a_clock_behind_the_record_is_refused_beyond_two_minutes(bank: Bank, people: People, clock: Ticking) -> None:
    last = hire(bank, people["admin"], "first", Role.QA).recorded_at
    clock.forward(seconds=-119)
    assert hire(bank, people["admin"], "second", Role.QA).recorded_at == last, "recorded never before the one before"
    clock.forward(seconds=-3)
    number, _ = bank.head()
    error = refused(CannotWrite, "bank.clock.behind", 7, lambda: hire(bank, people["admin"], "third", Role.QA))
    assert error.params == {"minutes": 2, "last": last}
    assert bank.head()[0] == number
    clock.forward(minutes=3)
    assert hire(bank, people["admin"], "third", Role.QA).recorded_at > last
    assert bank.verify().intact


def test_what_was_done_in_the_future_is_refused_and_what_was_done_long_ago_asks_why_and_a_witness(
    bank: Bank, people: People, clock: Ticking
) -> None:
    def act(**given: object) -> object:
        return bank.perform(
            people["admin"],
            lambda work: grant_role(work, "qa", Role.QP, None, None),
            **given,  # type: ignore[arg-type]
        )

    def codes(**given: object) -> list[str]:
        with pytest.raises(Refused) as caught:
            act(**given)
        return [finding.code for finding in caught.value.findings]

    assert codes(performed_at=clock.now + timedelta(minutes=5)) == ["act.future"]
    long_ago = clock.now - timedelta(hours=25)
    assert codes(performed_at=long_ago) == ["act.late.reason", "act.late.witness"]
    assert codes(performed_at=long_ago, reason="power cut") == ["act.late.witness"]
    assert act(performed_at=long_ago, reason="power cut", second=credentials("reviewer"))
    assert act(performed_at=clock.now - timedelta(hours=23))


def test_the_head_moves_with_every_entry(bank: Bank, people: People) -> None:
    number, chain = bank.head()
    outcome = hire(bank, people["admin"], "newcomer", Role.QA)
    assert bank.head() == (number + 1, outcome.chain)
    assert outcome.chain != chain


@pytest.mark.parametrize("name", ["\x00", "a\x00b", "\ud800", "é" * 5000, "", "' OR 1=1 --"])
def test_a_name_that_no_database_can_hold_is_refused_and_no_crash(bank: Bank, name: str) -> None:
    with pytest.raises((NotAllowed, WrongInput)):
        bank.sign_in(name, PASSWORD)
    assert bank.verify().intact


# A disk that is full, read-only or failing.


def fill(bank: Bank) -> None:
    """No page more: what a full disk is to SQLite."""

    @event.listens_for(bank._engine, "connect")
    def full(connection: sqlite3.Connection, record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}").close()

    bank._engine.dispose()


def until_refused(bank: Bank, admin: Actor) -> tuple[int, CellbankError]:
    """How many acts went through before the first fault, and the fault."""
    for n in range(500):
        try:
            hire(bank, admin, f"more{n}", Role.QA)
        except CellbankError as fault:
            return n, fault
    raise AssertionError("the disk was never full")


@ON_SQLITE
def test_a_full_disk_keeps_nothing_of_the_act_and_stops_the_bank_until_it_is_opened_again(
    bank: Bank, people: People, place: str, clock: Ticking
) -> None:
    before, _ = bank.head()
    fill(bank)
    done, fault = until_refused(bank, people["admin"])
    assert (type(fault), fault.code, fault.exit_code) == (CannotWrite, "bank.full", 7)
    assert bank.head()[0] == before + done
    assert bank.verify().intact, "reading goes on"
    for _ in range(2):
        refused(CannotWrite, "bank.stopped", 7, lambda: hire(bank, people["admin"], "after", Role.QA))
    refused(CannotWrite, "bank.stopped", 7, lambda: bank.sign_in("qa", "wrong"))
    assert bank.head()[0] == before + done
    with Bank.open(place, clock=clock, hasher=cheap()) as again:
        assert hire(again, people["admin"], "after", Role.QA).number == before + done + 1
        assert again.verify().intact


FILE_SIZE = """
import resource, signal, sys
from tests.banks import PASSWORD, Ticking, hire
from tests.test_bank import until_refused
from cellbank.bank import Bank
from cellbank.domain.person import Role
from cellbank.passwords import cheap
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Bank.open(sys.argv[1], clock=Ticking(), hasher=cheap()) as bank:
    admin = bank.sign_in("admin", PASSWORD)
    before, _ = bank.head()
    size = __import__("os").stat(sys.argv[1]).st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + int(sys.argv[2]), size + int(sys.argv[2])))
    done, fault = until_refused(bank, admin)
    again = until_refused(bank, admin)
    print(before + done, fault.exit_code, fault.code, again[0], again[1].code)
"""


@ON_SQLITE
def test_a_write_that_fails_halfway_keeps_nothing_of_the_act_and_stops_the_bank(place: str, clock: Ticking) -> None:
    """The file may not grow beyond a limit: the write itself fails, in the middle of a commit."""
    command = [sys.executable, "-c", FILE_SIZE, place, str(9 * 4096 + 100)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    number, exit_code, code, after, stopped = said.stdout.split()
    assert (exit_code, code, after, stopped) == ("7", "bank.failing", "0", "bank.stopped")
    with Bank.open(place, clock=clock, hasher=cheap()) as bank:
        assert bank.head()[0] == int(number)
        assert bank.verify().intact


@ON_SQLITE
def test_a_bank_on_a_read_only_disk_is_read_and_not_written(
    place: str, people: People, clock: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root writes where it may not, so the file is opened as immutable media are."""
    real = sqlite3.connect
    monkeypatch.setattr("sqlite3.dbapi2.connect", lambda path, **given: real(f"file:{path}?mode=ro", uri=True, **given))
    with Bank.open(place, clock=clock, hasher=cheap()) as bank:
        number, _ = bank.head()
        refused(CannotWrite, "bank.read_only", 7, lambda: hire(bank, people["admin"], "newcomer", Role.QA))
        assert bank.head()[0] == number
        assert bank.verify().intact


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_server_that_takes_no_writes_is_read_and_not_written(bank: Bank, people: People) -> None:
    """As a standby is, until it is promoted."""

    def on_a_standby(work: UnitOfWork) -> None:
        with database.sanctioned(work.connection):
            work.connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        grant_role(work, "qa", Role.QP, None, None)

    refused(CannotWrite, "bank.read_only", 7, lambda: bank.perform(people["admin"], on_a_standby))
    assert bank.verify().intact
    assert hire(bank, people["admin"], "newcomer", Role.QA).code == "newcomer"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_lost_in_the_act_keeps_nothing_and_the_act_id_resolves_the_doubt(
    bank: Bank, people: People
) -> None:
    number, _ = bank.head()

    def losing(work: UnitOfWork) -> None:
        grant_role(work, "qa", Role.QP, None, None)
        work.session.flush()
        work.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    refused(CannotWrite, "bank.unreachable", 7, lambda: bank.perform(people["admin"], losing, act_id="doubt"))
    assert bank.head()[0] == number
    assert hire(bank, people["admin"], "newcomer", Role.QA, act_id="doubt").number == number + 1
    assert bank.verify().intact


@ON_SQLITE
def test_a_bank_locked_by_another_program_is_a_fault_and_not_a_stop(
    bank: Bank, people: People, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MILLISECONDS", 1)
    bank._engine.dispose()
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(CannotWrite, "bank.locked", 7, lambda: hire(bank, people["admin"], "newcomer", Role.QA))
        other.execute("ROLLBACK")
    assert hire(bank, people["admin"], "newcomer", Role.QA).code == "newcomer"


SAID = [
    (sqlite3.OperationalError("database is locked"), "bank.locked"),
    (sqlite3.OperationalError("database or disk is full"), "bank.full"),
    (sqlite3.OperationalError("attempt to write a readonly database"), "bank.read_only"),
    (sqlite3.OperationalError("unable to open database file"), "bank.unreadable"),
    (sqlite3.OperationalError("disk I/O error"), "bank.failing"),
    (psycopg.errors.DiskFull('could not extend file "base/1": No space left on device'), "bank.full"),
    (psycopg.OperationalError("the connection is closed"), "bank.unreachable"),
    (psycopg.OperationalError("server closed the connection unexpectedly"), "bank.unreachable"),
    (psycopg.errors.IoError("could not fsync file: Input/output error"), "bank.failing"),
]


@pytest.mark.parametrize(("said", "code"), SAID)
def test_what_the_database_says_about_itself_has_a_code(said: Exception, code: str) -> None:
    fault = database.fault(OperationalError("", {}, said))
    assert (fault.code, fault.exit_code) == (code, 7)


@ON_SQLITE
def test_a_copy_of_a_bank_is_the_same_bank(bank: Bank, people: People, place: str, clock: Ticking) -> None:
    hire(bank, people["admin"], "newcomer", Role.QA)
    bank.close()
    copy = shutil.copyfile(place, f"{place}.copy")
    with Bank.open(copy, clock=clock, hasher=cheap()) as same:
        assert same.head() == bank.head()
        assert same.verify().intact
    assert clock.now > START


def test_the_engine_lets_go_of_every_connection(bank: Bank, people: People) -> None:
    hire(bank, people["admin"], "newcomer", Role.QA)
    bank.close()
    pool = bank._engine.pool
    assert isinstance(pool, sa.QueuePool)
    assert pool.checkedout() == 0
