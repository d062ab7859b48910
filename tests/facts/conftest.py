"""The scenes of the services, for what is gathered from them."""

from tests.services.conftest import released

__all__ = ["released"]
