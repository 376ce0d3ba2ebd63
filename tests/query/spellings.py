"""Federation in every spelling the grammar allows and the engine takes, for a listener at `address`."""

from itertools import product

GAPS = ("", " ", "\t\n", "#\n", "# SERVICE {\r\n  #\n")
SILENCES = ("", "SILENT", "sIlEnT")
SERVICES = ("SERVICE", "service", "SerVice", "S\\u0045RVICE")
LOADS = ("LOAD", "load", "LoAd", "LO\\U00000041D")
PLACES = (
    "SELECT * {{ {} }}",
    "SELECT*{{{}}}",
    "SELECT * {{ ?s ?p ?o . {} }}",
    "SELECT * {{ ?s ?p true{} }}",
    "SELECT * {{ ?s ?p 1e5{} }}",
    "SELECT * {{ {{ ?s ?p ?o }} UNION {{ {} }} }}",
    "SELECT * {{ ?s ?p ?o OPTIONAL {{ {} }} }}",
    "SELECT * {{ ?s ?p ?o MINUS {{ {} }} }}",
    "SELECT * {{ ?s ?p ?o FILTER EXISTS {{ {} }} }}",
    "SELECT * {{ ?s ?p ?o FILTER(1 < 2 && NOT EXISTS {{ {} }}) }}",
    "SELECT * {{ ?s ?p ?o FILTER(?s<?o){} }}",
    "SELECT * {{ GRAPH ?g {{ {} }} }}",
    "SELECT * {{ GRAPH service:g {{ {} }} }}",
    "SELECT * {{ {{ SELECT * {{ {} }} LIMIT 1 }} }}",
    "SELECT * {{ VALUES ?none {{}} {} }}",
    "SELECT * {{ <urn:no> <urn:no> <urn:no> . {} }}",
    "SELECT ?service {{ ?service service:load 'SERVICE <x> {{'@service . {} }}",
    "SELECT * {{ << ?s ?p ?o >> ?q ?r . {} }}",
    "SELECT (COUNT(*) AS ?n) {{ {} }} GROUP BY ?s HAVING (1 = 1)",
    "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {} }}",
    "DESCRIBE ?s {{ {} }}",
    "ASK {{ {} }}",
    "ASK{{?s ?p ?o}}VALUES?x{{1}}#\n#{}",
)
OUTSIDE_OF_SPARQL = PLACES[-1:]
"""Here it stands in a comment."""


def prologue(address):
    names = ("ex", "", "a-b.c", "service", "load", "SERVICEx", "名")
    return "".join(f"PREFIX {name}: <{address}>\n" for name in names)


def names(address):
    return (f"<{address}x>", "ex:x", ":x", ":", "a-b.c:x.y", "名:区", "service:x", "load:x")


def services(address):
    """Pattern, whether it is SILENT, and whether only the engine reads it so."""
    for service, silent, one, two, name in product(SERVICES, SILENCES, GAPS, GAPS, (*names(address), "?remote")):
        if not silent and one != two:
            continue
        before = service + (one + silent if silent else "")
        yield f"{before}{two}{name}{one}{{ ?s ?p ?o }}", bool(silent)


def loads(address):
    for load, silent, gap, name, target in product(
        LOADS,
        SILENCES,
        GAPS,
        names(address),
        ("", " INTO GRAPH <urn:g>", "#\nINTO#\nGRAPH#\nex:g", " INTOGRAPHex:g", " into graph名:g"),
    ):
        yield load + (gap + silent if silent else "") + gap + name + target, bool(silent)


def embedded(address):
    """Queries with a service in each place: as it is written usually, glued, and with comments for blanks."""
    for place, name, silent, gap in product(PLACES, ("ex:x", f"<{address}x>", "?remote"), ("", "SILENT"), ("", " ", "#\n")):
        if place in OUTSIDE_OF_SPARQL and "\n" in gap:
            continue
        yield place.format(f"SERVICE{gap}{silent}{gap if silent else ''}{name}{gap}{{ ?s ?p ?o }}"), bool(silent), place


def updates(address):
    """Updates that hold federation besides LOAD alone, or beside harmless operations."""
    for word, silent in (
        ("SERVICEex:x", False),
        (f"SERVICESILENT<{address}>", True),
        ("SERVICE#\n?remote", False),
        ("SERVICE SILENTex:x", True),
    ):
        pattern = f"{word}{{?s ?p ?o}}"
        yield f"INSERT{{GRAPH<urn:u>{{?s ?p ?o}}}}WHERE{{{pattern}}}", silent
        yield f"DELETE{{?s ?p ?o}}INSERT{{}}USING<urn:g>WHERE{{{{}}UNION{{{pattern}}}}}", silent
        yield f"WITH ex:g DELETE {{ ?s ?p ?o }} WHERE {{ FILTER NOT EXISTS {{ {pattern} }} ?s ?p ?o }}", silent
    for word, silent in (("LOADex:x", False), (f"LOADSILENT<{address}>", True), ("load#\nSILENTex:x INTOGRAPHex:g", True)):
        yield f"{word};CREATE SILENT GRAPH <urn:u>", silent
        yield f"CREATE SILENT GRAPH <urn:u>;{word}", silent
        yield f"CREATE SILENT GRAPH <urn:u> ;#\n{word} ; ", silent
