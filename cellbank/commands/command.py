"""What a command is: its answers, each with a kind and words, and what else its faces need to know of it.

    class Discard(Command, verb=Verb.RECORD_FACT, happened=True, because="because", done="culture.discarded", …):
        code: Annotated[Code, Station.CULTURE, says("The culture's code.", metavar="CULTURE")]
        because: Annotated[Line, says("Why it was thrown away.", "--reason", "--because")]

An answer without names of options stands after the verb. A default, or `| None`, makes it optional. A field that is a
`Part` spreads its answers among the others; a `Part | None` is given whole or not at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import ModuleType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from cellbank.commands.kinds import Kind, among
from cellbank.domain.dates import instant_text
from cellbank.domain.terms import Station, Verb
from cellbank.errors import WrongInput

C = TypeVar("C", bound="Command")
Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True)
class Says:
    """What the command line says of an answer, and the names of its option, none where it stands after the verb."""

    help: str
    options: tuple[str, ...] = ()
    metavar: str | None = None


def says(help: str, *options: str, metavar: str | None = None) -> Says:
    """The help of an answer, the names of its option, its word in the usage when not its kind's."""
    return Says(help, options, metavar)


@dataclass(frozen=True)
class Answer:
    """One answer that a command asks for; `part` is the field that holds it, empty for one of the command's own."""

    name: str
    kind: Kind
    says: Says
    optional: bool
    part: str = ""
    stations: frozenset[Station] = frozenset()
    default: object = None


@dataclass(frozen=True)
class About:
    """What the faces of a command know of it beside its answers.

    `name` is its station and its word (`lot.use_at_risk`). `done` is the action whose subject is the code that the act
    answers, its first when empty. `because` names the answer that is the reason of the act as well. What has `happened`
    may be told later than it was done, and `when` names the answer that says so where the verb has one of its own; what
    is `signed` is shown before, and asks the password again.
    """

    name: str
    verb: Verb
    example: str
    done: str = ""
    happened: bool = False
    signed: bool = False
    because: str | None = None
    when: str | None = None

    @property
    def word(self) -> str:
        """What the verb is called on the command line."""
        return self.name.rpartition(".")[2].replace("_", "-")


@dataclass_transform(frozen_default=True)
class Part:
    """Some answers that belong together; frozen."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(frozen=True)(cls)


@dataclass_transform(frozen_default=True)
class Command:
    """One act, declared: its answers are its fields. Frozen; a subclass is one verb of the station of its module."""

    about: ClassVar[About]

    @property
    def reason(self) -> str | None:
        """The answer that is the reason of the act as well, where the verb asks for one."""
        return None if self.about.because is None else getattr(self, self.about.because)

    @property
    def done_at(self) -> datetime | None:
        """The answer that says when it was done, where the verb asks for one."""
        return None if self.about.when is None else getattr(self, self.about.when)

    def __init_subclass__(
        cls,
        *,
        verb: Verb,
        example: str,
        done: str = "",
        happened: bool = False,
        signed: bool = False,
        because: str | None = None,
        when: str | None = None,
    ) -> None:
        super().__init_subclass__()
        dataclass(frozen=True)(cls)
        name = f"{cls.__module__.rpartition('.')[2]}.{_word(cls.__name__)}"
        cls.about = About(name, verb, example, done, happened or when is not None, signed, because, when)


def _word(name: str) -> str:
    """`UseAtRisk` is `use_at_risk`."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")


def declared(station: ModuleType) -> tuple[type[Command], ...]:
    """The commands of a station, in the order of its module."""
    found = (one for one in vars(station).values() if isinstance(one, type) and issubclass(one, Command))
    return tuple(one for one in found if one.__module__ == station.__name__ and one is not Command)


def asked(command: type[Command]) -> tuple[Answer, ...]:
    """Every answer that a command asks for, those of its parts in their place."""
    return _asked(cast(Any, command))


@cache
def _asked(command: Any) -> tuple[Answer, ...]:
    return tuple(_answers_of(command))


def _answers_of(kind: type[Any], part: str = "", optional: bool = False) -> Iterator[Answer]:
    hints = get_type_hints(kind, include_extras=True)
    for one in fields(kind):
        plain, marks, may_lack = _apart(hints[one.name])
        may_lack = may_lack or optional or _has_default(one)
        if issubclass(plain, Part):
            yield from _answers_of(plain, one.name, may_lack)
        else:
            found = next((mark for mark in marks if isinstance(mark, Kind)), None)
            words = next(mark for mark in marks if isinstance(mark, Says))
            stations = frozenset(mark for mark in marks if isinstance(mark, Station))
            default = one.default if one.default is not MISSING else None
            yield Answer(one.name, found or among(*plain), words, may_lack, part, stations, default)


def _apart(hint: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """A type without its marks and without the none that it may be, its marks, whether it may be none."""
    if get_origin(hint) is Annotated:
        inner, *outer = get_args(hint)
        plain, marks, may_lack = _apart(inner)
        return plain if isinstance(plain, type) else object, (*marks, *outer), may_lack
    if get_origin(hint) in {Union, UnionType}:
        [held] = [one for one in get_args(hint) if one is not NoneType]
        return (*_apart(held)[:2], True)
    return hint, (), False


def _has_default(one: "Field[Any]") -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


def made(command: type[C], given: Mapping[str, Any]) -> C:
    """The command of these answers, by their names; what was not answered is as the declaration has it.

    Refused: a part of which only some was answered (`WrongInput`).
    """
    hints = get_type_hints(command, include_extras=True)
    parts = {}
    for name in dict.fromkeys(answer.part for answer in asked(command) if answer.part):
        kind, _, may_lack = _apart(hints[name])
        _refuse_half(kind, given)
        lacks = may_lack and all(given.get(one.name) is None for one in fields(kind))
        parts[name] = None if lacks else _built(kind, given)
    return cast(C, _built(command, {**given, **parts}))


def _refuse_half(part: type[Part], given: Mapping[str, Any]) -> None:
    own = tuple(_answers_of(part))
    named = [one for one in own if given.get(one.name) is not None]
    missing = [one for one in own if given.get(one.name) is None and not one.optional]
    if named and missing:
        raise WrongInput("command.part.half", given=_options_of(named), missing=_options_of(missing))


def _options_of(some: Sequence[Answer]) -> str:
    return ", ".join((one.says.options or (one.name,))[0] for one in some)


def _built(kind: type[Any], given: Mapping[str, Any]) -> Any:
    """An object of these values; a value that is none is left to its default where there is one."""
    taken = {one.name: given.get(one.name) for one in fields(kind) if given.get(one.name) is not None}
    return kind(**{one.name: None for one in fields(kind) if not _has_default(one)} | taken)


_NOT_ANSWERED: tuple[object, ...] = (None, (), [], {})


def answers(command: Command | Part) -> dict[str, Json]:
    """A command's answers as values of JSON, nested as it is: always the same for the same command.

    Instants in UTC, decimals as text with their scale; what was not answered is left out.
    """
    given = {one.name: getattr(command, one.name) for one in fields(cast(Any, command))}
    return {name: _json(value) for name, value in given.items() if value not in _NOT_ANSWERED}


def _json(value: Any) -> Json:
    if isinstance(value, Part):
        return answers(value)
    if isinstance(value, Mapping):
        return {str(_json(key)): _json(held) for key, held in value.items()}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int):
        return value
    return [_json(one) for one in value]
