"""From where a request comes: by its connection, or as proxies say that are known by name."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from litestar import Request

from xenia.services.inputs import UnusableError

_log = logging.getLogger(__name__)

SAID_BY = "XENIA_PROXIES"
_FORWARDED = "x-forwarded-for"


class Proxies:
    """What stands between the service and those who ask, by addresses and networks: what one of
    them says of where a request comes from is believed, and nobody else."""

    def __init__(self, written: str = "") -> None:
        """`written`: such as `10.0.0.5, 192.168.7.0/24`.  Raises UnusableError."""
        self._networks: list[IPv4Network | IPv6Network] = []
        for one in written.replace(",", " ").split():
            try:
                self._networks.append(ip_network(one))
            except ValueError as error:
                raise UnusableError(
                    f'{SAID_BY}: "{one[:100]}" is neither an address nor a network ({error}): '
                    "write such as 10.0.0.5, 192.168.7.0/24"
                ) from None
        self._told = False

    def client(self, peer: str, forwarded: Sequence[str]) -> str:
        """The address of who asks, of a connection and of what its head says of those before."""
        found = peer
        before = [one.strip() for line in forwarded for one in line.split(",")]
        if before and not self._networks and not self._told:
            self._told = True
            _log.warning(
                "a proxy may stand before the service: everybody who comes by it counts as one "
                "until it is named by XENIA_PROXIES",
                extra={"proxy": peer},
            )
        while before and self._knows(found):
            address = _address(before.pop())
            if address is None:
                break
            found = str(address)
        return found

    def _knows(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(
            address.version == network.version and address in network for network in self._networks
        )


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """An address, with a port or without."""
    bare = written.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def client_of(request: Request[Any, Any, Any], proxies: Proxies) -> str:
    """The address from which a request comes."""
    client = request.scope["client"]
    peer = "" if client is None else client[0].strip("[]")
    return proxies.client(peer, request.headers.getall(_FORWARDED, []))
