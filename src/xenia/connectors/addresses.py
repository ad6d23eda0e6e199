"""Where requests may go: to machines of the public internet, and to others that were named.

Whoever may make a webhook could else reach what only this machine can: its own services, its
network, the metadata of a cloud.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

SETTING = "XENIA_WEBHOOK_HOSTS"
LONGEST = 2000  # characters of an address

_NAT64 = IPv6Network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}

Resolve = Callable[[str, int], Sequence[str]]


class AddressError(Exception):
    """An address to which nothing is sent; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes; `host` is the name of a machine or an address, `path` has its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def allowed_hosts() -> frozenset[str]:
    """The machines that may be reached though they are not public: names or addresses, also with a
    port, parted by commas or spaces in the setting XENIA_WEBHOOK_HOSTS."""
    return frozenset(os.environ.get(SETTING, "").lower().replace(",", " ").split())


def target_of(url: str, allowed: Collection[str]) -> Target:
    """An address read and found fit, but for what its name stands for.  Raises AddressError."""
    if len(url) > LONGEST:
        raise AddressError(f"the address has more than {LONGEST:,} characters")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise AddressError("write the address in ASCII, with %-escapes for anything else")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise AddressError("this is not an address: such as https://shop.example/hook") from None
    if parts.scheme not in _PORTS or not host:
        raise AddressError("this is not an address: such as https://shop.example/hook")
    if parts.username is not None or parts.password is not None:
        raise AddressError("leave user and password out: the signature says who sends")
    if parts.fragment:
        raise AddressError("leave out what stands behind the #")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port or _PORTS[parts.scheme], path)
    if target.scheme == "http" and not is_allowed(target, allowed):
        raise AddressError("begin the address with https://: http can be read on its way")
    return target


def is_allowed(target: Target, allowed: Collection[str]) -> bool:
    """Whether the operator of this machine has named it."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    return not {target.host, f"{host}:{target.port}"}.isdisjoint(allowed)


def reachable(
    target: Target, allowed: Collection[str], resolve: Resolve | None = None
) -> list[str]:
    """The addresses that a target stands for, all of which may be reached.  Raises AddressError.

    To be asked once for each connection, which then goes to one of these: a name that stands for
    something else a moment later would lead elsewhere.
    """
    try:
        found = list((resolve or _resolved)(target.host, target.port))
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise AddressError(f"no machine of the name {target.host} is known: check the name")
    if not is_allowed(target, allowed):
        for address in found:
            if not _is_public(address):
                raise AddressError(
                    f"{target.host} is not a machine of the public internet: take one that is; or "
                    f"whoever runs this service names it in {SETTING}"
                )
    return found


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def _is_public(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address in _NAT64:  # a network without the older kind names all of its machines so
            return _is_public(str(IPv4Address(int(address) & 0xFFFFFFFF)))
        inner = _within(address)
        if inner is not None and not _is_public(str(inner)):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _within(address: IPv6Address) -> IPv4Address | None:
    """The address of the older kind that one of the newer leads to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return None
