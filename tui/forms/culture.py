"""Cultures: isolate, harvest, seed, passage, thaw, discard; the doublings follow while it is typed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import culture as commands
from cellbank.domain.lot import Tier
from cellbank.domain.vial import IN_STOCK
from cellbank.views.culture import CultureView, culture_view
from cellbank.views.tissue import TissueView
from cellbank.views.vial import VialLine
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms.ask import Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine


def growth(reading: Reading, code: str) -> Iterator[PreviewLine]:
    """Passage and doublings of a culture, as they will stand."""
    seen = culture_view(reading, code)
    yield PreviewLine("passage", f"P{seen.passage}")
    if seen.harvested_at is not None:
        yield PreviewLine("population_doublings", seen.population_doublings)
        yield PreviewLine("cumulative_doublings", seen.cumulative_doublings)
        yield PreviewLine("doubling_time_h", seen.doubling_time_h)
    else:
        yield PreviewLine("density_per_cm2", round(seen.viable_seeded / seen.surface_cm2))
        yield PreviewLine("cumulative_at_seeding", seen.cumulative_at_seeding)


class CultureForm(CommandForm):
    """What every act at a culture shares."""

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The growth of each culture that the act concerns, harvested first."""
        for action in ("culture.harvested", "culture.isolated", "culture.seeded", "culture.thawed"):
            for code in outcome.codes(action)[:1]:
                yield from growth(reading, code)


class Isolate(CultureForm, of=commands.Isolate, here="tissue_code"):
    """Cells isolated from this tissue, and what of them was plated."""

    opens: ClassVar[str | None] = "culture.isolated"

    @classmethod
    def fits(cls, view: object) -> bool:
        """A tissue."""
        return isinstance(view, TissueView)


class _WithOthers(CultureForm):
    """A harvest of this culture, and of others together with it."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A culture that grows."""
        return isinstance(view, CultureView) and view.harvested_at is None and view.discarded_at is None

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """How cells were counted before."""
        return {"method": Offer(suggested=recorded(reading, Words.COUNTING))}


class Passage(_WithOthers, of=commands.Passage, here="culture_codes", order=(..., "method", "culture_codes")):
    """Harvest and seed in one act."""

    opens: ClassVar[str | None] = "culture.seeded"


class Harvest(_WithOthers, of=commands.Harvest, here="culture_codes", order=(..., "culture_codes")):
    """Harvest this culture, alone or together with others."""


class Seed(CultureForm, of=commands.Seed, here="from_codes", order=(..., "from_codes")):
    """A new culture from this harvest, pooled with others when they are named."""

    opens: ClassVar[str | None] = "culture.seeded"

    @classmethod
    def fits(cls, view: object) -> bool:
        """A culture that was harvested."""
        return isinstance(view, CultureView) and view.harvested_at is not None and view.discarded_at is None


class Discard(CultureForm, of=commands.Discard, here="code"):
    """This culture was thrown away."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A culture that was not thrown away."""
        return isinstance(view, CultureView) and view.discarded_at is None


class Thaw(CultureForm, of=commands.Thaw):
    """A culture from thawed bank vials."""

    opens: ClassVar[str | None] = "culture.thawed"

    @classmethod
    def fits(cls, view: object) -> bool:
        """A vial in stock."""
        return isinstance(view, VialLine) and view.status in IN_STOCK

    @classmethod
    def is_unusual(cls, view: object) -> bool:
        """A vial of a product is for a subject; only those of banks are for expansion."""
        return isinstance(view, VialLine) and view.tier is Tier.PRODUCT

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The vial in front, and those scanned after it."""
        return {"vial_codes": Offer(given=self.of)}


OF_TISSUE: tuple[type[Form], ...] = (Isolate,)
OF_CULTURE: tuple[type[Form], ...] = (Passage, Harvest, Seed)
ENDS_CULTURE: tuple[type[Form], ...] = (Discard,)
"""Offered after everything that goes on with a culture."""
OF_VIAL: tuple[type[Form], ...] = (Thaw,)
NEW: tuple[type[Form], ...] = (Thaw,)
