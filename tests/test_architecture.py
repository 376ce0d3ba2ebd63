"""The arrows between the packages: data flows one way, so do imports."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ohai_kg"

# Each layer may import what stands below it; `validation` also serves `build`, which serves the edges.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "settings", "namespaces", "mediatypes", "csvtext", "files"}),
    frozenset({"project"}),
    frozenset({"store"}),
    frozenset({"ingest", "query", "validation", "export", "search"}),
    frozenset({"build", "starter"}),
    frozenset({"catalogues"}),
    frozenset({"cli", "web", "api", "__init__", "__main__"}),
)
# Among equals: who may import whom.
SIDEWAYS = {
    ("settings", "errors"),
    ("files", "errors"),
    ("settings", "namespaces"),
    ("cli", "web"),
    ("__main__", "cli"),
    ("__init__", "api"),
}


def _level(part: str) -> int:
    return next(level for level, layer in enumerate(LAYERS) if part in layer)


def _imports() -> list[tuple[str, str, str]]:
    found = []
    for path in PACKAGE.rglob("*.py"):
        relative = path.relative_to(PACKAGE)
        if relative.parts[0] == "bundled":
            continue
        importer = relative.parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "ohai_kg" else [node.module]
            for name in names:
                parts = name.split(".")
                if parts[0] == "ohai_kg" and len(parts) > 1 and parts[1] not in {"__version__", importer}:
                    found.append((importer, parts[1], str(relative)))
    return found


def test_every_module_stands_in_a_layer():
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in PACKAGE.rglob("*.py")} - {"bundled"}
    assert parts - frozenset().union(*LAYERS) == set()


@pytest.mark.parametrize(("importer", "imported", "file"), sorted(set(_imports())))
def test_imports_point_one_way(importer, imported, file):
    allowed = _level(imported) < _level(importer) or (importer, imported) in SIDEWAYS
    assert allowed, f"{file} imports {imported}, which does not stand below it"


def test_settings_are_the_only_reader_of_the_environment():
    readers = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|getenv\(", path.read_text(encoding="utf-8"))
        and path.parent.name != "frontend"  # runs while the package is built
    ]
    assert readers == []  # pydantic-settings reads it for settings.py
