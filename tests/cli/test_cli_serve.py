"""`cellbank serve` on the command line: what it refuses before it serves, with which exit code."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Shell

NOT_SERVED = [
    (["--host", "0.0.0.0"], "0.0.0.0 is reached from other machines"),  # noqa: S104
    (["--host", "::"], ":: is reached from other machines"),
    (["--host", "bank.example.org"], "“bank.example.org” is not an IP address"),
    (["--port", "70000"], "There is no port 70000."),
    (["--port", "eight"], "“eight” is not a number"),
    (["--sessions", "0"], "At least one session must be possible, not 0"),
    (["--sessions", "many"], "“many” is not a number"),
    (["--public-url", "http://bank.example.org"], "http://bank.example.org is not encrypted"),
    (["--public-url", "https://bank.example.org/cells"], "is not a public URL"),
    (["--host", "0.0.0.0", "--public-url", "bank"], "“bank” is not a public URL"),  # noqa: S104
    (["now"], "Too much was given: now"),
]


@pytest.mark.parametrize(
    ("words", "said"), NOT_SERVED, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_what_would_be_unsafe_or_senseless_is_wrong_usage(shell: Shell, words: list[str], said: str) -> None:
    error = shell.refused(2, "serve", *words)
    assert error["error"] == "WrongInput"
    assert said in error["message"]


@pytest.mark.parametrize(
    ("words", "said"), NOT_SERVED, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_wrong_usage_of_serve_is_said_in_french(shell: Shell, words: list[str], said: str) -> None:
    ended = shell.run("serve", *words, LANG="fr")
    assert (ended.code, ended.out) == (2, "")
    assert "serve." not in ended.err.replace("docs/serving.md", "")
    assert said not in ended.err


def test_a_port_that_is_taken_is_wrong_usage(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        error = shell.refused(2, "serve", "--port", port)
    assert error["message"].startswith(f"Cannot listen on port {port} of 127.0.0.1: ")


def test_a_bank_that_is_not_there_is_not_found_before_anything_is_served(shell: Shell) -> None:
    shell.place.unlink()
    error = shell.refused(4, "serve", "--port", "0")
    assert "There is no bank at" in error["message"]


def test_what_is_not_a_bank_is_not_intact_before_anything_is_served(shell: Shell) -> None:
    shell.place.write_text("a letter", "utf-8")
    error = shell.refused(6, "serve", "--port", "0")
    assert "is not a cell bank" in error["message"]


def test_a_server_of_banks_that_does_not_answer_ends_with_7_before_anything_is_served(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = shell.refused(7, "serve", "--bank", f"postgresql://cellbank:secret@127.0.0.1:{port}/bank")
    assert "does not answer" in error["message"]
    assert "secret" not in error["message"]


def test_a_refusal_leaves_the_environment_as_it_was(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING_ELSE", "kept")
    before = dict(os.environ)
    shell.place.unlink()
    shell.refused(4, "serve")
    assert dict(os.environ) == before


def test_a_password_in_the_environment_of_libpq_is_not_used(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor would a session have it: better to be refused at once than for every browser."""
    seen: list[str | None] = []
    monkeypatch.setenv("PGPASSWORD", "inherited")
    monkeypatch.setenv("PGPASSFILE", "/srv/pgpass")

    def opened(place: str) -> None:
        seen.extend((os.environ.get("PGPASSWORD"), os.environ.get("PGPASSFILE"), os.environ.get("CELLBANK_PASSWORD")))
        raise KeyboardInterrupt

    monkeypatch.setattr("cellbank.bank.Bank.open", opened)
    assert shell.run("serve").code == 130
    assert seen == [None, "/srv/pgpass", None]


def test_the_command_line_knows_nothing_of_the_web_until_it_serves(shell: Shell) -> None:
    script = (
        "import sys; from cellbank.cli import main; code = main(['serve', '--help']); "
        "sys.exit(code or sorted({'aiohttp', 'textual', 'textual_serve', 'sqlalchemy'} & set(sys.modules)) or 0)"
    )
    root = str(Path(__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": root},
    )
    assert (ended.returncode, ended.stderr) == (0, "")
