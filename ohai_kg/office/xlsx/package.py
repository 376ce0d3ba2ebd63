"""An xlsx file as its parts, with the relations between them (ECMA-376 part 2); parts that nobody changes stay as they are."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING, Final

from ohai_kg.office.reading.archives import Archive
from ohai_kg.office.xlsx.splice import Edits, as_utf8, attribute, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ohai_kg.office.reading.limits import Limits

_TYPES: Final = "[Content_Types].xml"
_MIME: Final = "application/vnd.openxmlformats-officedocument"
_NO_RELATIONS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)


class Package:
    """The parts of a workbook by name, such as `xl/workbook.xml`."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        archive = Archive(data, limits)
        self._parts = {name: archive.read(name) for name in archive.names if not name.endswith("/")}
        self.workbook = self.target("", "officeDocument") or "xl/workbook.xml"

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._parts))

    def read(self, name: str) -> bytes:
        """A part of XML, in UTF-8."""
        return as_utf8(self._parts[name])

    def write(self, name: str, data: bytes) -> None:
        """Put a part in, or in the place of the one of that name."""
        self._parts[name] = data

    def add(self, pattern: str, data: bytes, kind: str) -> str:
        """Put a new part in under the first free number of `pattern`; `kind` is the end of its content type."""
        number = 1
        while (name := pattern.format(number)) in self._parts:
            number += 1
        self._parts[name] = data
        if pattern.endswith(".vml"):
            self._declare(f'<Default Extension="vml" ContentType="{_MIME}.{kind}"/>', 'Extension="vml"')
        else:
            self._declare(f'<Override PartName="/{name}" ContentType="{_MIME}.{kind}"/>', None)
        return name

    def remove(self, name: str) -> None:
        """Take a part out, with what declares it."""
        del self._parts[name]
        self._parts.pop(_relations_of(name), None)
        edits = Edits(data := self.read(_TYPES))
        for node in parse(data).all("Override"):
            if node.attributes.get("PartName", "").lower() == f"/{name}".lower():
                edits.replace(node.start, node.end, b"")
        self.write(_TYPES, edits.result())

    def retype(self, name: str, kind: str) -> None:
        """Declare another content type for a part."""
        edits = Edits(data := self.read(_TYPES))
        for node in parse(data).all("Override"):
            if node.attributes.get("PartName", "").lower() == f"/{name}".lower():
                edits.set(node, ContentType=f"{_MIME}.{kind}")
        self.write(_TYPES, edits.result())

    def relations(self, source: str) -> list[tuple[str, str, str]]:
        """Kind, id and target of a part's relations to other parts; "" is the package itself."""
        name = _relations_of(source)
        if name not in self._parts:
            return []
        folder = posixpath.dirname(source)
        return [
            (node.attributes.get("Type", ""), node.attributes.get("Id", ""), _resolved(folder, node.attributes["Target"]))
            for node in parse(self.read(name)).all("Relationship")
            if node.attributes.get("TargetMode") != "External" and "Target" in node.attributes
        ]

    def target(self, source: str, kind: str) -> str | None:
        """The part that the first relation of a kind (the end of its name) leads to, if it is there."""
        found = (target for name, _, target in self.relations(source) if name.endswith(f"/{kind}") and target in self._parts)
        return next(found, None)

    def relate(self, source: str, kind: str, target: str) -> str:
        """Add a relation; its id."""
        name = _relations_of(source)
        root = parse(data := self.read(name) if name in self._parts else _NO_RELATIONS)
        taken = {node.attributes.get("Id") for node in root.children}
        number = len(taken) + 1
        while (identifier := f"rId{number}") in taken:
            number += 1
        edits = Edits(data)
        edits.append(
            root,
            f'<{root.prefix}Relationship Id="{identifier}" Type="{attribute(kind)}" Target="/{attribute(target)}"/>'.encode(),
        )
        self.write(name, edits.result())
        return identifier

    def unrelate(self, source: str, target: str) -> None:
        """Take the relations to a part out."""
        name = _relations_of(source)
        if name not in self._parts:
            return
        edits = Edits(data := self.read(name))
        for node in parse(data).all("Relationship"):
            if _resolved(posixpath.dirname(source), node.attributes.get("Target", "")) == target:
                edits.replace(node.start, node.end, b"")
        self.write(name, edits.result())

    def to_bytes(self) -> bytes:
        """The file."""
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name in sorted(self._parts, key=lambda part: (part != _TYPES, not part.startswith("_rels/"), part)):
                # a fixed time: the same input gives the same bytes
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, self._parts[name])
        return output.getvalue()

    def _declare(self, declaration: str, unless: str | None) -> None:
        data = self.read(_TYPES)
        if unless is None or unless.lower().encode() not in data.lower():
            edits = Edits(data)
            root = parse(data)
            edits.append(root, declaration.replace("<", f"<{root.prefix}", 1).encode())
            self.write(_TYPES, edits.result())


def _relations_of(source: str) -> str:
    folder, _, name = source.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _resolved(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
