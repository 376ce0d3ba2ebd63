"""`ohai-kg validate`: reports on stdout alone, exit codes that a pipeline can use."""

import json

from tests.cli.test_commands import run
from tests.conftest import ROOT

ITEMS = ROOT / "examples" / "invalid" / "plan-2017-107-items.ttl"
GOLDEN = ROOT / "examples" / "invalid" / "plan-2017-107-items.json"


def test_violations_exit_with_1_and_stdout_is_just_the_report(tmp_path):
    outcome = run("validate", ITEMS, "--profile", "elements", "--format", "json", home=tmp_path)
    assert outcome.returncode == 1
    assert outcome.stdout.decode() == GOLDEN.read_text(encoding="utf-8")


def test_a_file_that_conforms_exits_with_0(tmp_path):
    outcome = run(
        "validate", ROOT / "examples" / "valid" / "elements" / "six-elements.ttl", "--profile", "elements", home=tmp_path
    )
    assert outcome.returncode == 0, outcome.stdout.decode()


def test_what_cannot_be_validated_exits_with_2_and_nothing_on_stdout(tmp_path):
    bad = tmp_path / "坏 文件.ttl"
    bad.write_text("这不是 Turtle", encoding="utf-8")
    outcome = run("validate", bad, home=tmp_path)
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert "坏 文件.ttl" in outcome.stderr.decode()


def test_a_folder_gives_one_summary_and_pages_to_print(tmp_path):
    folder = tmp_path / "提交"
    folder.mkdir()
    (folder / "区征收办.ttl").write_bytes(ITEMS.read_bytes())
    outcome = run("validate", folder, "--profile", "elements", "--format", "html", "-o", tmp_path / "out", home=tmp_path)
    assert outcome.returncode == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "index.html",
        "区征收办.html",
        "区征收办.json",
        "区征收办-整改清单.html",
    }
    assert "ELM-02" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    summary = json.loads(run("validate", folder, "--profile", "elements", "--format", "json", home=tmp_path).stdout)
    assert [t["count"] for t in summary["tallies"] if t["rule"] == "ELM-10"] == [6]


def test_shapes_of_ones_own_are_taken_on_the_command_line(tmp_path):
    shapes = tmp_path / "own.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix zwgk: <https://w3id.org/zwgk/ns#> .\n"
        "<urn:s> a sh:NodeShape ; sh:targetClass zwgk:InformationItem ; sh:property <urn:p> .\n"
        '<urn:p> a sh:PropertyShape ; sh:path zwgk:publisher ; sh:minCount 1 ; sh:message "要有主体"@zh , "A subject"@en .',
        encoding="utf-8",
    )
    outcome = run("validate", ITEMS, "--shapes", shapes, "--format", "json", home=tmp_path)
    assert [f["shape"] for f in json.loads(outcome.stdout)["findings"]] == ["urn:p"]


def test_a_published_graph_is_judged_with_all_it_refers_to(tmp_path):
    assert run("build", home=tmp_path).returncode == 0
    outcome = run("validate", "--graph", "plan-2017-107", "--profile", "elements", "--format", "json", home=tmp_path)
    assert json.loads(outcome.stdout)["counts"] == {"items": 6, "violation": 25, "warning": 0, "info": 0}


def test_a_submission_is_compared_with_the_last_one(tmp_path):
    earlier = tmp_path / "earlier.json"
    earlier.write_bytes(run("validate", ITEMS, "--profile", "elements", "--format", "json", home=tmp_path).stdout)
    mended = tmp_path / "mended.ttl"
    text = ITEMS.read_text(encoding="utf-8")
    mended.write_text(
        text.replace('zwgk:indexNumber "...100-Y"', 'zwgk:indexNumber "330304-CQAZ01-C-001-0100-Y"'), encoding="utf-8"
    )
    outcome = run("validate", mended, "--profile", "elements", "--last", earlier, home=tmp_path)
    assert "已整改 1，仍存在 24，新增 0。" in outcome.stdout.decode()


def test_a_folder_of_shapes_is_a_profile_of_its_own_without_any_code(tmp_path):
    root = tmp_path / "project"
    (root / "shapes" / "bureau").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "ohai_kg.toml").write_text("", encoding="utf-8")
    (root / "shapes" / "bureau" / "item.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix zwgk: <https://w3id.org/zwgk/ns#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "<urn:bureau:item> a sh:NodeShape ; sh:targetClass zwgk:InformationItem ; sh:property <urn:bureau:one> .\n"
        '<urn:bureau:one> a sh:PropertyShape ; dct:identifier "BUR-01" ; sh:path zwgk:publisher ; sh:minCount 1 ;\n'
        '  sh:message "缺少主体"@zh , "No subject"@en .\n',
        encoding="utf-8",
    )
    outcome = run("validate", ITEMS, "--profile", "bureau", "--format", "json", "--project", root, home=tmp_path)
    report = json.loads(outcome.stdout)
    assert (report["profiles"], [f["rule"] for f in report["findings"]]) == (["bureau"], ["BUR-01"])
    assert report["findings"][0]["message"] == {"zh": "缺少主体", "en": "No subject"}
