"""The admin at their desk: people, roles, first passwords, lockouts, the backup; and everyone's own password."""

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from cellbank.bank import Bank
from cellbank.domain.person import Role
from cellbank.errors import CellbankError
from cellbank.passwords import cheap
from cellbank.services.person import add_person
from cellbank.views import person
from cellbank.wording import Language
from tests.banks import PASSWORD
from tests.journey import Scene
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_quality import do
from tui.desks.admin import AdminDesk
from tui.desks.bench import BenchDesk
from tui.screens.form import FormScreen
from tui.screens.one_time_secret import OneTimeSecretModal
from tui.screens.password import PasswordModal
from tui.screens.sign_in import SignInScreen
from tui.screens.trail import TrailScreen
from tui.widgets.table import Table

NEW = "another good password"


def a_person(scene: Scene, name: str) -> person.PersonView:
    """Someone as the list has them."""
    found: person.PersonView = scene.read(person.named, name)
    return found


async def choose(hands: Hands, name: str) -> None:
    """Put the cursor on a person."""
    await hands.until(lambda: isinstance(hands.app.screen, AdminDesk), "the desk")
    table = hands.app.screen.query_one(Table)
    await hands.until(lambda: name in table.rows, name)
    await hands.press("ctrl+home", *["down"] * table.get_row_index(name))


async def form(hands: Hands, key: str, *answers: str) -> None:
    """A key of the desk, the answers."""
    await hands.press(key)
    await hands.at(FormScreen)
    for answer in answers:
        await hands.type(answer, "enter")


async def told_once(hands: Hands) -> str:
    """The secret on the card, which is closed."""
    await hands.until(lambda: isinstance(hands.app.screen, OneTimeSecretModal), "the first password")
    secret = str(hands.app.screen.query_one("#secret", Static).render())
    await hands.press("escape")
    return secret


async def test_an_admin_adds_someone_who_must_choose_a_password_before_anything_else(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "admin", size=(80, 24)) as hands:
        assert isinstance(hands.app.screen, AdminDesk)
        await hands.sees("Admin · people", "✓ can sign in", "F5 Add person", "F10 Admin", "quality assurance")
        await form(hands, "f5", "t.marin", "T. Marin", "tech, revie")
        await hands.press("f5")
        first = await told_once(hands)
        await hands.sees("t.marin", "… first password, to be changed")
        await hands.press("ctrl+o")
        await hands.until(lambda: isinstance(hands.app.screen, SignInScreen), "the sign-in")
        await hands.type("t.marin", "enter")
        await hands.type(first, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, PasswordModal), "the change")
        await hands.press("f1", "f2", "ctrl+p", "ctrl+r")
        assert isinstance(hands.app.screen, PasswordModal)
        await hands.sees("this is a first password", "nobody signed in")
        await hands.type("short", "enter")
        await hands.type("short", "enter")
        await hands.sees("too short")
        await hands.type(NEW, "enter")
        await hands.type(f"{NEW}s", "enter")
        await hands.sees("are not the same")
        assert NEW not in hands.text()
        await hands.type(NEW, "enter")
        await hands.type(NEW, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, BenchDesk), "the desk")
        await hands.sees("T. Marin")
    seen = a_person(banked, "t.marin")
    assert (seen.roles, seen.must_change_password) == ((Role.TECHNICIAN, Role.REVIEWER), False)
    assert banked.bank.sign_in("t.marin", NEW).name == "t.marin"


async def test_who_does_not_choose_a_password_does_not_come_in(banked: Scene) -> None:
    hashed = banked.bank.hash_password(PASSWORD)
    admin = banked.bank.sign_in("admin", PASSWORD)
    banked.bank.perform(
        admin,
        lambda work: add_person(work, "q.two", "Q. Two", frozenset({Role.QA}), hashed, must_change=True),
    )
    async with at_the_desk(banked.bank) as hands:
        await hands.pilot.pause()
        await hands.type("q.two", "enter")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, PasswordModal), "the change")
        await hands.press("escape")
        await hands.until(lambda: isinstance(hands.app.screen, SignInScreen), "the sign-in again")
        assert hands.app.actor is None
    assert a_person(banked, "q.two").must_change_password


async def test_roles_are_granted_for_days_and_ended(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "admin", size=(110, 30)) as hands:
        await choose(hands, "technician")
        await form(hands, "f6", "review", "")
        await hands.type("2026-12-31", "enter")
        await hands.press("f5")
        await hands.sees("Recorded: role granted", "reviewer (until 2026-12-31)")
        await form(hands, "f7")
        await hands.press("right", "right")
        await hands.press("f5")
        await hands.sees("Recorded: role revoked")
        await choose(hands, "technician")
        await form(hands, "f6", "admin")
        await hands.sees("This will be refused", "roles together: administrator, technician")
        await hands.press("escape", "escape")
        await choose(hands, "admin")
        await form(hands, "f6", "qa")
        await hands.sees("This will be refused", "Another administrator must do it")
    assert a_person(banked, "technician").roles == (Role.TECHNICIAN,)


async def test_a_lockout_is_seen_and_ended_and_a_password_reset_and_an_account_disabled(banked: Scene) -> None:
    for _ in range(5):
        with pytest.raises(CellbankError):
            banked.bank.sign_in("qa", "wrong")
    async with at_the_desk(banked.bank, "admin", size=(110, 30)) as hands:
        await hands.sees("✗ locked out until", "locked out: 1")
        await choose(hands, "qa")
        await form(hands, "f8")
        await hands.press("right", "f5")
        await hands.sees("Recorded: person unlocked", "locked out: 0")
        await choose(hands, "reviewer")
        await form(hands, "f9")
        await hands.press("f5")
        await hands.sees("Answer this first")
        await hands.press("right", "f5")
        first = await told_once(hands)
        await choose(hands, "qp")
        await do(hands, "disable")
        await hands.press("right", "f5")
        await hands.sees("Recorded: person disabled", "■ disabled")
        await hands.press("enter")
        await hands.until(lambda: isinstance(hands.app.screen, TrailScreen), "what was done to them")
        await hands.sees("person disabled", "person added")
    assert banked.bank.sign_in("qa", PASSWORD)
    assert banked.bank.sign_in("reviewer", first)
    assert a_person(banked, "reviewer").must_change_password
    assert a_person(banked, "qp").disabled


async def test_anyone_changes_their_own_password_with_the_old_one(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "qp", size=(100, 30)) as hands:
        await hands.press("ctrl+p")
        await hands.type("change password", "enter")
        await hands.until(lambda: isinstance(hands.app.screen, PasswordModal), "the change")
        for typed in ("not the old one", NEW, NEW):
            await hands.type(typed, "enter")
        await hands.sees("The name or the password is wrong")
        for typed in (PASSWORD, NEW, NEW):
            await hands.type(typed, "enter")
        await hands.sees("Your password is changed.")
    assert banked.bank.sign_in("qp", NEW)


async def test_the_admin_backs_the_bank_up_and_the_copy_opens(banked: Scene, tmp_path: Path) -> None:
    target = tmp_path / "vault" / "copy.db"
    target.parent.mkdir()
    async with at_the_desk(banked.bank, "admin", size=(100, 30)) as hands:
        await hands.press("ctrl+b")
        await hands.until(lambda: hands.app.screen.query(Input), "where to")
        hands.app.screen.query_one(Input).value = str(target)
        await hands.press("enter")
        await hands.sees("The backup is verified and stands at")
        await hands.press("ctrl+b")
        hands.app.screen.query_one(Input).value = str(target)
        await hands.press("enter")
        await hands.sees("Refused")
    with Bank.open(str(target), hasher=cheap()) as copy:
        assert copy.head() == banked.bank.head()


@pytest.mark.parametrize("language", ["fr"])
async def test_the_admins_desk_in_french_and_closed_to_others(banked: Scene, language: Language) -> None:
    async with at_the_desk(banked.bank, "admin", language=language, size=(80, 24)) as hands:
        await hands.sees("Admin · personnes", "✓ peut se connecter", "Donner un rôle", "personne qualifiée")
    async with at_the_desk(banked.bank, "qa", language=language, size=(80, 24)) as hands:
        await hands.press("f10")
        await hands.pilot.pause()
        assert not isinstance(hands.app.screen, AdminDesk)
        assert "F10" not in hands.text()
