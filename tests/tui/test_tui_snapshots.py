"""What each place looks like, at a fixed size and with fixed data: a picture in text that a reviewer reads in a diff.

`CELLBANK_TEST_SNAPSHOTS=write` writes them anew; what changed is then looked at before it is committed.
"""

import os
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from cellbank.services.vial import void_label
from cellbank.wording import Language
from tests.journey import Scene, Stages, opened, vials_of
from tests.services.shelves import BOX_A, BOX_B, stored
from tests.tui.hands import Hands, at_the_desk
from tui.screens.scan_back import ScanBackScreen
from tui.screens.storage import StorageScreen
from tui.screens.vials import VialsScreen

PICTURES = Path(__file__).parent / "snapshots"
HEAD = re.compile(r"№ (\d+)")
"""The number of the record's head in the masthead: it moves when the app looks next."""
WRITING = os.environ.get("CELLBANK_TEST_SNAPSHOTS") == "write"
Way = Callable[[Hands, Scene], Awaitable[None]]


async def _desk(hands: Hands, scene: Scene) -> None:
    await hands.read()


async def _board(hands: Hands, scene: Scene) -> None:
    await hands.scan(scene["lot"])
    await hands.sees("Libérer" if hands.app.wording.language == "fr" else "F6 Release")
    await hands.read()


async def _signing(hands: Hands, scene: Scene) -> None:
    await _board(hands, scene)
    await hands.press("f6")
    await hands.sees("SHA-256")


async def _record(hands: Hands, scene: Scene) -> None:
    await hands.scan(scene["P2"])
    await hands.sees(scene["P2"], "№")
    await hands.read()


async def _lineage(hands: Hands, scene: Scene) -> None:
    await _record(hands, scene)
    await hands.press("right")
    await hands.sees(scene["donor"])


async def _labels(hands: Hands, scene: Scene) -> None:
    await _board(hands, scene)
    await hands.press("f8")
    await hands.sees("roll-33x13", "V-260002-001-J")
    hands.app.screen.query_one("#file", Input).value = "labels.pdf"
    await hands.sees("labels.pdf")


async def _form(hands: Hands, scene: Scene) -> None:
    await hands.scan(scene["P2"])
    await hands.read()
    await hands.press("f5")
    await hands.sees("Done at")
    await hands.type("3e6", "enter")
    await hands.type("40", "enter")
    await hands.sees("This will open a deviation")


async def _help(hands: Hands, scene: Scene) -> None:
    await _board(hands, scene)
    await hands.press("question_mark")
    await hands.sees("Help about this place")


async def _storage(hands: Hands, scene: Scene) -> None:
    stored(scene)
    scene.act("technician", void_label, vials_of(scene, scene["lot"])[0], "Torn")
    hands.app.push_screen(StorageScreen())
    await hands.sees(BOX_B.rpartition("/")[2], "2/81")


async def _box(hands: Hands, scene: Scene) -> None:
    await hands.scan(BOX_A)
    await hands.sees("[d]", "2 of 81 taken")


async def _count(hands: Hands, scene: Scene) -> None:
    await _box(hands, scene)
    await hands.press("f5")
    await hands.sees("Counted: 0")
    await hands.scan(vials_of(scene, scene["lot"])[1])
    await hands.sees("Counted: 1")


async def _scan_back(hands: Hands, scene: Scene) -> None:
    hands.app.push_screen(ScanBackScreen(scene["lot"]))
    await hands.sees("3 of 3", "without a label: 1")
    await hands.scan(vials_of(scene, scene["lot"])[0])
    await hands.sees("REFUSED", "is void", "№ 62")  # The refusal is in the record too.


async def _vials(hands: Hands, scene: Scene) -> None:
    hands.app.push_screen(VialsScreen())
    await hands.sees("9 · type a lot", f"{BOX_B}/A2")


SESSIONS: dict[str, tuple[str, Language, tuple[int, int], dict[str, Way]]] = {
    "technician": (
        *("technician", "en", (80, 24)),
        {"bench": _desk, "record": _record, "lineage": _lineage, "labels": _labels, "form": _form},
    ),
    "qualified person": ("qp", "en", (110, 34), {"release-board": _board, "signing": _signing, "help": _help}),
    "storage": (
        *("technician", "en", (80, 24)),
        {"storage": _storage, "box": _box, "count": _count, "scan-back": _scan_back, "vials": _vials},
    ),
    "qa in French": ("qa", "fr", (80, 24), {"quality-fr": _desk, "release-board-fr": _board}),
    "pharmacist": ("pharmacist", "en", (80, 24), {"pharmacy": _desk}),
}
DESKS = {"technician": "f1", "qp": "f2", "qa": "f2", "pharmacist": "f3"}


@pytest.fixture
def scene(stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A bank with a lot that is ready, in a folder whose name is always the same."""
    folder = tmp_path / "unit"
    folder.mkdir()
    with stages.copied("ready", "sqlite", folder, request) as kept, opened(kept.place, kept) as found:
        yield found


@pytest.mark.parametrize("session", SESSIONS)
async def test_every_place_looks_as_it_did(session: str, scene: Scene) -> None:
    name, language, size, ways = SESSIONS[session]
    changed = []
    async with at_the_desk(scene.bank, name, language=language, size=size) as hands:
        for place, way in ways.items():
            await way(hands, scene)
            await hands.pilot.pause()
            shown = "\n".join(line.rstrip() for line in hands.text().splitlines()) + "\n"
            shown = HEAD.sub(lambda found: "№ " + "#" * len(found[1]), shown, count=1)
            kept = PICTURES / f"{place}.txt"
            if WRITING:
                kept.parent.mkdir(exist_ok=True)
                kept.write_text(shown, encoding="utf-8")
            if shown != kept.read_text(encoding="utf-8"):
                changed.append(f"{place} looks otherwise now:\n{shown}")
            await hands.press("escape", "escape", DESKS[name])
            await hands.read()
    assert not changed, "\n".join(changed)
