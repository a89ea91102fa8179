"""What ordinary clients notice while others send documents made to wear out the gateway. Not a test: it prints times.

    python -m tests.benchmarks.bombs --seconds 8 --attackers 4

The gateway and its emulator are processes of their own. Ordinary clients ask for a page of customers all the
time, first alone, then beside attackers who send the documents of `tests/graph/hostile_documents.py` without a pause,
each made a little different so that nothing is remembered.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass, field

import aiohttp
import orjson
import uvloop

from tests.graph.hostile_documents import LARGE, REPETITIVE, TOO_LARGE, WRONG
from tests.server.process import running

ORDINARY = "{ customers(first: 20) { nodes { id givenName familyName groups { name } } } }"
REFUSED = {**REPETITIVE, **TOO_LARGE, **WRONG}


@dataclass
class Measured:
    """How long answers took, in seconds, and what they were."""

    seconds: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def at(self, share: float) -> float:
        """The milliseconds within which this share of the answers came."""
        return sorted(self.seconds)[int(len(self.seconds) * share)] * 1000 if self.seconds else float("nan")

    def line(self, name: str) -> str:
        return (
            f"{name:24} {len(self.seconds):6} answers, p50 {self.at(0.5):7.1f} ms, p99 {self.at(0.99):7.1f} ms "
            f"{dict(self.outcomes.most_common(4))}"
        )


async def ask(http: aiohttp.ClientSession, url: str, query: str, measured: Measured) -> None:
    began = time.perf_counter()
    async with http.post(url, data=orjson.dumps({"query": query}), headers={"Content-Type": "application/json"}) as got:
        answer = orjson.loads(await got.read())
    measured.seconds.append(time.perf_counter() - began)
    errors = answer.get("errors")
    measured.outcomes[errors[0]["extensions"]["code"] if errors else "answered"] += 1


async def ordinary(http: aiohttp.ClientSession, url: str, end: float, pause: float, measured: Measured) -> None:
    while time.perf_counter() < end:
        await ask(http, url, ORDINARY, measured)
        await asyncio.sleep(pause)


async def attack(http: aiohttp.ClientSession, url: str, end: float, bombs: list[str], measured: Measured) -> None:
    for number in itertools.count():
        if time.perf_counter() >= end:
            return
        await ask(http, url, f"{bombs[number % len(bombs)]} #{time.perf_counter_ns()}", measured)


async def round_of(
    url: str, seconds: float, clients: int, pause: float, bombs: list[str], attackers: int
) -> tuple[Measured, Measured]:
    """The times of ordinary clients and of attackers who are there at the same time."""
    calm, hostile = Measured(), Measured()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        end = time.perf_counter() + seconds
        await asyncio.gather(
            *(ordinary(http, url, end, pause, calm) for _ in range(clients)),
            *(attack(http, url, end, bombs, hostile) for _ in range(attackers)),
        )
    return calm, hostile


async def main(given: argparse.Namespace) -> None:
    async with (
        running("emulator", "--port", "0") as (_, square),
        running("--port", "0", SQUARE_ENVIRONMENT="emulator", SQUARE_BASE_URL=square) as (_, base),
    ):
        url = f"{base}/graphql"
        await round_of(url, 2, given.clients, given.pause, [], 0)
        alone, _ = await round_of(url, given.seconds, given.clients, given.pause, [], 0)
        print(alone.line("ordinary clients alone"))  # noqa: T201
        chosen = REFUSED | LARGE if given.large else REFUSED
        kinds = {name: [chosen[name]] for name in chosen} if given.each else {"all bombs": list(chosen.values())}
        for name, bombs in kinds.items():
            calm, hostile = await round_of(url, given.seconds, given.clients, given.pause, bombs, given.attackers)
            print(calm.line(f"beside {name}"[:24]), f"{calm.at(0.99) / alone.at(0.99):.1f} x p99")  # noqa: T201
            print(hostile.line("  attackers"))  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=8, help="ordinary clients")
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two questions of an ordinary client")
    parser.add_argument("--attackers", type=int, default=4)
    parser.add_argument("--each", action="store_true", help="one kind of bomb after the other")
    parser.add_argument("--large", action="store_true", help="also what is large and valid, and runs")
    uvloop.run(main(parser.parse_args()))
