"""What a release says of itself: manifest.json, and beside it manifest.sha256, which tells when that was damaged."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

from ohai_kg.errors import ReleaseDamaged

if TYPE_CHECKING:
    from pathlib import Path

NQUADS_NAME: Final = "data.nq"
DEFAULT_GRAPH: Final = ""
"""How a manifest names the default graph, which has no IRI."""
MANIFEST_NAME: Final = "manifest.json"
MANIFEST_SUM_NAME: Final = "manifest.sha256"
_A_MANIFEST: Final = ("完整的清单", "a whole manifest")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release is: counts and checksums.

    `graphs` counts quads by graph IRI; `inputs` and `files` are SHA-256 by path. `written_graphs` are the graphs that
    writes have touched since the last build, `built` the release of that build (None where this is one).
    """

    id: str
    created: str
    parent: str | None
    base: str
    quads: int
    graphs: dict[str, int]
    inputs: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    written_graphs: tuple[str, ...] = ()
    built: str | None = None

    def to_json(self) -> str:
        """The text of manifest.json."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read manifest.json. Raises ValueError where it is none."""
        try:
            values = json.loads(text)
        except RecursionError:
            raise ValueError("nested too deep") from None
        if not isinstance(values, dict):
            raise ValueError("no object")  # noqa: TRY004  all that is wrong with it is one kind of error
        known = {it.name: values[it.name] for it in fields(cls) if it.name in values}
        known["written_graphs"] = tuple(_texts(known.get("written_graphs", []), "written_graphs"))
        for name in ("id", "created", "parent", "base", "quads", "graphs", "inputs", "files"):
            if name not in known:
                raise ValueError(f"{name} missing")
        _check_types(known)
        return cls(**known)


def _check_types(values: dict[str, Any]) -> None:
    """Raises ValueError naming the member that is of another type than its field, or does not agree with the others."""
    for name in ("id", "created", "base"):
        _texts([values[name]], name)
    for name in ("parent", "built"):
        _texts([values[name]] if values.get(name) is not None else [], name)
    for name, kind in (("graphs", int), ("inputs", str), ("files", str)):
        members = values[name]
        if not isinstance(members, dict) or not all(type(member) is kind for member in members.values()):
            raise ValueError(f"{name} of a wrong type")
    counts = values["graphs"].values()
    if type(values["quads"]) is not int or min(counts, default=0) < 0 or values["quads"] != sum(counts):
        raise ValueError(f"{values['quads']!r} quads, {sum(counts)} in its graphs")
    if values["files"].get(NQUADS_NAME, "")[:8] != values["id"].rpartition("-")[2]:
        raise ValueError(f"the sum of {NQUADS_NAME} is not the one in the id")


def _texts(values: Any, name: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} of a wrong type")
    return values


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the release in `folder`.

    Raises ReleaseDamaged where it is missing, cut, not what manifest.sha256 says (older releases have none), or wrong.
    """

    def damaged(expected: tuple[str, str], found: tuple[str, str]) -> ReleaseDamaged:
        return ReleaseDamaged(folder.parent.parent, folder.name, MANIFEST_NAME, expected, found)

    try:
        recorded = _recorded_sum(folder)
        content = (folder / MANIFEST_NAME).read_bytes()
    except OSError as error:
        raise ReleaseDamaged.from_system(error, folder.parent.parent, folder.name, MANIFEST_NAME, _A_MANIFEST) from error
    found = hashlib.sha256(content).hexdigest()
    if recorded not in {None, found}:
        raise damaged((f"SHA-256 {recorded}",) * 2, (found, found))
    try:
        manifest = Manifest.from_json(content.decode("utf-8"))
    except ValueError as error:
        raise damaged(_A_MANIFEST, (f"SHA-256 {found}（{error}）", f"SHA-256 {found} ({error})")) from None
    if manifest.id != folder.name:
        raise damaged((folder.name, folder.name), (manifest.id, manifest.id))
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> tuple[Path, Path]:
    """Write both files, which are returned, into the folder of a release in the making."""
    content = manifest.to_json().encode()
    written = folder / MANIFEST_NAME, folder / MANIFEST_SUM_NAME
    written[0].write_bytes(content)
    written[1].write_bytes(f"{hashlib.sha256(content).hexdigest()}  {MANIFEST_NAME}\n".encode())
    return written


def _recorded_sum(folder: Path) -> str | None:
    try:
        return (folder / MANIFEST_SUM_NAME).read_bytes().decode("ascii", "replace").partition(" ")[0].strip()
    except FileNotFoundError:
        return None
