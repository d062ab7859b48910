"""Lots filled: the harvest where it is not recorded yet, the vials and their classes, how long they keep."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading
from cellbank.commands.culture import Harvesting
from cellbank.domain.dates import months_after
from cellbank.domain.lot import LotProtocol, Tier
from cellbank.domain.person import Verb
from cellbank.domain.vial import StockClass
from cellbank.facts.protocol import protocol_in_force
from cellbank.services import lot as services
from cellbank.services.lot import Filling
from cellbank.views import culture as view_culture, lot as view
from cellbank.views.culture import CultureView
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form, PreviewLine


class Fill(Form):
    """A lot from this culture; what is not of another class is dispensable."""

    code: ClassVar[str] = "lot.fill"
    verb: ClassVar[Verb] = Verb.RECORD_FACT
    happened: ClassVar[bool] = True
    opens: ClassVar[str | None] = "lot.filled"

    @classmethod
    def fits(cls, view: object) -> bool:
        """While it grows, or while cells are left of its harvest."""
        if not isinstance(view, CultureView):
            return False
        grows = view.harvested_at is None and view.discarded_at is None
        return grows or bool(view.viable_left)

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The harvest unless it is recorded, the vials, their classes, their last day."""
        harvested = view_culture.culture_view(reading, self.of).harvested_at is not None
        protocol = protocol_in_force(reading).lot
        until = months_after(reading.today, protocol.shelf_life_months)
        shelf_life = words.say("tui.ask.last_day.shelf_life", until=until, months=protocol.shelf_life_months)
        return (
            *(() if harvested else _harvest_asks(reading)),
            ask.one_of("tier", (Choice(one, words.term("tier", one)) for one in Tier)),
            ask.count("vials_filled"),
            ask.count("viable_per_vial"),
            ask.decimal("volume_ml_each"),
            *_classes(protocol, words),
            ask.materials("materials", optional=True),
            ask.expiry("last_day", optional=True, hint=shelf_life),
        )

    def deed(self, given: Given) -> Deed:
        """The filling."""
        filling = Filling(
            given["tier"],
            given["vials_filled"],
            given["viable_per_vial"],
            given["volume_ml_each"],
            _by_class(given),
            given["last_day"],
            tuple(given["materials"] or ()),
        )
        harvest = ("total", "viability_percent", "method")
        harvested = Harvesting(*(given[name] for name in harvest)) if "total" in given else None
        return partial(services.fill_lot, culture_code=self.of, filling=filling, harvested=harvested)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """What the lot carries, and whether the cells suffice."""
        lot = view.lot_view(reading, outcome.codes("lot.filled")[0])
        needed = lot.viable_per_vial * lot.vials_filled
        left = view_culture.culture_view(reading, self.of).viable_left
        yield PreviewLine("passage_at_freeze", f"P{lot.passage}")
        yield PreviewLine("doublings_at_freeze", lot.cumulative_doublings)
        yield PreviewLine("cells_needed", needed)
        yield PreviewLine("cells_available", None if left is None else left + needed)
        yield PreviewLine("expires_on", lot.expires_on)


def _harvest_asks(reading: Reading) -> tuple[Ask, ...]:
    counting = ask.line("method", optional=True, suggested=recorded(reading, Words.COUNTING))
    return (ask.count("total"), ask.decimal("viability_percent"), counting)


_CLASS = "class:"


def _classes(protocol: LotProtocol, words: Wording) -> Iterator[Ask]:
    """How many of each class that the trial has beside the dispensable ones."""
    for one in (StockClass(name) for name in protocol.stock_classes):
        if one is not StockClass.DISPENSABLE:
            label = words.say("tui.ask.of_class", stock_class=one)
            yield ask.count(f"{_CLASS}{one.value}", optional=True, label=label, hint="0")


def _by_class(given: Given) -> Mapping[StockClass, int]:
    """The vials by class; the rest is dispensable, and the service refuses when there is none to rest."""
    others = {StockClass(name.removeprefix(_CLASS)): given[name] for name in given if name.startswith(_CLASS)}
    set_apart = {one: count for one, count in others.items() if count}
    dispensable = max(0, given["vials_filled"] - sum(set_apart.values()))
    return {StockClass.DISPENSABLE: dispensable, **set_apart} if dispensable else set_apart


OF_CULTURE: tuple[type[Form], ...] = (Fill,)
