"""The generated list of rules is current."""

from tests.conftest import ROOT
from tools.shapes_reference import render_reference


def test_the_readme_of_the_shapes_is_current():
    assert (ROOT / "shapes" / "README.md").read_text(encoding="utf-8") == render_reference(ROOT / "shapes")
