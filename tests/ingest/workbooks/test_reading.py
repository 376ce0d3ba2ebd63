"""Files of every kind are told by their content; what cannot be read says what was expected and what was found."""

import contextlib
import io
import random
import zipfile

import openpyxl
import pytest

from ohai_kg.errors import FormulaErrors, NoTableFound, NotAWorkbook, WorkbookEncrypted, WorkbookTooLarge, WorkbookUnreadable
from ohai_kg.ingest.workbooks import Limits, Registry, read_catalogue, read_workbook
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_any_encoding_and_with_any_delimiter(encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in (HEAD, ROW))
    (sheet,) = read_workbook(text.encode(encoding)).sheets
    assert sheet.rows == (tuple(HEAD), tuple(ROW))
    assert sheet.name is None


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
