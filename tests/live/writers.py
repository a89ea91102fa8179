"""Those who change Square's data: each object has one writer, who knows the order of its states."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp

from tests.live.objects import Watched

TOKEN = "test-token"
KEY = "state"
STRING = {"$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"}
# Of the writes of an attribute these delete it, and the next one makes it again; of customers, at the end.
DELETED = 0.05
HIGHEST_BALANCE = 1_000_000


class Writers:
    """Makes the objects, then changes them as the seed says."""

    def __init__(self, url: str, http: aiohttp.ClientSession, seed: int, pause: float = 0.0) -> None:
        """Each writer waits for `pause` seconds before its next change."""
        self._url = url
        self._http = http
        self._chance = random.Random(seed)
        self._pause = pause
        self.objects: dict[str, Watched] = {}
        self.written = 0

    async def prepare(self, count: int) -> None:
        """Make so many objects: half of them customers, the rest loyalty accounts and attributes."""
        program = (await self._call("GET", "/v2/loyalty/programs/main"))["program"]["id"]
        definition = {"key": KEY, "name": "State", "schema": STRING, "visibility": "VISIBILITY_HIDDEN"}
        await self._call("POST", "/v2/customers/custom-attribute-definitions", custom_attribute_definition=definition)
        for number in range(count):
            watched = await self._make(("customer", "account", "customer", "attribute")[number % 4], number, program)
            self.objects[watched.id] = watched

    async def _make(self, kind: str, number: int, program: str) -> Watched:
        if kind == "account":
            account = {"program_id": program, "mapping": {"phone_number": f"+1415555{number:04}"}}
            made = await self._call("POST", "/v2/loyalty/accounts", loyalty_account=account, idempotency_key=_key())
            watched = Watched(kind, made["loyalty_account"]["id"])
        else:
            made = await self._call("POST", "/v2/customers", given_name="History", note="0", idempotency_key=_key())
            watched = Watched(kind, made["customer"]["id"])
        if kind == "customer":
            watched.wrote(0)
        else:
            await self._write(watched)
        return watched

    async def run(self, tasks: int, enough: Callable[[int], bool]) -> None:
        """Change objects until there were enough changes, each writer its own."""
        await asyncio.gather(*(self._writer(number, tasks, enough) for number in range(tasks)))

    async def round(self) -> None:
        """Change every object once."""
        for watched in self.objects.values():
            await self._write(watched)

    async def delete_some(self) -> None:
        """Delete a few customers for good."""
        for watched in [each for each in self.objects.values() if each.kind == "customer"]:
            if self._chance.random() < DELETED * 2:
                await self._call("DELETE", f"/v2/customers/{watched.id}")
                watched.gone = True

    async def ledgers(self) -> dict[str, set[str]]:
        """The ids of all ledger events by account."""
        return {each.id: await self._ledger(each.id) for each in self.objects.values() if each.kind == "account"}

    async def _ledger(self, account: str) -> set[str]:
        query: dict[str, Any] = {"filter": {"loyalty_account_filter": {"loyalty_account_id": account}}}
        found, cursor = set(), {}
        while True:
            page = await self._call("POST", "/v2/loyalty/events/search", query=query, limit=30, **cursor)
            found |= {each["id"] for each in page.get("events", [])}
            if not page.get("cursor"):
                return found
            cursor = {"cursor": page["cursor"]}

    async def _writer(self, number: int, tasks: int, enough: Callable[[int], bool]) -> None:
        mine = [each for place, each in enumerate(self.objects.values()) if place % tasks == number]
        while mine and not enough(self.written):
            await self._write(self._chance.choice(mine))
            await asyncio.sleep(self._pause)

    async def _write(self, watched: Watched) -> None:
        number = len(watched.states)
        match watched.kind:
            case "customer":
                await self._call("PUT", f"/v2/customers/{watched.id}", note=str(number))
                watched.wrote(number)
            case "attribute":
                path = f"/v2/customers/{watched.id}/custom-attributes/{KEY}"
                if not watched.gone and number and self._chance.random() < DELETED:
                    await self._call("DELETE", path)
                    watched.gone = True
                else:
                    await self._call("POST", path, custom_attribute={"value": str(number)})
                    watched.gone = False
                    watched.wrote(number)
            case "account":
                balance = self._unused(watched)
                points = balance - (watched.states[-1] if watched.states else 0)
                path = f"/v2/loyalty/accounts/{watched.id}/adjust"
                await self._call("POST", path, idempotency_key=_key(), adjust_points={"points": points, "reason": "x"})
                watched.wrote(balance)
        self.written += 1

    def _unused(self, watched: Watched) -> int:
        while (balance := self._chance.randrange(1, HIGHEST_BALANCE)) in watched.numbers:
            pass
        return balance

    async def _call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self._http.request(method, self._url + path, json=body or None, headers=headers) as response:
            found: dict[str, Any] = await response.json()
            assert response.status == 200, (method, path, found)
            return found


def _key() -> str:
    return str(uuid.uuid4())
