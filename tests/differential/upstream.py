"""Square for generated operations: the emulator's own answers from memory, spoilt by a seed. No sockets for each case.

An answer depends on what is asked and on the seed, never on the order of calls, so that two executions which ask the
same get the same. Writes are recorded: the second to run the operation is answered what the first one was.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
import orjson
from yarl import URL

from gateway.graph.loading.in_flight import TURNS
from gateway.square.body import Body, Decoders
from gateway.square.client import Square
from gateway.square.endpoint import Call, Repeat
from gateway.square.errors import (
    Ambiguous,
    NotSent,
    SquareError,
    UpstreamTimeout,
    error_for,
    problems_of,
)
from gateway.square.reads.decode_turns import DecodeTurns
from gateway.square.usage import Usage
from gateway.tenant import Tenant
from tests.differential.faults import Broken, spoil

TENANT = Tenant("test-token", "emulator", "2025-08-20")
_BROKEN = {
    Broken.NOT_SENT: NotSent,
    Broken.RESET: Ambiguous,
    Broken.SILENT: UpstreamTimeout,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one request: a status and bytes, or no answer at all."""

    status: int
    content: bytes
    broken: Broken | None = None
    # What was done to it, for people.
    told: str = ""


@dataclass
class Upstream:
    """The emulator behind one HTTP session; what reads are answered is asked once, until something is written."""

    url: str
    http: aiohttp.ClientSession
    # Knows whose the token is, once for all cases.
    square: Square
    known: dict[Any, tuple[int, bytes]] = field(default_factory=dict)

    async def asked(self, call: Call[Any]) -> tuple[int, bytes]:
        """What the emulator answers now."""
        headers = {"Authorization": f"Bearer {TENANT.token}", "Square-Version": TENANT.version}
        if call.content is not None:
            headers["Content-Type"] = "application/json"
        if call.endpoint.repeat is not Repeat.SAFE:
            # What was read before is no longer so, and part of it may be read again in other requests.
            self.known.clear()
        url = URL(self.url + call.target, encoded=True)
        async with self.http.request(call.endpoint.method, url, data=call.content, headers=headers) as response:
            return response.status, await response.read()

    async def read(self, call: Call[Any]) -> tuple[int, bytes]:
        """What the emulator answers to a read, from memory if it was asked before."""
        key = identity(call)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = await self.asked(call)
        return found


def identity(call: Call[Any]) -> tuple[str, str, bytes | None]:
    """What a call asks for: the ids of a read may come in any order."""
    if call.endpoint.repeat is not Repeat.SAFE or call.body is None:
        return call.key
    name, target, _ = call.key
    return name, target, orjson.dumps(_sorted(call.body), option=orjson.OPT_SORT_KEYS)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(each) for name, each in value.items()}
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return sorted(value)
    return value


@dataclass
class Script:
    """What one operation is answered, however it is executed: spoilt by a seed, with this probability for a call."""

    upstream: Upstream
    seed: int = 0
    share: float = 0.0
    # Of an operation that writes, all that was answered, in the order of equal requests.
    writes: bool = False
    recorded: dict[Any, list[Reply]] = field(default_factory=lambda: defaultdict(list))

    async def reply(self, call: Call[Any], number: int) -> Reply:
        """The reply to a request that was made so many times before by the same execution."""
        key = identity(call)
        said = self.recorded[key]
        if self.writes and number < len(said):
            return said[number]
        status, content = await (self.upstream.asked(call) if self.writes else self.upstream.read(call))
        reply = Reply(status, content)
        chance = Random(hashlib.blake2b(repr((self.seed, key, number)).encode(), digest_size=8).digest())
        if chance.random() < self.share:
            status, content, broken, told = spoil(chance, call.endpoint.under, status, content)
            reply = Reply(status, content, broken, told)
        if number >= len(said):
            said.append(reply)
        return reply

    def turns(self, call: Call[Any]) -> int:
        """How many turns of the event loop an answer takes: those of one batch come in any order."""
        return hashlib.blake2b(repr((self.seed, identity(call))).encode(), digest_size=1).digest()[0] % 4


class Scripted(Square):
    """Square as one execution of one operation sees it."""

    def __init__(self, script: Script) -> None:
        """Nothing has been asked yet."""
        super().__init__(script.upstream.url)
        self.identities = script.upstream.square.identities
        self.script = script
        self.asked: Counter[tuple[str, str, bytes | None]] = Counter()
        self._turns = DecodeTurns()

    async def send(
        self,
        tenant: Tenant,
        call: Call[Any],
        deadline: float,
        usage: Usage,
        *,
        fresh: bool = False,
        decoders: Decoders | None = None,
        charged: bool = True,
    ) -> Any:
        """Answer from the script, with the errors that the real one raises."""
        number = self.asked[identity(call)]
        self.asked[identity(call)] += 1
        usage.calls += 1
        try:
            turns = self.script.turns(call)
            # No answer comes before all has been asked that can be at once, as none does over a network.
            for _ in range(TURNS + turns):
                await asyncio.sleep(0)
            body = _body(call, await self.script.reply(call, number), decoders, turns)
            return usage.got(await self._turns.answer(call, body))
        except SquareError:
            usage.failed()
            raise


def _body(call: Call[Any], reply: Reply, decoders: Decoders | None, turns: int) -> Body:
    operation = call.endpoint.name
    if reply.broken is not None:
        raise _BROKEN[reply.broken](operation)
    if reply.status >= 400:
        body = _json(reply.content)
        problems = problems_of(body.get("errors") if isinstance(body, dict) else None)
        raise error_for(operation, reply.status, problems, None)
    decode = None if decoders is None else decoders.of(call)
    match turns:
        case 1:
            # As one that is remembered, which is for all operations.
            return Body(operation, reply.content)
        case 2:
            # As one that another operation had asked for.
            return Body(operation, reply.content).again(operation, decode)
        case _:
            return Body(operation, reply.content, decode)


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
