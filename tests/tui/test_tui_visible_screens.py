"""What is read again when the bank changes: what is in sight at once, what is covered when it comes to the front."""

import pytest

from cellbank.services import hold
from tests.journey import Scene
from tests.tui.hands import at_the_desk
from tests.tui.test_tui_release import open_lot
from tui.desks.quality import QualityDesk
from tui.screens.lot import LotScreen


async def test_what_is_covered_is_not_read_again_until_it_comes_to_the_front(
    ready: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[str] = []
    for place in (QualityDesk, LotScreen):
        gather = place.gather
        monkeypatch.setattr(
            place,
            "gather",
            lambda self, bank, gather=gather: readings.append(type(self).__name__) or gather(self, bank),
        )
    async with at_the_desk(ready.bank, "qa") as hands:
        await open_lot(hands, ready["lot"])
        readings.clear()
        ready.act("technician", hold.put_hold, ready["lot"], "Freezer alarm")
        await hands.sees("HELD", "Freezer alarm")
        assert set(readings) == {"LotScreen"}
        await hands.press("escape")
        await hands.sees("Every lot", "■ HELD")
        assert "QualityDesk" in readings


async def test_what_shows_around_a_card_stays_current(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qa", size=(110, 40)) as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("question_mark")
        await hands.sees("Help about this place")
        ready.act("technician", hold.put_hold, ready["lot"], "Freezer alarm")
        await hands.sees("HELD", "Help about this place")
