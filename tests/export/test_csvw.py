"""Every table of this repository and of the second district passes the csvw library, which is not our reader.

Its check of foreign keys is left out: it takes a blank reference for a fault, which the recommendation does not; our reader checks them.
"""

import zipfile

import pytest
from csvw import CSVW

from ohai_kg.publication.inputtables import unpack_tables
from tests.conftest import ROOT

FOLDERS = sorted(
    path.parent for root in ("data", "examples/district/data") for path in ROOT.glob(f"{root}/**/csv-metadata.json")
)


def _unpacked(folder, target, change=("", "")):
    """The folder as a package holds it: headings without their language, which the library does not match."""
    archive = target / "inputs.zip"
    with zipfile.ZipFile(archive, "w") as pack:
        for path in folder.iterdir():
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                pack.writestr(f"data/{path.name}", text.replace(*change) if path.suffix == ".csv" and change[0] else text)
    with zipfile.ZipFile(archive) as pack:
        unpack_tables(pack, target)
    return CSVW(str(target / "tables" / "csv-metadata.json"))


def _checked(described) -> int:
    """The rows of all tables; raises where a cell is not of its datatype."""
    rows = sum(len(list(table.iterdicts(strict=True))) for table in described.tables)
    assert all(table.check_primary_key() for table in described.tables)
    return rows


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_every_table_folder_passes_the_csvw_library(folder, tmp_path):
    described = _unpacked(folder, tmp_path)
    assert _checked(described) > 0
    assert described.warnings == []


def test_the_library_finds_a_broken_cell(tmp_path):
    described = _unpacked(ROOT / "data" / "plan-2017-107", tmp_path, ("plan-2017-107-100,1,", "plan-2017-107-100,eins,"))
    with pytest.raises(ValueError, match="Invalid value for decimal"):
        _checked(described)
