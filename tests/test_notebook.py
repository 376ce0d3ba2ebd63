"""The analyst's notebook runs from its first cell to its last and says what the document says."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import ROOT

NOTEBOOK = ROOT / "docs" / "analyst.ipynb"


@pytest.fixture(scope="module")
def executed(plan_release):
    """The notebook after a run of all its cells, over the release of this test run."""
    home = Path(plan_release.nquads).parent.parent.parent
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OHAI_KG_HOME", str(home))
        patch.chdir(ROOT)
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook


def said(cell):
    """What a cell printed and what it evaluated to, as text."""
    outputs = cell.get("outputs", [])
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs)


def test_every_cell_runs_and_says_what_the_document_says(executed):
    told = [said(cell) for cell in executed.cells if cell.cell_type == "code"]
    assert all(told)
    assert "区财政局" in told[0].splitlines()[1]
    assert [line.split()[1:] for line in told[1].splitlines()[1:]] == [
        ["区府办", "1"],
        ["区国土资源分局", "1"],
        ["区发改局", "1"],
    ]
    assert "ZDBC（征地补偿）" in told[2]
    assert told[4] == "263"
    assert "附件5 保障性住房 执行 3 低保及低保边缘户认定" in told[5]


def test_the_notebook_is_kept_without_outputs_and_without_paths():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in cells)
    assert "/home/" not in NOTEBOOK.read_text(encoding="utf-8")
