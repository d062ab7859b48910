"""The keys that each job takes, pressed, counted, and compared with docs/keys.md."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from cellbank.domain.lot import Disposition
from cellbank.views import culture, lot, testing, vial
from tests.banks import PASSWORD
from tests.clinic import treating as treating
from tests.documents.treated import ANNA, reserved
from tests.journey import Scene, a_lot, a_result, thaw, vials_of
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_visit import checked, form, pulled, record
from tui.screens.visit import VisitScreen

TABLE = Path("docs/keys.md")


class Counted(Hands):
    """Hands that count what they do: keys, scans with their Enter, and answers, which only the person knows."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(hands.app, hands.pilot)
        self.keys, self.scans, self.answers = 0, 0, 0

    async def press(self, *keys: str) -> None:
        """Enter, an arrow, a function key."""
        self.keys += len(keys)
        await super().press(*keys)

    async def type(self, text: str, *keys: str) -> None:
        """An answer, then keys."""
        self.answers += 1
        self.keys += len(keys)
        await super().type(text, *keys)

    async def scan(self, code: str) -> None:
        """A code from the scanner, with its Enter."""
        self.scans += 1
        await super().type(code, "enter")

    @property
    def counts(self) -> tuple[int, int, int]:
        """Keys, scans, answers."""
        return self.keys, self.scans, self.answers


def told(job: str) -> tuple[int, int, int]:
    """What the table says of a job."""
    row = next(line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {job} |"))
    keys, scans, answers = (int(part) for part in re.findall(r"\| (\d+) (?=\|)", row))
    return keys, scans, answers


async def release(counted: Counted, scene: Scene) -> None:
    """A ready lot, first on the desk."""
    await counted.sees(scene["lot"])
    await counted.press("enter")
    await counted.sees("F6 Release", "nothing stands against it")
    await counted.press("f6")
    await counted.sees("Your signature means")
    await counted.type(PASSWORD)
    await counted.press("enter")
    await counted.sees("✓ released")
    assert scene.read(lot.lot_view, scene["lot"]).disposition is Disposition.RELEASED


async def passage(counted: Counted, scene: Scene) -> None:
    """A culture in hand."""
    code = thaw(scene, vials_of(scene, scene["master"])[2:3])
    scene.clock.forward(days=5)
    await counted.scan(code)
    await counted.sees("F5 Passage")
    await counted.press("f5")
    await counted.sees("Cells harvested")
    for at, said in enumerate(("3.5e7", "95.5", "4e6", "1800")):
        if at:
            await counted.press("enter")
        await counted.type(said)
    await counted.sees("Within every limit")
    await counted.press("f5")
    await counted.sees("Recorded")
    assert scene.read(culture.culture_view, code).children


async def review(counted: Counted, scene: Scene) -> None:
    """A result that waits, first on the desk."""
    await counted.sees("Review result", "F5 Review")
    await counted.press("f5")
    await counted.sees("Your signature means")
    await counted.type(PASSWORD)
    await counted.press("enter")
    await counted.until(lambda: scene.read(testing.result_view, scene["waiting"]).reviewed_by, "the review")


async def print_box(counted: Counted, scene: Scene) -> None:
    """The labels of a lot, to a file."""
    before = len(scene.read(vial.prints, scene["lot"]))
    await counted.scan(scene["lot"])
    await counted.sees("F8 Labels")
    await counted.press("f8")
    await counted.sees("F8 Print")
    await counted.read()
    await counted.press("f8")
    await counted.sees("labels written")
    assert len(scene.read(vial.prints, scene["lot"])) == before + 1


async def print_and_scan_back(counted: Counted, scene: Scene) -> None:
    """The labels of a lot printed, stuck on, and scanned back: no key between the scans."""
    await print_box(counted, scene)
    await counted.press("f9")
    await counted.sees("Still to scan: 1–4")
    for code in vials_of(scene, scene["lot"]):
        await counted.scan(code)
    await counted.sees("4 of 4", "Every label printed is verified")
    assert all(line.label_verified for line in scene.read(vial.vials, scene["lot"]))


def waiting(scene: Scene) -> None:
    """A result that nobody reviewed yet."""
    scene.codes["waiting"] = a_result(scene, scene["lot"], "viability", "93.0", reviewed=False)


def unlabelled(scene: Scene) -> None:
    """A product lot just filled, without labels."""
    grown = thaw(scene, vials_of(scene, scene["master"])[2:3])
    scene.clock.forward(days=6)
    scene.codes["lot"] = a_lot(scene, grown, harvested=scene.trial.thawed.harvested)


def nothing(scene: Scene) -> None:
    """As it is."""


JOBS: dict[str, tuple[str, Callable[[Scene], None], Callable[[Counted, Scene], Awaitable[None]]]] = {
    "Release a ready lot": ("qp", nothing, release),
    "Enter a passage": ("technician", nothing, passage),
    "Review a result": ("reviewer", waiting, review),
    "Print a box of labels": ("technician", unlabelled, print_box),
    "Print a box of labels and scan it back": ("technician", unlabelled, print_and_scan_back),
}


@pytest.mark.parametrize("job", JOBS)
async def test_a_job_takes_the_keys_that_the_table_says(job: str, ready: Scene) -> None:
    name, before, way = JOBS[job]
    before(ready)
    async with at_the_desk(ready.bank, name) as hands:
        counted = Counted(hands)
        await way(counted, ready)
    assert counted.counts == told(job)


async def to_the_pull(counted: Counted) -> None:
    """The visit, first on the desk, and the act that comes next."""
    await counted.sees(ANNA)
    await counted.press("enter")
    await counted.sees("F5 Pull")
    await counted.press("f5")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_pull_takes_the_keys_that_the_table_says(treating: Scene) -> None:
    vials = reserved(treating, ANNA, 1)
    async with at_the_desk(treating.bank, "pharmacist") as hands:
        counted = Counted(hands)
        await to_the_pull(counted)
        await pulled(counted, *vials)
    assert counted.counts == told("Pull a vial")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_a_whole_visit_takes_the_keys_that_the_table_says(treating: Scene) -> None:
    vials = reserved(treating, ANNA, 1)
    async with at_the_desk(treating.bank, "pharmacist") as hands:
        counted = Counted(hands)
        await to_the_pull(counted)
        await pulled(counted, *vials)
        await counted.sees("F5 Thaw")
        await form(counted, "f5")
        treating.clock.forward(minutes=3)
        await counted.press("f6")
        await record(counted, VisitScreen, "The thaw lasted")
        await counted.sees("F5 Prepare")
        await form(counted, "f5")
        for at, said in enumerate(("10M", "88.4", "2.4", "5 mL, SYR-2210", "washed, in saline")):
            if at:
                await counted.press("enter")
            await counted.type(said)
        await counted.sees("Within every limit")
        await counted.press("f5")
        await checked(counted)
        await counted.sees("F7 Labels", "F5 Dispense")
        await counted.press("f7")
        await counted.sees("dispensing label", "F8 Print")
        await counted.read()
        await counted.press("f8")
        await counted.sees("▐●▌ flag of the syringe")
        await counted.press("f8")
        await counted.sees("why again?")
        await counted.press("escape")
        await counted.sees("F5 Dispense")
        await form(counted, "f5")
        await counted.sees("Dispensed on condition")
        await counted.press("f5")
        await checked(counted)
        await counted.sees("F5 Administer")
        await form(counted, "f5")
        await record(counted, VisitScreen, "Within every limit")
        await counted.sees("✓ injected")
    assert counted.counts == told("Treat a subject: a whole visit")
