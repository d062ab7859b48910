"""No failure is silent: a refusal is said in words where it was asked, a fault ends the app; and each ends once."""

import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from cellbank.bank import Bank, UnitOfWork
from cellbank.errors import CellbankError
from cellbank.services import hold
from cellbank.views import quality
from tests.journey import Scene
from tests.services.shelves import BOX_A, add
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import open_lot
from tui.desks.bench import BenchDesk
from tui.forms.hold import PutHold
from tui.forms.vial import DiscardSeveral
from tui.screens.base_screen import BaseScreen
from tui.screens.count import CountScreen
from tui.screens.evidence import EvidenceModal
from tui.screens.form import FormScreen
from tui.screens.labels import LabelsScreen
from tui.screens.lot import LotScreen
from tui.screens.refusal import RefusalModal
from tui.screens.scan_back import ScanBackScreen
from tui.screens.trail import TrailScreen
from tui.screens.vials import VialsScreen
from tui.widgets import open_doses
from tui.widgets.paged_table import PagedTable
from tui.widgets.question import CodesField
from tui.work.job import Job
from tui.work.threads import ThreadRunner
from tui.work.write import Write

REFUSED = "The bank cannot be opened (the cable)"


class Fault(Exception):
    """What no rule of the bank says: a mistake in the program."""


def refuses(*_: object, **__: object) -> object:
    """Stands for whatever is asked in a thread while the bank cannot be read."""
    raise CellbankError("bank.unreadable", why="the cable")


def breaks(*_: object, **__: object) -> object:
    """Stands for whatever is asked in a thread and has a mistake."""
    raise Fault


# The mechanism.


class Runner(App[None], ThreadRunner):
    """An app that keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def show_error(self, error: CellbankError) -> None:
        """Keep it."""
        self.told.append(("shown", error.code))


async def test_an_answer_is_told_once_and_what_is_told_may_wait() -> None:
    app = Runner()

    async def later(answer: int) -> None:
        app.told.append(("later", answer))

    async with app.run_test() as pilot:
        app.in_thread(lambda: 1, app.told.append)
        app.in_thread(lambda: 2, later)
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert app.told == [1, ("later", 2)]


async def test_a_refusal_is_told_to_who_asked_or_shown() -> None:
    app = Runner()
    async with app.run_test() as pilot:
        app.in_thread(refuses, app.told.append, failed=lambda error: app.told.append(("failed", error.code)))
        await pilot.pause(0.1)
        app.in_thread(refuses, app.told.append)
        await pilot.pause(0.1)
    assert app.told == [("failed", "bank.unreadable"), ("shown", "bank.unreadable")]


async def test_a_fault_ends_the_app_whoever_would_hear_of_a_refusal() -> None:
    app = Runner()
    with pytest.raises(Fault):
        await _broken(app)
    assert app.told == []


async def _broken(app: Runner) -> None:
    async with app.run_test() as pilot:
        app.in_thread(breaks, app.told.append, failed=app.told.append)
        await pilot.pause(0.1)


async def test_work_that_another_took_the_place_of_tells_nothing() -> None:
    app, go_on = Runner(), threading.Event()

    def slowly() -> int:
        go_on.wait(20)
        return 1

    async with app.run_test() as pilot:
        app.in_thread(slowly, app.told.append, group="one", exclusive=True)
        app.in_thread(lambda: 2, app.told.append, group="one", exclusive=True)
        await pilot.pause(0.1)
        go_on.set()
        await pilot.pause(0.1)
    assert app.told == [2]


async def test_work_of_a_widget_that_is_gone_tells_nothing() -> None:
    told: list[object] = []

    class Plain(Widget, ThreadRunner):
        """A widget that works."""

    app, go_on = Runner(), threading.Event()
    async with app.run_test() as pilot:
        plain = Plain()
        await app.mount(plain)
        plain.in_thread(lambda: go_on.wait(20), told.append)
        await plain.remove()
        go_on.set()
        await pilot.pause(0.1)
    assert told == []


# Every place that dropped a failure.


async def test_evidence_that_cannot_be_read_says_why_in_its_place(
    ready: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.evidence.read_behind", refuses)
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("enter")
        await hands.until(lambda: isinstance(hands.app.screen, EvidenceModal), "the evidence")
        await hands.sees(REFUSED)


async def test_a_rejection_that_cannot_be_shown_says_why(ready: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.lot_verbs.signing", refuses)
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("f7")
        await hands.sees("Why?")
        await hands.type("Visible particles", "enter")
        await hands.until(lambda: isinstance(hands.app.screen, RefusalModal), "the refusal")
        await hands.sees(REFUSED)


async def test_a_gate_that_cannot_answer_says_why_on_the_desk(ready: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "at_gate", refuses)
    async with at_the_desk(ready.bank, "qa") as hands:
        await hands.sees("✗ REFUSED", REFUSED)


async def test_doses_under_way_that_cannot_be_read_say_so_to_anyone_until_they_can(
    ready: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = open_doses.running
    monkeypatch.setattr(open_doses, "running", refuses)
    async with at_the_desk(ready.bank) as hands:
        await hands.sees(f"✗ {REFUSED}")
        monkeypatch.setattr(open_doses, "running", running)
        await hands.until(lambda: REFUSED not in hands.text(), "the next reading")


async def test_a_job_that_fails_is_refused_loudly_and_runs_no_more(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qa") as hands:
        hands.app.run_job(Job("tui.verified.running", refuses, breaks))
        assert hands.app.jobs_shown
        await hands.until(lambda: isinstance(hands.app.screen, RefusalModal), "the refusal")
        await hands.sees(REFUSED)
        assert not hands.app.jobs_shown


def put_hold(work: UnitOfWork) -> None:
    """An act that is kept."""
    hold.put_hold(work, "D-0427", "A doubt")


def full(*_: object) -> None:
    """Stands for a disk that has no room."""
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (Write(full), "No space left on device. Nothing was"),
        (
            Write(put_hold, on_commit=full),
            "The act is in the record, but its file",
        ),
    ],
    ids=["before", "after"],
)
async def test_a_paper_that_cannot_be_written_says_whether_its_act_is_kept(
    ready: Scene, write: Write, said: str
) -> None:
    before = ready.bank.head()[0]
    async with at_the_desk(ready.bank, "qa") as hands:
        hands.app.perform(write)
        await hands.until(lambda: isinstance(hands.app.screen, RefusalModal), "the refusal")
        await hands.sees(said)
    assert ready.bank.head()[0] == before + (write.on_commit is not None)


Place = Callable[[Hands, Scene], Awaitable[object]]


async def _evidence(hands: Hands, scene: Scene) -> None:
    await open_lot(hands, scene["lot"])
    await hands.press("enter")


async def _rejection(hands: Hands, scene: Scene) -> None:
    await open_lot(hands, scene["lot"])
    await hands.press("f7")
    await hands.sees("Why?")
    await hands.type("Visible particles", "enter")


async def _count(hands: Hands, scene: Scene) -> None:
    add(scene, BOX_A, "9x9")
    await hands.app.push_screen(CountScreen(BOX_A))
    await hands.read()
    await hands.scan(scene["lot"])


async def _vials(hands: Hands, scene: Scene) -> None:
    await hands.app.push_screen(VialsScreen())
    await hands.read()
    pages = hands.app.screen.query_one(PagedTable)
    pages._pages.clear()
    pages._want()


async def _desk(hands: Hands, scene: Scene) -> None:
    """The desk asks when it reads."""
    await hands.press("f12")


async def _poll(hands: Hands, scene: Scene) -> None:
    """The app asks by itself."""


@pytest.mark.parametrize(
    ("asked", "go"),
    [
        ("tui.screens.evidence.read_behind", _evidence),
        ("tui.screens.lot_verbs.signing", _rejection),
        ("tui.screens.count.look_up", _count),
        ("tui.screens.vials.VialsScreen._fetch", _vials),
        ("cellbank.views.quality.at_gate", _desk),
        ("cellbank.bank.Bank.head", _poll),
    ],
)
async def test_a_fault_ends_the_app_and_is_never_waited_for(
    ready: Scene, monkeypatch: pytest.MonkeyPatch, asked: str, go: Place
) -> None:
    async def work() -> None:
        async with at_the_desk(ready.bank, "qp") as hands:
            monkeypatch.setattr(asked, breaks)
            await go(hands, ready)
            await hands.until(lambda: hands.app._exception is not None, "the fault")

    with pytest.raises(Fault):
        await work()


# Handlers of a base and of what is made of it.


def counted(monkeypatch: pytest.MonkeyPatch, kind: type[BaseScreen[object]]) -> list[str]:
    """Every reading of a screen, and every time that one is shown."""
    found: list[str] = []
    gather, show = kind.gather, kind.show

    def gathers(self: BaseScreen[object], bank: Bank) -> object:
        found.append("gather")
        return gather(self, bank)

    async def shows(self: BaseScreen[object], seen: object) -> None:
        found.append("show")
        await show(self, seen)

    monkeypatch.setattr(kind, "gather", gathers)
    monkeypatch.setattr(kind, "show", shows)
    return found


@pytest.mark.parametrize("kind", [BenchDesk, FormScreen, LabelsScreen, LotScreen, ScanBackScreen, TrailScreen])
async def test_a_screen_whose_base_handles_the_same_reads_once_and_shows_it_once(
    ready: Scene, monkeypatch: pytest.MonkeyPatch, kind: type[BaseScreen[Any]]
) -> None:
    made: dict[type, Callable[[], Screen[None]]] = {
        BenchDesk: BenchDesk,
        FormScreen: lambda: FormScreen(PutHold(ready["lot"])),
        LabelsScreen: lambda: LabelsScreen(ready["lot"]),
        LotScreen: lambda: LotScreen(ready["lot"]),
        ScanBackScreen: lambda: ScanBackScreen(ready["lot"]),
        TrailScreen: TrailScreen,
    }
    async with at_the_desk(ready.bank, "qa") as hands:
        found = counted(monkeypatch, kind)
        await hands.app.push_screen(made[kind]())
        await hands.read()
        await hands.pilot.pause(0.5)
        assert found == ["gather", "show"]


async def test_a_line_of_several_codes_hears_each_key_once(ready: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler that asked its base heard what Textual tells the base by itself."""
    heard: list[str] = []
    of_input = Input._on_key

    async def hears(self: Input, event: events.Key) -> None:
        heard.append(event.key)
        await of_input(self, event)

    monkeypatch.setattr(Input, "_on_key", hears)
    async with at_the_desk(ready.bank, "technician") as hands:
        await hands.app.push_screen(FormScreen(DiscardSeveral()))
        await hands.read()
        hands.app.screen.query_one(CodesField).focus()
        heard.clear()
        await hands.press("v", "left")
        assert heard == ["v", "left"]
