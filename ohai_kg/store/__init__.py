"""Immutable releases on disk, and the stores that answer queries over them."""

from ohai_kg.store.embedded import EmbeddedStore
from ohai_kg.store.manifest import Manifest
from ohai_kg.store.protocol import Store
from ohai_kg.store.release import Release
from ohai_kg.store.releases import Releases

__all__ = ["EmbeddedStore", "Manifest", "Release", "Releases", "Store"]
