"""A run of the evidence goes on where it was stopped, on the same tree only."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.evidence import Evidence


def report(nodeid: str, outcome: str = "passed", when: str = "call") -> Any:
    """A test's report, as far as it is asked for."""
    return SimpleNamespace(nodeid=nodeid, passed=outcome == "passed", when=when)


def item(nodeid: str) -> Any:
    """A collected test that remembers its marks."""
    marks: list[Any] = []
    return SimpleNamespace(nodeid=nodeid, marks=marks, add_marker=marks.append)


def skipped(evidence: Evidence, *names: str) -> list[str]:
    """Which of these tests would not be run again."""
    items = [item(name) for name in names]
    evidence.pytest_collection_modifyitems(items)
    return [one.nodeid for one in items if one.marks]


def test_what_passed_is_not_run_again_on_the_same_tree_and_what_failed_is(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    kept = tmp_path / "evidence" / "passed.json"
    first = Evidence(kept, "tree-1")
    for one in (report("a"), report("b", "failed"), report("c", when="setup")):
        first.pytest_runtest_logreport(one)
    assert skipped(Evidence(kept, "tree-1"), "a", "b", "c") == ["a"]


def test_another_tree_has_no_evidence_yet(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    kept = tmp_path / "evidence" / "passed.json"
    Evidence(kept, "tree-1").pytest_runtest_logreport(report("a"))
    assert skipped(Evidence(kept, "tree-2"), "a") == []
    Evidence(kept, "tree-2").pytest_runtest_logreport(report("b"))
    assert skipped(Evidence(kept, "tree-2"), "a", "b") == ["b"], "what passed on the tree before is forgotten"


def test_a_worker_of_a_run_leaves_the_keeping_to_its_controller(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    kept = tmp_path / "evidence" / "passed.json"
    Evidence(kept, "tree-1").pytest_runtest_logreport(report("a"))
    assert not kept.exists()
