"""What every declaration of a verb holds to, and what is made of answers."""

import json
import pkgutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from typing import Annotated
from zoneinfo import ZoneInfo

import pytest

from cellbank import commands
from cellbank.commands import kinds
from cellbank.commands.command import Command, Part, answers, asked, declared, made, says
from cellbank.commands.culture import Discard, Harvest, Harvesting, Passage, Seeding
from cellbank.commands.kinds import Count, Instant, Kind, Line
from cellbank.commands.lot import Filling
from cellbank.domain.terms import Sex, StockClass, Tier, Verb
from cellbank.errors import WrongInput
from cellbank.services.acts import service_of

STATIONS = [f"{commands.__name__}.{module.name}" for module in pkgutil.iter_modules(commands.__path__)]
COMMANDS = {one.about.name: one for name in STATIONS for one in declared(import_module(name))}
OF_EVERY_ACT = {"--at", "--because", "--reason", "--witness", "--checked-by", "--rehearse", "--shown"}


class Mixture(Part):
    """Two answers of which one may lack."""

    count: Annotated[Count, says("How many.", "--count")]
    note: Annotated[Line | None, says("What else.", "--note")] = None


class Mix(Command, verb=Verb.RECORD_FACT, done="mix.mixed", example="cellbank mix"):
    """Of every sort."""

    tier: Annotated[Tier, says("Which.", "--tier")]
    stirred_at: Annotated[Instant, says("When.", "--stirred-at")]
    classes: Annotated[kinds.Classes | None, says("Of which classes.", "--class")] = None
    first: Mixture | None = None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_service(name: str) -> None:
    assert callable(service_of(COMMANDS[name]))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained_and_the_reason_of_its_act_is_one_of_its_answers(name: str) -> None:
    command = COMMANDS[name]
    assert command.__doc__
    assert command.__doc__.strip().endswith(".")
    names = [answer.name for answer in asked(command)]
    assert command.about.because in {None, *names}
    assert len(set(names)) == len(names), "two answers of one name could not be told apart"


@pytest.mark.parametrize("name", COMMANDS)
def test_no_two_answers_of_a_command_share_an_option(name: str) -> None:
    given = [option for answer in asked(COMMANDS[name]) for option in answer.says.options]
    assert len(set(given)) == len(given)
    reason = {
        option
        for answer in asked(COMMANDS[name])
        if answer.name == COMMANDS[name].about.because
        for option in answer.says.options
    }
    assert not (set(given) - reason) & OF_EVERY_ACT


@pytest.mark.parametrize("kind", [kind for kind in vars(kinds).values() if isinstance(kind, Kind)], ids=str)
def test_every_reader_exists(kind: Kind) -> None:
    assert callable(kinds.function(kind.reader))
    assert kind.json in {"string", "integer", "boolean", "array", "object"}


def test_a_kind_reads_what_a_person_types() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert kinds.COUNT.read("1,5M") == 1_500_000
    assert kinds.CODES.read("c-1, c-2") == ("C-1", "C-2")
    assert kinds.INSTANT.read("2026-07-02T14:05", paris) == datetime(2026, 7, 2, 12, 5, tzinfo=UTC)
    assert kinds.among(*Tier).read("Product") is Tier.PRODUCT
    assert kinds.CLASSES.read("quality-control=1, Stability=1") == {
        StockClass.QUALITY_CONTROL: 1,
        StockClass.STABILITY: 1,
    }
    assert kinds.FLAG.read("Oui") is True
    assert kinds.LINES.read(" htlv, t-cruzi,") == ("htlv", "t-cruzi")
    assert [kinds.by_initial(*Sex).read(typed) for typed in ("f", "Male")] == [Sex.FEMALE, Sex.MALE]
    with pytest.raises(WrongInput, match=r"typed\.choice"):
        kinds.among(Tier.MASTER).read("product")


def test_a_command_is_made_of_answers_by_their_names() -> None:
    given = {"culture_codes": ("C-1",), "total": 42, "viability_percent": Decimal("96.5"), "method": None}
    assert made(Harvest, given) == Harvest(("C-1",), Harvesting(42, Decimal("96.5")))
    with pytest.raises(AttributeError):
        made(Harvest, given).culture_codes = ()  # type: ignore[misc]


def test_a_part_that_may_lack_is_given_whole_or_not_at_all() -> None:
    given = {"tier": Tier.MASTER, "stirred_at": datetime(2026, 1, 2, tzinfo=UTC)}
    assert made(Mix, given).first is None
    assert made(Mix, {**given, "count": 3}).first == Mixture(3)
    with pytest.raises(WrongInput) as refused:
        made(Mix, {**given, "note": "cold"})
    assert (refused.value.code, refused.value.params) == (
        "command.part.half",
        {"given": "--note", "missing": "--count"},
    )


def test_the_answers_of_a_command_are_the_same_whenever_the_command_is() -> None:
    """So that a digest of them can be kept with the act."""
    plated = Seeding(2_000_000, Decimal("525.0"))
    one = Passage(["C-1", "C-2"], Harvesting(30, Decimal("95"), None), plated)
    other = Passage(("C-1", "C-2"), Harvesting(30, Decimal("95")), plated)
    assert answers(one) == answers(other)
    assert answers(one) == {
        "culture_codes": ["C-1", "C-2"],
        "harvested": {"total": 30, "viability_percent": "95"},
        "seeding": {"viable": 2_000_000, "surface_cm2": "525.0"},
    }
    early = Mix(Tier.MASTER, datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), {StockClass.RETAINED: 2})
    assert answers(early) == {
        "tier": "master",
        "stirred_at": "2026-01-02T01:00:00.000000Z",
        "classes": {"retained": 2},
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_the_answers_of_every_command_are_json(name: str) -> None:
    command = COMMANDS[name]
    given = {answer.name: EXAMPLES[_sort(answer.kind)] for answer in asked(command)}
    said = answers(made(command, given))
    assert json.loads(json.dumps(said)) == said
    assert set(said) == set(command.__dataclass_fields__)


def _sort(kind: Kind) -> str:
    return f"{kind.json} {kind.format}".strip()


EXAMPLES = {
    "string": "as typed",
    "string decimal": Decimal("9.50"),
    "string date": date(2026, 3, 2),
    "string date-time": datetime(2026, 3, 2, 14, 5, tzinfo=UTC),
    "integer": 7,
    "boolean": True,
    "array": ("C-1",),
    "object": {StockClass.DISPENSABLE: 2},
}


def test_vials_without_a_class_are_dispensable() -> None:
    filling = Filling(Tier.PRODUCT, 22, 10_000_000, Decimal(1))
    assert filling.by_class == {StockClass.DISPENSABLE: 22}
    assert replace(filling, classes={StockClass.RETAINED: 22}).by_class == {StockClass.RETAINED: 22}


def test_the_reason_of_a_discarding_is_the_reason_of_its_act() -> None:
    assert Discard.about.because == "because"
    assert Discard.about.word == "discard"
