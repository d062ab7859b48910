"""Signed acts without a terminal: what would be signed is rehearsed, and its digest given back (interface.md)."""

from tests.cli.conftest import World
from tests.cli.shell import Shell

RESUME = ("trial", "resume", "--because", "answered")


def suspended(shell: Shell) -> Shell:
    """The trial suspended: something to sign."""
    shell.ok("trial", "suspend", "--reason", "letter of the authority", user="qa")
    return shell


def test_a_rehearsal_says_what_would_be_signed_and_writes_no_entry(shell: Shell) -> None:
    entries = suspended(shell).entries
    says = shell.ok(*RESUME, "--rehearse", "--witness", "technician", user="qa")
    assert (says["action"], says["role"], says["meaning"]) == ("trial.resumed", "qa", "approved")
    assert (says["content"]["reason"], says["content"]["because"]) == ("letter of the authority", "answered")
    assert len(says["digest"]) == 64
    assert shell.entries == entries
    lines = shell.run(*RESUME, "--rehearse", user="qa")
    assert lines.code == 0
    assert "trial resumed, as quality assurance. The signature means: approved." in lines.out
    assert f"SHA-256 {says['content_digest']}\n--shown {says['digest']}\n" in lines.out, "as the record will keep it"


def test_without_the_digest_nothing_is_signed_and_it_is_said(shell: Shell) -> None:
    entries = suspended(shell).entries
    digest = shell.ok(*RESUME, "--rehearse", user="qa")["digest"]
    error = shell.refused(2, *RESUME, user="qa")
    assert error["code"] == "cli.sign.not_shown"
    assert f"--shown {digest}" in error["message"]
    assert shell.entries == entries
    done = shell.ok(*RESUME, "--shown", digest, user="qa")
    assert done["actions"] == [{"action": "trial.resumed", "code": done["code"]}]


def test_the_digest_of_something_else_signs_nothing_and_the_refusal_is_recorded(shell: Shell) -> None:
    entries = suspended(shell).entries
    other = shell.ok("trial", "resume", "--because", "all clear", "--rehearse", user="qa")["digest"]
    for shown in (other, "", "0" * 64):
        error = shell.refused(3, *RESUME, "--shown", shown, user="qa")
        assert (error["error"], error["findings"][0]["code"]) == ("Conflict", "signature.content.changed")
    assert shell.entries == entries + 3


def test_what_a_rule_refuses_needs_no_digest_and_is_recorded_unless_it_is_rehearsed(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    entries = shell.entries
    words = ("lot", "reject", lot, "--because", "too late")
    rehearsed = shell.refused(3, *words, "--rehearse", user="qp")
    assert shell.entries == entries
    refused = shell.refused(3, *words, "--witness", "technician", user="qp", SECOND_PASSWORD="not asked")
    assert refused == rehearsed
    assert shell.entries == entries + 1
    assert shell.refused(5, *words, user="qa")["code"] == "person.role.missing"
    assert shell.entries == entries + 2


def test_a_verb_that_signs_nothing_cannot_be_rehearsed(shell: Shell) -> None:
    entries = shell.entries
    for option in ("--rehearse", "--shown=0"):
        shell.refused(2, "trial", "suspend", "--reason", "letter", option, user="qa")
    assert shell.entries == entries


def test_what_was_rehearsed_is_what_the_record_says(world: World) -> None:
    shell, lot = world.shell, world.story.lot
    words = ("lot", "extend", lot, "--until", "2033-02", "--report", "STAB-7")
    says = shell.ok(*words, "--rehearse", user="qp")
    shell.signs(*words, user="qp")
    signed = shell.ok("lot", "show", lot)["signatures"][-1]
    assert [signed[name] for name in ("action", "role", "meaning")] == ["lot.extended", "qp", "approved"]
    assert [says[name] for name in ("action", "role", "meaning")] == ["lot.extended", "qp", "approved"]
    assert signed["digest"] == says["content_digest"]
