"""One attempt to deliver a notification over HTTP: its headers, and how it ended. Repeats nothing, stores nothing."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from yarl import URL

from gateway.emulator.webhooks.signature import HEADER, sign

# Bytes of an answer that are read, so that its connection can be used again; nobody looks at them.
MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status answered, or None and Square's word for why there is none."""

    status: int | None
    reason: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether it need not be sent again."""
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is sent. `retries` says how many attempts failed before, `reason` why the latest of them did."""

    url: str
    key: str
    body: bytes
    initial: str
    retries: int = 0
    reason: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Square's headers."""
        headers = {
            "content-type": "application/json",
            "user-agent": "Square Connect v2",
            "square-environment": "Sandbox",
            "square-initial-delivery-timestamp": self.initial,
            HEADER: sign(self.key, self.url, self.body),
        }
        if self.retries:
            headers["square-retry-number"] = str(self.retries)
            headers["square-retry-reason"] = self.reason or "other_error"
        return headers


class Poster:
    """Sends attempts, over connections that are kept open. How many at once is not its matter."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def post(self, attempt: Attempt, seconds: float) -> Outcome:
        """Send it; an answer has so many `seconds`. Never raises for what goes wrong on the way."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.post(
                # The signature is over the text of the URL: it goes out as it is written.
                URL(attempt.url, encoded=True),
                data=attempt.body,
                headers=attempt.headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=seconds),
            ) as answer:
                await answer.content.read(MAX_ANSWER_BYTES)
                return Outcome(answer.status, None if 200 <= answer.status < 300 else "http_error")
        except TimeoutError:
            return Outcome(None, "http_timeout")
        except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError):
            return Outcome(None, "ssl_error")
        except (aiohttp.ClientError, OSError, ValueError):
            return Outcome(None, "other_error")

    async def close(self) -> None:
        """Close the connections. The next attempt opens others."""
        if self._session is not None:
            await self._session.close()
            self._session = None
