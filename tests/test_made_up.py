"""A station and a kind of label are added to a copy of the tree: they touch few files, and every face has them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import made_up
from tests.made_up import MadeUp
from tests.test_architecture import ROOMS, ROOT


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what runs; what was compiled of it still fits, but for what is changed."""
    for room in (*ROOMS, "data"):
        shutil.copytree(ROOT / room, tmp_path / room)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_a_station_and_a_label_are_shown_by_every_face(tree: Path) -> None:
    for one in (made_up.STATION, made_up.LABEL):
        one.put_into(tree)
    path = os.pathsep.join(map(str, (tree, ROOT, ROOT / "tests" / "labels")))
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.made_up.story", str(tree)],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("shown: B-")


@pytest.mark.parametrize(("what", "most"), [(made_up.STATION, 17), (made_up.LABEL, 8)], ids=["a station", "a label"])
def test_few_files_are_touched(what: MadeUp, most: int) -> None:
    """With two languages; the numbers stand in decision 0039. One that grows is a place that the tables do not hold."""
    assert len(what.touched) == most
    assert not any((ROOT / name).exists() for name in what.new)
