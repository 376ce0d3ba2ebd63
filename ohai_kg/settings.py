"""Every setting, in one frozen object made once at the edge (command line, server, `ohai_kg.open`) and passed in.

Sources, strongest first: the environment (`OHAI_KG_` + name), then `ohai_kg.toml` of the project. Nothing else reads
the environment.
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ohai_kg.errors import ProjectError
from ohai_kg.namespaces import CANONICAL_BASE


def _is_address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("must start with http:// or https://")
    return text


def _ends_with_slash(base: str) -> str:
    if not base.startswith(("http://", "https://")) or not base.endswith("/"):
        raise ValueError("must start with http:// or https:// and end with /")
    return base


_HOST_PATTERN = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


def _are_hosts(text: str) -> str:
    for name in listed(text):
        if not _HOST_PATTERN.fullmatch(name):
            raise ValueError(f"{name} is no host name (no scheme, no port)")
    return text


def _are_networks(text: str) -> str:
    for name in listed(text):
        try:
            ipaddress.ip_network(name)
        except ValueError:
            raise ValueError(f"{name} is no address and no network such as 10.0.0.0/8") from None
    return text


def listed(text: str) -> list[str]:
    """The entries of a setting that takes several, separated by commas."""
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _refuse_remote(address: str) -> str:
    if address:
        raise ValueError("不支持外部查询引擎，请去掉此项 no remote engine is supported yet, remove it")
    return address


class Settings(BaseSettings):
    """What a deployment can turn. Each field says its unit; docs/settings.md is generated from here."""

    model_config = SettingsConfigDict(env_prefix="OHAI_KG_", frozen=True, extra="forbid")

    title_zh: str = Field("政务公开知识图谱", description="Name of the site in Chinese.")
    title_en: str = Field("Disclosure knowledge graph", description="Name of the site in English.")
    publisher: str = Field("", description="IRI of the publishing unit.")
    region_code: str = Field("", description="GB/T 2260 code of the district, six digits.")
    license: Annotated[str, AfterValidator(_is_address)] = Field(
        "",
        description="IRI of the licence of the data, as the publisher states it; empty: the catalogue says none is stated.",
    )
    contact: str = Field("", description="E-mail or web address for questions about the data.")
    update_frequency: Literal["", "实时", "每日", "每周", "每月", "每季度", "每半年", "每年", "其他"] = Field(
        "",
        description="How often the data are updated, as the publisher states it (更新周期): "
        "实时 每日 每周 每月 每季度 每半年 每年 其他.",
    )
    resource_class: str = Field("", description="信息资源分类 of the data in 政务信息资源目录: the class code, such as `3/07`.")
    sharing_type: Literal["", "无条件共享", "有条件共享", "不予共享"] = Field(
        "", description="共享类型, as the publisher states it: 无条件共享 有条件共享 不予共享."
    )
    sharing_condition: str = Field("", description="共享条件, as the publisher states it.")
    sharing_mode_class: str = Field("", description="共享方式分类, as the publisher states it, such as 共享平台方式.")
    sharing_mode: str = Field("", description="共享方式类型, as the publisher states it, such as 接口.")
    open_to_public: Literal["", "是", "否"] = Field("", description="是否向社会开放, as the publisher states it: 是 否.")
    open_type: Literal["", "无条件开放类", "受限开放类", "禁止开放类"] = Field(
        "", description="开放类型 of 公共数据开放目录, as the publisher states it: 无条件开放类 受限开放类 禁止开放类."
    )
    open_condition: str = Field("", description="开放条件, as the publisher states it.")
    base: Annotated[str, AfterValidator(_ends_with_slash)] = Field(
        CANONICAL_BASE, description="Where instance and graph IRIs start; ends with a slash. Terms never move."
    )
    home: Path | None = Field(None, description="Where releases live; default `.ohai-kg` in the project directory.")
    keep_releases: int = Field(5, ge=1, description="How many releases are kept; the current one always is.")
    memory_max_quads: int = Field(
        10_000_000, ge=0, description="Releases up to this many quads are served from memory, larger ones from disk."
    )
    store: Annotated[str, AfterValidator(_refuse_remote)] = Field(
        "", description="Address of a remote SPARQL engine. None is supported yet: anything but nothing is refused."
    )
    union_default_graph: bool = Field(
        True, description="Queries see the union of all named graphs as their default graph; false: SPARQL's plain one."
    )
    token: SecretStr | None = Field(None, description="Turns writing on; sent as `Authorization: Bearer`.")
    token_file: Path | None = Field(None, description="File whose first line is the token.")
    workers: int = Field(
        default_factory=lambda: max(4, os.cpu_count() or 4), ge=1, le=64, description="Processes that evaluate queries."
    )
    query_timeout_s: float = Field(10.0, gt=0, description="Longest evaluation of one query or update, seconds.")
    query_memory_mb: int = Field(1024, ge=16, description="Memory one query may take on top of the loaded release, MB.")
    max_rows: int = Field(1_000_000, ge=1, description="Longest answer, rows or triples; a cut answer says so.")
    max_queue: int = Field(64, ge=0, description="Queries that may wait for a worker; more are answered 503.")
    max_query_kb: int = Field(1024, ge=1, description="Longest query or update text, kB.")
    max_upload_mb: int = Field(50, ge=1, description="Largest upload, MB.")
    validation_memory_mb: int = Field(1024, ge=256, description="Memory one process that judges uploads may take, MB.")
    validation_timeout_s: float = Field(60.0, gt=0, description="Longest judging of one upload, seconds.")
    validation_workers: int = Field(2, ge=1, le=64, description="Processes that judge uploads.")
    validation_queue: int = Field(32, ge=0, description="Uploads that may wait to be judged; more are answered 503.")
    report_keep_h: float = Field(1.0, gt=0, description="How long the report of an upload and the file are kept, hours.")
    report_keep_mb: int = Field(
        256, ge=1, description="Disk for reports and files of uploads, MB; the sender with most of them loses its oldest first."
    )
    max_header_kb: int = Field(
        64, ge=8, description="Largest request line with headers, kB; a larger one is answered 414 or 431."
    )
    request_timeout_s: float = Field(
        30.0, gt=0, description="How long a client may take over the head of a request, and between parts of its body, seconds."
    )
    max_connections: int = Field(
        1024,
        ge=1,
        description="Open connections in all; beyond, one without a whole request gives way, else the new one is closed.",
    )
    max_connections_per_address: int = Field(
        256, ge=1, description="The same for one address (of IPv6 a network of 64 bits). Trusted proxies are not counted."
    )
    stop_timeout_s: float = Field(10.0, ge=0, description="How long answers under way may take to finish at a stop, seconds.")
    allowed_hosts: Annotated[str, AfterValidator(_are_hosts)] = Field(
        "", description="Host names this site answers to, separated by commas, `*.` for any subdomain; empty: any."
    )
    trusted_proxies: Annotated[str, AfterValidator(_are_networks)] = Field(
        "",
        description="Addresses or networks of reverse proxies, separated by commas, whose X-Forwarded-For and -Proto hold.",
    )
    base_url: Annotated[str, AfterValidator(_is_address)] = Field(
        "", description="The site's own address, such as `https://ohai.example/kg`; absolute links use it instead of Host."
    )
    cache_mb: int = Field(64, ge=0, description="Memory for cached answers, MB; 0 turns the cache off.")
    cache_max_age_s: int = Field(0, ge=0, description="`max-age` of the Cache-Control header of answers, seconds.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file; no dotenv and no secrets directory."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def proxy_networks(self) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """`trusted_proxies`, read."""
        return [ipaddress.ip_network(name) for name in listed(self.trusted_proxies)]

    @property
    def write_token(self) -> str | None:
        """The token that allows writing, from the environment or from its file; None: writing is off."""
        if self.token is not None:
            return self.token.get_secret_value() or None
        if self.token_file is not None:
            lines = self.token_file.read_text(encoding="utf-8").splitlines()
            return (lines[0].strip() if lines else "") or None
        return None


def load_settings(config_file: Path, **overrides: Any) -> Settings:
    """Settings of the project whose `ohai_kg.toml` is `config_file` (it may be absent).

    Raises ProjectError naming every setting that is unknown or out of range.
    """

    class _ProjectSettings(Settings):
        model_config = SettingsConfigDict(toml_file=config_file)

    try:
        return _ProjectSettings(**overrides)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']} ({e['input']!r})" for e in error.errors())
        raise ProjectError(
            f"设置有误，请改正 {config_file.name} 或环境变量 OHAI_KG_*：{faults}",
            f"Settings are wrong; correct {config_file.name} or the OHAI_KG_* variables: {faults}",
        ) from None
