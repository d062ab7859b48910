"""The lineage as a tree, and what stands against a thing."""

from collections.abc import Iterator

from cellbank.domain.identifiers import Station
from cellbank.services.hold import put_hold, report_deviation
from cellbank.views import holds_and_deviations, lineage, trace
from cellbank.views.lineage import Branch
from tests.journey import Scene, close


def walked(branches: tuple[Branch, ...]) -> Iterator[Branch]:
    """Every branch of a tree."""
    for branch in branches:
        yield branch
        yield from walked(branch.children)


def test_the_tree_holds_exactly_what_the_trace_names(released: Scene) -> None:
    for name in ("donor", "tissue", "master", "lot", "P1", "thawed vial"):
        seen = released.read(lineage.tree, released[name])
        traced = released.read(trace.trace, released[name])
        up = {(one.station, one.code) for one in walked(seen.upstream)}
        assert up == {(node.station, node.code) for node in traced.upstream}, name
        down = {(one.station, one.code) for one in walked(seen.downstream) if one.code}
        expected = {(node.station, node.code) for node in traced.downstream}
        assert down <= expected, name
        lying = sum(sum(one.untouched.values()) for one in walked(seen.downstream))
        assert lying == len(expected - down), name
        assert {station for station, _ in expected - down} <= {Station.VIAL}


def test_a_thing_reached_twice_is_expanded_once(released: Scene) -> None:
    seen = released.read(lineage.tree, released["lot"])
    expanded = [one.code for one in walked(seen.upstream) if one.code and not one.again]
    assert len(expanded) == len(set(expanded))
    assert released["donor"] in expanded


def test_what_stands_against_a_thing_includes_what_lies_upstream(ready: Scene) -> None:
    assert ready.read(holds_and_deviations.standing, ready["lot"]).holds == ()
    hold = ready.act("technician", put_hold, ready["donor"], "A doubt").codes("hold.put")[0]
    own = ready.act("technician", put_hold, ready["lot"], "Another").codes("hold.put")[0]
    found = ready.read(holds_and_deviations.standing, ready["lot"])
    assert [one.code for one in found.holds] == [own, hold]
    assert ready.read(holds_and_deviations.standing, own).holds[0].code == own
    assert [one.code for one in ready.read(holds_and_deviations.standing, ready["donor"]).holds] == [hold]


def test_a_closed_deviation_stays_in_sight_after_those_that_block(ready: Scene) -> None:
    first, second = (
        ready.act("technician", report_deviation, ready["P2"], what).codes("deviation.opened")[0]
        for what in ("Power cut", "Spill")
    )
    close(ready, first)
    found = ready.read(holds_and_deviations.standing, ready["lot"]).deviations
    assert [(one.code, one.is_open) for one in found] == [(second, True), (first, False)]
