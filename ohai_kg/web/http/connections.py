"""The open connections of all clients: how many there may be, in all and of one address, and who gives way to a new one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from ohai_kg.web.http.clients import parse_address, share_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network, IPv6Network

    Network = IPv4Network | IPv6Network

_log = logging.getLogger("ohai_kg.web")

_PER_CONNECTION: Final = 2
"""Descriptors: the socket, and a file being sent or a part of a form being kept."""
_RESERVE: Final = 64
"""Descriptors for the listening socket, the log, the search index, and files of a release that is being followed."""
_PER_WORKER: Final = 8
"""Descriptors for the pipes of a worker, twice: while the server moves to another release the workers of both run."""
_FEWEST: Final = 8


class Connection(Protocol):
    """What has to be known of a connection."""

    heard: float
    """When the client last sent something."""

    def is_idle(self) -> bool:
        """Whether no request has come, or not even its head whole."""

    def is_receiving(self) -> bool:
        """Whether the body of a request is to come."""

    def give_way(self) -> None:
        """Close at once."""


C = TypeVar("C", bound=Connection)


class Connections(Generic[C]):
    """All open connections, oldest first. Those of `exempt` networks (proxies) are counted in all, not by address."""

    def __init__(self, most: int, most_per_address: int, exempt: Iterable[Network] = ()) -> None:
        self.most = most
        self._most_per_address = most_per_address
        self._exempt = tuple(exempt)
        self._clients: dict[C, str] = {}
        self._by_client: dict[str, dict[C, None]] = {}

    def __len__(self) -> int:
        return len(self._clients)

    def all(self) -> list[C]:
        """The connections, oldest first."""
        return list(self._clients)

    def admit(self, connection: C, address: str) -> bool:
        """Count a new connection. False: there are too many.

        Before that the oldest one without a request gives way, then the one whose body has not moved for longest.
        """
        client = self._client(address)
        own = self._by_client.get(client, {})
        if client and len(own) >= self._most_per_address and not self._make_room(own):
            return False
        if len(self._clients) >= self.most and not self._make_room(self._clients):
            return False
        self._clients[connection] = client
        self._by_client.setdefault(client, {})[connection] = None
        return True

    def leave(self, connection: C) -> None:
        """Forget a connection that is closed."""
        client = self._clients.pop(connection, None)
        if client is None:
            return
        own = self._by_client[client]
        del own[connection]
        if not own:
            del self._by_client[client]

    def _make_room(self, among: Iterable[C]) -> bool:
        one = next((one for one in among if one.is_idle()), None)
        one = one or min((one for one in among if one.is_receiving()), key=lambda one: one.heard, default=None)
        if one is None:
            return False
        self.leave(one)
        one.give_way()
        return True

    def _client(self, address: str) -> str:
        """What counts as one client; empty: not counted."""
        ip = parse_address(address)
        return "" if ip is None or any(ip in network for network in self._exempt) else share_of(address)


def room_for(wanted: int, workers: int) -> int:
    """How many connections the process has descriptors for, up to `wanted`; its soft limit is raised where it may be.

    A reserve stays, so that a release can be followed and answers be evaluated whatever clients do.
    """
    try:
        import resource
    except ImportError:  # Windows
        return wanted
    reserve = _RESERVE + _PER_WORKER * workers
    needed = wanted * _PER_CONNECTION + reserve
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    if soft < needed:
        highest = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))
            soft = highest
        except (OSError, ValueError):
            _log.info("the limit of open files stays at %d", soft)
    room = max(_FEWEST, min(wanted, (soft - reserve) // _PER_CONNECTION))
    if room < wanted:
        _log.warning("%d open files allow %d connections, not the %d of max_connections; raise `ulimit -n`", soft, room, wanted)
    return room
