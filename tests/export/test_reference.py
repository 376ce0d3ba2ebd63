"""docs/reference is what ontology, shapes and tables say, in both languages."""

import re
import xml.etree.ElementTree as ET

import pytest

from ohai_kg.project import open_project
from tests.conftest import ROOT
from tools.class_diagram import ClassBox, Line, draw_classes
from tools.reference import Reference

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def reference():
    return Reference(open_project(ROOT))


@pytest.fixture(scope="module")
def pages(reference):
    return reference.pages()


def test_the_reference_equals_the_files(pages):
    folder = ROOT / "docs" / "reference"
    assert {path.name for path in folder.iterdir()} == set(pages)
    assert [name for name, text in pages.items() if (folder / name).read_text(encoding="utf-8") != text] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_term_code_and_column_is_in_it(pages, lang, reference):
    terms = set(re.findall(r"`(zwgk:\w+)`", pages[f"terms.{lang}.md"]))
    assert terms >= {f"zwgk:{iri.rpartition('#')[2]}" for iri in reference.vocabulary.terms}
    assert len(re.findall(r"^## ", pages[f"code-lists.{lang}.md"], re.MULTILINE)) == len(
        list(ROOT.glob("ontology/**/schemes/*.ttl"))
    )
    assert len(re.findall(r"^### ", pages[f"tables.{lang}.md"], re.MULTILINE)) == len(list(ROOT.glob("data/**/*.csv")))


def test_a_class_tells_its_properties_their_number_and_their_rules(pages):
    assert "| 领域 | `zwgk:domain` | 试点领域 | 1 | CORE-DUTY-" in pages["terms.zh.md"]
    assert re.search(r"## duty `zwgk:Duty`\n\nOne row of the task list", pages["terms.en.md"])


def test_the_version_is_told(pages):
    assert all("1.0.0" in pages[name] for name in pages if name.endswith(".md"))


def test_every_class_has_a_box_and_no_box_covers_another(pages, reference):
    drawn = ET.fromstring(pages["classes.zh.svg"])
    boxes = [group.find(f"{SVG}rect") for group in drawn.iter(f"{SVG}g")]
    assert len(boxes) == len(reference.classes())
    places = [tuple(int(box.get(name)) for name in ("x", "y", "width", "height")) for box in boxes]
    for place, (x, y, width, height) in enumerate(places):
        for other_x, other_y, other_width, other_height in places[place + 1 :]:
            apart = x + width <= other_x or other_x + other_width <= x or y + height <= other_y or other_y + other_height <= y
            assert apart


def test_a_relation_is_a_line_from_its_property_to_its_class():
    one = ClassBox("urn:a", "甲<", "zwgk:A", "", (Line("属于", "乙", "1", "urn:b"),))
    drawn = ET.fromstring(draw_classes([one, ClassBox("urn:b", "乙", "zwgk:B", "", ())], "zh"))
    assert [path.get("d") for path in drawn.findall(f"{SVG}path")] == ["M364 80H372V30H420"]
    assert [text.text for text in drawn.iter(f"{SVG}text") if text.get("class") == "r"] == ["属于 → 乙"]


def test_making_it_twice_gives_the_same(pages):
    assert Reference(open_project(ROOT)).pages() == pages
