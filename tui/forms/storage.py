"""Storage: a place made, a lot filled over boxes, a vial placed, a vial or a whole place moved."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.domain.storage import Custodian, Excursion, PlaceKind
from cellbank.domain.vial import VialStatus
from cellbank.services import relocation, storage as services
from cellbank.services.excursion import record_excursion
from cellbank.views import storage as view, vial as view_vial
from cellbank.views.lot import LotView
from cellbank.views.storage import PlaceLine
from cellbank.views.vial import VialLine
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form, PreviewLine


def custodians(words: Wording) -> list[Choice]:
    """Who may keep something."""
    return [Choice(one, words.term("custodian", one)) for one in Custodian]


class AddPlace(Form):
    """A tank, a rack, or with a grid a box; what is missing on the way is made too."""

    code: ClassVar[str] = "storage.add"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    opens: ClassVar[str | None] = "storage.added"

    @classmethod
    def fits(cls, view: object) -> bool:
        """In a tank or a rack."""
        return isinstance(view, PlaceLine) and view.kind is not PlaceKind.BOX

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Where, its grid when it is a box, and who keeps a new tank."""
        begun = f"{view.place_view(reading, self.of).path}/" if self.of else ""
        keeper = ask.one_of("custodian", custodians(words), optional=True)
        return (ask.line("place_path", given=begun), ask.line("grid", optional=True), *(() if self.of else (keeper,)))

    def deed(self, given: Given) -> Deed:
        """The place."""
        return partial(
            services.add_place, path=given["place_path"], grid=given["grid"], custodian=given.get("custodian")
        )

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How much room it has, and whose it is."""
        made = view.place_view(reading, outcome.code)
        yield PreviewLine("positions", made.positions)


class Fill(Form):
    """Every vial of a lot that waits, into free positions of boxes."""

    code: ClassVar[str] = "storage.fill"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True

    @classmethod
    def fits(cls, view: object) -> bool:
        """While vials of the lot wait to be stored."""
        return isinstance(view, LotView) and view.vials.get(VialStatus.FILLED, 0) > 0

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which boxes, and whether each class is shared over the tanks."""
        share = ask.yes_no("share", words.say("tui.share.yes"), words.say("tui.share.no"), given="True")
        return (ask.codes("boxes", Station.PLACE), share)

    def deed(self, given: Given) -> Deed:
        """The filling."""
        return partial(services.fill_boxes, number=self.of, box_codes=given["boxes"], split=given["share"])

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """How many vials of the lot stand in each box then."""
        lines = view_vial.vials(reading, self.of)
        boxes = Counter(line.position.rpartition("/")[0] for line in lines if line.position)
        for path, count in sorted(boxes.items()):
            yield PreviewLine("in_box", f"{path}  {count}")
        yield PreviewLine("tanks", len({path.split("/")[0] for path in boxes}))


class _ToPosition(Form):
    """A vial to a position, told where exactly when a box is named."""

    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The position, or a box: its first free one."""
        return (ask.code("position", Station.PLACE),)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """Where it will sit."""
        yield PreviewLine("position", view.position_of(reading, self.of))


class PlaceVial(_ToPosition):
    """A vial not yet stored, still frozen after a pull, or found again."""

    code: ClassVar[str] = "vial.place"

    @classmethod
    def fits(cls, view: object) -> bool:
        """A vial without a position that may have one."""
        return isinstance(view, VialLine) and view.status in {
            VialStatus.FILLED,
            VialStatus.PULLED,
            VialStatus.MISSING,
        }

    def deed(self, given: Given) -> Deed:
        """The placing."""
        return partial(services.place_vial, code=self.of, position=given["position"])


class PlaceHere(Form):
    """A vial into this position, chosen on the map of its box."""

    code: ClassVar[str] = "vial.place_here"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which vial."""
        return (ask.code("vial", Station.VIAL),)

    def deed(self, given: Given) -> Deed:
        """The placing."""
        return partial(services.place_vial, code=given["vial"], position=self.of)


class MoveVial(_ToPosition):
    """A stored vial to another position."""

    code: ClassVar[str] = "vial.move"

    @classmethod
    def fits(cls, view: object) -> bool:
        """A stored vial."""
        return isinstance(view, VialLine) and view.status is VialStatus.STORED

    def deed(self, given: Given) -> Deed:
        """The move."""
        return partial(relocation.move, what=self.of, to=given["position"])


class MovePlace(Form):
    """A box's vials into another box, a box or rack carried elsewhere, a tank emptied; anyone at work may."""

    code: ClassVar[str] = "storage.move"
    verb: ClassVar[Verb] = Verb.PUT_HOLD
    happened: ClassVar[bool] = True

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The place to move, unless one is in front, and the place it goes to."""
        what = () if self.of else (ask.code("moved", Station.PLACE, Station.VIAL),)
        return (*what, ask.code("moved_to", Station.PLACE))

    def deed(self, given: Given) -> Deed:
        """The move."""
        return partial(relocation.move, what=self.of or given["moved"], to=given["moved_to"])

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """How many vials go with it."""
        params = outcome.actions[0].params
        vials = params.get("vials")
        yield PreviewLine("vials_moved", len(vials) if isinstance(vials, list) else vials)


class RecordExcursion(Form):
    """A tank that warmed, a rack or box left out; what was inside is told before anything is recorded."""

    code: ClassVar[str] = "storage.excursion"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True
    when: ClassVar[str] = "warm_until"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Where, unless it is in front; between which moments; how warm."""
        where = () if self.of else (ask.code("warm_place", Station.PLACE),)
        return (
            *where,
            ask.instant("warm_since"),
            ask.instant("warm_until", optional=True),
            ask.decimal("tank_warmest", optional=True),
            ask.line("warm_note", optional=True),
        )

    def deed(self, given: Given) -> Deed:
        """The excursion."""
        happened = Excursion(given["warm_since"], given["warm_until"], given["tank_warmest"])
        return partial(
            record_excursion, code=self.of or given["warm_place"], excursion=happened, note=given["warm_note"]
        )

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """How many vials were inside, and which doses were made of them."""
        reached = view.reach(reading, outcome.code, given["warm_since"], given["warm_until"])
        yield PreviewLine("vials_inside", len(reached.vials))
        if reached.doses:
            yield PreviewLine("doses_of_inside", ", ".join(reached.doses), loud=True)


OF_LOT: tuple[type[Form], ...] = (Fill,)
OF_VIAL: tuple[type[Form], ...] = (PlaceVial, MoveVial)
OF_PLACE: tuple[type[Form], ...] = (MovePlace, AddPlace, RecordExcursion)
NEW: tuple[type[Form], ...] = (AddPlace, MovePlace, RecordExcursion)
