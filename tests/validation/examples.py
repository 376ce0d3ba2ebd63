"""The examples of the rules: for each rule one graph that passes and one that fails.

A class of shapes has one graph that passes (`examples/valid/<profile>/<class>.ttl`). What each of its rules changes there
stands in `examples/invalid/<profile>/<class>.trig`, in named graphs: `<rule>/valid/removed` and `/valid/added` lead from the
class's graph to one on which the rule has something to judge and passes, `<rule>/removed` and `/added` from there to one that
fails. What is found then stands in the JSON file beside it.

    make examples     find it again, and write it down for review
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from ohai_kg.shacl import load_profile, validate_file
from tests.conftest import ROOT

SHAPES, EXAMPLES = ROOT / "shapes", ROOT / "examples"
_NAMES = "https://w3id.org/zwgk/examples/"


@dataclass(frozen=True)
class Example:
    """One rule's two graphs, as N-Triples, and where its findings are written down."""

    rule: str
    profile: str
    valid: bytes
    invalid: bytes
    findings: Path

    @property
    def expected(self):
        return json.loads(self.findings.read_text(encoding="utf-8"))[self.rule]


@cache
def examples():
    """All of them, in the order of the files."""
    return tuple(example for path in sorted(EXAMPLES.glob("invalid/*/*.trig")) for example in _read(path))


def _read(path):
    profile = path.parent.name
    turtle = (EXAMPLES / "valid" / profile / f"{path.stem}.ttl").read_bytes()
    good = {quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    changes = {}
    for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TRIG):
        rule, _, step = quad.graph_name.value.removeprefix(_NAMES).partition("/")
        changes.setdefault(rule, {}).setdefault(step, set()).add(quad.triple)
    for rule, steps in changes.items():
        assert steps.keys() <= {"valid/removed", "valid/added", "removed", "added"}, (path, rule)
        valid = _changed(good, steps, "valid/")
        yield Example(rule, profile, _written(valid), _written(_changed(valid, steps, "")), path.with_suffix(".json"))


def _changed(triples, steps, prefix):
    removed, added = steps.get(prefix + "removed", set()), steps.get(prefix + "added", set())
    assert removed <= triples, "an example takes away what is not there"
    return triples - removed | added


def _written(triples):
    return ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.N_TRIPLES)


@cache
def report(rule, profile, content):
    """The report on one graph of an example."""
    return validate_file(content, [load_profile(SHAPES, profile)], name=f"{rule}.nt", format="nt")


def found(example):
    """What is found in the graph that fails, without what does not apply."""
    findings = report(example.rule, example.profile, example.invalid).findings
    return [{key: value for key, value in finding.to_dict().items() if value is not None} for finding in findings]


def main():
    """Write down what is found in every graph that fails."""
    for path in {example.findings for example in examples()}:
        told = {example.rule: found(example) for example in examples() if example.findings == path}
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
