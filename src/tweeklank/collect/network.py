"""Where connections may go: public addresses only, unless a source is declared local.

The check is made on the address that is then connected to, so a name that resolves
differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx


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
        address = await _public_address(host, port)
        return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


async def _public_address(host: str, port: int) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"the name {host} is not known ({error.strerror})") from error
    addresses = [str(info[4][0]) for info in found]
    for address in addresses:
        ip = ipaddress.ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if not ip.is_global or ip.is_multicast:
            raise NotPublicError(f"{host} is at {address}, which is not a public address")
    return addresses[0]


def transport(*, local: bool) -> httpx.AsyncHTTPTransport:
    """A transport for httpx; only a ``local`` one reaches private addresses."""
    made = httpx.AsyncHTTPTransport()
    if not local:
        # httpx has no way to hand in a network backend, httpcore's pool below it does.
        made._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001
            ssl_context=httpx.create_ssl_context(), network_backend=PublicOnly()
        )
    return made
