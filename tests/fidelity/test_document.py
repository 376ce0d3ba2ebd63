"""Counting rows off a text, on an invented one."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.fidelity import document
from tests.fidelity.document import COMMITTED, compare, document_rows, main, normalise, read_list

TEXT = """
甲县人民政府办公室文件
甲政办〔2030〕1号
《甲县试点方案》已经县政府同意，请认真贯彻执行。
为试点，制定如下实施方案。
一、总体要求
（一）指导思想
坚持试点。
（二）基本原则
坚持先易后难。先做容易的，再做困

难的。
二、步骤
（一）启动阶段（1月）
1. **准备。**做好准备。

（1月底前）
2. 开会。
- 附件：1. 甲县试点小组名单
5. 甲县试点任务清单
7. 甲县试点指南

附件 1

甲县试点小组名单

- 组 长：张 三 县长
- 李四 副县长

附件 5
甲县试点任务清单

试点领域	“五公开”阶段	工作内容	责任单位
住房	决策	1、政策	住建局
		2、计划	住建局
	执行	1、公示	各镇
试点领域	“五公开”阶段	工作内容	责任单位
救灾	决策	1、政策	民政局

甲县试点指南

1. 梳理事项，分
类公开。
甲县 <u>住房</u> 清单\t\t
决策\t\t
执行	1	公示

抄送：县委，
县人大。

甲县人民政府办公室

2030年1月2日印发
"""


@pytest.fixture
def check(tmp_path, capsys):
    """Run the command on a text against the list of the invented one; answers exit code and lines printed."""
    committed = tmp_path / "rows.csv"
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert main([str(path), "--write", "--rows", str(committed)]) == 0
    capsys.readouterr()

    def run(text: str) -> tuple[int, list[str]]:
        path.write_text(text, encoding="utf-8")
        code = main([str(path), "--rows", str(committed)])
        return code, capsys.readouterr().out.splitlines()

    return run


def texts(part: str) -> list[str]:
    return [row.text for row in document_rows(TEXT) if row.part == part]


def test_a_row_is_hashed_without_white_space_and_marks():
    assert normalise(" - 组\u3000长：**张 三**\t<u>县长</u>\r") == "组长：张三县长"
    assert normalise("-5度 1 - 2") == "-5度1-2"


def test_paragraphs_are_joined_across_page_breaks():
    assert texts("section-1") == ["（一）指导思想坚持试点。", "坚持先易后难。先做容易的，再做困难的。"]
    assert texts("section-2") == ["（一）启动阶段（1月）", "1.准备。做好准备。（1月底前）", "2.开会。"]
    assert texts("annex-7") == ["1.梳理事项，分类公开。", "甲县住房清单", "执行1公示"]
    assert texts("imprint") == ["甲县人民政府办公室2030年1月2日印发"]


def test_table_rows_keep_apart_and_headings_do_not_count():
    assert texts("annex-1") == ["组长：张三县长", "李四副县长"]
    assert texts("annex-5") == ["住房决策1、政策住建局", "2、计划住建局", "执行1、公示各镇", "救灾决策1、政策民政局"]
    assert texts("title-page") == ["甲县人民政府办公室文件", "甲政办〔2030〕1号"]


def test_an_annex_without_its_mark_is_known_by_its_title_in_the_list():
    assert texts("annex-list") == ["附件：1.甲县试点小组名单", "5.甲县试点任务清单", "7.甲县试点指南"]
    assert texts("annex-headings") == ["附件1", "甲县试点小组名单", "附件5", "甲县试点任务清单", "甲县试点指南"]


def test_the_same_text_agrees(check):
    assert check(TEXT) == (0, [f"{len(document_rows(TEXT))} rows agree"])


def test_other_white_space_and_line_ends_agree(check):
    assert check("\ufeff" + TEXT.replace("张 三", "张\u3000三").replace("\n", "\r\n"))[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\t\t2、计划\t住建局\n", "", "annex-5 row 2: missing"),
        ("- 李四 副县长\n", "", "annex-1 row 2: missing"),
        ("\t\t2、计划", "\t\t甲\t乙\n\t\t2、计划", "annex-5 row 2: extra (line 35: 甲乙)"),
        ("2. 开会。", "2. 开会。\n3. 散会。", "section-2 row 4: extra (line 19: 3.散会。)"),
        ("2、计划\t住建局", "2、计画\t住建局", "annex-5 row 2: changed (now line 35: 2、计画住建局)"),
        ("再做困", "再作困", "section-1 row 2: changed (now line 10: 坚持先易后难。先做容易的，再作困难的。)"),
        (
            "\t\t2、计划\t住建局\n\t执行\t1、公示\t各镇\n",
            "\t执行\t1、公示\t各镇\n\t\t2、计划\t住建局\n",
            "annex-5 row 3: reordered (now row 2, line 35: 执行1、公示各镇)",
        ),
        (
            "- 组 长：张 三 县长\n- 李四 副县长\n",
            "- 李四 副县长\n- 组 长：张 三 县长\n",
            "annex-1 row 2: reordered (now row 1, line 27: 李四副县长)",
        ),
    ],
    ids=["missing", "missing-2", "extra", "extra-2", "changed", "changed-2", "reordered", "reordered-2"],
)
def test_another_row_is_reported_with_its_place(check, old, new, said):
    assert TEXT.count(old) == 1
    code, lines = check(TEXT.replace(old, new))
    assert code == 1
    assert lines == [said, f"1 of {len(document_rows(TEXT))} rows differ"]


def test_a_missing_part_is_missing_row_by_row(check):
    start, end = TEXT.index("附件 5"), TEXT.index("抄送")
    code, lines = check(TEXT[:start] + TEXT[end:])
    assert code == 1
    assert [line for line in lines if line.startswith("annex-5")] == [f"annex-5 row {n}: missing" for n in range(1, 5)]


def test_a_row_moved_to_another_part_is_missing_there_and_extra_here():
    rows = document_rows(TEXT)
    moved = document_rows(TEXT.replace("- 李四 副县长\n", "").replace("2. 开会。", "2. 开会。\n- 李四 副县长"))
    assert [(d.part, d.order, d.kind) for d in compare(rows, moved)] == [
        ("section-2", 4, "extra"),
        ("annex-1", 2, "missing"),
    ]


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["not-utf-8", "no-file"])
def test_an_unreadable_text_is_no_difference(tmp_path, capsys, content):
    path = tmp_path / "text.txt"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path)]) == 2
    assert "cannot compare" in capsys.readouterr().err


def test_a_list_with_other_columns_is_refused(tmp_path, capsys):
    path, committed = tmp_path / "text.txt", tmp_path / "rows.csv"
    path.write_text(TEXT, encoding="utf-8")
    committed.write_text("part,sha256\n", encoding="utf-8")
    assert main([str(path), "--rows", str(committed)]) == 2
    assert "rows.csv" in capsys.readouterr().err


def test_the_order_of_the_list_is_its_numbers(tmp_path):
    committed = tmp_path / "rows.csv"
    document.write_list(document_rows(TEXT), committed)
    head, *lines = committed.read_text(encoding="utf-8").splitlines(keepends=True)
    shuffled = [lines[1], lines[0], *lines[2:]]
    committed.write_text(head + "".join(shuffled), encoding="utf-8")
    assert not compare(read_list(committed), document_rows(TEXT))


def test_it_shares_nothing_with_the_package():
    names = set()
    for node in ast.walk(ast.parse(Path(document.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names <= sys.stdlib_module_names


def test_the_committed_list_holds_no_text():
    head, *lines = COMMITTED.read_text(encoding="utf-8").splitlines()
    assert head == "part,order,sha256"
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+|-\d)?,\d+,[0-9a-f]{64}", line) for line in lines)
