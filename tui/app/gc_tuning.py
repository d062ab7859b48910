"""Garbage collection: unreachable objects are looked for when no key waits for its paint."""

import gc

_YOUNG, _MIDDLE, _OLD = 2_000, 10, 1_000
"""Objects before a look at the young ones, and how many looks before one at the older ones."""


def tune() -> None:
    """Leave what the program itself is made of out of every look.

    Libraries and texts are some hundred thousand objects that live as long as the program. A look at all of them takes
    0.12 to 0.17 s, and painting makes enough objects to call for one every few dozen keys: it was nine tenths of the
    longest waits that `tests/benchmarks/bench_vials.py` measured. Objects made from now on are looked at as before, the
    old ones less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
