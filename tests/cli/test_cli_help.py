"""Every verb is documented, with an example that names it; `--help` is there at once."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from cellbank.cli.app import STATIONS, command
from tests.cli.shell import Shell


def verbs() -> Iterator[tuple[str, Any]]:
    """Every verb with the words that name it."""
    root = command()
    for first in STATIONS:
        found = root.get_command(None, first)
        if hasattr(found, "commands"):
            for name, verb in found.commands.items():
                yield f"{first} {name}", verb
        else:
            yield first, found


VERBS = dict(verbs())


def example_of(name: str) -> str:
    """The example as a shell reads it, its lines joined."""
    example: str = VERBS[name].epilog.split("Example:\n", 1)[1].strip()
    return example.replace(" \\\n      ", " ")


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_a_sentence_and_an_example_of_its_own(name: str) -> None:
    verb, example = VERBS[name], example_of(name)
    assert verb.help
    assert verb.help.strip().endswith("."), verb.help
    assert example.startswith("cellbank ")
    assert f" {name} " in f"{example} ", example


@pytest.mark.parametrize("name", VERBS)
def test_every_option_and_argument_of_a_verb_is_explained(name: str) -> None:
    for param in VERBS[name].params:
        assert getattr(param, "help", ""), (name, param.name)


@pytest.mark.parametrize("name", VERBS)
def test_every_example_is_one_that_the_verb_understands(name: str) -> None:
    import shlex

    from cellbank.cli.app import hoisted

    words = hoisted(shlex.split(example_of(name))[1:])
    rest = words[words.index(name.split()[0]) + len(name.split()) :]
    with VERBS[name].make_context(name, rest, resilient_parsing=False):
        pass


ACTS = {
    "user": "add grant revoke disable unlock password reset",
    "trial": "load approve suspend resume",
    "donor": "register test panel answer select accept-risk determine withdraw",
    "tissue": "receive accept reject",
    "material": "receive accept block",
    "culture": "isolate harvest seed passage thaw discard",
    "lot": "fill attest release reject recall extend use-at-risk green-light",
    "result": "record review invalidate",
    "deviation": "report close",
    "hold": "put lift",
    "vial": "verify use discard void-label",
    "label": "vial",
}


@pytest.mark.parametrize("first", ACTS)
def test_every_act_takes_a_reason_and_a_witness(first: str) -> None:
    for name in ACTS[first].split():
        given = {option for param in VERBS[f"{first} {name}"].params for option in param.opts}
        assert {"--because", "--reason", "--witness", "--checked-by"} <= given, name


def test_help_of_every_station_and_verb_is_printed(shell: Shell) -> None:
    for name in [*STATIONS, *VERBS]:
        ended = shell.run(*name.split(), "--help")
        assert (ended.code, ended.err) == (0, ""), name
        assert "Usage: cellbank" in ended.out
    root = shell.run("--help")
    assert all(first in root.out for first in STATIONS)


def test_alone_and_without_a_terminal_it_prints_its_help(shell: Shell) -> None:
    ended = shell.run()
    assert ended.code == 0
    assert "Usage: cellbank" in ended.out


HEAVY = {"sqlmodel", "sqlalchemy", "pydantic", "textual", "reportlab", "rich", "stdnum", "cellbank.bank"}


def imported_by(*lines: tuple[str, ...]) -> list[str]:
    """What is heavy and was imported while a new process ran these command lines, each named with the first of them."""
    script = (
        "import sys; from cellbank.cli import main; found = []\n"
        f"for line in {list(lines)!r}:\n"
        "    main(line)\n"
        f"    new = {HEAVY!r} & set(sys.modules) - set(found)\n"
        "    found += new\n"
        "    print(*(f'{one} by {line}' for one in sorted(new)), sep='\\n', file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return [one for one in ended.stderr.splitlines() if " by " in one and one.split(" by ")[0] in HEAVY]


def test_help_imports_nothing_heavy() -> None:
    lines = [(), *((first,) for first in STATIONS), *(tuple(name.split()) for name in VERBS)]
    assert imported_by(*((*line, "--help") for line in lines)) == []


def test_a_line_that_cannot_be_understood_imports_nothing_heavy() -> None:
    wrong = ("culture harvest --totl 1", "lot", "lots", "lot show", "lot show L-1 L-2", "lot extend L-1 --until soon")
    assert imported_by(*(tuple(line.split()) for line in wrong)) == []


def test_the_version_is_said(shell: Shell) -> None:
    assert shell.ok("--version")["version"]
