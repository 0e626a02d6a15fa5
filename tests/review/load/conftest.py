"""The stores that processes share, as the contract of the stores has them."""

from tests.store.conftest import corners, place, store

__all__ = ["corners", "place", "store"]
