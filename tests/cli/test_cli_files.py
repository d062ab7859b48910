"""Documents that the command line writes: whole, never over another, and only when their act was recorded."""

import hashlib
from pathlib import Path

import pytest

from tests.a_printer import a_deaf_port, a_network_printer, setting
from tests.cli.conftest import World

REPRINT = ["--reprint", "printer jam"]


def names(place: Path) -> set[str]:
    return {path.name for path in place.parent.iterdir() if path.suffix != ".db-journal"}


def test_a_file_that_is_there_is_not_written_over_without_force(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    target = shell.place.parent / "coa.pdf"
    target.write_text("mine")
    shell.refused(2, "document", "certificate", lot, "--output", "coa.pdf")
    assert target.read_text() == "mine"
    shell.ok("document", "certificate", lot, "--output", "coa.pdf", "--force")
    assert target.read_bytes().startswith(b"%PDF-")


def test_labels_are_written_under_a_name_of_their_own(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    answer = shell.ok("label", "vial", lot, *REPRINT, user="technician")
    assert answer["path"] == f"labels-{lot}.pdf"
    assert (shell.place.parent / answer["path"]).read_bytes().startswith(b"%PDF-")
    assert shell.ok("label", "list", lot)[-1]["sha256"] == answer["sha256"]


@pytest.mark.parametrize("code", ["é" * 300, "../../ELSEWHERE", "L\x1b[2J"])
def test_a_name_of_its_own_is_plain_whatever_code_was_typed(world: World, code: str) -> None:
    world.shell.refused(4, "document", "certificate", code)


def test_a_name_too_long_for_the_disk_is_said(world: World) -> None:
    error = world.shell.refused(7, "document", "certificate", world.story.lot, "--output", "é" * 300)
    assert "cannot be written" in error["message"]


def test_a_refused_print_leaves_no_file(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    before = names(shell.place)
    shell.refused(3, "label", "vial", lot, user="technician")
    shell.refused(5, "label", "vial", lot, *REPRINT, user="qa")
    shell.refused(2, "label", "vial", lot, *REPRINT, "--stock", "no-such-stock", user="technician")
    assert names(shell.place) == before


def test_a_place_that_cannot_be_written_is_noticed_before_the_act(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    before = shell.entries
    shell.refused(2, "label", "vial", lot, *REPRINT, "--output", "nowhere/labels.pdf", user="technician")
    shell.refused(7, "label", "vial", lot, *REPRINT, "--output", "/proc/labels.pdf", user="technician")
    assert shell.entries == before


def test_the_same_print_again_writes_no_second_document(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    words = ["label", "vial", lot, *REPRINT, "--act-id", "print-1"]
    shell.ok(*words, "--output", "one.pdf", user="technician")
    again = shell.ok(*words, "--output", "two.pdf", user="technician")
    assert (again["repeated"], again["path"]) == (True, None)
    assert "two.pdf" not in names(shell.place)


def test_labels_go_to_a_printer_in_place_of_a_file(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    before = names(shell.place)
    with a_network_printer() as there:
        words = ["label", "vial", lot, *REPRINT, "--printer", "bench", "--act-id", "print-2"]
        answer = shell.ok(*words, user="technician", PRINTERS=setting(bench=there.address))
        sent = there.next()
        again = shell.ok(*words, user="technician", PRINTERS=setting(bench=there.address))
        assert (again["repeated"], again["printer"], len(there.documents)) == (True, None, 1)
    assert (answer["printer"], answer["sha256"]) == ("bench", hashlib.sha256(sent).hexdigest())
    assert (
        shell.ok("label", "list", lot)[-1] | {"form": "zpl", "sha256": answer["sha256"]}
        == shell.ok("label", "list", lot)[-1]
    )
    assert sent.startswith(b"^XA")
    assert names(shell.place) == before


def test_a_printer_that_fails_leaves_the_print_in_the_record_and_says_what_to_do(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    before = shell.entries
    deaf = setting(bench=f"socket://127.0.0.1:{a_deaf_port()}")
    ended = shell.run("label", "vial", lot, *REPRINT, "--printer", "bench", user="technician", PRINTERS=deaf)
    assert (ended.code, ended.out, shell.entries) == (7, "", before + 1)
    assert "print again with the reason" in ended.err


def test_a_wrong_printer_is_refused_before_the_act(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    before = shell.entries
    known = setting(bench="lp:labels")
    words = ["label", "vial", lot, *REPRINT]
    shell.refused(2, *words, "--printer", "bank", user="technician", PRINTERS=known)
    shell.refused(2, *words, "--printer", "bench", "--output", "x.pdf", user="technician", PRINTERS=known)
    shell.refused(2, *words, "--printer", "bench", user="technician", PRINTERS="bench")
    assert shell.entries == before


def test_a_document_goes_to_stdout_alone(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    printed = shell.run("label", "vial", lot, *REPRINT, "--output", "-", user="technician")
    assert printed.raw.startswith(b"%PDF-")
    assert printed.raw.rstrip().endswith(b"%%EOF")
    assert "Recorded: labels printed" in printed.err
    certificate = shell.run("document", "certificate", lot, "--output", "-")
    assert certificate.raw.startswith(b"%PDF-")
    shell.refused(2, "document", "certificate", lot, "--output", "-")


def test_the_record_is_exported_to_a_file(world: World) -> None:
    shell = world.shell
    answer = shell.ok("audit", "export", "--output", "record.jsonl")
    lines = (shell.place.parent / answer["path"]).read_bytes().splitlines()
    assert len(lines) == shell.entries


def test_a_document_whose_act_was_recorded_stays_when_nobody_reads_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("cellbank.cli.run.print_json", gone)
    ended = world.shell.run(
        "--json", "label", "vial", world.story.lot, *REPRINT, "--output", "kept.pdf", user="technician"
    )
    assert ended.code == 141
    assert (world.shell.place.parent / "kept.pdf").read_bytes().startswith(b"%PDF-")
