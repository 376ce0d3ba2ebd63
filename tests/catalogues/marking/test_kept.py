"""What an xlsx holds besides its values is still there when it comes back."""

import io
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment

from tests.catalogues.marking.support import FULL, HEAD, lines_of, marked, opened

GAP = [*FULL[:4], "", "", *FULL[6:]]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001000500"
    "0d0a2db40000000049454e44ae426082"
)


def _rich_workbook() -> bytes:
    """A workbook with most of what offices put in: formats, validation, chart, picture, comment, filter, hidden rows."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        first = book.add_worksheet("封面")
        first.write("A1", "说明")
        sheet = book.add_worksheet("目录 '甲'册")
        date = book.add_format({"num_format": "yyyy年m月", "italic": True, "align": "center"})
        for column, words in enumerate(HEAD):
            sheet.write(0, column, words, book.add_format({"bold": True}))
        sheet.write_row(1, 0, GAP)
        sheet.write_row(2, 0, ["2", *FULL[1:]])
        sheet.write_blank(1, 4, None, date)
        sheet.write_formula("L1", "=1+1", None, 2)
        sheet.write_rich_string("L2", "普通", book.add_format({"bold": True}), "粗体")
        sheet.set_column("D:D", 33)
        sheet.set_row(1, 41.25)
        sheet.set_row(5, None, None, {"hidden": True})
        sheet.freeze_panes(1, 2)
        sheet.autofilter("A1:I3")
        sheet.data_validation("I2:I99", {"validate": "list", "source": ["主动公开", "依申请公开"]})
        sheet.conditional_format("A2:A9", {"type": "cell", "criteria": ">", "value": 5, "format": date})
        sheet.write_comment("A2", "原有批注")
        sheet.write_comment("E2", "此处待补")
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.print_area("A1:I3")
        sheet.insert_image("N2", "点.png", {"image_data": io.BytesIO(PNG)})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='目录 ''甲''册'!$A$2:$A$3"})
        sheet.insert_chart("N9", chart)
        book.define_name("各单位", "='目录 ''甲''册'!$G$2:$G$3")
        book.add_worksheet("藏").hide()
        sheet.activate()
    return output.getvalue()


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_parts_that_hold_no_mark_stay_as_they_were_to_the_byte():
    before, after = _parts(data := _rich_workbook()), _parts(marked(data))
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {
        *("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
        *("xl/worksheets/sheet2.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"),
    }
    assert {name for name in after if name not in before} == {"xl/worksheets/sheet4.xml"}


def test_formats_rules_and_set_up_are_kept():
    book = opened(marked(_rich_workbook()))
    assert book.sheetnames == ["校验结果", "封面", "目录 '甲'册", "藏"]
    sheet = book["目录 '甲'册"]
    assert sheet["L1"].value == "=1+1"
    assert sheet.column_dimensions["D"].width > 33
    assert sheet.row_dimensions[2].height == 41.25
    assert sheet.row_dimensions[6].hidden
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:I3"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "I2:I99"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == ["A2:A9"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_area == "'目录 ''甲''册'!$A$1:$I$3"
    assert book.defined_names["各单位"].value == "'目录 ''甲''册'!$G$2:$G$3"
    assert len(sheet._charts) == 1
    assert book["藏"].sheet_state == "hidden"
    assert [page.sheet_view.tabSelected for page in book.worksheets] == [True, None, None, None]


def test_a_marked_cell_keeps_its_number_format_font_and_alignment():
    cell = opened(marked(_rich_workbook()))["目录 '甲'册"]["E2"]
    assert cell.number_format == "yyyy年m月"
    assert cell.font.italic
    assert cell.alignment.horizontal == "center"
    assert cell.border.top.style == "thick"


def test_comments_that_were_there_stay_and_go_on():
    sheet = opened(marked(_rich_workbook()))["目录 '甲'册"]
    assert sheet["A2"].comment.text == "原有批注"
    assert sheet["E2"].comment.text.startswith("此处待补\n【违反】ELM-02")


def test_a_workbook_of_another_writer_with_comments_is_marked_too():
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append([value or None for value in GAP])
    book.active["B2"].comment = Comment("旧", "张")
    output = io.BytesIO()
    book.save(output)
    sheet = opened(marked(output.getvalue())).worksheets[1]
    assert sheet["B2"].comment.text == "旧"
    assert sheet["E2"].comment.text.startswith("【违反】ELM-02")


def test_macros_are_taken_out_and_this_is_said():
    parts = _parts(_rich_workbook())
    parts["xl/vbaProject.bin"] = b"macro"
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
        b"</Relationships>",
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    data = marked(output.getvalue(), "目录.xlsm")
    after = _parts(data)
    assert "xl/vbaProject.bin" not in after
    assert b"vbaProject" not in after["xl/_rels/workbook.xml.rels"]
    assert b"macroEnabled" not in after["[Content_Types].xml"]
    assert ["原文件中的宏（VBA）未保留：结果一律存为 xlsx。"] in lines_of(data)


def test_what_another_format_could_not_give_is_listed():
    text = ",".join(HEAD) + "\n" + ",".join(GAP)
    assert any(line and "原文件是 csv 文本，已改存为 xlsx" in line[0] for line in lines_of(marked(text.encode(), "目录.csv")))
