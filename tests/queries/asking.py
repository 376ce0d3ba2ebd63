"""The questions, their expected answers, and how a test asks them."""

import csv
from pathlib import Path

import pyoxigraph as ox

from ohai_kg.questions.binding import bind
from ohai_kg.questions.loading import load_saved
from tests.conftest import ROOT

ANSWERS = Path(__file__).parent
QUERIES = {path.stem: path for path in sorted((ROOT / "queries").glob("*.rq"))}
BASE = "https://w3id.org/zwgk/"

# The questions in their order, each with its columns.
COLUMNS = {
    "units-by-domain-count": "unit unitLabel domains domainLabels",
    "units-by-duty-count": "unit unitLabel duties",
    "domain-stage-matrix": "domain domainLabel stage stageLabel duties",
    "missing-stages": "domainLabel subDomainLabel stageLabel",
    "stage-totals": "stage stageLabel duties",
    "joint-unit-pairs": "unitA unitALabel unitB unitBLabel duties",
    "widest-joint-duties": "duty dutyLabel domainLabel units unitLabels",
    "delegated-duties": "duty dutyLabel delegatorLabel delegateLabel",
    "city-level-duties": "unit unitLabel duties dutyLabels",
    "responsible-but-not-in-group": "domainLabel unit unitLabel duties",
    "in-group-without-duty": "groupLabel domainLabel unit unitLabel",
    "lead-unit-without-duty": "domainLabel unit unitLabel",
    "leading-group-without-duty": "unit unitLabel",
    "mandated-units-with-duties": "unit unitLabel duties",
    "people-in-most-groups": "person personLabel groups groupLabels",
    "heads-of-several-groups": "person personLabel headOf groupLabels inLeadingGroup",
    "liaisons": "groupLabel person personLabel inCoreGroup",
    "core-group-only": "person personLabel unitLabel",
    "people-proving-aliases": "person personLabel unitLabel names",
    "deadlines-by-month": "month items itemLabels",
    "deadlines-before-issue": "item itemLabel dueDate issued",
    "conflicting-deadlines": "innovation innovationLabel innovationDue task taskLabel taskDue",
    "innovations-by-person": "person personLabel innovations innovationLabels",
    "innovations-without-responsible-unit": "innovation innovationLabel leadUnitLabel",
    "person-outside-lead-unit": "innovation innovationLabel personLabel personUnitLabel leadUnitLabel",
    "reading-points": "readingPointLabel builtBy guidedBy startDue finishDue",
    "items-by-attribute": "attribute attributeLabel items",
    "index-suffix-mismatch": "item itemLabel indexNumber attributeLabel",
    "missing-elements": "element elementLabel missing",
    "publisher-is-not-lead": "item itemLabel publisherLabel leadUnitLabel",
    "malformed-index-numbers": "item itemLabel indexNumber",
    "administrative-powers": "power powerLabel powerTypeLabel powerCode unitLabel",
    "duties-that-are-documents": "duty dutyLabel domainLabel",
    "document-numbers": "document documentLabel documentNumber",
    "same-duty-different-unit": "dutyLabel stateUnits collectiveUnits",
    "collective-and-role-parties": "party partyLabel partyKind duties domainLabels",
    "open-ended-lists": "duty dutyLabel verbatimUnit",
    "example-against-annex5": "order exampleText annexText exampleUnit annexUnit same",
    "procurement-across-domains": "domain domainLabel duties dutyLabels",
    "eligibility-checks": "domainLabel duty dutyLabel unitLabels",
}
FIRST_TWENTY = list(COLUMNS)[:20]
"""Those that `places.md` tells of; `places-21-40.md` tells of the others."""


def expected(slug: str) -> list[list[str]]:
    """The rows of the answer, without its header."""
    return read(slug)[1:]


def read(slug: str) -> list[list[str]]:
    """The answer with its header."""
    with (ANSWERS / f"{slug}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def ask(store: ox.Store, sparql: str) -> list[list[str]]:
    """The rows of the answer over the union of all graphs, terms as a CSV answer writes them."""
    solutions = store.query(sparql, use_default_graph_as_union=True)
    return [["" if term is None else term.value for term in solution] for solution in solutions]


def answer(store: ox.Store, slug: str, lang: str = "zh", **values: str) -> list[list[str]]:
    """The rows of a saved query with these values."""
    return ask(store, bind(load_saved(QUERIES[slug]), values, lang))
