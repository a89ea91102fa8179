"""Decoding answers without holding up others: large ones have turns. Sends nothing."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from gateway.square.body import Body
from gateway.square.endpoint import Call
from gateway.square.response import Answer, answer_to

T = TypeVar("T")

# Items of an answer that is decoded as soon as it is there, whatever else waits.
SMALL_PAGE = 64


class DecodeTurns:
    """The answers of one host."""

    def __init__(self) -> None:
        """Nobody has the turn."""
        self._turn = asyncio.Lock()

    async def answer(self, call: Call[T], body: Body, *, again: bool = False) -> Answer[T]:
        """What a body answers to a call. Between two large ones whatever else waits has its own turn."""
        if _entries(call, body) <= SMALL_PAGE:
            return answer_to(call, body, again=again)
        async with self._turn:
            answer = answer_to(call, body, again=again)
            # The caller continues with it before the next one's turn.
            await asyncio.sleep(0)
        return answer


def _entries(call: Call[Any], body: Body) -> int:
    """How many items an answer has that are still to be read one by one."""
    if body.value is not None:
        return 0
    found = (body.json(call.endpoint.name) or {}).get(call.endpoint.under.partition(".")[0])
    return len(found) if isinstance(found, list | dict) else 0
