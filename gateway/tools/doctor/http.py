"""One HTTP request and its answer, or in a sentence why there is none. Follows no redirect and uses no proxy.

The gateway does neither. Looks up names in threads that nobody has to wait for at the end.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time
from types import TracebackType
from typing import Any, TypeVar

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDictProxy

T = TypeVar("T")
# Seconds for one request, less than a check has.
MAX_SECONDS = 4.0
MAX_BODY = 512 * 1024
_MEDIA = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}", re.ASCII | re.IGNORECASE)
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


class NoAnswer(Exception):
    """There is no answer. `next` is what to do about it."""

    def __init__(self, found: str, next: str) -> None:
        super().__init__(found)
        self.found, self.next = found, next


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, with the time here in seconds since 1970 in the middle between request and answer."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    at: float
    seconds: float

    @property
    def json(self) -> Any:
        """The body as JSON, None when it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def media(self) -> str:
        """Its media type, unless that is text of another kind, which is not shown."""
        found = self.headers.get("Content-Type", "").partition(";")[0].strip()
        return found if _MEDIA.fullmatch(found) else "no media type"


class Http:
    """A client for one run."""

    def __init__(self) -> None:
        """Needs a running event loop."""
        connector = aiohttp.TCPConnector(resolver=_Resolver(), force_close=True, limit=0)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def ask(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """The answer. Raises `NoAnswer` when there is none in time."""
        began = time()
        try:
            async with (
                asyncio.timeout(MAX_SECONDS),
                self._session.request(method, url, headers=headers, data=body, allow_redirects=False) as response,
            ):
                ended = time()
                found = b""
                async for chunk in response.content.iter_any():
                    found += chunk
                    if len(found) > MAX_BODY:
                        break
                return Answer(response.status, response.headers, found, (began + ended) / 2, ended - began)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise no_answer(error) from None


def no_answer(error: Exception) -> NoAnswer:
    """Why a request has failed, by what aiohttp raises."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _certificate(error.certificate_error)
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return NoAnswer("the name of the host is not known (DNS)", "Check the spelling of the host, and this DNS.")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return NoAnswer("no TLS can be spoken with it", "Check the port, and whether it is https:// or http://.")
    if isinstance(error, TimeoutError):
        next = f"Open the way through firewalls.{_proxies()}"  # noqa: A001 - the word that is shown
        return NoAnswer(f"it does not answer within {MAX_SECONDS:g} seconds", next)
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return NoAnswer("the URL cannot be used", "Write it as https://HOST or http://HOST:PORT.")
    if isinstance(error, aiohttp.ClientConnectorError | OSError) and isinstance(error, OSError):
        reason = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "no connection"
        return NoAnswer(f"nothing answers there: {reason}", f"Start it, or check host, port and firewalls.{_proxies()}")
    return NoAnswer(
        "what answers there speaks no HTTP, or hangs up",
        "Check host and port, whether it is http:// or https://, and what stands in between.",
    )


def _certificate(error: Exception) -> NoAnswer:
    reason = getattr(error, "verify_message", "") or "it is not accepted"
    return NoAnswer(
        f"its TLS certificate is not trusted: {reason}",
        "Use a host with a certificate of a known authority, or name the authority's file in SSL_CERT_FILE.",
    )


def _proxies() -> str:
    named = [name for name in _PROXIES if os.environ.get(name)]
    return f" {named[0]} is set, and the gateway uses no proxy." if named else ""


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` gives, from a thread that nobody waits for at the end of the program."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(value: Any, error: Exception | None) -> None:
        if future.cancelled():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)

    def run() -> None:
        try:
            value, error = work(), None
        except Exception as raised:  # who waits gets it
            value, error = None, raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, daemon=True).start()
    return await future


class _Resolver(AbstractResolver):
    """Looks up names without aiohttp's threads, which a program has to wait for."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await in_thread(lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM))
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Nothing is kept."""
