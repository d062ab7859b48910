"""Storage: a place made, a lot filled over boxes, a vial placed, a vial or a whole place moved."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import storage as commands
from cellbank.commands.command import Answer
from cellbank.domain.storage import PlaceKind
from cellbank.domain.vial import VialStatus
from cellbank.views import storage, vial
from cellbank.views.lot import LotView
from cellbank.views.storage import PlaceLine
from cellbank.views.vial import VialLine
from cellbank.wording import Wording
from tui.forms.ask import Choice, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine


class AddPlace(CommandForm, of=commands.Add, without=("kind",)):
    """A tank, a rack, or with a grid a box; what is missing on the way is made too."""

    opens: ClassVar[str | None] = "storage.added"

    @classmethod
    def fits(cls, view: object) -> bool:
        """In a tank or a rack."""
        return isinstance(view, PlaceLine) and view.kind is not PlaceKind.BOX

    def asked(self) -> Iterator[Answer]:
        """Who keeps it is asked of a new tank alone."""
        return (one for one in super().asked() if not self.of or one.name != "custodian")

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The path as far as the place in front gives it."""
        return {"path": Offer(given=f"{storage.place_view(reading, self.of).path}/" if self.of else "")}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How much room it has, and whose it is."""
        made = storage.place_view(reading, outcome.code)
        yield PreviewLine("positions", made.positions)


class Fill(CommandForm, of=commands.Fill, here="number"):
    """Every vial of a lot that waits, into free positions of boxes."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """While vials of the lot wait to be stored."""
        return isinstance(view, LotView) and view.vials.get(VialStatus.FILLED, 0) > 0

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """Whether each class is shared over the tanks: as a rule it is."""
        ways = (Choice(True, words.say("tui.share.yes")), Choice(False, words.say("tui.share.no")))
        return {"split": Offer(given="True", choices=ways, needed=True)}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """How many vials of the lot stand in each box then."""
        lines = vial.vials(reading, self.of)
        boxes = Counter(line.position.rpartition("/")[0] for line in lines if line.position)
        for path, count in sorted(boxes.items()):
            yield PreviewLine("in_box", f"{path}  {count}")
        yield PreviewLine("tanks", len({path.split("/")[0] for path in boxes}))


class _ToPosition(CommandForm):
    """A vial to a position, told where exactly when a box is named."""

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """Where it will sit."""
        yield PreviewLine("position", storage.position_of(reading, self.of))


class PlaceVial(_ToPosition, of=commands.Place, here="code"):
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


class PlaceHere(CommandForm, of=commands.Place, here="position"):
    """A vial into this position, chosen on the map of its box."""

    code: ClassVar[str] = "vial.place_here"


class MoveVial(_ToPosition, of=commands.Move, here="what"):
    """A stored vial to another position."""

    code: ClassVar[str] = "vial.move"

    @classmethod
    def fits(cls, view: object) -> bool:
        """A stored vial."""
        return isinstance(view, VialLine) and view.status is VialStatus.STORED


class MovePlace(CommandForm, of=commands.Move, here="what"):
    """A box's vials into another box, a box or rack carried elsewhere, a tank emptied; anyone at work may."""

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """How many vials go with it."""
        params = outcome.actions[0].params
        vials = params.get("vials")
        yield PreviewLine("vials_moved", len(vials) if isinstance(vials, list) else vials)


class RecordExcursion(CommandForm, of=commands.Excursion, here="code"):
    """A tank that warmed, a rack or box left out; what was inside is told before anything is recorded."""

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterator[PreviewLine]:
        """How many vials were inside, and which doses were made of them."""
        reached = storage.reach(reading, outcome.code, given["since"], given["until"])
        yield PreviewLine("vials_inside", len(reached.vials))
        if reached.doses:
            yield PreviewLine("doses_of_inside", ", ".join(reached.doses), loud=True)


OF_LOT: tuple[type[Form], ...] = (Fill,)
OF_VIAL: tuple[type[Form], ...] = (PlaceVial, MoveVial)
OF_PLACE: tuple[type[Form], ...] = (MovePlace, AddPlace, RecordExcursion)
NEW: tuple[type[Form], ...] = (AddPlace, MovePlace, RecordExcursion)
