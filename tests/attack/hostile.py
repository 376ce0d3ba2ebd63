"""What strangers send: queries, request heads, bodies and files made to hurt. Nothing here names an input of a report."""

import io
import zipfile

NUMBERS = "VALUES ?{} {{ " + " ".join(map(str, range(400))) + " }}"
CROSS = "SELECT (COUNT(*) AS ?n) { " + " ".join(NUMBERS.format(v) for v in "abcde") + " }"


def queries(scale=1):
    """Hostile queries by name. Each ends by a limit, or is refused, or is answered."""
    deep, wide = 3000 * scale, 5000 * scale
    return {
        "cross product": CROSS,
        "sort of a cross product": CROSS.replace("(COUNT(*) AS ?n)", "*") + " ORDER BY ?e ?d ?c ?b ?a",
        "join of everything": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        "groups of everything": "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?d ORDER BY ?n",
        "concatenation of everything": 'SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d)); separator="") AS ?x) '
        "{ ?a ?b ?c . ?d ?e ?f }",
        "doubling": "SELECT * { BIND('xxxxxxxxxxxxxxxx' AS ?v0) "
        + " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(34))
        + " }",
        "replacing": "SELECT * { BIND('aaaaaaaaaaaaaaaa' AS ?v0) "
        + " ".join(f"BIND(REPLACE(?v{i}, 'a', 'aaaaaaaa') AS ?v{i + 1})" for i in range(11))
        + " }",
        "pattern that backtracks": "SELECT * { ?s ?p ?o FILTER(REGEX(CONCAT(STR(?o), REPLACE(STR(?o), '.', "
        "'aaaaaaaaaaaaaaaaaaaaaaaa'), '!'), '^(a+)+$')) }",
        "nested repeats": "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '((((a{1,100}){1,100}){1,100}){1,100})')) }",
        "paths that meet": "SELECT (COUNT(*) AS ?n) { ?a (<>|!<>)* ?b . ?b (<>|!<>)* ?c . ?c (<>|!<>)* ?d }",
        "brackets": "SELECT * { FILTER(" + "(" * deep + "1" + ")" * deep + ") }",
        "groups in groups": "SELECT * " + "{" * deep + "?s ?p ?o" + "}" * deep,
        "unions": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * wide) + " }",
        "sums": "SELECT (" + "+".join(["1"] * wide * 4) + " AS ?x) {}",
        "negations": "SELECT * { FILTER(" + "!" * wide + "true) }",
        "paths in paths": "SELECT * { ?s " + "(" * deep + "<urn:p>" + ")*" * deep + " ?o }",
        "optionals in optionals": "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o " * deep + "}" * deep + " }",
        "subqueries": "SELECT * { " * deep + "?s ?p ?o" + " }" * deep,
        "collections in collections": "SELECT * { ?s ?p " + "(" * deep + ")" * deep + " }",
        "functions in functions": "SELECT (" + "STR(" * deep + "1" + ")" * deep + " AS ?x) {}",
        "exists in exists": "ASK { " + "FILTER EXISTS { ?s ?p ?o " * deep + "}" * deep + " }",
        "dotted name": "SELECT * { " + "a." * 20000 * scale,
        "name of colons": "SELECT * { " + "a:" * 20000 * scale,
        "unclosed IRI and brackets": "SELECT * { <a" + ")" * 20000 * scale + "SERVICE>",
        "unclosed string": "SELECT * { ?s ?p '''" + "a''" * 20000 * scale,
        "unclosed escapes": "SELECT * { ?s ?p '" + "\\u" * 20000 * scale,
        "words of federation": "SELECT * { " + "SERVICE " * 5000 * scale,
        "comments": "SELECT * { " + "#service\n" * 20000 * scale + "}",
        "signs": "SELECT * { FILTER(1" + "<1" * 5000 * scale + ") #service\n}",
        "languages": "SELECT * { ?s ?p 'a'@" + "a-" * 20000 * scale + " }",
        "too long": "SELECT * { } #" + "x" * (1 << 20),
    }


def heads(megabytes=8):
    """Request heads by name: iterators of bytes that never, or hardly ever, come to an end."""
    line = b"x" * 65536
    small = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 100) for n in range(600))

    def one_header():
        yield b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-Long: "
        yield from (line for _ in range(megabytes * 16))
        yield b"\r\n\r\n"

    def many_headers():
        yield b"GET /healthz HTTP/1.1\r\nHost: h\r\n"
        yield from (small for _ in range(megabytes * 16))
        yield b"\r\n"

    def request_line():
        yield b"GET /"
        yield from (line for _ in range(megabytes * 16))
        yield b" HTTP/1.1\r\nHost: h\r\n\r\n"

    def method():
        yield from (b"A" * 65536 for _ in range(megabytes * 16))
        yield b" / HTTP/1.1\r\nHost: h\r\n\r\n"

    def trailers():
        yield b"POST /sparql HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Type: application/sparql-query\r\n\r\n"
        yield b"6\r\nASK {}\r\n0\r\n"
        yield from (small for _ in range(megabytes * 16))
        yield b"\r\n"

    def chunk_extension():
        yield b"POST /sparql HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Type: application/sparql-query\r\n\r\n"
        yield b"6;x="
        yield from (line for _ in range(megabytes * 16))
        yield b"\r\nASK {}\r\n0\r\n\r\n"

    return {
        "one header": one_header,
        "many headers": many_headers,
        "request line": request_line,
        "method": method,
        "trailers": trailers,
        "chunk extension": chunk_extension,
    }


SMUGGLED = {
    "length and chunks": b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "chunks and length": b"POST /sparql HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nX",
    "unknown coding": b"POST /sparql HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\nASK {}",
    "signed length": b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Length: +6\r\n\r\nASK {}",
    "length beyond numbers": b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\nASK {}",
    "blank before colon": b"POST /sparql HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "folded header": b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-A: b\r\n c\r\n\r\n",
    "preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "host with a blank": b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
    "host that is markup": b"GET /healthz HTTP/1.1\r\nHost: <script>\r\n\r\n",
    "host without its bracket": b"GET /healthz HTTP/1.1\r\nHost: [::1\r\n\r\n",
}
"""Requests that two servers would read differently, or that no server should read: each is 400."""

TRAVERSALS = [
    "/downloads/../../../../etc/passwd",
    "/downloads/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/downloads/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/downloads/%252e%252e%252f%252e%252e%252fetc/passwd",
    "/static/../../../../../etc/passwd",
    "/static/..%5c..%5c..%5cetc/passwd",
    "/static/%00/etc/passwd",
    "/doc/..%2f..%2f..%2fetc%2fpasswd",
    "/queries/..%2f..%2fohai_kg.toml",
    "/shapes/../../ohai_kg.toml",
    "//etc/passwd",
    "//evil.example/",
    "/id/%0d%0aSet-Cookie:%20a=b",
    "/id/..//evil.example",
    "/%5cevil.example/",
]
"""Addresses that look for another file, another header or another host."""

TOKENS = [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer a-token ,",
    "Bearer A-TOKEN",
    "Basic YTp0b2tlbg==",
    "Bearer a-toke",
    "Bearer a-token\u00e9",
    "bearer",
    "Token a-token",
]
"""Authorization headers that do not hold the token."""


def _zipped(parts, kind=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
_RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MAIN = "application/vnd.openxmlformats-officedocument"


def xlsx(sheet, *, extra=None):
    """A workbook whose only sheet has this XML."""
    workbook = (
        f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_OFFICE}/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return _zipped(
        {
            "[Content_Types].xml": _TYPES.format(
                f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.spreadsheetml.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MAIN}.spreadsheetml.worksheet+xml"/>'
            ),
            "_rels/.rels": _RELATIONS.format(
                f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
            ),
            "xl/workbook.xml": workbook,
            "xl/_rels/workbook.xml.rels": _RELATIONS.format(
                f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
            ),
            "xl/worksheets/sheet1.xml": sheet,
        }
        | (extra or {})
    )


def _sheet(rows, after=""):
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


def _cell(reference, text="x"):
    return f'<row r="1"><c r={reference} t="inlineStr"><is><t>{text}</t></is></c></row>'


def docx(body):
    """A document with this body."""
    return _zipped(
        {
            "[Content_Types].xml": _TYPES.format(
                f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.wordprocessingml.document.main+xml"/>'
            ),
            "_rels/.rels": _RELATIONS.format(
                f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
            ),
            "word/document.xml": (
                '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                f"<w:body>{body}</w:body></w:document>"
            ),
        }
    )


def ods(body, mimetype="application/vnd.oasis.opendocument.spreadsheet"):
    """A spreadsheet of OpenDocument with this body."""
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {namespaces}><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return _zipped({"mimetype": mimetype, "content.xml": content})


def uploads(scale=1):
    """Files by name, made to take memory or time far beyond their size."""
    many, deep = 200_000 * scale, 20_000 * scale
    cell = "<table:table-cell><text:p>x</text:p></table:table-cell>"
    word_cell = '<w:tc><w:tcPr><w:gridSpan w:val="{}"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>'
    table = "<html><table><tr><td>"
    return {
        "comments.html": (table + "<!--" * many).encode(),
        "ends.html": (table + "</" * many).encode(),
        "declarations.html": (table + "<!" * many).encode(),
        "instructions.html": (table + "<?" * many).encode(),
        "sections.html": (table + "<![CDATA[" * many).encode(),
        "attributes.html": (table + "<a " + "b='" * many).encode(),
        "tables.html": ("<html>" + "<table><tr><td>" * deep).encode(),
        "colspan.html": ("<html><table><tr>" + '<td colspan="1000">x</td>' * 3000 + "</tr></table>").encode(),
        "rowspan.html": ("<html><table>" + '<tr><td rowspan="65534" colspan="1000">x</td></tr>' * 300 + "</table>").encode(),
        "entities.html": (table + "&" * many).encode(),
        "far.xlsx": xlsx(_sheet(_cell("'XFD1048576'"))),
        "far_small.xlsx": xlsx(_sheet(_cell('"xfd1048576"'))),
        "far_many.xlsx": xlsx(_sheet("".join(_cell(f"'XFD{n}'") for n in range(1, 3000)))),
        "merges.xlsx": xlsx(
            _sheet(
                _cell('"A1"'),
                "<mergeCells>" + "".join(f'<mergeCell ref="A{n}:XFD{n + 1}"/>' for n in range(1, 4000, 2)) + "</mergeCells>",
            )
        ),
        "inflating.xlsx": xlsx(_sheet(_cell('"A1"', "x" * (40_000_000 * scale)))),
        "span.docx": docx(f"<w:tbl><w:tr>{word_cell.format(2_000_000_000)}</w:tr></w:tbl>"),
        "span_no_number.docx": docx(f"<w:tbl><w:tr>{word_cell.format('³')}</w:tr></w:tbl>"),
        "spans.docx": docx("<w:tbl>" + f"<w:tr>{word_cell.format(16000) * 30}</w:tr>" * 50 + "</w:tbl>"),
        "deep.docx": docx("<w:tbl><w:tr><w:tc>" * deep + "</w:tc></w:tr></w:tbl>" * deep),
        "deep_runs.docx": docx(
            "<w:tbl><w:tr><w:tc><w:p>" + "<w:ins>" * deep + "</w:ins>" * deep + "</w:p></w:tc></w:tr></w:tbl>"
        ),
        "columns.ods": ods(
            "<table:table><table:table-row>"
            + cell.replace("<table:table-cell>", '<table:table-cell table:number-columns-repeated="500000000">')
            + "</table:table-row></table:table>"
        ),
        "rows.ods": ods(
            f'<table:table><table:table-row table:number-rows-repeated="1048576">{cell * 1000}</table:table-row></table:table>'
        ),
        "mimetype.ods": ods("<table:table/>", "application/vnd.oasis.opendocument.spreadsheet" + " " * (100_000_000 * scale)),
        "deep.ods": ods(
            "<table:table><table:table-row>"
            + "<text:section>" * deep
            + "</text:section>" * deep
            + "</table:table-row></table:table>"
        ),
        "quotes.csv": ("名称,内容\n" + '"' * many + "\n").encode(),
        "columns.csv": ("," * many + "\n").encode() * 5,
        "line.csv": b"a" * (20_000_000 * scale),
        "arrays.jsonld": ('{"@id": "urn:a", "urn:p": ' + "[" * many + "]" * many + "}").encode(),
        "objects.jsonld": ('{"urn:p": ' * deep + "1" + "}" * deep).encode(),
        "contexts.jsonld": ('{"@context": {"a": "urn:a", "b": ' * deep + "{}" + "}}" * deep).encode(),
        "brackets.ttl": ("<urn:s> <urn:p> " + "[ <urn:p> " * many + "1" + " ]" * many + " .").encode(),
        "lists.ttl": ("<urn:s> <urn:p> " + "(" * many + ")" * many + " .").encode(),
        "literal.ttl": b'<urn:s> <urn:p> "' + b"x" * (20_000_000) + b'" .',
        "entities.rdf": (
            '<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx">'
            + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
            + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="urn:a">'
            "<rdf:value>&k;</rdf:value></rdf:Description></rdf:RDF>"
        ).encode(),
        "deep.rdf": (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
            + "<rdf:Description><e:p>" * deep
            + "</e:p></rdf:Description>" * deep
            + "</rdf:RDF>"
        ).encode(),
        "noise.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 4000,
        "cut.xlsx": xlsx(_sheet(_cell('"A1"')))[:-40],
    }
