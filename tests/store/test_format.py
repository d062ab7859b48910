"""docs/format.md is enough: its example is verified with the standard library alone, and is what the code writes."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cellbank.bank import Actor, Bank
from cellbank.domain.entry import Action, Change, Entry
from cellbank.domain.person import Person, Role
from cellbank.domain.record import record_kinds
from cellbank.services.person import reset_password
from cellbank.store import journal
from tests.banks import ON_SQLITE, hire

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "format.md").read_text("utf-8")
ENTRIES = [found.encode() for found in re.findall(r"^```entry-\d\n(.*)\n```$", PAGE, re.MULTILINE)]
HASHES = dict(re.findall(r"^\| ([^|]+?)(?:, the head)? \| `([0-9a-f]{64})` \|$", PAGE, re.MULTILINE))


def canonical(entry: Mapping[str, Any]) -> bytes:
    """As the page says that Python's standard library writes it."""
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def folded(stored: list[bytes]) -> tuple[str, dict[tuple[str, str], dict[str, Any]]]:
    """The head and the rows that follow from these bytes, by what the page says and nothing else."""
    chain = hashlib.sha256(b"").digest()
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for each in stored:
        chain = hashlib.sha256(chain + hashlib.sha256(b"\x00" + each).digest()).digest()
        for change in json.loads(each)["changes"]:
            rows.setdefault((change["table"], change["id"]), {}).update(change["after"])
    return chain.hex(), rows


def test_the_hashes_of_the_example_follow_from_its_bytes() -> None:
    assert len(ENTRIES) == 2
    chain = hashlib.sha256(b"").hexdigest()
    assert HASHES["chain before entry 1"] == chain
    for number, stored in enumerate(ENTRIES, start=1):
        leaf = hashlib.sha256(b"\x00" + stored).hexdigest()
        chain = hashlib.sha256(bytes.fromhex(chain) + bytes.fromhex(leaf)).hexdigest()
        assert (HASHES[f"leaf {number}"], HASHES[f"chain {number}"]) == (leaf, chain)
        assert canonical(json.loads(stored)) == stored


def test_the_commitment_of_the_example_opens_with_its_salt() -> None:
    [value] = re.findall(r"\$argon2id[^`]+", PAGE)
    [salt] = re.findall(r"^salt `([0-9a-f]{64})`", PAGE, re.MULTILINE)
    committed = "commitment:" + hashlib.sha256(f"{salt}:{value}".encode()).hexdigest()
    _, rows = folded(ENTRIES)
    [person] = [row for (table, _), row in rows.items() if table == "person"]
    assert person["password_hash"] == committed
    assert person["failures"] == 1


def test_the_code_still_writes_the_bytes_of_the_example() -> None:
    for stored in ENTRIES:
        told = json.loads(stored)
        entry = Entry(
            **{name: told[name] for name in ("number", "act_id", "recorded_at", "performed_at", "actor", "role")},
            workstation=told["workstation"],
            actions=[Action(**action) for action in told["actions"]],
            reason=told["reason"],
            signature=told["signature"],
            changes=[Change(**change) for change in told["changes"]],
        )
        assert entry.canonical() == stored


def test_every_member_that_an_entry_has_is_on_the_page_and_no_other() -> None:
    [table] = re.findall(r"^\| Member \|.*?\n\n", PAGE, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(json.loads(ENTRIES[0]))


def test_the_secret_columns_are_those_of_the_page() -> None:
    secret = [f"{table}.{column}" for table, kind in record_kinds().items() for column in kind.secret_columns]
    assert secret == ["person.password_hash"]
    assert Person.secret_columns == {"password_hash"}


def test_a_bank_is_verified_with_the_page_alone(bank: Bank, people: Mapping[str, Actor]) -> None:
    """Head and rows of a living bank, folded without any code of ours."""
    hire(bank, people["admin"], "newcomer", Role.QA)
    with bank.read() as reading:
        stored = list(journal.stored_entries(reading.connection))
        found = reading.connection.exec_driver_sql("SELECT id, printed_name, failures FROM person").all()
    head, rows = folded([bytes(each.canonical) for each in stored])
    assert (len(stored), head) == bank.head()
    replayed = {
        (row_id, row["printed_name"], row["failures"]) for (table, row_id), row in rows.items() if table == "person"
    }
    assert replayed == {tuple(each) for each in found}
    assert all(canonical(json.loads(bytes(each.canonical))) == bytes(each.canonical) for each in stored)


@ON_SQLITE
def test_a_hostile_text_is_written_alike_by_both(bank: Bank, people: Mapping[str, Actor]) -> None:
    """What needs escaping, and what sorts differently in UTF-8 and UTF-16."""
    reason = 'Łódź ×10⁶ "quoted" \\ / \u00a0 \U0001f9ea'
    hashed = bank.hash_password("a long enough password")
    bank.perform(people["admin"], lambda work: reset_password(work, "qa", hashed), reason=reason)
    with bank.read() as reading:
        [(stored, _)] = journal.entry_page(reading.connection, 1)
    assert json.loads(stored)["reason"] == reason
    assert canonical(json.loads(stored)) == bytes(stored)
