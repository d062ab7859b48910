"""The scenes of the services, for what reads them."""

from tests.services.conftest import banked, begun, ready, released

__all__ = ["banked", "begun", "ready", "released"]
