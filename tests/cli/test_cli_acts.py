"""Acts: what they answer, what they open, and that the same act is not done twice."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import World
from tests.cli.shell import Shell, ago
from tests.cli.story import eligible_donor, grown

REGISTER = [
    "donor",
    "register",
    "D-1",
    "--sex",
    "F",
    "--birth-year",
    "1980",
    "--consent",
    "I",
    "--consented-on",
    "2026-01-01",
]


def test_an_act_answers_its_code_its_entry_and_what_it_did(shell: Shell) -> None:
    done = shell.ok(*REGISTER, user="technician")
    head = shell.ok("audit", "head")
    assert (done["code"], done["donor"], done["entry"], done["chain"]) == ("D-1", "D-1", head["entries"], head["head"])
    assert done["actions"] == [{"action": "donor.registered", "code": "D-1"}]
    assert (done["deviations"], done["holds"]) == ([], [])


def test_an_act_is_said_in_one_calm_line(shell: Shell) -> None:
    ended = shell.run(*REGISTER, user="technician")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Recorded: donor registered, D-1 (entry ")
    assert len(ended.out.splitlines()) == 1


def test_the_same_act_again_is_not_done_twice(shell: Shell) -> None:
    first = shell.ok(*REGISTER, "--act-id", "one-and-the-same", user="technician")
    again = shell.ok(*REGISTER, "--act-id", "one-and-the-same", user="technician")
    assert (again["entry"], again["repeated"], first["repeated"]) == (first["entry"], True, False)
    assert shell.entries == first["entry"]


def test_a_signed_act_again_is_not_done_twice(world: World) -> None:
    shell = world.shell
    put = shell.ok("trial", "suspend", "--reason", "letter", user="qa")
    assert put["holds"] == [put["code"]]
    words = ["trial", "resume", "--because", "answered", "--act-id", "resume-1"]
    words += ["--shown", shell.ok(*words, "--rehearse", user="qa")["digest"]]
    first = shell.ok(*words, user="qa")
    for again in (shell.ok(*words, user="qa"), shell.ok(*words[:-2], user="qa")):
        assert (again["entry"], again["repeated"]) == (first["entry"], True)


def test_a_fact_beyond_a_limit_is_recorded_and_the_deviation_is_loud(shell: Shell) -> None:
    tissue = eligible_donor(shell)
    words = ["culture", "isolate", tissue, "--at", ago(60), "--cells", "2e7", "--viability", "92", "--viable", "1000"]
    ended = shell.run(*words, "--surface-cm2", "500", user="technician")
    assert ended.code == 0
    assert "!! DEVIATION D-" in ended.out
    assert "outside" in ended.out
    assert "!! Held: H-" in ended.out
    [deviation] = shell.ok("deviation", "list", "--open")
    assert deviation["limit_code"] == "culture.density.outside"
    shown = shell.run("deviation", "show", deviation["code"], LANG="fr")
    assert deviation["code"] in shown.out
    done = shell.signs("deviation", "close", deviation["code"], "--conclusion", "counted again", user="qa")
    assert {action["action"] for action in done["actions"]} == {"deviation.closed", "hold.lifted"}
    assert shell.ok("deviation", "list", "--open") == shell.ok("hold", "list", "--open") == []


def test_passage_and_fill_answer_the_new_thing_not_the_harvested_one(world: World) -> None:
    shell = world.shell
    entries = shell.ok("audit", "log", "--code", world.story.lot)
    assert [action["action"] for action in entries[0]["actions"]][:2] == ["culture.harvested", "lot.filled"]
    shown = shell.ok("lot", "show", world.story.lot)
    assert world.story.lot.startswith("L-")
    assert shown["culture"] == world.story.cultures[-1]
    assert world.story.cultures[-1] not in world.story.cultures[:3]


def test_several_values_may_follow_one_option(shell: Shell) -> None:
    tissue = eligible_donor(shell)
    _, cultures = grown(shell, tissue)
    shell.ok(
        "culture", "harvest", cultures[3], "--at", ago(30), "--total", "9e7", "--viability", "95", user="technician"
    )
    pooled = shell.ok(
        *["culture", "seed", "--from", cultures[0], cultures[3], "--at", ago(20), "--viable", "3e6"],
        *["--surface-cm2", "1050", "--material", "PL-118", "Platelet lysate:PL-118"],
        user="technician",
    )
    assert shell.ok("culture", "show", pooled["culture"])["parents"] == sorted([cultures[0], cultures[3]])


def test_what_was_shown_must_still_stand(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    held = shell.ok("hold", "put", lot, "--reason", "label question", user="technician")
    assert held["hold"] == held["code"]
    lifted = shell.signs("hold", "lift", held["code"], "--because", "compared", user="qa")
    assert lifted["code"] == held["code"]
    shell.refused(3, "hold", "lift", held["code"], "--because", "again", user="qa")


def test_an_invalidated_result_holds_the_released_lot_until_it_is_reaffirmed(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    done = shell.signs("result", "invalidate", world.story.results[0], "--cause", "wrong tube", user="qa")
    assert done["holds"]
    check = shell.run("lot", "check", lot, "--json")
    assert check.code == 3
    assert "lot.signature.content_changed" in {finding["code"] for finding in check.data["findings"]}


def test_a_lot_is_extended_rejected_and_recalled_by_the_qualified_person(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    shell.refused(5, "lot", "recall", lot, "--because", "late positive", user="qa")
    shell.refused(3, "lot", "reject", lot, "--because", "too late", user="qp")
    extended = shell.signs("lot", "extend", lot, "--until", "2033-02", "--report", "STAB-7", user="qp")
    assert extended["lot"] == lot
    assert shell.ok("lot", "show", lot)["expires_on"] == "2033-02-28"
    recalled = shell.signs("lot", "recall", lot, "--because", "late positive", user="qp")
    assert recalled["holds"]
    assert shell.ok("lot", "show", lot)["disposition"] == "recalled"


def test_vials_are_used_lost_and_relabelled(world: World) -> None:
    shell, vials = world.shell, world.story.vials
    shell.ok("vial", "use", vials[8], "--for", "test", "--note", "sterility", user="technician")
    shell.ok("vial", "discard", vials[7], vials[6], "--how", "broken", "--reason", "fell", user="technician")
    shell.ok("vial", "void-label", vials[0], "--reason", "torn", user="technician")
    shell.ok(
        "label", "vial", world.story.lot, "--only", "1", "--format", "zpl", "--output", "one.zpl", user="technician"
    )
    shell.ok("vial", "verify", vials[0], user="technician")
    assert shell.ok("lot", "list")[0]["vials"] == {"filled": 7, "consumed_in_test": 1, "broken": 2}
    assert shell.refused(2, "vial", "discard", vials[1], "--how", "eaten", "--reason", "x", user="technician")


def test_thaw_continues_the_doublings_and_names_its_vials(world: World) -> None:
    shell, story = world.shell, world.story
    thawed = shell.ok(
        *["culture", "thaw", story.vials[8], "--at", ago(10), "--viable", "5e6", "--surface-cm2", "2000"],
        user="technician",
    )
    assert "culture.thaw.product" in {one["limit_code"] for one in shell.ok("deviation", "list")}
    shown = shell.ok("culture", "show", thawed["culture"])
    assert (shown["parents"], shown["passage"]) == ([story.vials[8]], 3)
    assert shown["cumulative_at_seeding"] == pytest.approx(9.541)
    assert {"station": "culture", "code": thawed["culture"]} in shell.ok("trace", story.vials[8])["downstream"]


def test_donor_withdrawal_holds_everything_downstream(world: World) -> None:
    shell = world.shell
    shell.ok("donor", "withdraw", "D-017", "--reason", "letter", user="technician")
    assert shell.ok("lot", "list")[0]["held"] is True
    assert shell.ok("donor", "assess", "D-017")["eligibility"] != "eligible"


def test_control_characters_in_what_is_refused_are_not_shown(shell: Shell) -> None:
    ended = shell.run("donor", "show", "D\x1b]0;owned\x07-1")
    assert ended.code == 4
    assert "\x1b" not in ended.err
    again = shell.run("donor", "show", "D\x1b[31m", "--json")
    assert "\x1b" not in again.out
    assert "\x1b" not in json.dumps(again.data, ensure_ascii=False)


def test_an_unexpanded_text_in_a_trial_file_names_line_and_key(shell: Shell) -> None:
    (shell.place.parent / "bad.toml").write_text('code = "X"\nversion = 3\n', encoding="utf-8")
    error = shell.refused(2, "trial", "load", "bad.toml", user="qa")
    assert error["findings"]
    assert all(finding["params"]["line"] for finding in error["findings"])


def test_where_no_trial_file_is_in_force_it_is_said_and_not_that_a_version_is_missing(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "bank.db")
    shell.ok("init", "--admin", "admin", "--zone", "Europe/Paris")
    assert shell.refused(4, "trial", "show")["code"] == "trial.none_in_force"
    assert shell.refused(4, "trial", "show", "9")["code"] == "trial.version.not_found"
