"""How a command line ends: every exit code of the contract, and what is left in the record."""

import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import World
from tests.cli.shell import PASSWORD, Shell, ago

FILL = ["lot", "fill", "C-X", "--tier", "product", "--vials", "2", "--viable-per-vial", "1e6", "--volume-ml", "1"]
REGISTER = ["donor", "register", "D-1", "--sex", "F", "--birth-year", "1980", "--consent", "I", "--consented-on"]
RECEIVE = ["tissue", "receive", "D-1", "--donation-id", "FR0123451234567890123", "--procedure", "x", "--procured-at"]

WRONG = [
    ["no-such-verb"],
    ["donor"],
    ["donor", "no-such-verb"],
    ["donor", "register"],
    ["donor", "register", "D-1", "D-2"],
    ["donor", "list", "--no-such-option"],
    ["donor", "list", "--bank"],
    ["--lang", "de", "donor", "list"],
    [*REGISTER, "12/03/2026"],
    [*REGISTER, "2026-02-30"],
    [*REGISTER, "20260302"],
    ["donor", "register", "Jean Dupont", *REGISTER[3:], "2026-01-01"],
    ["donor", "register", "D-1", "--sex", "blue", *REGISTER[5:], "2026-01-01"],
    ["donor", "register", "D-1", "--sex", "F", "--birth-year", "-5", *REGISTER[7:], "2026-01-01"],
    [
        "donor",
        "register",
        "D-1",
        "--sex",
        "F",
        "--birth-year",
        "1980",
        "--consent",
        "a\x1b[2Jb",
        *REGISTER[9:],
        "2026-01-01",
    ],
    ["donor", "test", "D-1", "no-such-marker", "negative", "--sampled-on", "2026-01-01"],
    [*RECEIVE, "2026-03-02"],
    [*RECEIVE, "yesterday"],
    [*RECEIVE, "2026-03-29T02:30"],
    [*RECEIVE, "2025-10-26T02:30"],
    [*RECEIVE, "2026-03-02T10:00", "--mass-g", "1,234,5"],
    [*RECEIVE, "2026-03-02T10:00", "--temperature-c", "NaN"],
    ["material", "receive", "Lysate", "PL-1", "--supplier", "Acme", "--expires-on", "2031-13"],
    [*FILL, "--class", "dispensable"],
    [*FILL, "--class", "dispensable=1,dispensable=1"],
    [*FILL, "--class", "golden=2"],
    [*FILL, "--harvested", "1e8"],
    [*FILL[:9], "--viable-per-vial", "1,234", "--volume-ml", "1"],
    [*FILL[:9], "--viable-per-vial", "1.5", "--volume-ml", "1"],
    [*FILL[:3], "--tier", "golden", *FILL[5:]],
    ["user", "add", "x.y", "--role", "king"],
    ["user", "add", "Bad Name", "--role", "qa"],
    ["trial", "load", "no-such-file.toml"],
    ["lot", "check", "L-260001-O", "--step", "perhaps"],
    ["lot", "show", "L-260001-A"],
    ["audit", "verify", "--head", "abc"],
    ["label", "vial", "L-260001-O", "--output", "no/such/directory/x.pdf"],
    ["vial", "use", "V-1", "--for"],
    ["vial", "verify", ""],
    ["vial", "discard", ",", "--reason", "fell"],
    ["transfer", "receive", "TR-1", "--accepted", "--refused"],
    ["deviation", "report", "D-1", "--reason=one", "--because", "another"],
    ["tissue", "accept", "T-1", "--shown", "abc", "--shown", "abd"],
]


def by(words: list[str]) -> str:
    return {"user": "admin", "trial": "qa"}.get(words[0], "technician")


@pytest.mark.parametrize("words", WRONG, ids=lambda words: " ".join(words)[:60].encode("ascii", "replace").decode())
def test_wrong_usage_ends_with_2_and_writes_nothing(shell: Shell, words: list[str]) -> None:
    if words[:3] == RECEIVE[:3] or words[1:2] == ["test"]:
        shell.ok(*REGISTER, "2020-01-01", user="technician")
    before = shell.entries
    error = shell.refused(2, *words, user=by(words))
    assert error["error"] == "WrongInput"
    assert shell.entries == before


@pytest.mark.parametrize("words", WRONG, ids=lambda words: " ".join(words)[:60].encode("ascii", "replace").decode())
def test_wrong_usage_is_said_in_french(shell: Shell, words: list[str]) -> None:
    ended = shell.run(*words, user=by(words), LANG="fr")
    assert ended.code in {2, 4}
    assert ended.out == ""
    assert "cli." not in ended.err
    assert "Traceback" not in ended.err


def test_a_rule_refuses_with_3_every_finding_and_one_entry(shell: Shell) -> None:
    shell.ok(*REGISTER, "2026-01-01", user="technician")
    before = shell.entries
    error = shell.refused(3, "donor", "determine", "D-1", user="qa")
    assert error["error"] == "Refused"
    assert {finding["code"] for finding in error["findings"]} >= {"donor.selection.missing", "donor.donation.missing"}
    assert all(finding["message"] and finding["subject"] == "D-1" for finding in error["findings"])
    assert shell.entries == before + 1
    [last] = shell.ok("audit", "log", "--limit", "1")
    assert (last["actor"], last["actions"][0]["action"]) == ("qa", "act.refused")


def test_a_lot_that_is_not_releasable_ends_with_3_and_its_board(world: World) -> None:
    shell, story = world.shell, world.story
    shell.ok("hold", "put", story.donor, "--reason", "question", user="pharmacist")
    ended = shell.run("lot", "check", story.lot, "--json")
    assert (ended.code, ended.data["releasable"]) == (3, False)
    [finding] = ended.data["findings"]
    assert (finding["code"], finding["requirement"], finding["subject"]) == ("lot.held", "nothing_holds_it", "D-017")
    assert "nothing_holds_it" not in ended.data["satisfied"]
    assert shell.ok("lot", "list")[0]["held"] is True
    board = shell.run("lot", "check", story.lot)
    assert board.code == 3
    assert "NO  no hold" in board.out


@pytest.mark.parametrize(
    "words",
    [
        ["donor", "show", "D-404"],
        ["culture", "show", "NOTHING"],
        ["trace", "NOTHING"],
        ["lot", "check", "L-999999"],
        ["trial", "show", "404"],
        ["trial", "approve", "404"],
        ["hold", "put", "NOTHING", "--reason", "x"],
    ],
    ids=" ".join,
)
def test_what_is_not_there_ends_with_4(shell: Shell, words: list[str]) -> None:
    before = shell.entries
    assert shell.refused(4, *words, user="qa")["error"] == "NotFound"
    assert shell.entries == before


def test_no_bank_ends_with_4_and_makes_none(tmp_path: Path) -> None:
    nowhere = Shell(tmp_path / "none.db")
    assert nowhere.refused(4, "lot", "list")["error"] == "NotFound"
    assert not nowhere.place.exists()


def test_nobody_named_ends_with_5_and_says_what_to_set(shell: Shell) -> None:
    ended = shell.run("hold", "put", "D-1", "--reason", "x")
    assert ended.code == 5
    assert "CELLBANK_USER" in ended.err


def test_no_password_ends_with_5_and_says_what_to_set(shell: Shell, tmp_path: Path) -> None:
    from tests.cli.shell import environment

    with environment({"CELLBANK_BANK": str(shell.place), "CELLBANK_USER": "qa"}), pytest.MonkeyPatch.context() as patch:
        import io

        from cellbank import cli

        err = io.StringIO()
        patch.setattr(sys, "stderr", err)
        patch.setattr(sys, "stdin", io.StringIO())
        assert cli.main(["trial", "suspend", "--reason", "x"]) == 5
    assert "CELLBANK_PASSWORD_FILE" in err.getvalue()


@pytest.mark.parametrize(
    ("user", "variables"),
    [
        ("nobody", {}),
        ("technician", {"PASSWORD": "not the right one"}),
        ("pharmacist", {}),
    ],
)
def test_who_may_not_ends_with_5(shell: Shell, user: str, variables: dict[str, str]) -> None:
    assert shell.refused(5, *REGISTER, "2026-01-01", user=user, **variables)["error"] == "NotAllowed"
    assert shell.ok("donor", "list") == []


def test_one_person_cannot_be_two(shell: Shell) -> None:
    words = [*REGISTER, "2026-01-01", "--witness", "technician", "--reason", "late"]
    error = shell.refused(5, *words, user="technician", SECOND_PASSWORD=PASSWORD)
    assert error["code"] == "person.second.same"


def test_a_file_that_is_no_bank_ends_with_6(tmp_path: Path) -> None:
    place = tmp_path / "letter.db"
    place.write_text("Dear colleague, this is not a bank.")
    assert Shell(place).refused(6, "lot", "list")["error"] == "NotIntact"


def test_a_record_that_was_touched_ends_with_6(world: World) -> None:
    with sqlite3.connect(world.shell.place) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE lot SET vials_filled = 11")
    raw.close()
    ended = world.shell.run("audit", "verify", "--json")
    assert (ended.code, ended.data["intact"]) == (6, False)
    assert any(finding["params"].get("column") == "vials_filled" for finding in ended.data["findings"])
    assert world.shell.run("check").code == 6


def test_a_bank_that_is_locked_ends_with_7(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellbank.store.database.BUSY_MILLISECONDS", 50)
    before = shell.entries
    holder = sqlite3.connect(shell.place, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        assert shell.refused(7, *REGISTER, "2026-01-01", user="technician")["error"] == "CannotWrite"
    finally:
        holder.rollback()
        holder.close()
    assert shell.entries == before


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("the service fell over")


def test_an_unexpected_fault_ends_with_1_one_sentence_and_nothing_half_written(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shell.entries
    monkeypatch.setattr("cellbank.services.donor.pseudonym", broken)
    ended = shell.run(*REGISTER, "2026-01-01", user="technician")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert "the service fell over" in ended.err
    assert shell.entries == before
    traced = shell.run(*REGISTER, "2026-01-01", user="technician", DEBUG="1")
    assert "Traceback" in traced.err


def test_ctrl_c_ends_with_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cellbank.services.donor.pseudonym", interrupted)
    before = shell.entries
    assert shell.run(*REGISTER, "2026-01-01", user="technician").code == 130
    assert shell.entries == before


def test_a_future_fact_is_refused_and_a_late_one_needs_reason_and_witness(shell: Shell) -> None:
    words = ["material", "receive", "Lysate", "PL-1", "--supplier", "Acme", "--expires-on", "2031-06"]
    future = shell.refused(3, *words, "--at", ago(-30), user="technician")
    assert [finding["code"] for finding in future["findings"]] == ["act.future"]
    late = shell.refused(3, *words, "--at", ago(60 * 100), user="technician")
    assert {finding["code"] for finding in late["findings"]} == {"act.late.reason", "act.late.witness"}
    second = ["--reason", "the network was down", "--checked-by", "reviewer"]
    done = shell.ok(*words, "--at", ago(60 * 100), *second, user="technician", SECOND_PASSWORD=PASSWORD)
    assert done["material"] == done["code"]
    [entry] = shell.ok("audit", "log", "--limit", "1")
    assert entry["reason"] == "the network was down"
    assert [one["meaning"] for one in entry["signatures"]] == ["witnessed"]


def test_a_password_may_lie_in_a_file(shell: Shell, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n")
    import os

    from tests.cli.shell import environment

    with environment({}):
        os.environ["CELLBANK_PASSWORD_FILE"] = str(secret)
        from cellbank.cli.passwords import given

        assert given("CELLBANK_PASSWORD") == PASSWORD
        del os.environ["CELLBANK_PASSWORD_FILE"]


def test_the_template_of_a_test_is_never_written(founded: Path, tmp_path: Path) -> None:
    copy = Shell(Path(shutil.copyfile(founded, tmp_path / "copy.db")))
    assert copy.ok("donor", "list") == []
