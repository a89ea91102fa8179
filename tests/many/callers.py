"""Callers behind the balancer: what they ask, how each request ended, and every word that either seller was told."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from tests.history.tenancy import READS, TOKENS, wanted, words_of

# What a client makes of an answer that never came: it knows nothing of what was done.
LOST = "CONNECTION_LOST"
SECONDS = aiohttp.ClientTimeout(total=30)


@dataclass
class Callers:
    """All requests of both sellers, and how they ended."""

    url: str
    http: aiohttp.ClientSession
    # Milliseconds of each answer, and when it was wanted.
    answered: list[tuple[float, float]] = field(default_factory=list)
    # From when until when a request was under way whose connection broke.
    lost: list[tuple[float, float]] = field(default_factory=list)
    # When, and with which code or status, anything else than an answer came.
    errors: list[tuple[float, str]] = field(default_factory=list)
    words: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    probes: int = 0

    async def post(self, seller: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request, or one that says that the connection was lost."""
        begun = time.monotonic()
        headers = {"Authorization": f"Bearer {TOKENS[seller]}"}
        body = {"query": query, "variables": variables}
        try:
            async with self.http.post(f"{self.url}/graphql", json=body, headers=headers, timeout=SECONDS) as response:
                answer: dict[str, Any] = await response.json(content_type=None)
        except (aiohttp.ClientError, ConnectionError, TimeoutError, ValueError):
            self.lost.append((begun, time.monotonic()))
            return {"errors": [{"message": LOST, "extensions": {"code": LOST, "retryable": True}}]}
        self.answered.append((begun, time.monotonic() - begun))
        self.words[seller].update(words_of(answer, variables))
        for error in answer.get("errors", ()):
            self.errors.append((begun, f"{response.status} {error['extensions']['code']}"))
        return answer

    def writes(self, seller: str, pause: float) -> Callable[[str, dict[str, Any]], Any]:
        """How a seller's mutations are sent, one client waiting for some seconds before each."""

        async def post(query: str, variables: dict[str, Any]) -> dict[str, Any]:
            await asyncio.sleep(pause)
            return await self.post(seller, query, variables)

        return post

    async def ask(self, known: Callable[[str], Sequence[str]], pause: float, chance: Random) -> None:
        """Until cancelled read as either seller what it has, and now and then what the other has."""
        sellers = list(TOKENS)
        while True:
            seller, other = chance.sample(sellers, 2)
            probe = chance.random() < 0.1
            self.probes += probe
            ids = known(other if probe else seller) or ["NOBODY-YET"]
            query = chance.choice(READS)
            await self.post(seller, query, wanted(query, {"id": chance.choice(ids)}))
            await asyncio.sleep(pause * 2 * chance.random())

    def codes(self) -> Counter[str]:
        """How many errors of each kind there were."""
        return Counter(code for _, code in self.errors)
