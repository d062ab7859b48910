"""The desks by name, and which one opens for whom."""

from collections.abc import Callable, Mapping

from textual.screen import Screen

from cellbank.domain.person import Role
from tui.desks.admin import AdminDesk
from tui.desks.bench import BenchDesk
from tui.desks.pharmacy import PharmacyDesk
from tui.desks.quality import QualityDesk

DESKS: Mapping[str, Callable[[], Screen[None]]] = {
    "bench": BenchDesk,
    "quality": QualityDesk,
    "pharmacy": PharmacyDesk,
    "admin": AdminDesk,
}
_BENCH_ROLES = frozenset({Role.TECHNICIAN, Role.REVIEWER})


def desk_of(roles: frozenset[Role]) -> str:
    """The desk that opens after the sign-in."""
    if Role.ADMIN in roles:
        return "admin"
    if _BENCH_ROLES & roles:
        return "bench"
    return "pharmacy" if Role.PHARMACIST in roles else "quality"
