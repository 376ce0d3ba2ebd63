"""Files of every kind are told by their content; what cannot be read says what was expected and what was found."""

import contextlib
import io
import random
import zipfile

import openpyxl
import pytest

from ohai_kg.catalogues.catalogue import read_catalogue
from ohai_kg.catalogues.values.registry import Registry
from ohai_kg.errors import FormulaErrors, NoTableFound, NotAWorkbook, WorkbookEncrypted, WorkbookTooLarge, WorkbookUnreadable
from ohai_kg.office.reading import Limits, read_workbook
from tests.ingest.workbooks.support import EXAMPLES, examples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HEAD = ["序号", "公开事项", "公开内容", "公开依据", "公开时限", "公开主体"]
ROW = ["1", "甲", "内容", "《甲法》", "长期公开", "县民政局"]


def xlsx(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


def refusal(data, **more):
    with pytest.raises(WorkbookUnreadable) as caught:
        read_catalogue(data, registry=Registry(), **more)
    assert caught.value.zh
    assert caught.value.en
    return caught.value


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "空文件"),
        (b"\x00\x00 \n", "空文件"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xff\xd8\xff\xe0 JFIF", "照片"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\x00\x00\x00\x18ftypheic", "照片"),
        (b"GIF89a", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        (OLE + "WordDocument".encode("utf-16-le"), "docx"),
        (OLE, "不是表格"),
        (b"PK\x03\x04 broken", "损坏"),
        (zipped(a_xml="x"), "不是表格的压缩文件"),
        (zipped(xl__workbook_bin="x").replace(b"workbook_bin", b"workbook.bin"), "xlsb"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"\x81\x20\xff" * 40, "GB18030"),
        (bytes(range(1, 256)), "内容"),
    ],
)
def test_what_is_no_workbook_is_named(data, found):
    error = refusal(data)
    assert isinstance(error, NotAWorkbook)
    assert "应为" in error.zh
    assert found in error.zh
    assert "Expected" in error.en


def test_a_workbook_with_a_password_is_refused():
    assert isinstance(refusal(OLE + "EncryptedPackage".encode("utf-16-le")), WorkbookEncrypted)


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2\n", xlsx([["说明"], ["文字"]]), xlsx([]), b"<html><body><p>text</p></body></html>"]
)
def test_a_file_without_a_catalogue_table_says_so(data):
    error = refusal(data)
    assert isinstance(error, NoTableFound)
    assert "公开依据" in error.zh


def test_three_hundred_sheets_are_refused():
    error = refusal(xlsx(*[[HEAD, ROW]] * 300))
    assert isinstance(error, WorkbookTooLarge)
    assert "300" in error.zh


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(1024**3)  # sparse: a gigabyte that takes no disk and must never be read
    assert isinstance(refusal(path), WorkbookTooLarge)


def test_a_zip_bomb_is_not_unpacked():
    data = zipped(xl__workbook_xml="<workbook/>", xl__worksheets__sheet1_xml=b" " * 30_000_000)
    assert len(data) < 100_000
    assert isinstance(refusal(data, limits=Limits(unpacked_bytes=10_000_000)), WorkbookTooLarge)


def test_a_stray_cell_far_away_does_not_take_the_memory():
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(ROW)
    book.active["XFD1048576"] = "x"
    target = io.BytesIO()
    book.save(target)
    assert isinstance(refusal(target.getvalue()), WorkbookTooLarge)


def test_xml_entities_are_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'
    for part in ("word__document_xml", "content_xml"):
        assert "实体" in refusal(zipped(**{part: bomb})).zh


def changed(data, part, old, new):
    """A zip container with something else in one of its parts."""
    source = zipfile.ZipFile(io.BytesIO(data))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content.replace(old, new, 1) if name.endswith(part) else content)
    return target.getvalue()


def ods(row):
    """An example with one more row at the end of its first table."""
    return changed((EXAMPLES / "05-stacked-tables.ods").read_bytes(), "content.xml", b"</table:table>", row + b"</table:table>")


DOCTYPE = b'<!DOCTYPE x [<!ENTITY e "x">]>'


@pytest.mark.parametrize(
    "data",
    [
        changed(xlsx([HEAD, ROW]), "sheet1.xml", b"<worksheet", DOCTYPE + b"<worksheet"),
        changed(xlsx([HEAD, ROW]), "workbook.xml", b"<workbook", b"<!--" + b" " * 9000 + b"-->" + DOCTYPE + b"<workbook"),
        changed(xlsx([HEAD, ROW]), "styles.xml", b"<styleSheet", DOCTYPE + b"<styleSheet"),
        changed(
            (EXAMPLES / "05-stacked-tables.ods").read_bytes(),
            "content.xml",
            b"<office:document-content",
            b"<!--" + b" " * 9000 + b"-->" + DOCTYPE + b"<office:document-content",
        ),
        zipped(content_xml='<?xml version="1.0" encoding="utf-16"?><!DOCTYPE d [<!ENTITY a "b">]><d/>'.encode("utf-16")),
    ],
    ids=["sheet", "behind a long comment", "styles", "ods", "utf-16"],
)
def test_xml_entities_are_refused_wherever_and_however_they_are_written(data):
    assert "实体" in refusal(data).zh


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zipped(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "encrypted-package": "x"}), WorkbookEncrypted),
        (
            changed(
                (EXAMPLES / "05-stacked-tables.ods").read_bytes(), "manifest.xml", b"</manifest", b"<encryption-data/></manifest"
            ),
            WorkbookEncrypted,
        ),
        ((EXAMPLES / "01-two-level-head.xlsx").read_bytes()[:3000], NotAWorkbook),
        ((EXAMPLES / "02-stage-and-order-biff8.xls").read_bytes()[:3000], NotAWorkbook),
        (",".join(HEAD).encode() + b"\n1,\x00,x\n", NotAWorkbook),
        ((",".join(HEAD) + "\n").encode() * 3000 + b"1,\x00,x\n", NotAWorkbook),
        (b"\n\n%PDF-1.7 ...", NotAWorkbook),
        (",".join("x" * 100_000).encode(), WorkbookTooLarge),
        (b"<table><tr>" + b"<td>x</td>" * 100_000 + b"</tr></table>", WorkbookTooLarge),
        (b"<table><tr><td colspan=10000>a</td><td>b</td></tr></table>", WorkbookTooLarge),
        (xlsx([HEAD, ["x"] * 3000]), WorkbookTooLarge),
        (ods(b'<table:table-row table:number-rows-repeated="4000000"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>'), WorkbookTooLarge),
    ],
)  # fmt: skip
def test_what_is_broken_locked_or_too_large_says_so(data, kind):
    assert type(refusal(data)) is kind


def test_the_password_of_an_old_xls_is_recognised():
    data = (EXAMPLES / "02-stage-and-order-biff8.xls").read_bytes()
    user = data.index(b"\x5c\x00\x70\x00")  # WRITEACCESS near the start of the stream becomes FILEPASS
    assert type(refusal(data[:user] + b"\x2f\x00" + data[user + 2 :])) is WorkbookEncrypted


def test_blank_rows_with_a_style_count_for_nothing():
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (row, row) for row in range(3, 200_000))
    assert len(read_catalogue(changed(xlsx([HEAD, ROW]), "sheet1.xml", b"</sheetData>", rows + b"</sheetData>"), registry=Registry(), limits=Limits(cells=1000)).items) == 1  # fmt: skip
    blank = b'<table:table-row table:number-rows-repeated="2000000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    assert len(read_catalogue(ods(blank), registry=Registry()).items) == 5


@pytest.mark.parametrize("attribute", [b'="abc"', b'="-5"', b'=""', b'="99999999999"'])
def test_repetitions_that_mean_nothing_are_no_error(attribute):
    row = b"<table:table-row table:number-rows-repeated" + attribute + b"><table:table-cell/></table:table-row>"
    assert len(read_catalogue(ods(row), registry=Registry()).items) == 5


def test_a_file_that_is_not_there_says_so(tmp_path):
    assert "打不开" in refusal(tmp_path / "没有 这个.xlsx").zh
    assert "打不开" in refusal(tmp_path).zh


def test_rich_text_phonetics_and_cached_results_read_as_shown():
    data = changed(
        xlsx([HEAD, ROW]),
        "sheet1.xml",
        "<is><t>甲</t></is>".encode(),
        '<is><r><t>甲</t></r><r><rPr><b/></rPr><t>乙</t></r><rPh sb="0" eb="1"><t>jia</t></rPh></is>'.encode(),
    )
    data = changed(
        data,
        "sheet1.xml",
        '<c r="C2" t="inlineStr"><is><t>内容</t></is></c>'.encode(),
        '<c r="C2" t="str"><f>A1</f><v>结果</v></c>'.encode(),
    )
    (item,) = read_catalogue(data, registry=Registry()).items
    assert (item.name, item.content) == ("甲乙", "结果")


def test_control_characters_do_not_reach_the_items():
    head, row = ("".join(f"<td>{cell}</td>" for cell in cells) for cells in (HEAD, ["1", "甲", "一\x01二\x0b", *ROW[3:]]))
    page = f"<meta charset=gbk><table><tr>{head}</tr><tr>{row}</tr></table>"  # spreadsheet programs write tabs so
    (item,) = read_catalogue(page.encode("gbk"), registry=Registry()).items
    assert item.content == "一二"


def test_a_formula_error_names_its_cell():
    data = xlsx([HEAD, ROW])
    source = zipfile.ZipFile(io.BytesIO(data))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"</row></sheetData>", b'<c r="G2" t="e"><v>#REF!</v></c></row></sheetData>')
            archive.writestr(name, content)
    error = refusal(target.getvalue())
    assert isinstance(error, FormulaErrors)
    assert "表1 G2：#REF!" in error.zh


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_any_encoding_and_with_any_delimiter(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in (HEAD, ROW))
    (sheet,) = read_workbook(text.encode(encoding)).sheets
    assert sheet.rows == (tuple(HEAD), tuple(ROW))
    assert sheet.name is None


def test_text_cut_in_mid_character_is_refused_with_the_line_where_it_breaks_off():
    data = "\r\n".join(",".join(row) for row in (HEAD, ROW, ["2", "公开"])).encode("gb18030")
    assert "第 3 行末尾断开" in refusal(data[:-1]).zh
    assert "breaks off in line 3" in refusal(data[:-1]).en
    assert "第 2 行，第 5 字节" in refusal(b"a,b\n\xff\xff,\xff" + data).zh


def test_a_line_break_inside_a_cell_takes_no_row():
    data = ",".join(HEAD) + '\r\n1,甲,"一\r\n二",《甲法》,长期公开,县民政局\r\n2,乙,,,,\r\n'
    catalogue = read_catalogue(data.encode(), registry=Registry())
    assert [(item.place.row, item.name) for item in catalogue.items] == [(2, "甲"), (3, "乙")]
    assert catalogue.items[0].content == "一\n二"


def test_numbers_and_dates_read_as_they_look():
    (sheet,) = read_workbook(xlsx([[1, 2.5, "甲", True]])).sheets
    assert sheet.rows[0] == ("1", "2.5", "甲", "TRUE")


def test_merged_ranges_come_through_every_kind_that_keeps_them():
    for start in ("01", "02", "05", "06", "08"):
        workbook = read_workbook(next(path for path in examples() if path.name.startswith(start)))
        assert any(merge.bottom > merge.top for merge in workbook.sheets[0].merges), start


def test_the_name_of_a_file_decides_nothing(tmp_path):
    for path in examples():
        copy = tmp_path / "file.bin"
        copy.write_bytes(path.read_bytes())
        assert read_workbook(copy).kind == read_workbook(path).kind


def test_a_page_counts_rows_as_a_spreadsheet_shows_them():
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEAD, ROW))
    page = f"<html><body><h1>目录</h1><p>说明</p><table>{rows}</table></body></html>"
    (item,) = read_catalogue(page.encode(), registry=Registry()).items
    assert item.place.row == 4


def test_a_page_saved_as_one_file_is_read():
    page = (EXAMPLES / "07-saved-page.html").read_bytes()
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n"
    data = head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + page + b"\r\n--b--\r\n"
    assert len(read_catalogue(data, registry=Registry()).items) == 2


def mutated(data, rnd):
    """The bytes with a few of them changed, taken out or doubled."""
    changed = bytearray(data)
    for _ in range(rnd.randint(1, 20)):
        position = rnd.randrange(max(len(changed), 1))
        match rnd.randrange(3):
            case 0:
                changed[position : position + 1] = bytes([rnd.randrange(256)])
            case 1:
                del changed[position : position + rnd.randint(1, 40)]
            case _:
                changed[position:position] = changed[max(0, position - 60) : position]
    return bytes(changed)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(path):
    rnd = random.Random(path.name)
    for _ in range(60):
        with contextlib.suppress(WorkbookUnreadable):
            read_catalogue(mutated(path.read_bytes(), rnd), registry=Registry())


def test_an_xls_whose_sectors_run_in_a_circle_does_not_hang():
    data = bytearray((EXAMPLES / "02-stage-and-order-biff8.xls").read_bytes())
    size = 1 << int.from_bytes(data[30:32], "little")
    first_directory = int.from_bytes(data[48:52], "little")
    table = 512 + int.from_bytes(data[76:80], "little") * size
    data[table + 4 * first_directory : table + 4 * first_directory + 4] = first_directory.to_bytes(4, "little")
    assert isinstance(refusal(bytes(data)), NotAWorkbook)
