"""A process that checks documents for this one, with other work on the processor going first.

Python runs one thread at a time: while a document is checked in a thread beside the event loop, every request
waits for its turn behind it. A crowd of new documents is checked by a second process instead, which is started
when there is such a crowd and ended when there was none for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, TextIO

from graphql import GraphQLError, GraphQLSchema, Source

from gateway.graph.documents.parser import Checker
from gateway.graph.selection.limits import Limits

# Five errors, each of which may repeat a name as long as the document.
MOST_ANSWERED = 1024 * 1024
# The settings hold secrets that the other process has no need to know.
_SETTINGS = ("GATEWAY_", "SQUARE_")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Times:
    """How many seconds the other process may take to start, to check a document and to end, and may be idle.

    The first document of many waits `patience` for the start; those behind it are checked without it meanwhile.
    """

    start: float = 20.0
    patience: float = 1.0
    check: float = 5.0
    idle: float = 300.0
    close: float = 1.0


class CheckerLost(Exception):
    """The other process cannot be started, or has stopped answering."""


class CheckerProcess:
    """Starts, asks and ends the other process. To be asked one document at a time, and not to be cancelled."""

    def __init__(self, module: str, checker: Checker, times: Times | None = None) -> None:
        """`module` is run by Python, is told what `checker` allows, and calls `serve`."""
        self._module = module
        self._times = times or Times()
        self._allowed = {
            "limits": asdict(checker.limits),
            "introspection": checker.introspection,
            "suggestions": checker.suggestions,
        }
        self._process: asyncio.subprocess.Process | None = None
        self._begun: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None
        self.ready = False

    @property
    def pid(self) -> int | None:
        """The id of the other process, None when there is none."""
        return self._process.pid if self._process is not None else None

    def begin(self) -> asyncio.Task[None]:
        """Start it in the background, unless that was done; after a failure, not again for a while."""
        if self._begun is None:
            self._begun = asyncio.get_running_loop().create_task(self._start())
            self._rest_after(self._times.idle)
        return self._begun

    async def soon(self) -> None:
        """Wait a moment for it to be ready, if it was begun just now."""
        if self._begun is None:
            await asyncio.wait({self.begin()}, timeout=self._times.patience)

    async def check(self, query: str) -> tuple[GraphQLError, ...]:
        """What is wrong with a document. Raises `CheckerLost`."""
        self._rest_after(self._times.idle)
        answer = await self._ask(query, self._times.check)
        source = Source(query)
        return tuple(GraphQLError(**error, source=source) for error in answer)

    async def close(self) -> None:
        """End it."""
        self.ready = False
        if self._idle is not None:
            self._idle.cancel()
        if self._begun is not None:
            self._begun.cancel()
            await asyncio.wait({self._begun})
        self._begun = None
        if self._process is not None:
            await self._end(self._process)

    async def _start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        with contextlib.suppress(CheckerLost):
            with _noted():
                # A session of its own: Ctrl-C in a terminal is for this process, which still has requests to answer.
                # -P: nothing is imported from the directory where the gateway happens to be started.
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-P", "-m", self._module,
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                    limit=MOST_ANSWERED, env=environment, start_new_session=True,
                )  # fmt: skip
            await self._ask(self._allowed, self._times.start)
            self.ready = True

    async def _ask(self, what: object, seconds: float) -> Any:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with _noted():
                async with asyncio.timeout(seconds):
                    process.stdin.write(json.dumps(what).encode() + b"\n")
                    await process.stdin.drain()
                    return json.loads(await process.stdout.readline())
        except CheckerLost:
            # An answer that comes later would be taken for that to the next question.
            await self._end(process)
            raise

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        self.ready, self._process = False, None
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(self._times.close):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    def _rest_after(self, seconds: float) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(seconds, self._rest)

    def _rest(self) -> None:
        self._resting = asyncio.get_running_loop().create_task(self.close())


@contextlib.contextmanager
def _noted() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # uvloop refuses to write to a closed pipe with the second
        _log.warning("The process that checks documents was lost: %s", type(error).__name__)
        raise CheckerLost from None


def serve(schema: GraphQLSchema, questions: TextIO, answers: TextIO) -> None:
    """The other process: learn what is allowed, then answer document by document until there are no more."""
    allowed = json.loads(questions.readline())
    checker = Checker(schema, Limits(**allowed.pop("limits")), **allowed)
    print(json.dumps([]), file=answers, flush=True)
    for line in questions:
        errors = [
            {"message": error.message, "positions": error.positions, "extensions": error.extensions}
            for error in checker.check(json.loads(line)).errors
        ]
        print(json.dumps(errors), file=answers, flush=True)
