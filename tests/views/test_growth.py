"""Growth as it is drawn: lines of cultures over days in culture, the tank left out, the limits beside them."""

from decimal import Decimal

from cellbank.commands.culture import Harvesting
from cellbank.services import culture
from cellbank.views import growth
from cellbank.views.growth import GrowthView
from tests.banks import ON_SQLITE
from tests.journey import Growing, Scene, passage, thaw, vials_of

pytestmark = ON_SQLITE


def seen(scene: Scene, code: str) -> GrowthView:
    """The growth of a thing."""
    found: GrowthView = scene.read(growth.growth_view, code)
    return found


def test_a_line_goes_from_the_tissue_through_the_tank_to_the_last_lot_in_days_of_culture(ready: Scene) -> None:
    [line] = seen(ready, ready["donor"]).lines
    assert line.cultures == (ready["P0"], ready["P1"], ready["P2"])
    assert [(point.culture, point.harvested, str(point.doublings)) for point in line.points] == [
        (ready["P0"], True, "0.000"),
        (ready["P1"], False, "0.000"),
        (ready["P1"], True, "3.323"),
        (ready["P2"], False, "3.323"),
        (ready["P2"], True, "7.636"),
    ]
    days = [point.day for point in line.points]
    assert days == [Decimal("7.0"), Decimal("7.0"), Decimal("12.0"), Decimal("12.0"), Decimal("18.0")], (
        "thirty days in the tank move no point"
    )
    assert [(lot.number, str(lot.doublings)) for lot in line.lots] == [
        (ready["master"], "3.323"),
        (ready["lot"], "7.636"),
    ]
    assert line.growing_days is None


def test_the_same_line_is_seen_from_every_thing_of_the_family(ready: Scene) -> None:
    of_donor = seen(ready, ready["donor"])
    vial = vials_of(ready, ready["lot"])[0]
    for code in (ready["tissue"], ready["P0"], ready["P1"], ready["P2"], ready["master"], ready["lot"], vial):
        found = seen(ready, code)
        assert found.subject == code
        assert found.lines == of_donor.lines


def test_the_limits_are_those_of_the_trial_file_and_the_convention_is_named(ready: Scene) -> None:
    found = seen(ready, ready["lot"])
    assert [(one.version, one.doublings, one.passage) for one in found.limits] == [("1", Decimal(20), 4)]
    assert found.p0_conventions == ("zero_at_end_of_p0",)


def test_a_second_culture_from_the_same_bank_branches_off_where_the_bank_was_filled(ready: Scene) -> None:
    spare = thaw(ready, vials_of(ready, ready["master"])[1:2])
    ready.clock.forward(days=3)
    lines = seen(ready, ready["tissue"]).lines
    assert [line.cultures for line in lines] == [(ready["P0"], ready["P1"], ready["P2"]), (spare,)]
    branch = lines[1]
    assert branch.branches_from == ready["P1"]
    assert [(point.culture, str(point.doublings)) for point in branch.points] == [
        (ready["P1"], "3.323"),
        (spare, "3.323"),
    ]
    assert branch.growing_days == Decimal("3.0")
    assert [line.cultures for line in seen(ready, ready["lot"]).lines] == [lines[0].cultures]


def test_a_pool_goes_on_from_its_highest_parent_and_shows_the_other_lines_that_end_in_it(banked: Scene) -> None:
    vials = vials_of(banked, banked["master"])
    slow, fast = thaw(banked, vials[:1]), thaw(banked, vials[1:2])
    banked.clock.forward(days=4)
    for code, total in ((slow, 20_000_000), (fast, 60_000_000)):
        banked.act("technician", culture.harvest, [code], Harvesting(total, Decimal(95)))
    onto = Growing(5_000_000, "2000", 0, "0")
    pool = banked.act("technician", culture.seed, [slow, fast], onto.plated()).codes("culture.seeded")[0]
    lines = seen(banked, pool).lines
    assert sorted(line.cultures[-1] for line in lines) == sorted([slow, pool])
    [through] = [line for line in lines if pool in line.cultures]
    assert fast in through.cultures
    assert slow not in through.cultures


def test_doublings_that_are_undefined_have_no_point_and_are_named(banked: Scene) -> None:
    grown = thaw(banked, vials_of(banked, banked["master"])[:1])
    banked.clock.forward(days=4)
    banked.act("technician", culture.harvest, [grown], Harvesting(1_000_000, Decimal(0)))
    [line] = seen(banked, grown).lines
    assert line.undefined == (grown,)
    assert [point.culture for point in line.points if point.harvested] == [banked["P0"], banked["P1"]]


def test_a_discarded_culture_no_longer_grows(banked: Scene) -> None:
    first = thaw(banked, vials_of(banked, banked["master"])[:1])
    banked.clock.forward(days=2)
    banked.act("technician", culture.discard, first, "Cloudy")
    [line] = seen(banked, first).lines
    assert line.growing_days is None
    assert line.cultures[-1] == first


def test_what_no_culture_came_from_has_no_line(banked: Scene) -> None:
    assert seen(banked, banked[banked.trial.materials["seed"]]).lines == ()


def test_passages_after_a_split_each_have_a_line_of_their_own(begun: Scene) -> None:
    trial = begun.trial
    first = passage(begun, begun["P0"], trial.p0.harvested, trial.p1)
    plated = trial.p1.plated()
    second = begun.act("technician", culture.seed, [begun["P0"]], plated).codes("culture.seeded")[0]
    lines = seen(begun, begun["donor"]).lines
    assert [line.cultures for line in lines] == [(begun["P0"], first), (second,)]
    assert lines[1].branches_from == begun["P0"]
