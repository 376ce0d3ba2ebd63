"""Immutable releases on disk: made, verified, read and written."""

from ohai_kg.releases.manifest import Manifest
from ohai_kg.releases.release import Release
from ohai_kg.releases.releases import Releases

__all__ = ["Manifest", "Release", "Releases"]
