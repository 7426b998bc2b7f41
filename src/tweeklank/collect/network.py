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


class NotPublicError(Exception):
    """A host whose addresses are private, loopback, link-local or otherwise not public."""


class PublicOnly(httpcore.AsyncNetworkBackend):
    """Connects to public addresses and refuses all others."""

    def __init__(self) -> None:
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(f"the name {host} has no address")
        for address in await _public_addresses(host, port):
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


async def _public_addresses(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"the name {host} is not known ({error.strerror})") from error
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    for address in addresses:
        if not is_public(address):
            raise NotPublicError(f"{host} is at {address}, which is not a public address")
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address is reachable from everywhere, looking through IPv4 addresses in IPv6 dress."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(ip.packed[-4:])
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def transport(trusted: ssl.SSLContext, *, local: bool) -> httpx.AsyncHTTPTransport:
    """A transport for httpx; only a ``local`` one reaches private addresses."""
    made = httpx.AsyncHTTPTransport(verify=trusted)
    if not local:
        # httpx has no way to hand in a network backend, httpcore's pool below it does.
        made._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001
            ssl_context=trusted,
            max_connections=_MOST_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=PublicOnly(),
        )
    return made
