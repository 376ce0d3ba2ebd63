"""A build publishes all or nothing, repeats itself to the byte, and erases no written statement unasked."""

import errno
import json

import pytest

from ohai_kg import build as building
from ohai_kg.build import Writes, build, is_current
from ohai_kg.errors import (
    BuildError,
    NotConformant,
    ReleaseChanged,
    StorageFull,
    TableFaults,
    UnsavedWrites,
)
from ohai_kg.project import open_project
from ohai_kg.releases import Releases
from tests.conftest import ROOT

GRAPH = "https://data.yunting.example/zwgk/graph/office"
LINE = f'<https://data.yunting.example/zwgk/id/note/one> <http://purl.org/dc/terms/title> "写入"@zh <{GRAPH}> .\n'


@pytest.fixture
def district(tmp_path):
    """A copy of the second district, small enough to build often."""
    import shutil

    root = tmp_path / "district"
    shutil.copytree(ROOT / "examples" / "district", root, ignore=shutil.ignore_patterns(".ohai-kg"))
    return open_project(root)


def write(project, extra: str = LINE, without: str = ""):
    """Publish what a write would: the current release with a line more, or fewer."""
    releases = Releases(project.home)
    current = releases.current()
    lines = current.nquads.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = sorted([line for line in lines if not (without and without in line)] + ([extra] if extra else []))
    with releases.stage() as staging:
        (staging / "data.nq").write_text("".join(kept), encoding="utf-8")
        return releases.publish(
            staging,
            base=current.manifest.base,
            graphs={GRAPH: 1},
            inputs=current.manifest.inputs,
            parent=current.id,
            written_graphs=(GRAPH,),
        )


def test_the_same_input_gives_the_same_bytes(district):
    first, second = build(district).release, build(district).release
    assert first.nquads.read_bytes() == second.nquads.read_bytes()
    assert first.manifest.inputs == second.manifest.inputs


def test_a_release_carries_the_reports_of_the_whole_and_of_each_source(district):
    release = build(district).release
    reports = {path.relative_to(release.path).as_posix() for path in release.path.rglob("*.json")} - {"manifest.json"}
    assert {"reports/core.json", "reports/elements.json", "reports/elements/catalogue-990101-jiuye-2024.json"} <= reports
    catalogue = json.loads((release.path / "reports/elements/catalogue-990101-jiuye-2024.json").read_text(encoding="utf-8"))
    assert catalogue["counts"]["items"] == 6
    assert json.loads((release.path / "reports/core.json").read_text(encoding="utf-8"))["counts"]["violation"] == 0


def test_the_reports_of_the_plan_count_what_its_six_items_lack(plan_release):
    report = json.loads((plan_release.path / "reports/elements/plan-2017-107.json").read_text(encoding="utf-8"))
    missing = [f["element"] for f in report["findings"] if f["component"] == "MinCountConstraintComponent"]
    assert sorted(missing) == ["basis"] * 6 + ["content"] * 6 + ["deadline"] * 6 + ["subject"]
    assert report["counts"] == {"items": 6, "violation": 25, "warning": 0, "info": 0}


def test_changed_inputs_are_noticed(district):
    build(district)
    assert is_current(district)
    with (district.data / "registry" / "units.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not is_current(district)


def test_data_that_break_a_rule_are_told_and_not_published(district):
    first = build(district).release
    duties = next(district.data.rglob("duties.csv"))
    lines = duties.read_text(encoding="utf-8").splitlines(keepends=True)
    assignments = duties.parent / "assignments.csv"
    key = lines[1].partition(",")[0]
    kept = [line for line in assignments.read_text(encoding="utf-8").splitlines(keepends=True) if key not in line]
    assignments.write_text("".join(kept), encoding="utf-8")
    with pytest.raises((NotConformant, TableFaults)) as caught:
        build(district)
    assert key in caught.value.zh
    assert Releases(district.home).current() == first


def test_a_rule_that_does_not_parse_is_told_by_name(district):
    rules = district.root / "ontology" / "rules"
    rules.mkdir(parents=True)
    (rules / "90-broken.rq").write_text("CONSTRUCT { ?s ?p }", encoding="utf-8")
    with pytest.raises(BuildError, match=r"90-broken\.rq"):
        build(district)


def test_a_build_refuses_over_unsaved_writes_and_names_their_graphs(district):
    build(district)
    write(district)
    with pytest.raises(UnsavedWrites) as caught:
        build(district)
    assert GRAPH in caught.value.zh
    assert "增 1 句，删 0 句" in caught.value.zh


def test_kept_writes_are_saved_as_local_statements_and_stay_in_the_graph(district):
    build(district)
    write(district)
    release = build(district, writes=Writes.KEEP).release
    saved = list((district.data / "local").glob("*.nq"))
    assert [path.read_text(encoding="utf-8") for path in saved] == [LINE]
    assert LINE in release.nquads.read_text(encoding="utf-8")
    assert release.manifest.written_graphs == ()


def publish_another(district):
    write(district, LINE.replace("one", "meanwhile"))


def break_the_rules(district):
    path = district.data / "local" / "broken.nq"
    path.parent.mkdir(exist_ok=True)
    path.write_text("no statement\n", encoding="utf-8")


def fill_the_disk(_):
    raise OSError(errno.ENOSPC, "full", "there")


@pytest.mark.parametrize(
    ("place", "fault", "error"),
    [
        ("write_reports", publish_another, ReleaseChanged),
        ("write_reports", fill_the_disk, StorageFull),
        ("assemble", fill_the_disk, StorageFull),
        ("pass_gate", fill_the_disk, StorageFull),
    ],
)
def test_a_build_that_keeps_writes_and_fails_changes_nothing(district, monkeypatch, place, fault, error):
    build(district)
    write(district)
    before = {path: path.read_bytes() for path in district.data.rglob("*") if path.is_file()}
    whole = getattr(building, place)

    def faulty(*arguments):
        fault(district)
        return whole(*arguments)

    monkeypatch.setattr(building, place, faulty)
    with pytest.raises(error):
        build(district, writes=Writes.KEEP)
    assert {path: path.read_bytes() for path in district.data.rglob("*") if path.is_file()} == before
    assert not (district.data / "local").exists()


def test_kept_writes_are_not_left_behind_where_the_last_step_fails(district, monkeypatch):
    build(district)
    current = write(district)
    monkeypatch.setattr(Releases, "_point_at", lambda *_: fill_the_disk(None))
    with pytest.raises(StorageFull):
        build(district, writes=Writes.KEEP)
    assert not (district.data / "local").exists()
    assert Releases(district.home).current() == current
    monkeypatch.undo()
    release = build(district, writes=Writes.KEEP).release
    assert f"data/local/written-{current.id}.nq" in release.manifest.inputs
    assert is_current(district)


def test_kept_writes_that_are_no_good_are_told_and_changes_nothing(district):
    build(district)
    write(district)
    break_the_rules(district)
    with pytest.raises(TableFaults, match=r"broken\.nq"):
        build(district, writes=Writes.KEEP)
    assert [path.name for path in (district.data / "local").iterdir()] == ["broken.nq"]


@pytest.mark.parametrize("name", ["data.nq", "manifest.json"])
def test_a_damaged_release_that_holds_writes_is_never_built_over_unasked(district, name):
    build(district)
    release = write(district)
    (release.path / name).write_bytes((release.path / name).read_bytes()[:-40])
    for writes in (Writes.REFUSE, Writes.KEEP):
        with pytest.raises(UnsavedWrites, match=f"discard.*{release.id}"):
            build(district, writes=writes)
    assert build(district, writes=Writes.DISCARD).release.manifest.written_graphs == ()


def test_discarded_writes_are_gone(district):
    first = build(district).release
    write(district)
    release = build(district, writes=Writes.DISCARD).release
    assert release.nquads.read_bytes() == first.nquads.read_bytes()


def test_deletions_by_writes_cannot_be_kept_and_are_told(district):
    build(district)
    write(district, extra="", without="/id/defect/")
    with pytest.raises(UnsavedWrites, match="Writes deleted"):
        build(district, writes=Writes.KEEP)


def test_the_build_that_writes_stand_on_is_never_pruned(district):
    built = build(district).release
    for number in range(8):
        write(district, LINE.replace("one", f"n{number}"))
        Releases(district.home).prune(2)
    assert Releases(district.home).get(built.id) == built
    with pytest.raises(UnsavedWrites, match="8 statements added, 0 deleted"):
        build(district)
