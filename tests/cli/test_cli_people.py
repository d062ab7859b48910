"""People on the command line: first passwords, changes, roles, lockout; and copies of a bank."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import World
from tests.cli.shell import PASSWORD, Shell, environment

NEW = "another good password"


def without_new_password(shell: Shell, *words: str) -> str:
    """Add a person with nobody to type their password; the one that was made."""
    import io
    import json
    import sys

    from cellbank import cli

    given = {"CELLBANK_BANK": str(shell.place), "CELLBANK_PASSWORD": PASSWORD, "CELLBANK_USER": "admin"}
    with environment(given), pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stdin", io.StringIO())
        assert cli.main(["--json", *words]) == 0
    return str(json.loads(out.getvalue())["initial_password"])


def test_a_generated_password_signs_nothing_until_it_was_changed(shell: Shell) -> None:
    first = without_new_password(shell, "user", "add", "q.two", "--role", "qa")
    people = {one["name"]: one for one in shell.ok("user", "list")}
    assert (people["q.two"]["must_change_password"], people["qa"]["must_change_password"]) == (True, False)
    shell.ok("trial", "suspend", "--reason", "x", user="q.two", PASSWORD=first)
    error = shell.refused(5, "trial", "resume", "--because", "y", user="q.two", PASSWORD=first)
    assert error["code"] == "signature.password.first"
    shell.ok("user", "password", user="q.two", PASSWORD=first, NEW_PASSWORD=NEW)
    shell.signs("trial", "resume", "--because", "y", user="q.two", PASSWORD=NEW)


def test_a_short_password_is_wrong_usage(shell: Shell) -> None:
    before = shell.entries
    shell.refused(2, "user", "add", "t.two", "--role", "technician", user="admin", NEW_PASSWORD="short")
    assert shell.entries == before


def test_roles_are_granted_for_days_and_revoked(shell: Shell) -> None:
    shell.ok("user", "grant", "technician", "reviewer", "--until", "2099-12-31", user="admin")
    people = {one["name"]: one for one in shell.ok("user", "list")}
    assert people["technician"]["roles"] == ["technician", "reviewer"]
    shell.ok("user", "revoke", "technician", "reviewer", user="admin")
    shell.refused(3, "user", "grant", "technician", "admin", user="admin")
    shell.refused(5, "user", "grant", "admin", "qa", user="admin")
    shell.refused(5, "user", "grant", "technician", "qa", user="qa")


def test_five_failures_lock_out_and_another_admin_ends_it(shell: Shell) -> None:
    for _ in range(5):
        shell.refused(5, "trial", "suspend", "--reason", "x", user="qa", PASSWORD="wrong")
    assert shell.refused(5, "trial", "suspend", "--reason", "x", user="qa")["code"] == "person.locked"
    shell.ok("user", "unlock", "qa", user="admin")
    shell.ok("trial", "suspend", "--reason", "x", user="qa")


def test_a_disabled_person_does_nothing_more(shell: Shell) -> None:
    shell.ok("user", "disable", "qa", user="admin")
    assert shell.refused(5, "trial", "suspend", "--reason", "x", user="qa")["code"] == "person.disabled"


def test_a_forgotten_password_is_reset(shell: Shell) -> None:
    first = without_new_password(shell, "user", "reset", "qa")
    shell.refused(5, "trial", "suspend", "--reason", "x", user="qa")
    shell.ok("user", "password", user="qa", PASSWORD=first, NEW_PASSWORD=NEW)


def test_a_bank_is_founded_once(shell: Shell) -> None:
    before = shell.entries
    assert shell.refused(3, "init", "--admin", "admin")["code"] == "bank.exists"
    assert shell.entries == before


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--zone", "Mars/Olympus", "--admin", "a.dmin"], 2), (["--admin", "Not A Name"], 2), ([], 5)],
)
def test_a_bank_that_cannot_be_founded_leaves_no_file(tmp_path: Path, words: list[str], code: int) -> None:
    nowhere = Shell(tmp_path / "new.db")
    nowhere.refused(code, "init", *words)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_verified_and_brought_back(world: World, tmp_path: Path) -> None:
    shell = world.shell
    copy = tmp_path / "vault.db"
    made = shell.ok("backup", copy, user="admin")
    assert (made["intact"], made["head"]) == (True, shell.ok("audit", "head")["head"])
    shell.refused(2, "backup", copy, user="admin")
    shell.refused(5, "backup", tmp_path / "other.db", user="qa")
    back = Shell(tmp_path / "back.db")
    assert back.ok("restore", copy, user="admin")["head"] == made["head"]
    assert back.ok("lot", "list") == shell.ok("lot", "list")
    back.refused(2, "restore", copy, user="admin")


def test_a_damaged_bank_gives_no_backup(world: World, tmp_path: Path) -> None:
    with sqlite3.connect(world.shell.place) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE lot SET vials_filled = 11")
    raw.close()
    world.shell.refused(6, "backup", tmp_path / "vault.db", user="admin")
    assert not (tmp_path / "vault.db").exists()
