"""Data flow one way, so do imports: the contracts of pyproject.toml hold, and can be broken."""

import os
import re
import shutil
import subprocess
import sys

from tests.conftest import ROOT

PACKAGE = ROOT / "ohai_kg"


def lint_imports(folder):
    """Run the contracts over the package in `folder`."""
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", program, "--no-cache", "--config", "pyproject.toml"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_rooms_import_only_rooms_below_them():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_an_import_upwards_breaks_the_contract(tmp_path):
    shutil.copytree(
        PACKAGE, tmp_path / "ohai_kg", ignore=shutil.ignore_patterns("frontend", "static", "templates", "__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "ohai_kg" / "office" / "sheets.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom ohai_kg.catalogues.check import Checked\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert "ohai_kg.office.sheets -> ohai_kg.catalogues.check" in done.stdout


def test_settings_are_the_only_reader_of_the_environment():
    readers = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|getenv\(", path.read_text(encoding="utf-8"))
        and path.parent.name != "frontend"  # runs while the package is built
    ]
    assert readers == []  # pydantic-settings reads it for settings.py
