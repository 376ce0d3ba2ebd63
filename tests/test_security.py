"""SECURITY.md promises with settings that exist, codes that exist, files that exist."""

import re

import pytest

from ohai_kg.errors import OhaiError
from ohai_kg.settings import Settings
from tests.conftest import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
_NO_SETTINGS = {"SERVICE", "LOAD", "FROM", "TLS", "SIGTERM", "CI", "OHAI_KG_"}


def codes(kind=OhaiError):
    return {kind.code}.union(*map(codes, kind.__subclasses__()))


def test_every_setting_it_names_exists():
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", TEXT)) - _NO_SETTINGS
    assert {name.lower() for name in named} <= set(Settings.model_fields)
    assert len(named) > 20


@pytest.mark.parametrize("prefix", ["query", "validation", "max", "report_keep"])
def test_every_limit_there_is_is_named(prefix):
    limits = {name for name in Settings.model_fields if name.startswith(prefix)}
    assert {name.upper() for name in limits} <= set(re.findall(r"[A-Z_]+", TEXT))


def test_every_code_of_an_error_and_every_file_it_names_exists():
    assert set(re.findall(r"\b[45]\d\d `([a-z-]+)`", TEXT)) <= codes()
    files = set(re.findall(r"`([\w./-]+\.(?:md|conf|lock|toml|json))`", TEXT))
    missing = {name for name in files if not (ROOT / name).exists() and not list((ROOT / "ohai_kg").rglob(name))}
    assert missing == set()
    assert {"docs/nginx.conf", "requirements.lock"} <= files


def test_the_proxy_s_limits_are_those_of_the_settings():
    proxy = (ROOT / "docs" / "nginx.conf").read_text(encoding="utf-8")
    defaults = Settings()
    largest = re.search(r"client_max_body_size (\d+)m;", proxy)
    header = re.search(r"large_client_header_buffers \d+ (\d+)k;", proxy)
    patience = re.search(r"proxy_read_timeout (\d+)s;", proxy)
    assert largest
    assert header
    assert patience
    assert defaults.max_upload_mb < int(largest[1]) <= defaults.max_upload_mb + 2
    assert int(header[1]) == defaults.max_header_kb
    assert int(patience[1]) > max(defaults.query_timeout_s, defaults.validation_timeout_s)
    waits = re.findall(r"(?:client_header|client_body|send)_timeout (\d+)s;", proxy)
    assert set(waits) == {f"{defaults.request_timeout_s:g}"}
