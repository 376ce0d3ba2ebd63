"""What many tests share: this repository's project, built once, and small projects made on the spot."""

import json
from pathlib import Path

import pytest

from ohai_kg.project import Project, open_project

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def plan_project(tmp_path_factory) -> Project:
    """This repository's project, with its releases in a folder of the test run."""
    return open_project(ROOT, home=tmp_path_factory.mktemp("plan-home"))


@pytest.fixture(scope="session")
def plan_release(plan_project):
    """The release built from this repository's tables."""
    from ohai_kg.build import build

    return build(plan_project).release


@pytest.fixture(scope="session")
def plan_store(plan_release):
    """The release's quads in memory."""
    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_load(path=str(plan_release.nquads), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


@pytest.fixture
def make_project(tmp_path):
    """Make a small project: `tables` maps a file name to (columns, text or bytes); all in the folder data/office."""

    def make(tables: dict, *, metadata: dict | None = None, settings: str = "") -> Project:
        root = tmp_path / "project"
        folder = root / "data" / "office"
        folder.mkdir(parents=True, exist_ok=True)
        (root / "ohai_kg.toml").write_text(settings, encoding="utf-8")
        for name, (_, content) in tables.items():
            if content is not None:
                (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        described = metadata or {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
            "tables": [{"url": name, "tableSchema": schema} for name, (schema, _) in tables.items()],
        }
        (folder / "csv-metadata.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
        return open_project(root)

    return make
