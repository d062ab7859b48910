"""The session: the sign-in, what the person's roles may do, and the lock of a terminal that nobody touches."""

from cellbank.bank import Actor
from cellbank.domain.person import Role, Verb, role_for
from cellbank.errors import CellbankError
from tui.app.idle import Idle, IdleAction
from tui.app.navigation import NavigatingApp
from tui.desks.registry import desk_of
from tui.screens.lock import LockScreen
from tui.screens.refusal import RefusalModal
from tui.screens.sign_in import SignInScreen

_OF_THE_DESK = frozenset({"desk", "do", "verbs", "trail"})
"""What is done only by someone who is signed in and there."""


class SessionApp(NavigatingApp):
    """An app that one person after another signs in to."""

    def __init__(self, idle: Idle) -> None:
        super().__init__()
        self.idle = idle
        self._unseen: list[CellbankError] = []

    def on_mount(self) -> None:
        """Begin at the sign-in; see every second whether somebody is there."""
        self.push_screen(SignInScreen())
        self.set_interval(1.0, self._check_idle)

    @property
    def person_shown(self) -> str:
        """Who is signed in, with their roles."""
        if self.actor is None:
            return self.wording.say("tui.nobody")
        roles = ", ".join(self.wording.term("role", role) for role in self.roles)
        return f"{self.actor.printed_name} · {roles}"

    def may(self, verb: Verb) -> bool:
        """Whether a role of the person signed in may do this; the bank asks again when it is done."""
        return role_for(verb, frozenset(self.roles)) is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the sign-in there is nothing but the help, the theme and the way out."""
        if action == "desk" and parameters == ("admin",) and not self.may(Verb.ADMINISTER_BANK):
            return False
        if self.locked:
            return action not in _OF_THE_DESK
        return self.actor is not None or action not in _OF_THE_DESK | {"sign_out"}

    def signed_in(self, actor: Actor, roles: tuple[Role, ...]) -> None:
        """Open the desk of this person's role."""
        self.actor, self.roles = actor, roles
        self.action_desk(desk_of(frozenset(roles)))

    def action_sign_out(self) -> None:
        """Nobody is signed in any more; every screen closes. Writes in hand go on."""
        self.actor, self.roles = None, ()
        self._unseen.clear()
        self.close_all()
        self.push_screen(SignInScreen())

    # Nobody at the keyboard.

    @property
    def locked(self) -> bool:
        """Whether the screen is locked."""
        return any(isinstance(screen, LockScreen) for screen in self.screen_stack)

    def _check_idle(self) -> None:
        if self.actor is None:
            return
        match self.idle.calls_for():
            case IdleAction.SIGN_OUT:
                self.action_sign_out()
            case IdleAction.LOCK if not self.locked:
                self.push_screen(LockScreen())

    def unlock(self) -> None:
        """The same person is back: everything is where it was; what was refused meanwhile is shown now."""
        if self.locked:
            self.pop_screen()
        while self._unseen:
            self.push_screen(RefusalModal(self._unseen.pop()))

    def refuse(self, error: CellbankError) -> None:
        """Show why something was refused; behind a locked screen, once it is open again."""
        if self.locked:
            self._unseen.append(error)
        else:
            self.push_screen(RefusalModal(error))
