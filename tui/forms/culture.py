"""Cultures: isolate, harvest, seed, passage, thaw, discard; the doublings follow while it is typed."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading
from cellbank.commands.culture import Harvesting, Seeding
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Tier
from cellbank.domain.person import Verb
from cellbank.domain.vial import IN_STOCK
from cellbank.services import culture as services
from cellbank.views import culture as view
from cellbank.views.culture import CultureView
from cellbank.views.tissue import TissueView
from cellbank.views.vial import VialLine
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.form import Form, PreviewLine

MATERIALS = ask.codes("material", Station.MATERIAL, optional=True)
SEEDING = (ask.count("viable_seeded"), ask.decimal("surface_cm2"), MATERIALS)


def harvest_asks(reading: Reading) -> tuple[Ask, ...]:
    """What is harvested; how it was counted comes last."""
    counting = ask.line("method", optional=True, suggested=recorded(reading, Words.COUNTING))
    return (ask.count("total"), ask.decimal("viability_percent"), counting)


def seeding(given: Given) -> Seeding:
    """What is plated."""
    return Seeding(given["viable_seeded"], given["surface_cm2"], given["material"] or ())


def harvesting(given: Given) -> Harvesting:
    """What is harvested."""
    return Harvesting(given["total"], given["viability_percent"], given["method"])


def growth(reading: Reading, code: str) -> Iterator[PreviewLine]:
    """Passage and doublings of a culture, as they will stand."""
    seen = view.culture_view(reading, code)
    yield PreviewLine("passage", f"P{seen.passage}")
    if seen.harvested_at is not None:
        yield PreviewLine("population_doublings", seen.population_doublings)
        yield PreviewLine("cumulative_doublings", seen.cumulative_doublings)
        yield PreviewLine("doubling_time_h", seen.doubling_time_h)
    else:
        yield PreviewLine("density_per_cm2", round(seen.viable_seeded / seen.surface_cm2))
        yield PreviewLine("cumulative_at_seeding", seen.cumulative_at_seeding)


class CultureForm(Form):
    """What every act at a culture shares."""

    verb: ClassVar[Verb] = Verb.RECORD_FACT
    happened: ClassVar[bool] = True

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The growth of each culture that the act concerns, harvested first."""
        for action in ("culture.harvested", "culture.isolated", "culture.seeded", "culture.thawed"):
            for code in outcome.codes(action)[:1]:
                yield from growth(reading, code)


class Isolate(CultureForm):
    """Cells isolated from this tissue, and what of them was plated."""

    code: ClassVar[str] = "culture.isolate"
    opens: ClassVar[str | None] = "culture.isolated"

    @classmethod
    def fits(cls, view: object) -> bool:
        """Of a tissue."""
        return isinstance(view, TissueView)

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """What was isolated, what was plated."""
        return (ask.count("total_isolated"), ask.decimal("viability_percent"), *SEEDING)

    def deed(self, given: Given) -> Deed:
        """The isolation."""
        return partial(
            services.isolate,
            tissue_code=self.of,
            total=given["total_isolated"],
            viability_percent=given["viability_percent"],
            seeding=seeding(given),
        )


def _grows(view: object) -> bool:
    return isinstance(view, CultureView) and view.harvested_at is None and view.discarded_at is None


class _WithOthers(CultureForm):
    """A harvest of this culture, and of others together with it."""

    def _all(self, given: Given) -> list[str]:
        return [self.of, *(given["together"] or ())]

    @classmethod
    def fits(cls, view: object) -> bool:
        """While it grows."""
        return _grows(view)


class Passage(_WithOthers):
    """Harvest and seed in one act."""

    code: ClassVar[str] = "culture.passage"
    opens: ClassVar[str | None] = "culture.seeded"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """What was harvested, what was plated of it."""
        together = ask.codes("together", Station.CULTURE, optional=True)
        total, viability, method = harvest_asks(reading)
        return (total, viability, *SEEDING, method, together)

    def deed(self, given: Given) -> Deed:
        """The passage."""
        return partial(
            services.passage, culture_codes=self._all(given), harvested=harvesting(given), seeding=seeding(given)
        )


class Harvest(_WithOthers):
    """Harvest this culture, alone or together with others."""

    code: ClassVar[str] = "culture.harvest"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """What was harvested."""
        return (*harvest_asks(reading), ask.codes("together", Station.CULTURE, optional=True))

    def deed(self, given: Given) -> Deed:
        """The harvest."""
        return partial(services.harvest, culture_codes=self._all(given), harvested=harvesting(given))


class Seed(CultureForm):
    """A new culture from this harvest, pooled with others when they are named."""

    code: ClassVar[str] = "culture.seed"
    opens: ClassVar[str | None] = "culture.seeded"

    @classmethod
    def fits(cls, view: object) -> bool:
        """Once it is harvested."""
        return isinstance(view, CultureView) and view.harvested_at is not None and view.discarded_at is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """What was plated."""
        return (*SEEDING, ask.codes("pooled", Station.CULTURE, optional=True))

    def deed(self, given: Given) -> Deed:
        """The seeding."""
        return partial(services.seed, from_codes=[self.of, *(given["pooled"] or ())], seeding=seeding(given))


class Discard(CultureForm):
    """This culture was thrown away."""

    code: ClassVar[str] = "culture.discard"

    @classmethod
    def fits(cls, view: object) -> bool:
        """While it is there."""
        return isinstance(view, CultureView) and view.discarded_at is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Why."""
        return (ask.line("reason"),)

    def deed(self, given: Given) -> Deed:
        """The discarding."""
        return partial(services.discard, code=self.of, because=given["reason"])


class Thaw(CultureForm):
    """A culture from thawed bank vials."""

    code: ClassVar[str] = "culture.thaw"
    opens: ClassVar[str | None] = "culture.thawed"

    @classmethod
    def fits(cls, view: object) -> bool:
        """While it is in stock."""
        return isinstance(view, VialLine) and view.status in IN_STOCK

    @classmethod
    def is_unusual(cls, view: object) -> bool:
        """A vial of a product is for a subject; only those of banks are for expansion."""
        return isinstance(view, VialLine) and view.tier is Tier.PRODUCT

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which vials, and what was plated."""
        return (ask.codes("vials", Station.VIAL, given=self.of), *SEEDING)

    def deed(self, given: Given) -> Deed:
        """The thaw."""
        return partial(services.thaw, vial_codes=given["vials"], seeding=seeding(given))


OF_TISSUE: tuple[type[Form], ...] = (Isolate,)
OF_CULTURE: tuple[type[Form], ...] = (Passage, Harvest, Seed, Discard)
OF_VIAL: tuple[type[Form], ...] = (Thaw,)
NEW: tuple[type[Form], ...] = (Thaw,)
