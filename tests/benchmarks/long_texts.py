"""What another client notices of long texts in every place of a request or of an answer of Square's. Prints times.

    python -m tests.benchmarks.long_texts [--times 3] [--only "an enum"]

The gateway and the emulator are processes of their own, and so is the client that asks for /livez all the time. For
each place the worst that it waited is shown, with the text of which that was, and the longest message of the answers.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import uvloop

from tests.benchmarks.bombs import Measured
from tests.long_texts import UNITS, messages
from tests.long_texts.answers import ANSWERS, MUTATION, QUERY
from tests.long_texts.requests import DOCUMENTS, HEADERS, PARTS, URLS, Request
from tests.long_texts.variables import VARIABLES
from tests.server.process import running
from tests.square.fault_server import FaultServer

PLACES = {**VARIABLES, **DOCUMENTS, **PARTS, **HEADERS, **URLS}
PAUSE = 0.002


@dataclass
class Window:
    """A request: of which place and text it was, and from when to when it was answered."""

    place: str
    unit: str
    begun: float = 0.0
    ended: float = 0.0
    longest: int = 0


@dataclass
class Windows:
    """All requests so far."""

    all: list[Window] = field(default_factory=list)

    async def send(self, port: int, content: bytes, place: str, unit: str) -> None:
        window = Window(place, unit, time.perf_counter())
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(content)
        head = await reader.readuntil(b"\r\n\r\n")
        body = b"" if head[9:12] == b"101" else await reader.read()
        writer.close()
        window.ended = time.perf_counter()
        if body.startswith(b"{"):
            window.longest = max((len(each.encode()) for each in messages(json.loads(body))), default=0)
        self.all.append(window)


def ask(port: int, stop: Connection) -> None:
    """Ask for /livez until told to stop, then send back when each question began and how long it took."""
    answers: list[tuple[float, float]] = []
    client = http.client.HTTPConnection("127.0.0.1", port)
    while not stop.poll(PAUSE):
        began = time.perf_counter()
        client.request("GET", "/livez")
        client.getresponse().read()
        answers.append((began, time.perf_counter() - began))
    stop.send(answers)


@contextmanager
def watched(port: int, windows: Windows) -> Iterator[None]:
    """Another client asks for /livez meanwhile; at the end what it noticed is printed."""
    ours, theirs = multiprocessing.Pipe()
    asking = multiprocessing.get_context("spawn").Process(target=ask, args=(port, theirs))
    asking.start()
    began = time.perf_counter()
    yield
    ours.send(None)
    show(ours.recv(), windows, began)
    asking.join()


def show(answers: list[tuple[float, float]], windows: Windows, began: float) -> None:
    idle = Measured([seconds for at, seconds in answers if at < windows.all[0].begun and at > began])
    print(idle.line("/livez alone"))  # noqa: T201
    worst: dict[str, tuple[float, str, int]] = {}
    for window in windows.all:
        noticed = [seconds for at, seconds in answers if at < window.ended and at + seconds > window.begun]
        before = worst.get(window.place, (0.0, "", 0))
        slowest = max((max(noticed, default=0.0), window.unit), before[:2])
        worst[window.place] = (*slowest, max(window.longest, before[2]))
    for place, (seconds, unit, longest) in sorted(worst.items(), key=lambda item: -item[1][0]):
        print(f"{place:45} /livez at worst {seconds * 1000:7.1f} ms ({unit}), messages {longest} B")  # noqa: T201


async def of_clients(windows: Windows, chosen: Callable[[str], bool], times: int) -> None:
    async with (
        running("emulator", "--port", "0") as (_, square),
        running("--port", "0", SQUARE_ENVIRONMENT="emulator", SQUARE_BASE_URL=square) as (_, base),
    ):
        port = int(base.rpartition(":")[2])
        with watched(port, windows):
            await asyncio.sleep(2)
            for name, unit in ((name, unit) for name in PLACES if chosen(name) for unit in UNITS):
                content = PLACES[name](UNITS[unit]).encoded(f"127.0.0.1:{port}")
                for _ in range(times):
                    await windows.send(port, content, name, unit)


@asynccontextmanager
async def hostile_square() -> AsyncIterator[FaultServer]:
    faults = FaultServer()
    server = await asyncio.start_server(faults.serve, "127.0.0.1", 0)
    faults.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield faults
        await faults.stop()


async def of_square(windows: Windows, chosen: Callable[[str], bool], times: int) -> None:
    # One attempt for each question, so that no pause is measured.
    patient = {"GATEWAY_BREAKER_FAILURES": "1000", "GATEWAY_ATTEMPTS": "1"}
    async with (
        hostile_square() as faults,
        running("--port", "0", SQUARE_ENVIRONMENT="emulator", SQUARE_BASE_URL=faults.url, **patient) as (_, base),
    ):
        port = int(base.rpartition(":")[2])
        asked = [Request({"query": query}).encoded(f"127.0.0.1:{port}") for query in (QUERY, MUTATION)]
        with watched(port, windows):
            await asyncio.sleep(2)
            for name, unit in ((name, unit) for name in ANSWERS if chosen(name) for unit in UNITS):
                faults.otherwise = ANSWERS[name](UNITS[unit])
                for content in asked * times:
                    await windows.send(port, content, f"Square: {name}", unit)


async def main(given: argparse.Namespace) -> None:
    for run, places in ((of_clients, PLACES), (of_square, ANSWERS)):
        if any(given.only in name for name in places):
            await run(Windows(), lambda name: given.only in name, given.times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=2, help="how often each text is sent")
    parser.add_argument("--only", default="", help="only places with this in their names")
    uvloop.run(main(parser.parse_args()))
