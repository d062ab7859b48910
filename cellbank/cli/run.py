"""One run of the command line: which bank, who acts, in which language; and how a verb reads, acts, signs, answers.

A verb of a station parses, calls `here().act(...)` or `here().answer(...)`, and knows nothing of the rest.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from cellbank.cli import passwords

if TYPE_CHECKING:
    from datetime import datetime

    from cellbank.bank import Actor, Bank, Credentials, Deed, Outcome, Reading
    from cellbank.cli.paper import Paper
    from cellbank.domain.signature import ToSign
    from cellbank.languages import Language
    from cellbank.settings import Settings
    from cellbank.wording import Wording

    Also = Callable[[Reading, Outcome], Mapping[str, object]]
    """What a verb adds to an act's answer, read after it was recorded."""

T = TypeVar("T")
Lines = Callable[["Paper"], Iterable[str]]


@dataclass
class Run:
    """What one command line was told, and what it has opened."""

    place_given: str | None = field(default=None, repr=False)
    user_given: str | None = None
    language_given: str | None = None
    json: bool = False
    act_id: str | None = None
    at: str | None = None
    because: str | None = None
    witness: str | None = None
    rehearsal: bool = False
    """Whether a signed act only says what it would sign."""
    shown: str | None = None
    """The digest of what was shown to be signed, where no terminal can show it."""
    exit_code: int = 0
    aside: bool = False
    """Whether stdout belongs to a document, and what is said goes to stderr."""
    _open: list["Bank"] = field(default_factory=list)

    # --- where, and in which language ---------------------------------------------------------------------------

    @cached_property
    def settings(self) -> "Settings":
        """The settings of the environment; refused: a language that the bank does not speak, another wrong value."""
        from cellbank.settings import Settings

        self._refuse_unknown_language()
        return Settings()

    def _refuse_unknown_language(self) -> None:
        from cellbank.errors import WrongInput
        from cellbank.languages import BASE, known_languages

        for value in (self.language_given, os.environ.get("CELLBANK_LANG")):
            if value not in (None, *known_languages()):
                self.language_given = BASE
                raise WrongInput("cli.language", value=value, expected=", ".join(known_languages()))

    @property
    def place(self) -> str:
        """The bank's path or address."""
        return self.place_given or self.settings.place

    @property
    def language(self) -> "Language":
        """The one asked for on this line, else the machine's; refused where the bank does not speak it."""
        from cellbank.languages import language_here, language_of

        if (given := language_of(self.language_given)) is None:
            self._refuse_unknown_language()
        return given or language_here()

    @cached_property
    def bank(self) -> "Bank":
        """The bank, open until this run ends."""
        from cellbank.bank import Bank

        self._open.append(Bank.open(self.place))
        return self._open[-1]

    @property
    def wording(self) -> "Wording":
        """Sentences in the language asked, times in the zone of the bank that is open."""
        from cellbank.wording import Wording

        return Wording(self.language, self._open[-1].zone if self._open else None)

    @property
    def paper(self) -> "Paper":
        """How values are shown."""
        from cellbank.cli.paper import Paper

        return Paper(self.wording)

    def close(self) -> None:
        """Let go of the bank."""
        while self._open:
            self._open.pop().close()

    # --- reading ------------------------------------------------------------------------------------------------

    def read(self, look: "Callable[[Reading], T]") -> T:
        """What a view shows, on one snapshot."""
        with self.bank.read() as reading:
            return look(reading)

    def answer(self, data: object, lines: Lines) -> None:
        """The answer on stdout: one JSON document, or lines for people."""
        if self.json:
            print_json(self.paper.data(data))
        else:
            self._print(lines(self.paper))

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            print(line, file=sys.stderr if self.aside else sys.stdout)

    def show(self, view: object, *fields: str) -> None:
        """One thing as JSON, or as lines for people."""
        self.answer(view, lambda paper: paper.sheet(view, fields))

    def listing(self, rows: Iterable[object], *fields: str) -> None:
        """Several things."""
        kept = list(rows)
        self.answer(kept, lambda paper: paper.table(kept, fields))

    def tell(self, line: str) -> None:
        """Anything that is not the answer, on stderr."""
        print(line, file=sys.stderr)  # noqa: T201 — stderr is where everything else goes

    # --- acting -------------------------------------------------------------------------------------------------

    def credentials(self) -> "Credentials":
        """The actor's name and password; refused (`NotAllowed`) without a name."""
        from cellbank.bank import Credentials
        from cellbank.errors import NotAllowed

        name = self.user_given or self.settings.user
        if not name and passwords.has_terminal():
            name = passwords.ask(self.wording.say("cli.ask.user"))
        if not name:
            raise NotAllowed("cli.user.missing")
        return Credentials(name, self._password(name))

    def _password(self, name: str, variable: str = "CELLBANK_PASSWORD") -> str:
        return passwords.password(self.wording.say("cli.ask.password", name=name), variable)

    def _second(self) -> "Credentials | None":
        if self.witness is None:
            return None
        from cellbank.bank import Credentials

        return Credentials(self.witness, self._password(self.witness, "CELLBANK_SECOND_PASSWORD"))

    def sign_in(self) -> "Actor":
        """The actor of this run."""
        bank = self.bank
        given = self.credentials()
        return bank.sign_in(given.name, given.password)

    def sign_in_as(self, given: "Credentials") -> "Actor":
        """The actor whom these credentials name."""
        return self.bank.sign_in(given.name, given.password)

    def require_admin(self, bank: "Bank") -> None:
        """Sign in to a bank as an admin of today; refused to anyone else (rules.md §8)."""
        from cellbank.domain.person import Role
        from cellbank.errors import NotAllowed
        from cellbank.views.person import roles_of

        given = self.credentials()
        actor = bank.sign_in(given.name, given.password)
        with bank.read() as reading:
            roles = roles_of(reading, actor.person_id)
        if Role.ADMIN not in roles:
            raise NotAllowed("cli.admin_only", name=actor.name, roles=tuple(roles) or "–")

    def act(
        self,
        deed: "Deed",
        done: str = "",
        *,
        also: "Also | None" = None,
        kept: "Callable[[], Mapping[str, object]] | None" = None,
        at: "datetime | None" = None,
        password: str | None = None,
        actor: "Actor | None" = None,
        to_sign: "ToSign | str | None" = None,
    ) -> "Outcome":
        """One recorded act; `done` is the action whose subject is the answer's code, its first when left out.

        `also` adds to the answer from a snapshot; `kept` runs once the act is kept, outside any, since what it does may
        take long: a file's name, a printer.
        """
        from cellbank.cli.typed import instant

        performed_at = at if self.at is None else instant(self.at, self.bank.zone)
        outcome = self.bank.perform(
            actor or self.sign_in(),
            deed,
            act_id=self.act_id,
            performed_at=performed_at,
            reason=self.because,
            second=self._second(),
            password=password,
            to_sign=to_sign,
        )
        said = done if outcome.codes(done) else outcome.actions[0].action
        self._answer_act(outcome, said, also, {} if kept is None else kept())
        return outcome

    def sign(self, deed: "Deed") -> None:
        """One signed act: what it would sign is read from its rehearsal, shown to whoever sits at the terminal, signed.

        Without a terminal its digest must have been given (`--shown`). What the rehearsal refuses is recorded, and no
        password is asked for it.
        """
        from cellbank.errors import CellbankError, WrongInput
        from cellbank.services.acts import refusing

        actor = self.sign_in()
        if self.rehearsal:
            says = self.bank.to_sign(actor, deed)
            self.answer(says, lambda paper: paper.to_sign(says))
            return
        to_sign: ToSign | str | None = self.shown
        if to_sign is None or passwords.has_terminal():
            try:
                says = self.bank.to_sign(actor, deed)
            except CellbankError as error:
                self.witness = None  # Nobody need stand beside what is refused.
                self.act(refusing(error), actor=actor)
                return
            if not passwords.has_terminal():
                raise WrongInput("cli.sign.not_shown", digest=says.digest)
            self._confirm(says)
            to_sign = to_sign or says
        self.act(deed, actor=actor, password=self._password(actor.name), to_sign=to_sign)

    def _confirm(self, says: "ToSign") -> None:
        from cellbank.errors import WrongInput
        from cellbank.languages import typed

        paper = self.paper
        for line in paper.to_sign(says):
            self.tell(line)
        if passwords.ask(paper.say("cli.sign.ask")).strip().lower() not in typed("yes"):
            raise WrongInput("cli.sign.declined")

    def _answer_act(self, outcome: "Outcome", done: str, also: "Also | None", kept: "Mapping[str, object]") -> None:
        from cellbank.cli.outcome import act_data, act_lines

        added = {**kept, **({} if also is None else self.read(lambda reading: also(reading, outcome)))}
        if self.json:
            print_json(self.paper.data(act_data(outcome, done) | added))
            return
        deviations = self.read(lambda reading: _deviations(reading, outcome.codes("deviation.opened")))
        self._print(act_lines(self.paper, outcome, done, deviations, added))


def _deviations(reading: "Reading", codes: Iterable[str]) -> list[Any]:
    from cellbank.views import hold

    return [hold.deviation(reading, code) for code in codes]


def print_json(data: object) -> None:
    """One JSON document on stdout."""
    import json

    print(json.dumps(data, ensure_ascii=False, indent=2))  # noqa: T201 — stdout is where answers go


_RUN: ContextVar[Run] = ContextVar("cellbank_run")


def here() -> Run:
    """The run that the verb at hand belongs to."""
    return _RUN.get()


def begin(run: Run) -> Run:
    """Make this the run at hand."""
    _RUN.set(run)
    return run
