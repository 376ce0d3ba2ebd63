"""What was handed over on a disk verifies exactly when it is whole."""

import pyoxigraph as ox
import pytest

from ohai_kg.errors import FolderNotEmpty, NotAPackage
from ohai_kg.publication import handover
from ohai_kg.publication.handover import hand_over, verify
from ohai_kg.publication.packages import Packages
from ohai_kg.releases import Releases
from tests.export.support import BASE, publish

QUAD = ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c\n"), ox.NamedNode(BASE + "graph/g"))


@pytest.fixture
def package(tmp_path):
    releases = Releases(tmp_path / "home")
    return Packages(releases).make(publish(releases, [QUAD]))


@pytest.fixture
def folder(package, tmp_path):
    target = tmp_path / "移动 硬盘" / "数据包"
    hand_over(package, target)
    return target


def told(folder):
    return [(found.path, found.en) for found in verify(folder)]


def test_what_was_handed_over_is_whole(folder, package):
    assert told(folder) == []
    assert {p.relative_to(folder) for p in folder.rglob("*")} == {p.relative_to(package) for p in package.rglob("*")}


def test_a_changed_byte_a_missing_and_an_extra_file_are_told(folder):
    content = bytearray((folder / "data.trig").read_bytes())
    content[-4] ^= 1
    (folder / "data.trig").write_bytes(content)
    (folder / "data.nq.gz").unlink()
    (folder / "graphs" / "另.ttl").write_text("", encoding="utf-8")
    assert told(folder) == [
        ("data.nq.gz", "missing"),
        ("data.trig", "its content does not match its checksum"),
        ("graphs/另.ttl", "extra: not among the checksums"),
    ]


def test_a_count_of_statements_that_is_wrong_is_told_though_all_sums_are_right(package, tmp_path):
    (package / "data.nq").write_bytes((package / "data.nq").read_bytes() * 2)
    sums = (package / "SHA-256SUMS").read_text(encoding="utf-8").splitlines()
    manifest = (package / "manifest.json").read_text(encoding="utf-8")
    fresh = handover.hashlib.sha256((package / "data.nq").read_bytes()).hexdigest()
    old = next(line for line in sums if line.endswith("  data.nq"))[:64]
    (package / "manifest.json").write_text(manifest.replace(old, fresh), encoding="utf-8", newline="\n")
    whole = handover.hashlib.sha256((package / "manifest.json").read_bytes()).hexdigest()
    lines = [line.replace(old, fresh) if not line.endswith("manifest.json") else f"{whole}  manifest.json" for line in sums]
    (package / "SHA-256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert told(package) == [("data.nq", "has 2 statements instead of 1")]


def test_an_interrupted_export_never_verifies_and_can_be_done_again(package, tmp_path, monkeypatch):
    target, copied = tmp_path / "out", []

    def copy(source, place):
        if len(copied) == 3:
            raise KeyboardInterrupt
        copied.append(place.write_bytes(source.read_bytes()))

    monkeypatch.setattr(handover.shutil, "copyfile", copy)
    with pytest.raises(KeyboardInterrupt):
        hand_over(package, target)
    monkeypatch.undo()
    assert ("INCOMPLETE", "the export was not finished") in told(target)
    hand_over(package, target)
    assert told(target) == []


def test_another_release_takes_the_place_of_the_one_before(folder, tmp_path):
    releases = Releases(tmp_path / "home")
    other = publish(releases, [QUAD, ox.Quad(QUAD.subject, QUAD.predicate, QUAD.subject, ox.NamedNode("urn:other"))])
    hand_over(Packages(releases).make(other), folder)
    assert told(folder) == []
    assert other.id in (folder / "manifest.json").read_text(encoding="utf-8")


def test_a_folder_with_other_files_is_left_alone(folder, package):
    (folder / "报表.docx").write_text("mine", encoding="utf-8")
    before = sorted(folder.rglob("*"))
    with pytest.raises(FolderNotEmpty, match=r"报表\.docx"):
        hand_over(package, folder)
    assert sorted(folder.rglob("*")) == before


def test_a_folder_that_is_no_package_is_told(tmp_path):
    with pytest.raises(NotAPackage):
        verify(tmp_path)
