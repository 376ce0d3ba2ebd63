"""What every request passes before the site answers it: whom it is meant for, by which address, how much it may carry.

Here the site's own address is decided, once: with the setting `base_url` a request looks as if it had been sent to that
address, so that `request.base_url` and all that is derived from it holds for every link.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ohai_kg.errors import HostInvalid, HostRefused
from ohai_kg.settings import listed
from ohai_kg.web.http.endpoints import with_policy
from ohai_kg.web.http.parameters import too_large

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from ohai_kg.settings import Settings

_HOST: Final = re.compile(rb"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*)|\[([0-9A-Fa-f:.]+)\])(?::[0-9]{1,5})?")
_PROBES: Final = frozenset({"/healthz", "/readyz"})
"""They answer to any name: a probe calls a server by its address, and they say nothing of the data."""
_SMALL_BODY: Final = 1 << 20
_FORM_EXTRA: Final = 1 << 20
"""Bytes a form may take besides its file."""
_DIGITS: Final = 20
"""Of a length that an HTTP parser takes (64 bits)."""
_UPLOADS: Final = ("/validate", "/compare", "/graphs")
"""Addresses that take files and count them themselves."""
_OWN: Final = {b"location": re.compile(rb"^(?=/(?!/))"), b"link": re.compile(rb"(?<=<)(?=/(?!/))")}
"""Where a header names an address of this site by its path."""


class Entrance:
    """The checks for one set of settings."""

    def __init__(self, settings: Settings) -> None:
        address = urlsplit(settings.base_url)
        self._scheme = address.scheme
        self._netloc = address.netloc.encode("idna" if not address.netloc.isascii() else "ascii")
        self._prefix = address.path.rstrip("/")
        names = [name.lower() for name in listed(settings.allowed_hosts)]
        own = [address.hostname] if names and address.hostname else []
        self._names = frozenset(name.strip("[]") for name in [*names, *own] if not name.startswith("*."))
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))
        self._small = max(_SMALL_BODY, settings.max_query_kb << 10)
        self._large = (settings.max_upload_mb << 20) + _FORM_EXTRA

    def admit(self, scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
        """The request as the site sees it. Raises HostInvalid, HostRefused."""
        hosts: list[bytes] = []
        length, carries = b"", False
        for name, value in scope["headers"]:
            if name == b"host":
                hosts.append(value)
            elif name == b"content-length":
                length, carries = value, value != b"0"
            elif name == b"transfer-encoding":
                carries = True
        self._check_host(hosts, scope)
        if self._netloc:
            scope = self._as_own(scope)
        if carries and scope["method"] not in {"GET", "HEAD"}:  # their bodies mean nothing and are read by nobody
            path = scope["path"]
            limit = self._large if path in _UPLOADS or path.startswith("/graphs/") else self._small
            receive = _bounded(receive, limit, int(length) if length.isdigit() and len(length) < _DIGITS else 0)
        return scope, receive

    def send_from(self, send: Send) -> Send:
        """`send`; where the site lies under a path, links in headers lead there."""
        prefix = self._prefix.encode()
        if not prefix:
            return send

        async def moved(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [(name, _moved(name, value, prefix)) for name, value in message["headers"]]}
            await send(message)

        return moved

    def _check_host(self, hosts: list[bytes], scope: Scope) -> None:
        if len(hosts) != 1 and (hosts or scope.get("http_version") != "1.0"):
            raise HostInvalid("请求须有且只有一个 Host 头。", "A request has exactly one header Host (RFC 9112 section 3.2).")
        name = host_name(hosts[0]) if hosts else ""
        if name is None:
            raise HostInvalid("请求头 Host 不是主机名。", "The header Host is no host name.")
        if not self._names and not self._suffixes:
            return
        if name not in self._names and not name.endswith(self._suffixes or ("\n",)) and scope["path"] not in _PROBES:
            raise HostRefused(
                "本站不以这个主机名提供服务；请用公布的网址，维护者见设置 allowed_hosts。",
                "This site is not served under that host name; use its published address (operators: setting `allowed_hosts`).",
            )

    def _as_own(self, scope: Scope) -> Scope:
        """The request as if sent to `base_url`; a proxy in front may have taken the prefix away or not."""
        headers = [(b"host", self._netloc), *(pair for pair in scope["headers"] if pair[0] != b"host")]
        path, raw = scope["path"], scope.get("raw_path") or scope["path"].encode()
        if self._prefix and path.startswith(self._prefix + "/"):
            path, raw = path.removeprefix(self._prefix), raw.removeprefix(self._prefix.encode())
        own = {"scheme": self._scheme, "headers": headers, "path": path, "raw_path": raw}
        return {**scope, **own, "app_root_path": self._prefix}


@lru_cache(maxsize=1024)
def host_name(host: bytes) -> str | None:
    """The name in a header Host, in lower case, without a port; None where it is none (RFC 3986 section 3.2.2).

    >>> host_name(b"Ohai.Example:8000"), host_name(b"[::1]"), host_name(b"[::1")
    ('ohai.example', '::1', None)
    """
    found = _HOST.fullmatch(host)
    if found is None:
        return None
    if found[1] is None:
        return host.partition(b":")[0].decode().lower().rstrip(".")
    try:
        return str(ipaddress.IPv6Address(found[1].decode()))
    except ValueError:
        return None


def _moved(name: bytes, value: bytes, prefix: bytes) -> bytes:
    """The value of a header of an answer, its own addresses under `prefix`."""
    pattern = _OWN.get(name)
    return value if pattern is None else pattern.sub(lambda _: prefix, value)


def with_policies(send: Send) -> Send:
    """`send`, which gives every answer a content security policy."""

    async def safe(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": with_policy(list(message["headers"]))}
        await send(message)

    return safe


def _bounded(receive: Receive, limit: int, announced: int) -> Receive:
    """`receive`, which raises UploadTooLarge where more than `limit` bytes are announced or come."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        if announced > limit:
            raise too_large(limit)
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise too_large(limit)
        return message

    return bounded
