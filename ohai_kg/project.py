"""The project directory: one publisher's data, and the vocabulary it stands on.

A project holds `ohai_kg.toml`, `data/` and whatever it adds to `ontology/`, `shapes/` and `queries/`. The terms, the
general code lists, the rules, the profiles and the saved queries come with the package; a project's file of the same
name wins.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import ProjectError
from ohai_kg.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.settings import Settings

CONFIG_NAME: Final = "ohai_kg.toml"
DISTRICT: Final = "ontology/district/"
"""The code lists a district states for itself, and where its document has the terms; they are never inherited."""

_VOCABULARY_PATTERNS: Final = (
    "ontology/*.ttl",
    "ontology/schemes/*.ttl",
    f"{DISTRICT}*.ttl",
    f"{DISTRICT}schemes/*.ttl",
    "ontology/rules/*.rq",
    "shapes/*/*.ttl",
    "queries/*.rq",
)
_BUNDLED: Final = Path(__file__).parent / "bundled"
_CHECKOUT: Final = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Project:
    """One project directory with its settings."""

    root: Path
    settings: Settings

    @property
    def data(self) -> Path:
        """One folder a source."""
        return self.root / "data"

    @property
    def home(self) -> Path:
        """Where releases live."""
        if self.settings.home is not None:
            return self.settings.home
        return (Path.cwd() if self.is_bundled else self.root) / ".ohai-kg"

    @property
    def is_bundled(self) -> bool:
        """Whether it is the project inside the installed package, which nobody edits."""
        return self.root == _BUNDLED

    def vocabulary(self, pattern: str) -> list[Path]:
        """Files of the project and of the package that match `pattern`, sorted by their path inside either."""
        inherited = _vocabulary_root()
        found = {} if inherited == self.root or pattern.startswith(DISTRICT) else _matching(inherited, pattern)
        own = _matching(self.root, pattern)
        kept = {name: path for name, path in found.items() if not self._replaces(path)}
        return [path for _, path in sorted({**kept, **own}.items())]

    def shapes_root(self, profile: str) -> Path:
        """The folder that holds the folder of `profile`: the project's own where it has one, else the package's."""
        own = self.root / "shapes"
        return own if (own / profile).is_dir() else _vocabulary_root() / "shapes"

    def profiles(self) -> list[str]:
        """The names of all profiles."""
        return sorted({path.parent.name for path in self.vocabulary("shapes/*/*.ttl")})

    def _replaces(self, inherited: Path) -> bool:
        """Whether the project has a profile of its own by the name of the one `inherited` belongs to."""
        return inherited.parent.parent.name == "shapes" and (self.root / "shapes" / inherited.parent.name).is_dir()

    def label(self, path: Path) -> str:
        """How messages and manifests name an input file: its path inside the project, with forward slashes."""
        root = self.root if path.is_relative_to(self.root) else _vocabulary_root()
        return path.relative_to(root).as_posix()

    def input_files(self, instead: Mapping[Path, Path] | None = None) -> dict[str, Path]:
        """Every file a release is made from, by its label; `instead` maps files to those about to take their places."""
        vocabulary = [path for pattern in _VOCABULARY_PATTERNS for path in self.vocabulary(pattern)]
        replaced = instead or {}
        data = {path for path in self.data.rglob("*") if path.is_file() and not path.name.startswith(".")}
        return {self.label(path): replaced.get(path, path) for path in (*vocabulary, *sorted({*data, *replaced}))}

    def input_hashes(self, instead: Mapping[Path, Path] | None = None) -> dict[str, str]:
        """SHA-256 of every input file by its label, and of the one setting that changes quads."""
        hashes = {label: hashlib.sha256(path.read_bytes()).hexdigest() for label, path in self.input_files(instead).items()}
        return {**hashes, "setting:base": hashlib.sha256(self.settings.base.encode()).hexdigest()}


def _vocabulary_root() -> Path:
    return _CHECKOUT if (_CHECKOUT / CONFIG_NAME).is_file() else _BUNDLED


def _matching(root: Path, pattern: str) -> dict[str, Path]:
    return {path.relative_to(root).as_posix(): path for path in root.glob(pattern)}


def open_project(directory: Path | None = None, **overrides: Any) -> Project:
    """The project in `directory`; without one, that of the current directory or a parent, else the one shipped here.

    Raises ProjectError where `directory` is no project.
    """
    root = _find_root(directory)
    return Project(root, load_settings(root / CONFIG_NAME, **overrides))


def _find_root(directory: Path | None) -> Path:
    if directory is not None:
        if not (directory / CONFIG_NAME).is_file():
            raise ProjectError(
                f"{directory} 不是项目目录：其中没有 {CONFIG_NAME}。可用 ohai-kg new 新建。",
                f"{directory} is not a project: it has no {CONFIG_NAME}. `ohai-kg new` makes one.",
            )
        return directory.resolve()
    here = Path.cwd()
    for candidate in (here, *here.parents):
        if (candidate / CONFIG_NAME).is_file():
            return candidate
    return _vocabulary_root()
