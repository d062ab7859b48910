"""`audit verify`: real bytes are changed beneath the bank, and each change is named; a clean bank is never accused.

Every tampering happens in a transaction that is rolled back, so one bank serves hundreds of sites.
"""

# ruff: noqa: S608, S311
# The statements are ours; the sites are random and repeatable.

import itertools
import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st

from cellbank.bank import Actor, Bank
from cellbank.domain.entry import EMPTY_CHAIN, chain_hash, leaf_hash
from cellbank.domain.person import Role
from cellbank.errors import CellbankError, Finding
from cellbank.services import person
from cellbank.store import guards
from cellbank.store.replay import verify
from tests.banks import ON_SQLITE, Ticking, beneath, hire

People = Mapping[str, Actor]
SITES = 500 if os.environ.get("CELLBANK_TEST_HYPOTHESIS") == "evidence" else 6
"""Random sites of each class of tampering on each database; the published count is 500."""


def work_a_while(bank: Bank, people: People, many: int, name: str = "p") -> None:
    """Acts of several kinds: people with two roles, a role ended, a wrong password, a refusal."""
    for n in range(many):
        hire(bank, people["admin"], f"{name}{n}", Role.TECHNICIAN, Role.REVIEWER)
    bank.perform(people["admin"], lambda work: person.revoke_role(work, f"{name}0", Role.REVIEWER))
    with pytest.raises(CellbankError):
        bank.sign_in(f"{name}0", "wrong")
    with pytest.raises(CellbankError):
        hire(bank, people["admin"], f"{name}0", Role.QA)


@dataclass
class Intruder:
    """Someone with the owner's rights on the database, in a transaction that will be rolled back."""

    connection: sa.Connection
    chance: random.Random

    def run(self, statement: str, **values: object) -> Any:
        return self.connection.execute(sa.text(statement), values)

    def number(self) -> int:
        """Any entry."""
        return self.chance.randint(1, self.last())

    def last(self) -> int:
        return int(self.run("SELECT max(number) FROM entry").scalar_one())

    def canonical(self, number: int) -> bytes:
        return bytes(self.run("SELECT canonical FROM entry WHERE number = :n", n=number).scalar_one())

    def row(self, table: str) -> Any:
        rows = self.run(f"SELECT * FROM {table} ORDER BY id").mappings().all()
        return self.chance.choice(rows)


@contextmanager
def breaking_in(connection: sa.Connection, chance: random.Random) -> Iterator[Intruder]:
    connection.exec_driver_sql("BEGIN")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    else:
        guards.remove(connection)
    try:
        yield Intruder(connection, chance)
    finally:
        connection.exec_driver_sql("ROLLBACK")


@contextmanager
def intruding(place: str) -> Iterator[Intruder]:
    with beneath(place) as connection, breaking_in(connection, random.Random(1)) as intruder:
        yield intruder


def seen(intruder: Intruder, heads: Mapping[int, str] | None = None) -> list[Finding]:
    """What a verification finds; the intruder has put the guards back."""
    if intruder.connection.dialect.name == "sqlite":
        guards.install(intruder.connection)
    return verify(intruder.connection, heads).findings


def flip_canonical(it: Intruder) -> str:
    number = it.number()
    changed = bytearray(it.canonical(number))
    changed[it.chance.randrange(len(changed))] ^= 1 << it.chance.randrange(8)
    it.run("UPDATE entry SET canonical = :c WHERE number = :n", c=bytes(changed), n=number)
    return f"audit.entry.leaf {number}"


def flip_hash(column: str) -> Callable[[Intruder], str]:
    def flip(it: Intruder) -> str:
        number = it.number()
        text = it.run(f"SELECT {column} FROM entry WHERE number = :n", n=number).scalar_one()
        at = it.chance.randrange(64)
        changed = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
        it.run(f"UPDATE entry SET {column} = :c WHERE number = :n", c=changed, n=number)
        return f"audit.entry.{column} {number}"

    flip.__name__ = f"flip_{column}"
    return flip


def repeat_field(column: str) -> Callable[[Intruder], str]:
    """A column that repeats the canonical bytes for search says something else."""

    def change(it: Intruder) -> str:
        number = it.number()
        it.run(f"UPDATE entry SET {column} = :c WHERE number = :n", c=f"other-{number}", n=number)
        return f"audit.entry.field {number}"

    change.__name__ = f"change_{column}"
    return change


def delete_entry(it: Intruder) -> str:
    number = it.chance.randint(1, it.last() - 1)
    it.run("DELETE FROM entry_touch WHERE entry = :n", n=number)
    it.run("DELETE FROM entry WHERE number = :n", n=number)
    return f"audit.entry.gap {number + 1}"


def insert_entry(it: Intruder) -> str:
    """A forged entry in the middle, with right hashes of its own; those behind it move up by one."""
    at = it.chance.randint(2, it.last())
    it.run("UPDATE entry SET number = -number - 1 WHERE number >= :n", n=at)
    it.run("UPDATE entry SET number = -number WHERE number < 0")
    previous = it.run("SELECT chain FROM entry WHERE number = :n", n=at - 1).scalar_one()
    entry = json.loads(it.canonical(at - 1)) | {"number": at, "act_id": "forged", "changes": [], "actions": []}
    insert_forged(it, entry, previous)
    return f"audit.entry.chain {at + 1}"


def insert_forged(it: Intruder, entry: dict[str, Any], previous: str) -> None:
    canonical = rfc8785.dumps(entry)
    it.run(
        "INSERT INTO entry VALUES (:n, :act, :at, :actor, :c, :leaf, :chain)",
        n=entry["number"],
        act=entry["act_id"],
        at=entry["recorded_at"],
        actor=entry["actor"],
        c=canonical,
        leaf=leaf_hash(canonical),
        chain=chain_hash(previous, leaf_hash(canonical)),
    )


def swap_entries(it: Intruder) -> str:
    first, second = sorted(it.chance.sample(range(1, it.last() + 1), 2))
    for old, new in ((first, -1), (second, first), (-1, second)):
        it.run("UPDATE entry SET number = :new WHERE number = :old", old=old, new=new)
    return f"audit.entry.chain {first}"


def renumber_entry(it: Intruder) -> str:
    last = it.last()
    it.run("UPDATE entry SET number = :new WHERE number = :old", old=last, new=last + 7)
    return f"audit.entry.gap {last + 7}"


def edit_row(it: Intruder) -> str:
    row = it.row("person")
    it.run("UPDATE person SET printed_name = 'Mallory' WHERE id = :id", id=row["id"])
    return f"audit.row.differs {row['id']} person printed_name"


def edit_integer(it: Intruder) -> str:
    row = it.row("person")
    it.run("UPDATE person SET disabled = 1 - disabled WHERE id = :id", id=row["id"])
    return f"audit.row.differs {row['id']} person disabled"


def edit_null(it: Intruder) -> str:
    row = it.row("role_grant")
    value = "2040-01-01" if row["valid_until"] is None else None
    it.run("UPDATE role_grant SET valid_until = :v WHERE id = :id", v=value, id=row["id"])
    return f"audit.row.differs {row['id']} role_grant valid_until"


def delete_row(it: Intruder) -> str:
    row = it.row("role_grant")
    it.run("DELETE FROM role_grant WHERE id = :id", id=row["id"])
    return f"audit.row.missing {row['id']} role_grant"


def add_row(it: Intruder) -> str:
    values = dict(it.row("role_grant")) | {"id": "forged", "role": "qp"}
    columns = ", ".join(values)
    it.run(f"INSERT INTO role_grant ({columns}) VALUES ({', '.join(f':{c}' for c in values)})", **values)
    return "audit.row.unrecorded forged role_grant"


def drop_touch(it: Intruder) -> str:
    number = it.chance.choice(it.run("SELECT DISTINCT entry FROM entry_touch ORDER BY entry").scalars().all())
    it.run("DELETE FROM entry_touch WHERE entry = :n", n=number)
    return f"audit.touch.differs {number}"


def add_touch(it: Intruder) -> str:
    number = it.number()
    it.run("INSERT INTO entry_touch VALUES (:n, 'vial', 'forged')", n=number)
    return f"audit.touch.differs {number} vial"


def replace_secret(it: Intruder) -> str:
    """Another's password hash in place of one's own: who knows one password signs as the other."""
    people = it.run("SELECT id, password_hash FROM person ORDER BY name").all()
    mine, other = it.chance.sample(people, 2)
    it.run("UPDATE person SET password_hash = :h WHERE id = :id", h=mine.password_hash, id=other.id)
    return f"audit.row.differs {other.id} person password_hash"


def replace_salt(it: Intruder) -> str:
    row = it.chance.choice(it.run("SELECT * FROM salt ORDER BY row_id").all())
    it.run("UPDATE salt SET salt = 'other' WHERE row_id = :id AND column_name = :c", id=row.row_id, c=row.column_name)
    return f"audit.row.differs {row.row_id} {row.table_name} {row.column_name}"


FOUND_BY_ITSELF = [
    flip_canonical,
    flip_hash("leaf"),
    flip_hash("chain"),
    repeat_field("act_id"),
    repeat_field("recorded_at"),
    repeat_field("actor"),
    delete_entry,
    insert_entry,
    swap_entries,
    renumber_entry,
    edit_row,
    edit_integer,
    edit_null,
    delete_row,
    add_row,
    drop_touch,
    add_touch,
    replace_secret,
    replace_salt,
]


def told(finding: Finding) -> str:
    """A finding in one line, with table and column when it names them."""
    parts = (finding.code, finding.subject, finding.params.get("table"), finding.params.get("column"))
    return " ".join(str(part) for part in parts if part)


def test_every_class_of_tampering_is_found_at_every_site_and_named(bank: Bank, people: People, place: str) -> None:
    work_a_while(bank, people, 4)
    assert bank.verify().findings == []
    missed: list[str] = []
    chance = random.Random(20260302)
    with beneath(place) as connection:
        for tamper, site in itertools.product(FOUND_BY_ITSELF, range(SITES)):
            with breaking_in(connection, chance) as intruder:
                expected = tamper(intruder)
                found = [told(finding) for finding in seen(intruder)]
            if not any(line.startswith(expected) for line in found):
                missed.append(f"{tamper.__name__} at site {site}: not {expected} in {found[:3]}")
    assert missed == []
    assert bank.verify().findings == [], "the intruder was rolled back, so nothing else was found by chance"


def test_an_intruder_who_does_nothing_is_not_accused(bank: Bank, people: People, place: str) -> None:
    work_a_while(bank, people, 2)
    with intruding(place) as intruder:
        assert seen(intruder) == []


@pytest.mark.parametrize(
    "canonical",
    [b"", b"null", b"[]", b"{}", b'"text"', b"\xff\xfe", b'{"format":1}', b"[" * 100_000, b'{"number":"x"}'],
)
@ON_SQLITE
def test_an_entry_of_any_nonsense_is_a_finding_and_never_a_crash(place: str, canonical: bytes) -> None:
    with intruding(place) as intruder:
        intruder.run("UPDATE entry SET canonical = :c WHERE number = 2", c=canonical)
        assert "audit.entry.unreadable 2" in [told(finding) for finding in seen(intruder)]


@ON_SQLITE
def test_an_entry_with_a_number_of_another_type_is_a_finding_and_never_a_crash(place: str) -> None:
    with intruding(place) as intruder:
        entry = json.loads(intruder.canonical(2)) | {"number": "2"}
        intruder.run("UPDATE entry SET canonical = :c WHERE number = 2", c=rfc8785.dumps(entry))
        assert "audit.entry.field 2" in [told(finding) for finding in seen(intruder)]


def test_a_guard_that_was_dropped_is_named(place: str) -> None:
    with intruding(place) as intruder:
        dropped = "DROP TRIGGER guard_entry_update" + (
            " ON entry" if intruder.connection.dialect.name == "postgresql" else ""
        )
        if intruder.connection.dialect.name == "sqlite":
            guards.install(intruder.connection)
        intruder.run(dropped)
        assert [told(finding) for finding in verify(intruder.connection).findings] == [
            "audit.guard.missing guard_entry_update"
        ]


def guards_named(intruder: Intruder) -> list[str]:
    return [told(finding) for finding in verify(intruder.connection).findings]


REFUSES = "BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0]; END"


def the_function(body: str, more: str = "", schema: str = "public") -> str:
    """The guards' function with this body, as whoever owns the tables can write it again."""
    return (
        f"CREATE OR REPLACE FUNCTION {schema}.guard_refuse() RETURNS trigger LANGUAGE plpgsql {more}"
        f" SET search_path TO 'pg_catalog', 'pg_temp' AS $$ {body} $$"
    )


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("BEGIN RETURN NULL; END", ""),
        ("BEGIN RAISE NOTICE '%: %', TG_TABLE_NAME, TG_ARGV[0]; RETURN NEW; END", ""),
        (f"BEGIN IF current_user = 'postgres' THEN RETURN NEW; END IF; {REFUSES[6:]}", ""),
        (REFUSES, "SECURITY DEFINER"),
    ],
)
def test_the_guards_function_with_another_body_is_named(place: str, body: str, more: str) -> None:
    with intruding(place) as intruder:
        intruder.connection.execute(sa.text(the_function(body, more)))
        assert guards_named(intruder) == ["audit.guard.missing guard_refuse"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_guards_function_written_again_as_it_was_is_no_finding(place: str) -> None:
    with intruding(place) as intruder:
        spread = REFUSES.replace(" ", "\n   ")
        intruder.connection.execute(sa.text(the_function(spread)))
        assert guards_named(intruder) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "again",
    [
        "BEFORE UPDATE ON lot FOR EACH ROW WHEN (new.id IS DISTINCT FROM old.id)"
        " EXECUTE FUNCTION guard_refuse('identities never change')",
        "BEFORE UPDATE ON lot FOR EACH ROW WHEN (new.id IS DISTINCT FROM old.id AND new.number IS DISTINCT FROM"
        " old.number AND new.tier IS DISTINCT FROM old.tier) EXECUTE FUNCTION guard_refuse('identities never change')",
        "AFTER UPDATE ON lot FOR EACH ROW WHEN (new.id IS DISTINCT FROM old.id OR new.number IS DISTINCT FROM"
        " old.number OR new.tier IS DISTINCT FROM old.tier) EXECUTE FUNCTION guard_refuse('identities never change')",
        "BEFORE UPDATE ON lot FOR EACH ROW WHEN (new.id IS DISTINCT FROM old.id OR new.number IS DISTINCT FROM"
        " old.number OR new.tier IS DISTINCT FROM old.tier)"
        " EXECUTE FUNCTION other.guard_refuse('identities never change')",
    ],
    ids=["fewer columns", "and for or", "too late", "a function of elsewhere"],
)
def test_a_guard_with_another_body_is_named(place: str, again: str) -> None:
    with intruding(place) as intruder:
        intruder.run("CREATE SCHEMA other")
        intruder.connection.execute(sa.text(the_function("BEGIN RETURN NEW; END", schema="other")))
        intruder.run("SET LOCAL search_path TO other, public") if "other." in again else None
        intruder.run("DROP TRIGGER guard_lot_frozen ON lot")
        intruder.run(f"CREATE TRIGGER guard_lot_frozen {again}")
        intruder.run("SET LOCAL search_path TO public, other")
        assert guards_named(intruder) == ["audit.guard.missing guard_lot_frozen"]


@ON_SQLITE
def test_a_guard_with_another_body_is_named_on_sqlite(place: str) -> None:
    with intruding(place) as intruder:
        guards.install(intruder.connection)
        intruder.run("DROP TRIGGER guard_lot_frozen")
        intruder.run(
            "CREATE TRIGGER guard_lot_frozen BEFORE UPDATE ON lot WHEN new.id IS NOT old.id"
            " BEGIN SELECT RAISE(ABORT, 'lot: identities never change'); END"
        )
        assert guards_named(intruder) == ["audit.guard.missing guard_lot_frozen"]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
def test_a_guard_that_does_not_fire_is_named_and_installed_again(place: str, how: str) -> None:
    with intruding(place) as intruder:
        intruder.run(f"ALTER TABLE entry {how} TRIGGER guard_entry_update")
        assert guards_named(intruder) == ["audit.guard.missing guard_entry_update"]
        intruder.run("SET LOCAL session_replication_role = origin")
        guards.install(intruder.connection)
        assert guards_named(intruder) == []


def truncate(intruder: Intruder, after: int) -> None:
    """Cut off the tail, and undo by hand every row that it brought."""
    rows = intruder.run(
        "SELECT table_name, row_id FROM entry_touch WHERE entry > :n"
        " EXCEPT SELECT table_name, row_id FROM entry_touch WHERE entry <= :n",
        n=after,
    ).all()
    for table, row_id in rows:
        intruder.run(f"DELETE FROM {table} WHERE id = :id", id=row_id)
        intruder.run("DELETE FROM salt WHERE row_id = :id", id=row_id)
    intruder.run("DELETE FROM entry_touch WHERE entry > :n", n=after)
    intruder.run("DELETE FROM entry WHERE number > :n", n=after)


def rewrite(intruder: Intruder, old: bytes, new: bytes) -> None:
    """Change the past and compute every hash again, as an administrator with the source code can."""
    chain = EMPTY_CHAIN
    for number in range(1, intruder.last() + 1):
        canonical = intruder.canonical(number).replace(old, new)
        leaf = leaf_hash(canonical)
        chain = chain_hash(chain, leaf)
        intruder.run(
            "UPDATE entry SET canonical = :c, leaf = :l, chain = :h WHERE number = :n",
            c=canonical,
            l=leaf,
            h=chain,
            n=number,
        )
    intruder.run("UPDATE person SET printed_name = :new WHERE printed_name = :old", old=old.decode(), new=new.decode())


def test_a_truncated_tail_is_found_only_with_a_head_kept_outside(bank: Bank, people: People, place: str) -> None:
    before, _ = bank.head()
    for n in range(4):
        hire(bank, people["admin"], f"p{n}", Role.QA)
    number, chain = bank.head()
    with intruding(place) as intruder:
        truncate(intruder, before + 2)
        assert seen(intruder) == [], "the chain alone cannot know what came after"
        found = seen(intruder, {number: chain})
        assert [told(finding) for finding in found] == [f"audit.head.missing {number}"]


def test_a_rewritten_past_is_found_only_with_a_head_kept_outside(bank: Bank, people: People, place: str) -> None:
    number, chain = bank.head()
    hire(bank, people["admin"], "later", Role.QA)
    with intruding(place) as intruder:
        rewrite(intruder, b"Qa of the bank", b"Mx of the bank")
        assert seen(intruder) == [], "whoever computes all hashes again deceives the chain alone"
        assert [told(finding) for finding in seen(intruder, {number: chain})] == [f"audit.head.differs {number}"]


def test_a_change_after_the_last_head_that_left_is_missed_and_that_is_the_window(
    bank: Bank, people: People, place: str
) -> None:
    """Stated, not hidden (docs/format.md): so a head leaves at every signature and print."""
    head = bank.head()
    hire(bank, people["admin"], "later", Role.QA)
    with intruding(place) as intruder:
        rewrite(intruder, b"Later of the bank", b"Never of the bank")
        assert seen(intruder, {head[0]: head[1]}) == []


def test_an_old_backup_put_back_is_found_only_with_a_head_kept_outside(
    bank: Bank, people: People, template: Any, place: str
) -> None:
    hire(bank, people["admin"], "later", Role.QA)
    number, chain = bank.head()
    with intruding(template.place) as old:
        assert seen(old) == []
        assert [told(finding) for finding in seen(old, {number: chain})] == [f"audit.head.missing {number}"]


def test_heads_kept_outside_of_a_clean_bank_all_fit(bank: Bank, people: People) -> None:
    heads = [bank.head()]
    for n in range(5):
        hire(bank, people["admin"], f"p{n}", Role.QA)
        heads.append(bank.head())
    assert bank.verify(dict(heads)).intact
    number, chain = heads[3]
    wrong = dict(heads) | {number: chain[:-1] + ("0" if chain[-1] != "0" else "1")}
    assert [told(finding) for finding in bank.verify(wrong).findings] == [f"audit.head.differs {number}"]


names = st.sampled_from([f"p{n}" for n in range(6)])
roles = st.sampled_from([Role.TECHNICIAN, Role.QA, Role.PHARMACIST, Role.ADMIN])
kinds = st.sampled_from(["hire", "grant", "revoke", "disable", "unlock", "fail", "reset", "pass"])
steps = st.tuples(kinds, names, roles)


def step(bank: Bank, admin: Actor, what: str, name: str, role: Role) -> None:
    """One act of any kind; the bank may well refuse it, which is recorded too."""
    hashed = bank.hash_password("another long password")
    deeds = {
        "grant": lambda work: person.grant_role(work, name, role, None, None),
        "revoke": lambda work: person.revoke_role(work, name, role),
        "disable": lambda work: person.disable_person(work, name),
        "unlock": lambda work: person.unlock_person(work, name),
        "reset": lambda work: person.reset_password(work, name, hashed),
    }
    try:
        if what == "hire":
            hire(bank, admin, name, role)
        elif what in {"fail", "pass"}:
            bank.sign_in(name, "wrong password" if what == "fail" else "another long password")
        else:
            bank.perform(admin, deeds[what])
    except CellbankError:
        return


@ON_SQLITE
@settings(max_examples=5 * SITES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(steps, min_size=1, max_size=6), minutes=st.integers(0, 60 * 24))
def test_a_clean_bank_is_never_accused(
    bank: Bank, people: People, clock: Ticking, acts: list[tuple[str, str, Role]], minutes: int
) -> None:
    """The bank grows from one example to the next: what was done before stays."""
    clock.forward(minutes=minutes)
    for what, name, role in acts:
        step(bank, people["admin"], what, name, role)
    assert bank.verify({bank.head()[0]: bank.head()[1]}).findings == []


@ON_SQLITE
def test_one_actor_of_another_workstation_changes_the_chain(bank: Bank, people: People, place: str) -> None:
    """Every field is under the hash, not only the changes."""
    hire(bank, replace(people["admin"], workstation="elsewhere"), "p1", Role.QA)
    with intruding(place) as intruder:
        changed = intruder.canonical(intruder.last()).replace(b"elsewhere", b"wherelese")
        intruder.run("UPDATE entry SET canonical = :c WHERE number = :n", c=changed, n=intruder.last())
        assert {finding.code for finding in seen(intruder)} == {"audit.entry.leaf", "audit.entry.chain"}
