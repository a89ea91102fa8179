"""What the checks of one run share: the settings, the addresses, and answers that several of them need.

Whatever is asked for twice is asked once. Judges nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from gateway.settings import EMULATOR_TOKEN, Settings
from gateway.settings.checks import loopback, web_url
from gateway.tools.doctor.http import Answer, Http

T = TypeVar("T")
TOKEN_STATUS = "/oauth2/token/status"  # noqa: S105 - a path
# A read that every version of the API has, and that tells nothing of a person.
A_READ = "/v2/customers/groups?limit=1"
_CODE = re.compile(r"[A-Z_]{1,60}")


class Deployment:
    """One gateway as its settings describe it; `url` is where it runs, if it does."""

    def __init__(self, settings: Settings | None, refused: str, url: str | None, http: Http) -> None:
        """`settings` are None when the gateway refuses them; `refused` says why."""
        self._settings = settings
        self.refused = refused
        self.url = url
        self.http = http
        self._asked: dict[str, asyncio.Task[Any]] = {}

    @property
    def settings(self) -> Settings:
        """The settings, which only checks need that are not made without them."""
        assert self._settings is not None
        return self._settings

    @property
    def square(self) -> str | None:
        """The base URL of Square without a slash at the end; None for the embedded emulator."""
        return None if self.settings.base_url is None else self.settings.base_url.rstrip("/")

    @property
    def token(self) -> str | None:
        """The gateway's own token, if it has one."""
        own = self.settings.square_access_token
        return own or (EMULATOR_TOKEN if self.settings.environment == "emulator" else None)

    @property
    def application_token(self) -> str | None:
        """The token that may ask about webhook subscriptions, if there may be one."""
        return self.settings.square_application_token or self.token

    @property
    def production(self) -> bool:
        """Whether it is for the real Square."""
        return self.settings.environment == "production"

    def headers(self, token: str | None) -> dict[str, str]:
        """Those of a request to Square."""
        found = {"Accept": "application/json", "Square-Version": self.settings.square_version}
        return found if token is None else {**found, "Authorization": f"Bearer {token}"}

    async def status(self, token: str | None) -> Answer:
        """Square's answer to who a token is. Raises `NoAnswer`."""
        url, headers = f"{self.square}{TOKEN_STATUS}", self.headers(token)
        return await self.once(f"status {token}", lambda: self.http.ask("POST", url, headers=headers))

    async def read(self) -> Answer:
        """Square's answer to a read with the gateway's own token. Raises `NoAnswer`."""
        url, headers = f"{self.square}{A_READ}", self.headers(self.token)
        return await self.once("read", lambda: self.http.ask("GET", url, headers=headers))

    async def live(self) -> Answer:
        """The running gateway's answer to /livez. Raises `NoAnswer`."""
        return await self.once("live", lambda: self.http.ask("GET", f"{self.url}/livez"))

    async def once(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` answers, asked once for all who ask by this name."""
        if name not in self._asked:
            self._asked[name] = asyncio.ensure_future(ask())
        found: T = await asyncio.shield(self._asked[name])
        return found


def code(answer: Answer) -> str:
    """Square's code in a failed answer, or its status."""
    body = answer.json
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    found = first.get("code") if isinstance(first, dict) else None
    return found if isinstance(found, str) and _CODE.fullmatch(found) else str(answer.status)


def private(url: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    parts = web_url(url)
    return parts is not None and (parts.scheme == "https" or loopback(parts.hostname or ""))
