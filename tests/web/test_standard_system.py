"""The standard system: a tree from the data that never claims to be the lost picture."""

import re
import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app


@pytest.fixture(scope="module")
def client(plan_project, plan_release):
    with TestClient(create_app(plan_project)) as client:
        yield client


def test_the_tree_holds_every_node_and_standard_once(client):
    tree = re.search(r'<ul class="tree">.*?\n</ul>\n<p class="note">', client.get("/standard-system").text, re.DOTALL)[0]
    assert len(re.findall(r'class="node" href="/doc/node/', tree)) == 9
    standards = re.findall(r'href="(/doc/standard/[^"]+)"', tree)
    assert (len(standards), len(set(standards))) == (20, 20)
    assert tree.count('<span class="planned"') == 18
    assert tree.count('<span class="issued"') == 2


def test_a_standard_is_told_with_who_when_and_under_which_provision(client):
    page = client.get("/standard-system").text
    assert "拟制定；区国土资源分局（牵头）、区质监局（配合）；2017-10-31、2017-11-30；三（二）、四（二）2、四（三）1" in page


def test_the_page_says_that_the_picture_is_lost_and_what_is_inferred(client):
    page = client.get("/standard-system").text
    assert "附件8只有标题，结构图已佚" in page
    assert "归纳，非附件8原图" in page
    assert len(re.findall('<span class="assumed">归纳</span>', page)) == 9


def test_the_picture_is_drawn_from_the_same_data(client):
    root = ET.fromstring(client.get("/standard-system.svg").text)
    shapes = [element.text for element in root.iter() if element.text in {"○", "●"}]
    assert (shapes.count("○"), shapes.count("●")) == (18, 2)
    assert "结构图已佚" in "".join(element.text or "" for element in root.iter())
    assert float(root.get("height")) / float(root.get("width")) < 1.3  # a page of A4 holds it, margins and caption too


def test_the_defects_of_the_document_are_listed_with_what_was_done(client):
    page = client.get("/defects").text
    assert len(re.findall(r'href="/doc/defect/', page)) == 110
    assert '<a href="/doc/defect/D-IMG-1">D-IMG-1</a>' in page
    assert "前后不一、缺漏或笔误" in page
