"""Who asks, as far as a server can tell: the address a request comes from. Workers are shared out among these."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from ohai_kg.sparql.requests import CLIENT

if TYPE_CHECKING:
    from starlette.types import Scope

_SITE_PREFIX: Final = 64
"""Bits of an IPv6 address that tell one subscriber from another; the rest is theirs to change (RFC 6177, RFC 7934)."""


def count_for_client(scope: Scope) -> None:
    """From here on, whatever this request asks of the store counts for its client."""
    client = scope.get("client")
    CLIENT.set(share_of(client[0]) if client else "")


@lru_cache(maxsize=4096)
def share_of(address: str) -> str:
    """The name under which an address is counted: an IPv4 address is one client, an IPv6 network of 64 bits is one."""
    parsed = parse_address(address)
    if not isinstance(parsed, IPv6Address):
        return address if parsed is None else str(parsed)
    rest = 128 - _SITE_PREFIX
    return str(IPv6Address(int(parsed) >> rest << rest))


def parse_address(address: str) -> IPv4Address | IPv6Address | None:
    """An address; one of IPv4 also where a socket for both kinds writes it as IPv6. None: it is none (a Unix socket)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
