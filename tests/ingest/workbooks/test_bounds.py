"""A small file that stands for a huge one is refused, with the limit it crosses, before it is expanded."""

import zipfile

import pytest

from ohai_kg.errors import WorkbookTooLarge
from ohai_kg.office.reading import Limits, read_workbook
from ohai_kg.office.reading.limits import Tally
from ohai_kg.office.reading.tokens import Token, tokens
from tests.bounded import BoundedReader

HEAD = ["序号", "公开事项", "公开内容", "公开依据", "公开时限", "公开主体"]
TOO_LARGE, NO_WORKBOOK, NO_TABLE = "workbook-too-large 413", "not-a-workbook 415", "no-table-found 422"


@pytest.fixture(scope="module")
def reader():
    found = BoundedReader()
    yield found
    found.close()


def container(*parts, method=zipfile.ZIP_DEFLATED, level=1):
    def write(path):
        with zipfile.ZipFile(path, "w", method, compresslevel=None if method == zipfile.ZIP_LZMA else level) as archive:
            for name, content in parts:
                archive.writestr(name, content)

    return write


def docx(body, **options):
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return container(
        ("word/document.xml", f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'), **options
    )


def docx_cell(properties, text="序号"):
    cell = f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
    return docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")


ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods(body, mimetype=ODS, **options):
    names = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    content = f"<office:document-content{names}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    return container(("mimetype", mimetype), ("content.xml", content), **options)


def ods_rows(*rows):
    return ods(f'<table:table table:name="a">{"".join(rows)}</table:table>')


def ods_row(cells, repeated=1):
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def ods_cell(text="x", attributes=""):
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


ODS_HEAD = ods_row("".join(map(ods_cell, HEAD)))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(rows, *parts, before="", after="", sheets=1):
    """Rows without references stand below each other; every sheet is the same part."""
    number = range(1, sheets + 1)
    names = "".join(f'<sheet name="a{i}" sheetId="{i}" r:id="r{i}"/>' for i in number)
    relations = "".join(f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>' for i in number)
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    root = f'<Relationship Id="r0" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return container(
        ("_rels/.rels", f'<Relationships xmlns="{package}">{root}</Relationships>'),
        ("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{relations}</Relationships>'),
        ("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'),
        *parts,
    )


def xlsx_head():
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in HEAD) + "</row>"


def far(reference):
    return xlsx(f"<row><c><v>1</v></c><c {reference}><v>1</v></c></row>")


def strings(*texts):
    return ("xl/sharedStrings.xml", "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>")


def written(content):
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def record(kind, content=b""):
    return kind.to_bytes(2, "little") + len(content).to_bytes(2, "little") + content


XLS_START = record(0x0409, bytes.fromhex("000410000000"))
CELLS = "<html><table><tr><td>"
MHT = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"


def words_of_elements(words, length, rows):
    """Rows whose elements repeat the same words, each row other ones, so that nothing is known from the row before."""
    cells = [
        ",".join([f"{row}", f"甲{row}", "内容", *[(chr(0x4E00 + row) + words * length)[:length]] * 3]) for row in range(rows)
    ]
    return "\n".join([",".join(HEAD), *cells])


HOSTILE = {
    # repeated, spanned and merged
    "columns.ods": (lambda: ods_rows(ods_row(ods_cell(attributes='table:number-columns-repeated="16384"') * 1000)), TOO_LARGE),
    "columns-9.ods": (lambda: ods_rows(ods_row(ods_cell(attributes='table:number-columns-repeated="999999999"'))), TOO_LARGE),
    "rows.ods": (lambda: ods_rows(ODS_HEAD, *[ods_row(ods_cell() * 6, 1_000_000)] * 20), TOO_LARGE),
    "text.ods": (lambda: ods_rows(ODS_HEAD, ods_row(ods_cell("字" * 90_000) * 6, 20_000)), TOO_LARGE),
    "gap.ods": (lambda: ods_rows(ODS_HEAD, ods_row("<table:table-cell/>", 900_000_000), ODS_HEAD), TOO_LARGE),
    "spans.ods": (
        lambda: ods_rows(ods_row('<table:table-cell table:number-columns-spanned="2"/>' * 300_000)),
        TOO_LARGE,
    ),
    "digits.ods": (
        lambda: ods_rows(ODS_HEAD, ods_row(ods_cell(attributes='table:number-columns-repeated="٣٣" table:number-rows-spanned="²"'), "９")),
        "read",
    ),
    "span-200M.docx": (lambda: docx_cell('<w:gridSpan w:val="200000000"/>'), TOO_LARGE),
    "span-superscript.docx": (lambda: docx_cell('<w:gridSpan w:val="²"/>'), NO_TABLE),
    "span-arabic.docx": (lambda: docx_cell('<w:gridSpan w:val="٣"/>'), NO_TABLE),
    "span-digits.docx": (lambda: docx_cell(f'<w:gridSpan w:val="{"9" * 5000}"/>'), NO_TABLE),
    "colspan.html": (lambda: "<table><tr>" + "<td colspan=10000>x" * 4000, TOO_LARGE),
    "colspan-rowspan.html": (lambda: "<table>" + "<tr><td colspan=2000 rowspan=2000>x" * 50_000, TOO_LARGE),
    "colspan-digits.html": (lambda: "<table><tr><td colspan=²>x<td rowspan=٣>x<td colspan=-1>x", NO_TABLE),
    "merges-wide.xlsx": (
        lambda: xlsx(
            xlsx_head() + "<row>" + "<c><v>1</v></c>" * 6 + '</row><row r="3000">' + "<c><v>1</v></c>" * 6 + "</row>",
            after="<mergeCells>" + "".join(f'<mergeCell ref="A{i}:XFD{i + 900000}"/>' for i in range(2, 900)) + "</mergeCells>",
        ),
        "read",
    ),
    "merges-many.xlsx": (lambda: xlsx(xlsx_head(), after="<mergeCells>" + '<mergeCell ref="A9:B9"/>' * 300_000 + "</mergeCells>"), TOO_LARGE),
    # cells far away, however it is written
    "far-single.xlsx": (lambda: far("r='XFD1048576'"), TOO_LARGE),
    "far-lower.xlsx": (lambda: far('r="xfd1048576"'), TOO_LARGE),
    "far-blanks.xlsx": (lambda: far('r = "XFD1048576"'), TOO_LARGE),
    "far-behind.xlsx": (lambda: far('a="&gt;" r="XFD1048576"'), TOO_LARGE),
    "far-bracket.xlsx": (lambda: far('a=">" r="XFD1048576"'), TOO_LARGE),
    "far-reference.xlsx": (lambda: far('r="&#88;FD1048576"'), TOO_LARGE),
    "far-down.xlsx": (lambda: far('r="BX1048576"'), TOO_LARGE),
    "far-row.xlsx": (lambda: xlsx('<row r="1048576"><c><v>1</v></c><c r="BX1048576"><v>1</v></c></row>'), TOO_LARGE),
    "far-many.xlsx": (lambda: xlsx("<row>" + "<c><v>1</v></c>" * 3000 + "</row>"), TOO_LARGE),
    "far-digits.xlsx": (lambda: far(f'r="A{"9" * 5000}"'), NO_WORKBOOK),
    "far-superscript.xlsx": (lambda: far('r="A²"'), NO_WORKBOOK),
    "far-nowhere.xlsx": (lambda: far('r=""'), NO_WORKBOOK),
    "row-nowhere.xlsx": (lambda: xlsx('<row r="-1"><c><v>1</v></c></row>'), NO_WORKBOOK),
    "dimension.xlsx": (lambda: xlsx(xlsx_head(), before='<dimension ref="A1:XFD1048576"/>'), "read"),
    "sheets.xlsx": (lambda: xlsx("<row>" + "<c><v>1</v></c>" * 1900 + "</row>" + "<row><c><v>1</v></c></row>" * 20, sheets=100), TOO_LARGE),
    "shared.xlsx": (
        lambda: xlsx(xlsx_head() + ("<row>" + '<c t="s"><v>0</v></c>' * 6 + "</row>") * 5000, strings("字" * 30_000)),
        TOO_LARGE,
    ),
    "shared-missing.xlsx": (lambda: xlsx('<row><c t="s"><v>1</v></c></row>', strings("一")), NO_WORKBOOK),
    "shared-superscript.xlsx": (lambda: xlsx('<row><c t="s"><v>²</v></c></row>', strings("一")), NO_WORKBOOK),
    "shared-long.xlsx": (lambda: xlsx('<row><c t="s"><v>0</v></c></row>', strings("x" * 30_000_000)), TOO_LARGE),
    # depth and length
    "deep.docx": (lambda: docx("<w:a>" * 5000 + "</w:a>" * 5000), TOO_LARGE),
    "deep-open.docx": (lambda: docx("<w:a>" * 10_000_000), TOO_LARGE),
    "deep.ods": (lambda: ods_rows(ods_row(ods_cell("<text:span>" * 5000 + "x" + "</text:span>" * 5000))), TOO_LARGE),
    "deep-styles.xlsx": (lambda: xlsx(xlsx_head(), ("xl/styles.xml", "<a>" * 5000 + "</a>" * 5000)), TOO_LARGE),
    "deep-tables.docx": (lambda: docx("<w:tbl><w:tr><w:tc>" * 90 + "</w:tc></w:tr></w:tbl>" * 90), TOO_LARGE),
    "deep-tables.html": (lambda: "<table><tr><td>" * 100_000, NO_WORKBOOK),
    "deep-text.html": (lambda: "<table><tr><td>" * 90 + "x" * 90_000 + "</table>" * 90, NO_TABLE),
    "elements.docx": (lambda: docx("<w:a/>" * 10_000_000), TOO_LARGE),
    "paragraphs.docx": (lambda: docx("<w:tbl><w:tr><w:tc>" + "<w:p/>" * 5_000_000 + "</w:tc></w:tr></w:tbl>"), TOO_LARGE),
    "names.docx": (lambda: docx("".join(f"<w:a{i}/>" for i in range(100_000))), NO_WORKBOOK),
    "attributes.docx": (lambda: docx("<w:a " + " ".join(f'a{i}=""' for i in range(300_000)) + "/>"), NO_WORKBOOK),
    "comment.docx": (lambda: docx("<!--" + "x" * 50_000_000 + "-->"), NO_WORKBOOK),
    "namespace.docx": (lambda: docx(f'<a:x xmlns:a="{"y" * 900_000}">' + "<a:b/>" * 100_000 + "</a:x>"), NO_WORKBOOK),
    "paragraph.docx": (lambda: docx_cell("", "x" * 50_000_000), TOO_LARGE),
    # containers
    "mimetype.ods": (lambda: ods("", ODS + " " * 250_000_000), NO_TABLE),
    "mimetype-9.ods": (lambda: ods("", ODS + " " * 250_000_000, level=9), NO_WORKBOOK),
    "unpacked.docx": (lambda: docx("<w:a/>", level=1), NO_TABLE),
    "lzma.docx": (lambda: docx(" " * 9_000_000, method=zipfile.ZIP_LZMA), NO_WORKBOOK),
    "bzip2.docx": (lambda: docx(" " * 9_000_000, method=zipfile.ZIP_BZIP2), NO_WORKBOOK),
    "entries.docx": (lambda: container(*((f"a{i}", "") for i in range(20_000)), ("word/document.xml", "<a/>")), TOO_LARGE),
    "truncated.docx": (lambda: b"PK\x03\x04" + bytes(1000), NO_WORKBOOK),
    # pages that are never closed
    "comments.html": (lambda: CELLS + "<!--" * 2_000_000, NO_TABLE),
    "ends.html": (lambda: CELLS + "</" * 1_000_000, NO_TABLE),
    "sections.html": (lambda: CELLS + "<![CDATA[" * 500_000, NO_TABLE),
    "instructions.html": (lambda: CELLS + "<?" * 1_000_000, NO_TABLE),
    "declarations.html": (lambda: CELLS + "<!DOCTYPE " * 500_000, NO_TABLE),
    "tags.html": (lambda: CELLS + "<a " * 1_000_000, NO_TABLE),
    "attributes.html": (lambda: CELLS + "<td " + "b='c' " * 2_000_000, NO_TABLE),
    "equals.html": (lambda: CELLS + "<a " + "= " * 2_000_000, NO_TABLE),
    "quotes.html": (lambda: CELLS + '<a b="' * 1_000_001, NO_TABLE),
    "quotes-mixed.html": (lambda: CELLS + "<a b='\" " * 1_000_001, NO_TABLE),
    "scripts.html": (lambda: CELLS + "<script>" * 1_000_000, NO_TABLE),
    "script-ends.html": (lambda: CELLS + "<script></scrip" * 500_000, NO_TABLE),
    "references.html": (lambda: CELLS + "&" * 5_000_000, TOO_LARGE),
    "reference-digits.html": (lambda: CELLS + "&#" + "9" * 1_000_000, NO_TABLE),
    "less-than.html": (lambda: CELLS + "<" * 5_000_000, TOO_LARGE),
    "codec.html": (lambda: "<meta charset=undefined>" + CELLS, NO_TABLE),
    "codec-idna.html": (lambda: "<meta charset=idna>" + CELLS + "x" * 90_000, NO_TABLE),
    "parts.mht": (lambda: MHT + b"--b\r\n" * 1_000_000, TOO_LARGE),
    "nested.mht": (
        lambda: b"MIME-Version: 1.0\r\n"
        + b"".join(b"Content-Type: multipart/related; boundary=x%d\r\n\r\n--x%d\r\n" % (i, i) for i in range(2000)),
        NO_WORKBOOK,
    ),
    "header.mht": (lambda: b"MIME-Version: 1.0\r\nContent-Type: text/html;" + b' a=";"' * 1_000_000 + b"\r\n\r\n<table>", NO_WORKBOOK),
    # text without end
    "quote.csv": (lambda: ",".join(HEAD) + '\n1,"' + "x" * 40_000_000, TOO_LARGE),
    "line.csv": (lambda: ",".join(HEAD) + "\n" + "x" * 40_000_000, TOO_LARGE),
    "columns.csv": (lambda: ",".join(HEAD) + "\n" + "a," * 1_000_000, TOO_LARGE),
    "columns-16M.csv": (lambda: ",".join(HEAD) + "\n" + "ab," * 16_000_000, TOO_LARGE),
    "rows.csv": (lambda: ",".join(HEAD) + "\n" + "1,2\n" * 3_000_000, TOO_LARGE),
    "blank.csv": (lambda: ",".join(HEAD) + "\n" + "\n" * 40_000_000, "read"),
    "blank-cells.csv": (lambda: ",".join(HEAD) + "\n1,甲,乙,丙,丁,戊\n" + ",,,,,\n" * 1_000_000, "read"),
    "nuls.csv": (lambda: ",".join(HEAD) + "\n" + "\x00" * 10_000_000, NO_WORKBOOK),
    "items.csv": (lambda: ",".join(HEAD) + "\n" + "".join(f"{i},甲{i},乙,丙,丁,戊\n" for i in range(20_001)), TOO_LARGE),
    "tables.csv": (lambda: "".join(f"目录{i}\n{','.join(HEAD)}\n1,甲\n" for i in range(1_001)), TOO_LARGE),
    # words that take their time
    **{
        f"words-{number}.csv": (lambda words=words: words_of_elements(words, 5_000, 12), "read")
        for number, words in enumerate(("和", "《", "㈱", "（）", "一", "（", "1、", "□", "县民政局、"))
    },
    "words-many.csv": (lambda: words_of_elements("和", 5_001, 1), TOO_LARGE),
    # records of xls
    "records.xls": (lambda: XLS_START + record(0x1234) * 8_000_000, TOO_LARGE),
    "blanks.xls": (lambda: XLS_START + record(0xBE, bytes(4) + bytes(512) + b"\xff\x00") * 60_000, TOO_LARGE),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_expands_is_refused_or_read_in_bounded_memory_and_time(name, reader, tmp_path):
    content, expected = HOSTILE[name]
    path = tmp_path / name
    made = content()
    (made if callable(made) else written(made))(path)
    assert reader.read(path) == expected


def test_every_limit_says_its_figure_and_what_to_do():
    limits = Limits(
        file_bytes=1 << 20, unpacked_bytes=1 << 20, parts=3, tags=4, depth=5, sheets=6, tables=7, items=8, element_characters=13
    )
    tally = Tally(Limits(cells=9, columns=10, characters=11, cell_characters=12, merges=0))
    crossed = [
        (lambda: limits.check_file(2 << 20), "1 MB"), (lambda: limits.check_unpacked(2 << 20), "1 MB"),
        (lambda: limits.check_parts(4), "3"), (lambda: limits.check_tags(5), "4"), (lambda: limits.check_depth(6), "5"),
        (lambda: limits.check_sheets(7), "6"), (lambda: limits.check_tables(8), "7"), (lambda: limits.check_items(9), "8"),
        (lambda: tally.add_cells("a", 5, 2), "9"), (lambda: tally.add_cells("a", 0, 11), "10"),
        (lambda: tally.add_text("a", 6, 2), "11"), (lambda: tally.add_text("a", 13), "12"), (tally.add_merge, "0"),
        (lambda: limits.check_element("a E7", 14), "13"),
    ]  # fmt: skip
    for cross, figure in crossed:
        with pytest.raises(WorkbookTooLarge) as caught:
            cross()
        assert figure in caught.value.zh
        assert figure in caught.value.en
        assert "请" in caught.value.zh
        assert "try again" in caught.value.en


def test_what_is_within_the_limits_is_counted_over_all_sheets():
    tally = Tally(Limits(cells=10, characters=10))
    tally.add_cells("a", 2, 2)
    tally.add_cells("b", 3, 2)
    tally.add_text("a", 5, 2)
    with pytest.raises(WorkbookTooLarge):
        tally.add_cells("b", 1, 1)
    with pytest.raises(WorkbookTooLarge):
        tally.add_text("b", 1)


def test_two_parts_of_one_name_and_parts_that_share_their_bytes_are_damage(reader, tmp_path):
    path = tmp_path / "two.docx"
    with pytest.warns(UserWarning, match="Duplicate name"):
        container(("word/document.xml", "<a/>"), ("word/document.xml", "<b/>"))(path)
    assert reader.read(path) == NO_WORKBOOK
    container(("word/document.xml", "<a>" + "".join(map(str, range(9000))) + "</a>"))(path)
    with zipfile.ZipFile(path, "a") as archive:
        first = archive.infolist()[0]
        for number in range(50):
            other = zipfile.ZipInfo(f"a{number}")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(other, field, getattr(first, field))
            archive.filelist.append(other)
        archive._didModify = True
    assert reader.read(path) == NO_WORKBOOK


def test_a_page_is_taken_apart_as_html_has_it():
    page = "a<B c='>' d=1>&amp;&lt;<!-- <i> --!><![if x]>b<script><i></script><br/>1 < 2</B ><!-->c<!--->d<?x?></ ></>e<!-- f"
    assert list(tokens(page)) == [
        Token("", "a"), Token("b", " c='>' d=1"), Token("", "&<"), Token("", "b"), Token("script", ""),
        Token("script", "", True), Token("br", "/"), Token("", "1 "), Token("", "<"), Token("", " 2"), Token("b", " ", True),
        Token("", "c"), Token("", "d"), Token("", "e"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (" rowspan=2", "2"),
        (" a=rowspan ROWSPAN = '3'", "3"),
        (' b=" rowspan=9" rowspan="4"/', "4"),
        (" rowspan", None),
        ("", None),
    ],
)
def test_an_attribute_is_found_however_it_is_written(written, value):
    assert Token("td", written).attribute("rowspan") == value


def test_a_reference_to_a_number_without_end_is_no_character():
    assert [token.rest for token in tokens("&#" + "9" * 5000 + ";&#x41;")] == ["\ufffdA"]


def test_text_of_a_paragraph_within_another_is_read_once(tmp_path):
    inner = "<w:p><w:r><w:t>内</w:t></w:r></w:p>"
    path = tmp_path / "box.docx"
    docx(f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>外</w:t>{inner}</w:r></w:p></w:tc></w:tr></w:tbl>")(path)
    assert read_workbook(path).sheets[0].rows == (("外\n内",),)


def test_only_the_present_span_of_a_changed_cell_counts(tmp_path):
    path = tmp_path / "changed.docx"
    old = '<w:tcPrChange><w:tcPr><w:gridSpan w:val="5"/></w:tcPr></w:tcPrChange>'
    docx_cell(f'<w:gridSpan w:val="2"/>{old}')(path)
    assert read_workbook(path).sheets[0].rows == (("序号", ""),)


def test_a_workbook_whose_parts_are_spelled_in_other_case_is_read(tmp_path):
    path = tmp_path / "case.xlsx"
    name, content = strings("甲")
    xlsx('<row><c t="s"><v>0</v></c></row>', (name.replace("shared", "Shared"), content))(path)
    assert read_workbook(path).sheets[0].rows == (("甲",),)


def test_a_workbook_without_the_part_of_a_sheet_is_refused(reader, tmp_path):
    path = tmp_path / "sheet.xlsx"
    xlsx(xlsx_head())(path)
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist() if "sheet1" not in name]
    container(*parts)(path)
    assert reader.read(path) == NO_WORKBOOK
