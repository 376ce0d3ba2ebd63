"""Every setting does something, or is refused."""

import re

import pytest

from ohai_kg.errors import ProjectError
from ohai_kg.settings import Settings, load_settings
from tests.conftest import ROOT

PROMISED = {"store"}
"""Settings that are refused until what they set exists."""


def test_every_setting_is_read_by_something():
    text = "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("ohai_kg/**/*.py", "ohai_kg/**/*.html")
        for path in ROOT.glob(pattern)
        if path.name != "settings.py"
    )
    reads = {"token", "token_file"}  # by `Settings.write_token`
    unread = {
        name
        for name in set(Settings.model_fields) - PROMISED - reads
        if not re.search(rf"(?:settings|_settings|config|s)\.{name}\b|[\"']{name}[\"']", text)
    }
    assert unread == set()


def test_a_remote_engine_is_refused_until_one_is_supported(tmp_path, monkeypatch):
    monkeypatch.setenv("OHAI_KG_STORE", "https://engine.example/sparql")
    with pytest.raises(ProjectError, match="no remote engine is supported yet"):
        load_settings(tmp_path / "ohai_kg.toml")
    monkeypatch.setenv("OHAI_KG_STORE", "")
    assert load_settings(tmp_path / "ohai_kg.toml").store == ""
