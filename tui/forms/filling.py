"""Lots filled: the harvest where it is not recorded yet, the vials and their classes, how long they keep."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import lot as commands
from cellbank.domain.dates import months_after
from cellbank.domain.lot import LotProtocol
from cellbank.domain.vial import StockClass
from cellbank.facts.protocol import protocol_in_force
from cellbank.views.culture import CultureView, culture_view
from cellbank.views.lot import lot_view
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine

_HARVEST = ("total", "viability_percent", "method")


class Fill(
    CommandForm,
    of=commands.Fill,
    here="culture_code",
    order=(*_HARVEST, ..., "materials", "expires_on"),
    without=("classes",),
):
    """A lot from this culture; what is not of another class is dispensable."""

    opens: ClassVar[str | None] = "lot.filled"

    @classmethod
    def fits(cls, view: object) -> bool:
        """While it grows, or while cells are left of its harvest."""
        if not isinstance(view, CultureView):
            return False
        grows = view.harvested_at is None and view.discarded_at is None
        return grows or bool(view.viable_left)

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """How cells were counted before; the last day by the shelf life."""
        protocol = protocol_in_force(reading).lot
        until = months_after(reading.today, protocol.shelf_life_months)
        shelf_life = words.say("tui.ask.expires_on.shelf_life", until=until, months=protocol.shelf_life_months)
        return {
            "total": Offer(needed=True),
            "viability_percent": Offer(needed=True),
            "method": Offer(suggested=recorded(reading, Words.COUNTING)),
            "expires_on": Offer(hint=shelf_life),
        }

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The harvest unless it is recorded, the vials, how many of each class, their last day."""
        harvested = culture_view(reading, self.of).harvested_at is not None
        protocol = protocol_in_force(reading).lot
        asked = [one for one in super().asks(reading, words) if not (harvested and one.name in _HARVEST)]
        return (*asked[:-2], *_classes(protocol, words), *asked[-2:])

    def answered(self, given: Given) -> Mapping[str, Any]:
        """With the vials of each class."""
        return {**super().answered(given), "classes": _by_class(given)}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """What the lot carries, and whether the cells suffice."""
        lot = lot_view(reading, outcome.codes("lot.filled")[0])
        needed = lot.viable_per_vial * lot.vials_filled
        left = culture_view(reading, self.of).viable_left
        yield PreviewLine("passage_at_freeze", f"P{lot.passage}")
        yield PreviewLine("doublings_at_freeze", lot.cumulative_doublings)
        yield PreviewLine("cells_needed", needed)
        yield PreviewLine("cells_available", None if left is None else left + needed)
        yield PreviewLine("expires_on", lot.expires_on)


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
    dispensable = max(0, given["vials"] - sum(set_apart.values()))
    return {StockClass.DISPENSABLE: dispensable, **set_apart} if dispensable else set_apart


OF_CULTURE: tuple[type[Form], ...] = (Fill,)
