"""The tests themselves: none gives up because a machine is slow, and none tries what another run would not."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from hypothesis import settings

from gateway.redis.connection import Redis
from tests.redis_server import LIMITS, RedisServer

TESTS = Path(__file__).parent
# Long checks for people, which measure what takes how long.
MEASURING = {"benchmarks", "live", "many"}
WAITING = {"timeout", "wait", "wait_for", "receive", "receive_json", "communicate", "run", "call"}
FILES = [each for each in sorted(TESTS.rglob("*.py")) if each.relative_to(TESTS).parts[0] not in MEASURING]


def limits(tree: ast.AST) -> Iterator[tuple[int, float]]:
    """The lines on which something is waited for at most so many seconds, as far as these stand there as a number."""
    for each in ast.walk(tree):
        if not isinstance(each, ast.Call) or not isinstance(each.func, ast.Attribute) or each.func.attr not in WAITING:
            continue
        given = [word.value for word in each.keywords if word.arg == "timeout"]
        if each.func.attr == "timeout":
            given += each.args[:1]
        elif each.func.attr == "wait_for":
            given += each.args[1:2]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
                yield each.lineno, value.value


def test_what_has_to_come_is_waited_for_with_the_patience_of_all() -> None:
    found = {str(file.relative_to(TESTS)): list(limits(ast.parse(file.read_text()))) for file in FILES}

    # Less than a second is for what must not come.
    assert [(name, line) for name, given in found.items() for line, seconds in given if seconds >= 1] == []


def test_scripts_wait_as_long_and_open_their_browser_in_one_place() -> None:
    scripts = {each.name: each.read_text() for each in (TESTS / "clients").glob("*.mjs")}

    # Milliseconds that are written out.
    assert [name for name, text in scripts.items() if re.search(r"\d_000\b|[tT]imeout\b[^\n]*\b\d{4,}", text)] == [
        "patience.mjs"
    ]
    assert [name for name, text in scripts.items() if re.search(r"\bchromium\b.*playwright", text)] == ["browser.mjs"]


def test_no_http_client_of_tests_gives_up_by_itself() -> None:
    asking = {"get", "post", "put", "delete", "request", "stream", "Client", "AsyncClient"}
    found = [
        f"{file.relative_to(TESTS)}:{each.lineno}"
        for file in FILES
        for each in ast.walk(ast.parse(file.read_text()))
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr in asking
        if isinstance(each.func.value, ast.Name) and each.func.value.id == "httpx"
        if "timeout" not in {word.arg for word in each.keywords}
    ]

    # That of httpx does after five seconds.
    assert found == []


def test_examples_are_the_same_every_time_and_may_take_their_time() -> None:
    found = settings.default
    assert found is not None
    assert (found.derandomize, found.database, found.deadline) == (True, None, None)


async def test_no_limit_is_over_because_the_machine_has_held_up_the_loop() -> None:
    async with asyncio.timeout(0.05):
        for _ in range(3):
            time.sleep(0.1)  # noqa: ASYNC251 - as a machine does with much else to do
            await asyncio.sleep(0)


async def test_a_redis_that_the_machine_has_held_up_is_waited_for(redis_url: str, redis_process: RedisServer) -> None:
    redis, server = Redis(redis_url, "test"), redis_process.process.pid
    os.kill(server, signal.SIGSTOP)
    asyncio.get_running_loop().call_later(2 * max(LIMITS), os.kill, server, signal.SIGCONT)

    assert await redis.run(lambda client: client.ping())
    await redis.close()
