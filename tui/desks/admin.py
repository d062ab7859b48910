"""The admin's desk: everyone with their roles and whether they can sign in; the backup; the trail is one key away."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cellbank.bank import Bank
from cellbank.domain.person import Verb
from cellbank.views import person
from cellbank.views.person import PersonView
from cellbank.views.trail import Wanted
from tui.desks import backup
from tui.forms.form import Form
from tui.forms.person import OF_PERSON, AddPerson
from tui.screens.ask import AskModal
from tui.screens.base_screen import BaseScreen
from tui.screens.form import FormScreen
from tui.screens.trail import TrailScreen
from tui.text.markup_safe import cell, plain
from tui.widgets.table import Table

COLUMNS = ("person", "account", "roles", "printed_name")
_KEYS = ("f6", "f7", "f8", "f9")


class AdminDesk(BaseScreen[tuple[PersonView, ...]]):
    """People; what is done is done to the one under the cursor."""

    help_code: ClassVar[str] = "tui.help.admin"
    verbs: ClassVar[dict[str, Verb]] = dict.fromkeys(("add", "of_person", "backup"), Verb.ADMINISTER_BANK)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "add", "tui.form.user.add", tooltip="tui.form.user.add.tip"),
        *(
            Binding(key, f"of_person({at})", f"tui.form.{kind.code}", tooltip=f"tui.form.{kind.code}.tip")
            for at, (key, kind) in enumerate(zip(_KEYS, OF_PERSON, strict=False))
        ),
        Binding("ctrl+b", "backup", "tui.key.backup", tooltip="tui.tip.backup"),
    ]

    def body(self) -> ComposeResult:
        """A table of people."""
        yield Table([self.say(f"tui.column.{column}") for column in COLUMNS])

    def gather(self, bank: Bank) -> tuple[PersonView, ...]:
        """Every person with their roles."""
        with bank.read() as reading:
            return tuple(person.people(reading))

    async def show(self, seen: tuple[PersonView, ...]) -> None:
        """A row for each person."""
        locked = sum(one.locked_until is not None for one in seen)
        counts = self.say("tui.admin.counts", people=len(seen), locked=locked)
        self.set_heading(plain(self.say("tui.admin.title"), "bold"), plain(f"  {counts}", "$muted"))
        self.query_one(Table).fill((one.name, self._row(one)) for one in seen)

    def _row(self, one: PersonView) -> list[Text]:
        roles = ", ".join(self._role(one, at) for at in range(len(one.grants)))
        return [cell(one.name, "bold"), cell(self._account(one)), cell(roles or "–"), cell(one.printed_name)]

    def _role(self, one: PersonView, at: int) -> str:
        """A role, with its days where it is not simply in force."""
        words, grant = self.host.wording, one.grants[at]
        said = words.term("role", grant.role)
        if grant.valid_until is not None:
            return words.say("tui.admin.until", role=said, until=grant.valid_until)
        return said if grant.role in one.roles else words.say("tui.admin.since", role=said, since=grant.valid_from)

    def _account(self, one: PersonView) -> str:
        if one.disabled:
            return f"■ {self.say('tui.account.disabled')}"
        if one.locked_until is not None:
            return f"✗ {self.say('tui.account.locked', until=self._clock(one.locked_until))}"
        if one.must_change_password:
            return f"… {self.say('tui.account.first')}"
        return f"✓ {self.say('tui.account.active')}"

    def _clock(self, moment: datetime) -> str:
        return self.host.wording.value(moment)

    # Acts.

    @property
    def chosen(self) -> str | None:
        """The sign-in name under the cursor."""
        return self.query_one(Table).chosen

    def forms(self) -> list[Form]:
        """What can be done to the person under the cursor, and a new one."""
        name = self.chosen
        return [AddPerson(), *(() if name is None else (kind(name) for kind in OF_PERSON))]

    def action_add(self) -> None:
        """Open the form for a new person."""
        self.app.push_screen(FormScreen(AddPerson()))

    def action_of_person(self, at: int) -> None:
        """Open one of the forms for the person under the cursor."""
        if self.chosen is not None:
            self.app.push_screen(FormScreen(OF_PERSON[at](self.chosen)))

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open the entries that touched the person under the cursor."""
        if event.row_key.value:
            self.app.push_screen(TrailScreen(Wanted(code=event.row_key.value)))

    def action_backup(self) -> None:
        """Ask for the file that the copy goes to."""
        given = str(Path(self.host.bank.place).resolve().with_name(f"backup-{self.host.head}.db"))
        ask = AskModal(self.say("tui.backup.title"), self.say("tui.backup.where"), given)
        self.app.push_screen(ask, partial(backup.start_backup, self.host))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """From a browser no file is written where the server runs; a bank on a server has its own tools."""
        if action == "backup" and (self.app.is_web or "://" in self.host.bank.place):
            return False
        return super().check_action(action, parameters)
