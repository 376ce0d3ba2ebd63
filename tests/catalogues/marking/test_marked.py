"""A workbook comes back with its cells marked, and says the same when it is read again."""

import io

import openpyxl
import pytest

from ohai_kg.catalogues.catalogue import read_catalogue
from tests.catalogues.marking.support import FULL, HEAD, judge, lines_of, marked, opened
from tests.ingest.workbooks.support import described, examples, registry


def _findings(catalogue) -> list[tuple]:
    return [(f.severity, f.rule, f.row, f.cell, f.item) for f in judge(catalogue).findings]


def _items(catalogue) -> list[dict]:
    return [{name: value for name, value in item.items() if name != "sheet"} for item in described(catalogue)["items"]]


def _written(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_the_marked_workbook_reads_as_the_same_items_with_the_same_findings(path):
    before = read_catalogue(path, registry=registry())
    after = read_catalogue(marked(path.read_bytes(), path.name), registry=registry())
    assert _items(after) == _items(before)
    assert _findings(after) == _findings(before)


def test_a_missing_element_is_marked_by_fill_line_and_words():
    row = [*FULL]
    row[4] = row[6] = None
    sheet = opened(marked(_written(row))).worksheets[1]
    for cell, rule in (("E2", "ELM-02"), ("G2", "ELM-04")):
        assert sheet[cell].fill.fgColor.rgb == "FFFFC7CE"
        assert sheet[cell].border.left.style == "thick"
        assert sheet[cell].comment.text.startswith(f"【违反】{rule}　缺少公开")
    assert sheet["D2"].fill.fgColor.rgb == "00000000"
    assert sheet["J2"].value == "◀ 违反 E2、G2"


def test_the_same_finding_is_said_once_in_a_cell():
    row = [*FULL]
    row[6] = "县某局、县某办"
    comment = opened(marked(_written(row))).worksheets[1]["G2"].comment.text
    assert comment == "【提醒】ELM-13　公开主体不是登记的单位：请核对名称，或先在单位表中登记（依据：三（二）；附件7 二、5）"


def test_the_rows_of_a_merged_blank_share_the_comment_of_its_first_cell():
    book = openpyxl.Workbook()
    for row in (HEAD, [*FULL[:4], None, *FULL[5:]], ["2", None, "地方政策", "文件正文", None, *FULL[5:]]):
        book.active.append(row)
    book.active.merge_cells("E2:E3")
    output = io.BytesIO()
    book.save(output)
    sheet = opened(marked(output.getvalue())).worksheets[1]
    words = "ELM-02　缺少公开依据：请写明要求或允许公开该信息的法律、法规或文件，并注明条款（依据：三（二）；附件7 二、5）"
    assert sheet["E2"].comment.text == f"【违反】{words}\n【违反】第3行：{words}"
    assert [sheet[f"J{row}"].value for row in (2, 3)] == ["◀ 违反 E2", "◀ 违反 E3"]


def test_the_summary_comes_first_and_its_links_lead_to_the_cells():
    row = [*FULL]
    row[4] = None
    data = marked(_written(row))
    book = opened(data)
    assert book.sheetnames == ["校验结果", "Sheet"]
    assert book.active.title == "校验结果"
    lines = lines_of(data)
    assert lines[1] == ["未通过：1 个事项，违反 1 处，提醒 0 处，说明 0 处。"]
    assert ["文件", "目录.xlsx"] in lines
    assert ["规则集", "elements"] in lines
    assert ["规则版本", "试"] in lines
    assert ["违反", "ELM-02", "Sheet", "E2", "中央政策"] in [line[:5] for line in lines]
    assert [cell.hyperlink.location for line in book.worksheets[0] for cell in line if cell.hyperlink] == ["'Sheet'!E2"]


def test_a_column_the_table_lacks_is_marked_at_its_head_and_not_in_every_row():
    book = openpyxl.Workbook()
    for row in ([*HEAD[:4], *HEAD[5:]], *([str(n), *FULL[1:4], *FULL[5:]] for n in range(1, 4))):
        book.active.append(row)
    output = io.BytesIO()
    book.save(output)
    sheet = opened(marked(output.getvalue())).worksheets[1]
    assert "【违反】ELM-02" in sheet["A1"].comment.text
    assert "（表中没有此栏，共 3 行）" in sheet["A1"].comment.text
    assert [sheet[f"I{row}"].value for row in (2, 3, 4)] == ["◀ 违反 缺栏"] * 3
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == ["A1"]


def test_what_looks_like_a_formula_in_a_csv_stays_text():
    row = [*FULL]
    row[3] = '=HYPERLINK("http://x.example","点我")'
    row[2] = "@SUM(1+1)"
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in (HEAD, row))
    sheet = opened(marked(text.encode(), "目录.csv")).worksheets[1]
    assert sheet["D2"].value == row[3]
    assert sheet["D2"].data_type == "s"
    assert sheet["C2"].data_type == "s"
    assert sheet.title == "目录"


def test_more_comments_than_a_program_bears_are_not_made_and_this_is_said(monkeypatch):
    monkeypatch.setattr("ohai_kg.catalogues.marking.plan.MOST_COMMENTS", 2)
    monkeypatch.setattr("ohai_kg.catalogues.marking.losses.MOST_COMMENTS", 2)
    data = marked(_written([*FULL[:4], None, None, None, *FULL[7:]]))
    sheet = opened(data).worksheets[1]
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == ["E2", "F2"]
    assert sheet["G2"].border.left.style == "thick"
    assert any("只加 2 个" in line[0] and "另有 1 个单元格" in line[0] for line in lines_of(data) if line)


def test_a_remark_of_the_reader_is_a_milder_mark():
    text = "\n".join([",".join(HEAD), ",".join(FULL), ",".join(["2", "", "地方政策", "文件正文", "", *FULL[5:]])])
    sheet = opened(marked(text.encode(), "目录.csv")).worksheets[1]
    assert sheet["E3"].border.left.style == "thick"
    assert "【提示】此格为空，也许是另存时丢失的合并单元格" in sheet["E3"].comment.text
