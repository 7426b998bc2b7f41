"""Where connections may go: public addresses only, unless a source is declared local.

The check is made on the address that is then connected to, so a name that resolves
differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

_MOST_CONNECTIONS = 100
_IDLE_SECONDS = 15.0
# IPv6 addresses that stand for an IPv4 one (RFC 6052).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that is routed; Python's is_global knows more
_INSIDE = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # protocol assignments (RFC 6890), and what one cloud tells its machines
    ipaddress.IPv4Network("168.63.129.16/32"),  # the same in another one, which uses a public address for it
)
# Where clouds hand a machine its own keys. No source lives there, not even a local one.
_KEYS = (
    ipaddress.ip_network("169.254.0.0/16"),
    ipaddress.ip_network("fe80::/10"),
    ipaddress.ip_network("fd00:ec2::/32"),
    ipaddress.ip_network("100.100.100.200/32"),
    *_INSIDE,
)


class ForbiddenAddressError(Exception):
    """A host whose address no source may have."""


class NotPublicError(ForbiddenAddressError):
    """A host whose addresses are private, loopback or otherwise not public; a local source may have them."""


class Guard(httpcore.AsyncNetworkBackend):
    """Connects to public addresses and refuses all others; ``local``: to private ones too, but to no cloud's keys."""

    def __init__(self, *, local: bool) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._local = local

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in await self._addresses(host, port):
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Where a name leads to; nowhere if any of it is a place not to go to."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} is not known ({error.strerror})") from error
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        for address in addresses:
            if holds_keys(address):
                raise ForbiddenAddressError(f"{host} is at {address}, which no source can be")
            if not self._local and not is_public(address):
                raise NotPublicError(f"{host} is at {address}, which is not a public address")
        return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is reachable from everywhere, looking through IPv4 addresses in IPv6 dress."""
    ip = _undressed(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _INSIDE)


def holds_keys(address: str) -> bool:
    """Whether an IP address is link-local, or one where a cloud tells its machines their secrets."""
    ip = _undressed(address)
    return any(ip in network for network in _KEYS)


def _undressed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _TRANSLATED:
        return ipaddress.IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or ip


def transport(trusted: ssl.SSLContext, *, local: bool) -> httpx.AsyncHTTPTransport:
    """A transport for httpx; only a ``local`` one reaches private addresses."""
    made = httpx.AsyncHTTPTransport(verify=trusted)
    # httpx has no way to hand in a network backend, httpcore's pool below it does.
    made._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001
        ssl_context=trusted,
        max_connections=_MOST_CONNECTIONS,
        keepalive_expiry=_IDLE_SECONDS,
        network_backend=Guard(local=local),
    )
    return made
