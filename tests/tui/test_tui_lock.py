"""Hands off: the screen locks, opens where it was for the same person, and signs out."""

from tests.banks import PASSWORD
from tests.journey import Scene
from tests.tui.hands import Hands, at_the_desk
from tui.app.idle import LOCK_AFTER, SIGN_OUT_AFTER, Idle, IdleAction
from tui.screens.form import FormScreen
from tui.screens.lock import LockScreen
from tui.screens.sign_in import SignInScreen


class Resting:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_touch_begins_the_time_anew() -> None:
    clock = Resting()
    idle = Idle(clock)
    clock.now = LOCK_AFTER - 1
    assert idle.calls_for() is IdleAction.NOTHING
    idle.touch()
    clock.now += LOCK_AFTER
    assert idle.calls_for() is IdleAction.LOCK
    clock.now += SIGN_OUT_AFTER - LOCK_AFTER
    assert idle.calls_for() is IdleAction.SIGN_OUT


async def test_the_screen_locks_opens_where_it_was_and_signs_out(ready: Scene) -> None:
    clock = Resting()
    async with at_the_desk(ready.bank, "technician", idle=Idle(clock), size=(80, 24)) as hands:
        await _type_a_reason(hands, ready["lot"])
        clock.now += LOCK_AFTER
        await hands.until(lambda: isinstance(hands.app.screen, LockScreen), "the lock")
        await hands.sees("Locked", "Technician of the bank")
        assert ready["lot"] not in hands.text()
        await hands.press("f2", "f4", "ctrl+p", "escape")
        assert isinstance(hands.app.screen, LockScreen)
        await hands.type("not my password", "enter")
        await hands.sees("The password is wrong")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, FormScreen), "the form, as it was")
        assert next(iter(hands.app.screen.query("Question"))).text == "Cloudy"  # type: ignore[attr-defined]
        clock.now += SIGN_OUT_AFTER
        await hands.until(lambda: isinstance(hands.app.screen, SignInScreen), "the sign-in")
        assert hands.app.actor is None
        assert not hands.app.locked


async def _type_a_reason(hands: Hands, code: str) -> None:
    await hands.scan(code)
    await hands.sees("Release board")
    await hands.read()
    await hands.press("f4")
    await hands.type("hold", "enter")
    await hands.at(FormScreen)
    await hands.type("Cloudy")
    await hands.sees("Cloudy", "Within every limit")


async def test_the_locked_screen_lets_another_person_in_only_through_the_sign_in(ready: Scene) -> None:
    clock = Resting()
    async with at_the_desk(ready.bank, "technician", idle=Idle(clock)) as hands:
        clock.now += LOCK_AFTER
        await hands.until(lambda: isinstance(hands.app.screen, LockScreen), "the lock")
        await hands.press("ctrl+o")
        await hands.until(lambda: isinstance(hands.app.screen, SignInScreen), "the sign-in")
        await hands.sign_in("qa")
        await hands.sees("Quality")
