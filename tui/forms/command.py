"""Forms made from commands: what a verb asks is declared once, and what is truly the screen's is said here.

class Passage(CommandForm, of=commands.Passage, here="culture_codes", order=(..., "method", "culture_codes")):
    opens = "culture.seeded"

    def offers(self, reading, words):
        return {"method": Offer(suggested=recorded(reading, Words.COUNTING))}
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import EllipsisType
from typing import Any, ClassVar

from cellbank.bank import Deed, Reading
from cellbank.commands.command import Answer, Command, asked, made
from cellbank.commands.kinds import FLAG, INSTANT, YES_NO
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import AT, LATE_REASON, Form


@dataclass(frozen=True)
class Offer:
    """What a form adds to a question that its command declares.

    `choices` are answered by one of them alone; `given` stands there already; `needed` where the declaration lets it
    lack; the rest is as in `Ask`.
    """

    given: str = ""
    choices: tuple[Choice, ...] = ()
    suggested: tuple[str, ...] = ()
    label: str | None = None
    hint: str | None = None
    listed: bool = False
    needed: bool = False


class CommandForm(Form):
    """A form whose questions are the answers of a command; a class between says nothing of a command.

    `here` names the answer that the thing in front gives: where it takes several, the others are asked. `order` names
    answers in the order of the screen, `...` all that are not named, at its end when left out; `without` names those
    that the screen does not ask, or asks in a way of its own.
    """

    command: ClassVar[type[Command]]
    here: ClassVar[str | None] = None
    order: ClassVar[Sequence[str | EllipsisType]] = ()
    without: ClassVar[Sequence[str]] = ()

    def __init_subclass__(
        cls,
        *,
        of: type[Command] | None = None,
        here: str | None = None,
        order: Sequence[str | EllipsisType] = (),
        without: Sequence[str] = (),
    ) -> None:
        super().__init_subclass__()
        if of is None:
            return
        cls.command, cls.verb, cls.happened = of, of.about.verb, of.about.happened
        cls.code = cls.__dict__.get("code", of.about.name)
        cls.when = of.about.when or AT
        cls.reason = of.about.because or LATE_REASON
        cls.here, cls.order, cls.without = here, order, without

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """What is known beforehand, by the names of the answers."""
        return {}

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The answers of the command, in the order of the screen."""
        offers = self.offers(reading, words)
        return [self.question(one, words, offers.get(one.name, Offer())) for one in self.asked()]

    def asked(self) -> Iterator[Answer]:
        """The answers that are asked for: all but what the thing in front gives."""
        known = {one.name: one for one in asked(self.command)}
        rest = [name for name in known if name not in self.order]
        order = self.order if ... in self.order else (*self.order, ...)
        for name in (name for part in order for name in (rest if isinstance(part, EllipsisType) else [part])):
            given = name == self.here and bool(self.of) and not known[name].kind.several
            if not given and name not in self.without:
                yield known[name]

    def question(self, answer: Answer, words: Wording, offer: Offer) -> Ask:
        """The question of one answer."""
        kind, others = answer.kind, answer.name == self.here and bool(self.of)
        choices = offer.choices or tuple(_choices(answer, words))
        return Ask(
            answer.name,
            _path if kind.file else partial(_among, choices) if choices else kind.read,
            optional=others or (answer.optional and not offer.needed),
            given=offer.given,
            choices=choices,
            stations=answer.stations,
            several=kind.several,
            listed=offer.listed,
            label=offer.label or self._own_words(answer.name, words),
            hint=offer.hint or self._own_words(f"{answer.name}.hint", words),
            suggested=offer.suggested,
            moment=kind == INSTANT,
        )

    def _own_words(self, name: str, words: Wording) -> str | None:
        """`tui.ask.<command>.<answer>`, where an answer is called otherwise than in other forms."""
        code = f"tui.ask.{self.code}.{name}"
        return words.say(code) if words.knows(code) else None

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The answers of the command by their names, that of the thing in front among them."""
        if self.here is None or not self.of:
            return given
        several = next(one.kind.several for one in asked(self.command) if one.name == self.here)
        return {**given, self.here: (self.of, *(given.get(self.here) or ())) if several else self.of}

    def deed(self, given: Given) -> Deed:
        """The command of these answers."""
        return made(self.command, self.answered(given))


def _choices(answer: Answer, words: Wording) -> Iterator[Choice]:
    if answer.kind in (FLAG, YES_NO):
        yield from (Choice(True, words.say("tui.yes")), Choice(False, words.say("tui.no")))
    for one in answer.kind.among:
        yield Choice(one, words.term(_kind_of(one), one))


def _kind_of(value: StrEnum) -> str:
    """What the words of an enumeration go by: `StockClass` is `stock_class`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(value).__name__).lower()


def _among(choices: Sequence[Choice], text: str, _: object) -> object:
    return ask.chosen(choices, text)


def _path(text: str, _: object) -> str:
    """The path of a file, which is read when the act is."""
    return text.strip()
