"""The holds that reach a vial because of where it stood."""

from cellbank.services import hold, relocation
from tests.banks import ON_SQLITE
from tests.journey import Scene
from tests.services.shelves import BOX_A, add, held_vials, stored


@ON_SQLITE
def test_a_hold_on_a_tank_holds_what_has_been_in_it_since(released: Scene) -> None:
    first, second, third, fourth = stored(released)
    add(released, "TANK3/R1/BOX-Q", "9x9")
    released.act("technician", relocation.move, second, "TANK3/R1/BOX-Q/A1")
    released.act("technician", hold.put_hold, "TANK1", "The alarm rang")
    released.act("technician", relocation.move, first, "TANK3/R1/BOX-Q/A2")
    released.act("technician", relocation.move, third, f"{BOX_A}/I9")

    assert held_vials(released) == {first, third}
    assert fourth not in held_vials(released)
