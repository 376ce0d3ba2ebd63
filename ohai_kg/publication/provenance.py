"""How a release came about, in PROV-O: what it was made from, with checksums, and the release it revises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ohai_kg.namespaces import PREFIXES
from ohai_kg.publication.distributions import release_iri

if TYPE_CHECKING:
    from ohai_kg.releases import Manifest

_SPDX: Final = "http://spdx.org/rdf/terms#"
_USED: Final = ("dct", "prov", "rdfs", "xsd")


def render_provenance(manifest: Manifest) -> str:
    """The PROV record of a release as Turtle; nothing in it but what the manifest says."""
    release = f"<{release_iri(manifest.base, manifest.id)}>"
    activity = f"<{manifest.base}id/activity/{manifest.id}>"
    inputs = {f"<{release[1:-1]}#input/{quote(label)}>": label for label in sorted(manifest.inputs)}
    label_zh, label_en = ("写入", "Write") if manifest.written_graphs else ("构建", "Build")
    time = f'"{manifest.created}"^^xsd:dateTime'
    used = [f"<{release_iri(manifest.base, manifest.parent)}>"] if manifest.written_graphs and manifest.parent else [*inputs]
    lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in _USED]
    lines += [f"@prefix spdx: <{_SPDX}> .", ""]
    lines += [
        f"{activity} a prov:Activity ;",
        f'    rdfs:label "{label_zh} {manifest.id}"@zh , "{label_en} {manifest.id}"@en ;',
        *([f"    prov:used {' , '.join(used)} ;"] if used else []),
        f"    prov:endedAtTime {time} .",
        "",
        f"{release} a prov:Entity ;",
        f'    dct:identifier "{manifest.id}" ;',
        f"    prov:generatedAtTime {time} ;",
        *([f"    prov:wasRevisionOf <{release_iri(manifest.base, manifest.parent)}> ;"] if manifest.parent else []),
        *([f"    prov:wasDerivedFrom {' , '.join(inputs)} ;"] if inputs else []),
        f"    prov:wasGeneratedBy {activity} .",
        "",
    ]
    for iri, label in inputs.items():
        lines += [
            f'{iri} a prov:Entity ; rdfs:label "{_escape(label)}" ;',
            "    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;",
            f'        spdx:checksumValue "{manifest.inputs[label]}"^^xsd:hexBinary ] .',
        ]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
