"""One step of each caller in each turn of the event loop, while it is shared by several that have much to do. No I/O.

A loop runs all that is ready before anything else has its turn. Where forty answers for one caller come together, or
sixty of its operations wait for the same answer, others would wait for all of them at once. With steps they wait for
one of them, at each step of their own. What is in line goes on one after the other, in the order in which it came.
"""

from __future__ import annotations

from asyncio import Future, get_running_loop
from collections import deque

from gateway.fairness.fair_share import Holder


class RoundRobin:
    """The steps that wait on one event loop."""

    def __init__(self) -> None:
        """Nobody is to wait, and nothing does."""
        # Whether steps are to be waited for.
        self.active = False
        # The groups of those who want so little that they wait for nobody.
        self.exempt: set[str] = set()
        self._lines: dict[str, deque[Future[None]]] = {}

    async def step(self, holder: Holder) -> None:
        """Return in the next turn of the loop, after the earlier steps of this caller; unknown ones are one caller."""
        group = holder.group
        if group in self.exempt:
            return
        loop = get_running_loop()
        step = loop.create_future()
        if not self._lines:
            loop.call_soon(self._next_turn)
        self._lines.setdefault(group, deque()).append(step)
        await step

    def _next_turn(self) -> None:
        for group, line in list(self._lines.items()):
            while line:
                step = line.popleft()
                # One that was cancelled takes no time.
                if not step.done():
                    step.set_result(None)
                    break
            if not line:
                del self._lines[group]
        if self._lines:
            get_running_loop().call_soon(self._next_turn)
