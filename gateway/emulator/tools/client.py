"""A small client of a running emulator, for commands. What goes wrong is one line for who called them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp
import orjson

from gateway.emulator.store.tenants import TOKENS

Json = dict[str, Any]

# That of the first application for the first seller.
TOKEN = TOKENS[0].token
# Of a gigabyte each row is looked at before it is loaded.
_FOR_A_FILE = aiohttp.ClientTimeout(total=600)


class NotDone(Exception):
    """Why a command could not do its work, in words for who called it."""


class Emulator:
    """An emulator at a base URL, asked with a token."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url, http

    async def send(self, method: str, path: str, body: Json | None = None) -> Json:
        """Its answer. Raises `NotDone` for anything but a success."""
        return self._json(await self._send(method, path, json=body))

    async def download(self, path: str) -> bytes:
        """A file of its. Raises `NotDone` for anything but a success."""
        return await self._send("GET", path, timeout=_FOR_A_FILE)

    async def upload(self, path: str, content: bytes) -> Json:
        """Its answer to a file. Raises `NotDone` for anything but a success."""
        return self._json(await self._send("PUT", path, data=BytesIO(content), timeout=_FOR_A_FILE))

    async def _send(self, method: str, path: str, **options: Any) -> bytes:
        try:
            async with self._http.request(method, self._url + path, **options) as response:
                answer = await response.read()
        except (aiohttp.ClientError, OSError):
            raise self._gone() from None
        if response.status != 200:
            error = (self._json(answer).get("errors") or [{}])[0]
            raise NotDone(f"{method} {path}: {error.get('detail') or error.get('code') or response.status}")
        return answer

    def _json(self, answer: bytes) -> Json:
        try:
            return dict(orjson.loads(answer))
        except ValueError:
            raise self._gone() from None

    async def lines(self, path: str) -> AsyncIterator[bytes]:
        """The lines of an answer that does not end, from when it has begun. Raises `NotDone` when it ends."""
        try:
            async with self._http.get(self._url + path, timeout=aiohttp.ClientTimeout(total=None)) as response:
                yield b""
                async for line in response.content:
                    yield line.strip()
        except (aiohttp.ClientError, OSError):
            pass
        # It may have ended because the fork that was asked for did.
        await self._send("GET", "/_emulator/clock")
        raise self._gone()

    def _gone(self) -> NotDone:
        return NotDone(f"no emulator answers at {self._url}: start `gateway emulator`, or name another with --url")


@asynccontextmanager
async def emulator(url: str, token: str) -> AsyncIterator[Emulator]:
    """The emulator at this base URL, asked with this token: for the fork whose it is, or the original."""
    if not url.startswith(("http://", "https://")):
        raise NotDone(f"--url: expected one such as http://127.0.0.1:8001, not {url[:100]!r}")
    if not (token.isascii() and token.isprintable()):
        raise NotDone("--token: expected visible ASCII characters, as in a header")
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=30)) as http:
        yield Emulator(url.rstrip("/"), http)
