"""The long evidence (`pytest -m evidence`): published counts, a short form of them, a run that goes on where it was.

A test of evidence that passed is not run again on the same tree; that it is skipped says so. `CELLBANK_TEST_EVIDENCE`
says `short` (a tenth of each count, what CI runs; passes of it are not kept) or `anew` (forget what passed).
"""

import hashlib
import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".evidence" / "passed.json"
FORM = os.environ.get("CELLBANK_TEST_EVIDENCE", "")
SHORT = 10
"""The short form has one of so many."""


def published(count: int) -> int:
    """A published count, or a tenth of it in the short form; one at the least."""
    return max(1, count // SHORT) if FORM == "short" else count


def tree() -> str:
    """The SHA-256 of every file that a test of evidence may depend on: programs, tests, data, pinned libraries."""
    found = hashlib.sha256()
    rooms = (ROOT / room for room in ("cellbank", "labels", "tui", "tests", "data"))
    files = [path for room in rooms for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    for path in sorted([*files, ROOT / "constraints.txt"]):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


class Evidence:
    """Remembers which tests of evidence passed on this tree, and skips those, visibly."""

    def __init__(self, kept: Path, tree: str) -> None:
        self._kept = kept
        self._tree = tree

    def passed(self) -> set[str]:
        """The tests that passed on this tree in earlier runs."""
        if not self._kept.exists():
            return set()
        said = json.loads(self._kept.read_text("utf-8"))
        return set(said["passed"]) if said["tree"] == self._tree else set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Skip what passed already."""
        before = self.passed()
        for item in items:
            if item.nodeid in before:
                item.add_marker(pytest.mark.skip(reason="evidence: passed already on this tree"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a pass at once, so that a run that is stopped loses none; the workers of a run tell its controller."""
        if report.when == "call" and report.passed and "PYTEST_XDIST_WORKER" not in os.environ:
            self._kept.parent.mkdir(exist_ok=True)
            said = {"tree": self._tree, "passed": sorted({*self.passed(), report.nodeid})}
            draft = self._kept.with_suffix(".draft")
            draft.write_text(json.dumps(said, indent=1), "utf-8")
            draft.replace(self._kept)


def remember(config: pytest.Config) -> None:
    """Let a run of the whole evidence go on where an earlier one was stopped."""
    if config.option.markexpr == "evidence" and FORM != "short":
        if FORM == "anew":
            KEPT.unlink(missing_ok=True)
        config.pluginmanager.register(Evidence(KEPT, tree()), "evidence")
