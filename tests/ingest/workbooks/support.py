"""What the example workbooks say, as the plain data their expectations are written in."""

from pathlib import Path

import pyoxigraph as ox

from ohai_kg.catalogues.catalogue import Catalogue, read_catalogue
from ohai_kg.catalogues.values.registry import Registry

EXAMPLES = Path(__file__).parents[3] / "examples" / "workbooks"
BASE = "https://w3id.org/zwgk/"


def registry() -> Registry:
    """The invented county of the examples."""
    return Registry.from_quads(ox.parse(path=str(EXAMPLES / "registry.ttl"), format=ox.RdfFormat.TURTLE))


def examples() -> list[Path]:
    """The example files, without their expectations."""
    return sorted(path for path in EXAMPLES.iterdir() if path.suffix not in {".json", ".ttl", ".md"})


def read_example(name: str) -> Catalogue:
    """One example by the start of its name."""
    return read_catalogue(next(path for path in examples() if path.name.startswith(name)), registry=registry())


def described(catalogue: Catalogue) -> dict:
    """Tables, columns, items and notes of a catalogue."""
    return {
        "kind": catalogue.kind,
        "title": catalogue.title,
        "tables": [_table(table) for table in catalogue.tables],
        "items": [_item(item) for item in catalogue.items],
        "notes": [[note.code, note.place.sheet, note.place.cell, note.proposal] for note in catalogue.notes],
    }


def _table(table) -> dict:
    return {
        "sheet": table.place.sheet,
        "row": table.place.row,
        "columns": {
            column.letters: " ".join(filter(None, [column.role.value, str(column.level or ""), "/".join(column.codes)]))
            for column in table.columns
        },
        "doubtful": [column.letters for column in table.columns if column.doubtful],
        "lacks": list(table.lacks),
    }


def _item(item) -> dict:
    told = {
        "sheet": item.place.sheet,
        "row": item.place.row,
        "number": item.number,
        "name": item.name,
        "categories": list(item.categories),
        "missing": list(item.missing),
        "carried": sorted(role.value for role in item.carried),
        "bases": [_basis(basis) for basis in item.bases.bases] if item.bases else [],
        "limits": [limit.normal for limit in item.time_limit.limits] if item.time_limit else [],
        "provisos": list(item.time_limit.provisos) if item.time_limit else [],
        "subjects": [[subject.name, _key(subject.party)] for subject in item.subjects.subjects] if item.subjects else [],
        "channels": list(item.channels.codes) if item.channels else [],
        "carriers": [_key(carrier) for carrier in item.channels.carriers] if item.channels else [],
        "unknown-channels": list(item.channels.unknown) if item.channels else [],
        "optional-channels": list(item.channels.optional) if item.channels else [],
        "mode": list(item.modes),
        "attribute": item.attribute,
        "audience": list(item.audiences),
        "audience-note": item.audience_note,
        "level": list(item.levels),
        "stage": item.stage,
        "unknown": {role.value: list(words) for role, words in item.unknown.items()},
    }
    return {key: value for key, value in told.items() if value not in ("", [], {}) or key in {"name", "missing"}}


def _basis(basis) -> dict:
    if not basis.understood:
        return {"words": basis.text}
    told = {"title": basis.title, "number": basis.number, "articles": list(basis.articles), "document": _key(basis.document)}
    return {key: value for key, value in told.items() if value}


def _key(iri: str | None) -> str | None:
    return iri.rpartition("/")[2] if iri else None


def findings(catalogue: Catalogue) -> list[list]:
    """What the profile `elements` says of a catalogue, with severity, rule, sheet, row and cell."""
    from ohai_kg.shacl.entry import validate_store
    from ohai_kg.shacl.profiles import load_profile

    store = ox.Store()
    store.extend(catalogue.quads(BASE, "qinghe", "example"))
    report = validate_store(
        store, [load_profile(EXAMPLES.parents[1] / "shapes", "elements")], context=catalogue.context_quads()
    ).located(catalogue.place_of)
    return [[finding.severity, finding.rule, finding.sheet, finding.row, finding.cell] for finding in report.findings]
