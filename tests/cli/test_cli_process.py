"""The command line as its own process: pipes, passwords in files, and a person at a terminal."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cli.conftest import World
from tests.cli.shell import PASSWORD, Shell

ENTRY = [sys.executable, "-c", "import sys; from cellbank.cli import main; sys.exit(main())"]
ROOT = Path(__file__).parents[2]


def surroundings(shell: Shell, **variables: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("CELLBANK_")}
    ours = {f"CELLBANK_{name}": value for name, value in {"BANK": str(shell.place), "LANG": "en", **variables}.items()}
    return own | ours | {"PYTHONPATH": str(ROOT)}


def started(shell: Shell, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """One command line as its own process, without a terminal."""
    return subprocess.run(
        [*ENTRY, *words],
        env=surroundings(shell, **variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=shell.place.parent,
    )


def test_a_password_in_a_file_signs(shell: Shell, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    shell.ok("trial", "suspend", "--reason", "letter", user="qa")
    resume = ("trial", "resume", "--because", "answer", "--json")
    digest = shell.ok(*resume, "--rehearse", user="qa")["digest"]
    ended = started(shell, *resume, "--shown", digest, USER="qa", PASSWORD_FILE=str(secret))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["actions"][0]["action"] == "trial.resumed"


def test_a_usage_error_is_json_on_stdout_and_a_sentence_on_stderr(shell: Shell) -> None:
    ended = started(shell, "donor", "register", "--json")
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["error"] == "WrongInput"
    assert len(ended.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_fault(world: World) -> None:
    line = subprocess.Popen(
        [*ENTRY, "audit", "export"],
        env=surroundings(world.shell),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert line.stdout is not None
    line.stdout.close()
    _, said = line.communicate(timeout=60)
    assert (line.returncode, said) == (141, "")


def test_a_full_disk_under_stdout_ends_with_1(world: World) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*ENTRY, "lot", "list"],
            env=surroundings(world.shell),
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def at_terminal(
    words: Sequence[str], variables: Mapping[str, str], answers: Sequence[tuple[str, str]]
) -> tuple[int, str]:
    """A command line before a person who answers each prompt; the exit code, and all that the screen showed."""
    child, screen = pty.fork()
    if child == 0:  # pragma: no cover — this is the command line itself
        os.execve(sys.executable, [*ENTRY, *words], dict(variables))  # noqa: S606 — our own program, before a terminal
    seen, waiting, ends = "", list(answers), time.monotonic() + 60
    looked = 0
    while time.monotonic() < ends:
        if waiting and waiting[0][0] in seen[looked:]:
            looked = len(seen)
            os.write(screen, (waiting.pop(0)[1] + "\n").encode())
        ready, _, _ = select.select([screen], [], [], 0.2)
        if not ready:
            continue
        try:
            part = os.read(screen, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part.decode("utf-8", "replace")
    os.close(screen)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), seen


def test_a_person_is_shown_what_they_sign_and_types_the_password_twice(shell: Shell) -> None:
    shell.ok("trial", "suspend", "--reason", "letter of the authority", user="qa")
    answers = [("Password of qa:", PASSWORD), ("Sign this?", "y"), ("Password of qa:", PASSWORD)]
    words = ["trial", "resume", "--because", "answered", "--as", "qa"]
    code, seen = at_terminal(words, surroundings(shell, PASSWORD="not used on a terminal"), answers)
    assert code == 0, seen
    shown = seen.index("The signature means: approved.")
    assert (
        seen.index("Password of qa:") < shown < seen.index("letter of the authority") < seen.rindex("Password of qa:")
    )
    assert "Recorded: trial resumed" in seen
    assert PASSWORD not in seen


def test_a_person_who_does_not_confirm_signs_nothing(shell: Shell) -> None:
    shell.ok("trial", "suspend", "--reason", "letter", user="qa")
    before = shell.entries
    answers = [("Utilisateur", "qa"), ("Mot de passe de qa", PASSWORD), ("Signer ?", "n")]
    code, seen = at_terminal(["trial", "resume", "--because", "x", "--lang", "fr"], surroundings(shell), answers)
    assert code == 2, seen
    assert "Rien n'a été signé" in seen
    assert shell.entries - before in {0, 1}, "at most the renewed password hash of the sign-in"


def test_a_newcomer_types_their_password_twice(shell: Shell) -> None:
    answers = [
        ("Password of admin:", PASSWORD),
        ("New password of t.new:", "warm and dry and quiet"),
        ("The same again:", "warm and dry and quiet"),
    ]
    words = ["user", "add", "t.new", "--role", "technician", "--as", "admin"]
    code, seen = at_terminal(words, surroundings(shell), answers)
    assert code == 0, seen
    assert "warm and dry" not in seen
    people = {one["name"]: one for one in shell.ok("user", "list")}
    assert people["t.new"]["must_change_password"] is False
