"""A shell for the tests: one command line in this process, as the entry point runs it; no terminal, real clock."""

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cellbank import cli
from cellbank.passwords import cheap

PASSWORD = "a frozen vial keeps"
TRIAL = Path(__file__).parents[2] / "data" / "trials" / "nct06592703.toml"
PEOPLE = ("technician", "reviewer", "qa", "qp", "pharmacist")


@dataclass(frozen=True)
class Ended:
    """How a command line ended: its exit code, and what it wrote where."""

    code: int
    out: str
    err: str
    raw: bytes = b""

    @property
    def data(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


class Stream(io.TextIOWrapper):
    """A stream that remembers its bytes after it was closed."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def taken(self) -> bytes:
        self.flush()
        found: bytes = self.buffer.getvalue()  # type: ignore[attr-defined]
        return found


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Only these variables of ours."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CELLBANK_")]:
            patch.delenv(name)
        for name, value in values.items():
            patch.setenv(name, value)
        patch.setattr("cellbank.bank.argon2id", cheap)
        yield


@dataclass
class Shell:
    """Command lines on one bank."""

    place: Path

    def run(self, *words: object, user: str = "", **variables: str) -> Ended:
        """One command line; variables are environment variables without their prefix."""
        given = {"BANK": str(self.place), "PASSWORD": PASSWORD, "LANG": "en", "NEW_PASSWORD": PASSWORD} | variables
        if user:
            given["USER"] = user
        out, err = Stream(), Stream()
        with (
            environment({f"CELLBANK_{name}": value for name, value in given.items()}),
            pytest.MonkeyPatch.context() as p,
        ):
            p.setattr(sys, "stdout", out)
            p.setattr(sys, "stderr", err)
            p.setattr(sys, "stdin", io.StringIO())
            p.chdir(self.place.parent)
            code = cli.main([str(word) for word in words])
        raw = out.taken()
        return Ended(code, raw.decode("utf-8", "replace"), err.taken().decode("utf-8"), raw)

    def ok(self, *words: object, user: str = "", **variables: str) -> Any:
        """One command line that must succeed; its JSON answer."""
        ended = self.run("--json", *words, user=user, **variables)
        assert ended.code == 0, (words, ended.out, ended.err)
        return ended.data

    def signs(self, *words: object, user: str = "", **variables: str) -> Any:
        """One signed act that must succeed: what it would sign is rehearsed, and its digest given; its JSON answer."""
        says = self.ok(*words, "--rehearse", user=user, **variables)
        return self.ok(*words, "--shown", says["digest"], user=user, **variables)

    def refused(self, code: int, *words: object, user: str = "", **variables: str) -> Any:
        """One command line that must end with this exit code; its error object."""
        ended = self.run("--json", *words, user=user, **variables)
        assert ended.code == code, (words, ended.out, ended.err)
        assert ended.err.strip(), "the sentence stands on stderr too"
        assert {"error", "message", "findings"} <= set(ended.data)
        return ended.data

    @property
    def entries(self) -> int:
        """How many entries the record has."""
        return int(self.ok("audit", "head")["entries"])


def ago(minutes: float) -> str:
    """A moment so many minutes before now, with its offset."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="seconds")


def today() -> str:
    """The day at the site, Paris."""
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()


def site_day(minutes: float) -> str:
    """The site's day so many minutes ago."""
    from zoneinfo import ZoneInfo

    moment = datetime.now(UTC) - timedelta(minutes=minutes)
    return moment.astimezone(ZoneInfo("Europe/Paris")).date().isoformat()


def found_bank(place: Path) -> Shell:
    """A bank with one person a role, named as the role, and the shipped trial file approved."""
    shell = Shell(place)
    shell.ok("init", "--title", "Test bank", "--admin", "admin")
    for name in PEOPLE:
        shell.ok("user", "add", name, "--role", name, "--printed-name", f"{name.title()} Person", user="admin")
    shell.ok("trial", "load", TRIAL, user="qa")
    shell.signs("trial", "approve", "1", user="qa")
    return shell
