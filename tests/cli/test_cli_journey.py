"""From init to the certificate by command lines alone: what each verb answers, in both forms and both languages."""

import json
from hashlib import sha256

import pytest

from tests.cli.conftest import World
from tests.cli.shell import Shell

READING = [
    ["check"],
    ["user", "list"],
    ["trial", "list"],
    ["trial", "show"],
    ["donor", "list"],
    ["donor", "show", "{donor}"],
    ["donor", "assess", "{donor}"],
    ["tissue", "list"],
    ["tissue", "show", "{tissue}"],
    ["material", "list"],
    ["material", "show", "{material}"],
    ["culture", "list"],
    ["culture", "show", "{culture}"],
    ["lot", "list"],
    ["lot", "show", "{lot}"],
    ["lot", "check", "{lot}"],
    ["result", "list"],
    ["result", "list", "{lot}"],
    ["result", "show", "{result}"],
    ["deviation", "list"],
    ["hold", "list"],
    ["vial", "list", "--lot", "{lot}"],
    ["vial", "show", "{vial}"],
    ["label", "list", "{lot}"],
    ["label", "stocks"],
    ["trace", "{vial}"],
    ["trace", "{donor}"],
    ["audit", "log", "--limit", "500"],
    ["audit", "log", "--code", "{lot}"],
    ["audit", "verify"],
    ["audit", "head"],
]


def words_of(world: World, words: list[str]) -> list[str]:
    story = world.story
    codes = {
        "donor": story.donor,
        "tissue": story.tissue,
        "material": story.material,
        "culture": story.cultures[-1],
        "lot": story.lot,
        "result": story.results[0],
        "vial": story.vials[0],
    }
    return [word.format(**codes) for word in words]


def test_a_story_told_by_command_lines_ends_in_a_released_lot(world: World) -> None:
    check = world.shell.ok("lot", "check", world.story.lot)
    assert (check["lot"], check["disposition"], check["releasable"]) == (world.story.lot, "released", True)
    assert check["findings"] == []
    assert "what_was_signed_stands" in check["satisfied"]
    assert world.shell.ok("audit", "verify")["intact"] is True


def test_the_reading_verbs_answer_in_the_shapes_of_the_contract(world: World) -> None:
    shell, story = world.shell, world.story
    [line] = shell.ok("lot", "list")
    assert line["number"] == story.lot
    assert (line["tier"], line["disposition"], line["held"], line["vials"]) == (
        "product",
        "released",
        False,
        {"filled": 10},
    )
    lot = shell.ok("lot", "show", story.lot)
    assert (lot["culture"], lot["donor"], lot["passage"]) == (story.cultures[-1], "D-017", 2)
    assert lot["cumulative_doublings"] == pytest.approx(9.541)
    assert (lot["vials"], lot["specification_version"], len(lot["results"])) == ({"filled": 10}, "1", 15)
    assert [one["meaning"] for one in lot["signatures"]] == ["approved", "released"]
    culture = shell.ok("culture", "show", story.cultures[-1])
    assert (culture["code"], culture["passage"], culture["parents"]) == (
        story.cultures[-1],
        2,
        list(story.cultures[1:3]),
    )
    assert culture["population_doublings"] == pytest.approx(4.971)
    assert isinstance(culture["doubling_time_h"], float)
    vial = shell.ok("vial", "list", "--lot", story.lot)[0]
    assert {"code", "lot", "number", "status", "position", "label_verified"} <= set(vial)
    assert (vial["code"], vial["status"], vial["position"], vial["label_verified"]) == (
        story.vials[0],
        "filled",
        None,
        True,
    )
    trace = shell.ok("trace", story.donor)
    assert (trace["subject"], trace["upstream"]) == (story.donor, [])
    assert {"station": "lot", "code": story.lot} in trace["downstream"]
    assert trace["reconciliation"] == {"filled": 10, "by_status": {"filled": 10}, "balanced": True}
    verified = shell.ok("audit", "verify")
    assert set(verified) == {"entries", "head", "findings", "intact"}


def test_what_is_undefined_is_null_and_never_zero(shell: Shell) -> None:
    from tests.cli.story import eligible_donor, grown

    tissue = eligible_donor(shell)
    _, cultures = grown(shell, tissue)
    growing = shell.ok("culture", "show", cultures[-1])
    assert (growing["population_doublings"], growing["cumulative_doublings"], growing["doubling_time_h"]) == (None,) * 3


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_reading_verb_speaks_whole_sentences_and_words(world: World, language: str) -> None:
    for words in READING:
        ended = world.shell.run(*words_of(world, words), LANG=language)
        assert ended.code == 0, (words, ended.out, ended.err)
        assert ended.out.strip(), words
        for unsaid in ("cli.", "term.", "field.", "{", "}"):
            assert unsaid not in ended.out, (words, unsaid, ended.out)


def test_every_reading_verb_answers_one_json_document(world: World) -> None:
    for words in READING:
        ended = world.shell.run(*words_of(world, words), "--json")
        assert ended.code == 0, words
        json.loads(ended.out)
        assert ended.err == "", words


def test_reading_needs_no_sign_in(world: World) -> None:
    ended = world.shell.run("lot", "list", PASSWORD="")
    assert ended.code == 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_certificate_of_a_released_lot_is_written_beside_its_sha256(world: World, language: str) -> None:
    shell, lot = world.shell, world.story.lot
    answer = shell.ok("document", "certificate", lot, "--lang", language, "--output", f"coa-{language}.pdf")
    content = (shell.place.parent / answer["path"]).read_bytes()
    assert content.startswith(b"%PDF-")
    assert answer == {"lot": lot, "path": f"coa-{language}.pdf", "sha256": sha256(content).hexdigest()}


def test_the_labels_written_are_those_that_the_record_knows(world: World) -> None:
    [run] = world.shell.ok("label", "list", world.story.lot)
    assert (run["labels"], run["form"], len(run["sha256"])) == (10, "pdf", 64)


def test_the_options_of_every_verb_stand_before_or_after_it(world: World) -> None:
    before = world.shell.run("--json", "--lang", "fr", "lot", "list")
    after = world.shell.run("lot", "list", "--json", "--lang=fr")
    assert (before.code, before.out) == (after.code, after.out)


def test_the_record_is_exported_as_it_is_hashed(world: World) -> None:
    from cellbank.domain.entry import EMPTY_CHAIN, chain_hash, leaf_hash

    ended = world.shell.run("audit", "export")
    chain = EMPTY_CHAIN
    for line in ended.raw.splitlines():
        chain = chain_hash(chain, leaf_hash(line))
    assert chain == world.shell.ok("audit", "head")["head"]


def test_a_head_kept_outside_is_compared(world: World) -> None:
    head = world.shell.ok("audit", "head")
    kept = f"{head['entries']}:{head['head']}"
    assert world.shell.ok("audit", "verify", "--head", kept)["intact"] is True
    other = world.shell.run("audit", "verify", "--head", f"{head['entries']}:{'0' * 64}", "--json")
    assert (other.code, other.data["intact"]) == (6, False)
