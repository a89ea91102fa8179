"""What Python itself would write: failures of the event loop, and warnings. Their messages may hold anything."""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from gateway.server.observability import logging as log
from tests.environment import without_settings
from tests.patience import PATIENCE
from tests.server.lines import Lines, logged

PRIVATE = "private words"
# A server in which a task fails unseen, a callback fails, and something warns.
STRAYING = f"""
import asyncio, warnings
from gateway.serve import serve
from gateway.settings import load

async def failing(): raise RuntimeError("{PRIVATE}")
def broken(_): raise KeyError("{PRIVATE}")

async def main():
    serving = asyncio.create_task(serve(load(gateway_port=0)))
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: asyncio.create_task(failing()) and None)
    loop.call_soon(broken, "{PRIVATE}")
    loop.call_soon(lambda: warnings.warn("{PRIVATE}", UserWarning))
    await serving
"""


async def failing() -> None:
    raise RuntimeError(PRIVATE)


def task_that_fails() -> None:
    # Nobody asks for its result.
    asyncio.create_task(failing())  # noqa: RUF006


def callback_that_fails() -> None:
    def broken(value: str) -> None:
        raise KeyError(value)

    asyncio.get_running_loop().call_soon(broken, PRIVATE)


def no_exception() -> None:
    asyncio.get_running_loop().call_exception_handler({"message": PRIVATE})


async def reported(straying: Callable[[], None], **settings: Any) -> Lines:
    """What is logged when this happens in a loop that reports as the server's does."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log.loop_failed)
    with logged(**settings) as lines:
        straying()
        for _ in range(3):
            await asyncio.sleep(0)
        gc.collect()
    loop.set_exception_handler(None)
    assert PRIVATE not in lines.text
    assert not lines.scanner.found
    return lines


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("straying", "named"),
    [
        (task_that_fails, ["RuntimeError in failing (test_stray_messages.py:", "in task failing"]),
        (callback_that_fails, ["KeyError in", "broken (test_stray_messages.py:"]),
        (no_exception, ["no exception"]),
    ],
)
async def test_a_failure_of_the_loop_is_its_class_and_its_place(
    straying: Callable[[], None], named: list[str], form: str
) -> None:
    lines = await reported(straying, gateway_log_format=form, gateway_log_level="info")

    assert len(lines.all) == 1
    assert all(
        each in lines.text for each in ["gateway.server.observability.logging", "The event loop reports", *named]
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_warning_is_its_category_and_its_place(form: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with logged(gateway_log_format=form) as lines:
            warnings.warn(PRIVATE, UserWarning, stacklevel=1)

    assert len(lines.all) == 1
    assert "UserWarning in test_stray_messages.py:" in lines.text
    assert PRIVATE not in lines.text


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_server_says_no_more_of_them_than_that(loop: str) -> None:
    environment = without_settings()
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", f"import {loop}\n{STRAYING}\n{loop}.run(main())"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "GATEWAY_LOG_FORMAT": "json", "GATEWAY_SHUTDOWN_DELAY": "0"},
    )
    try:
        assert process.stdout
        assert any("Ctrl-C" in line for line in iter(process.stdout.readline, ""))
        process.terminate()
        output, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()

    lines = [json.loads(line) for line in errors.splitlines()]
    assert sorted(line["logger"] for line in lines if line["level"] != "INFO") == [
        "gateway.server.observability.logging", "gateway.server.observability.logging", "py.warnings"
    ]  # fmt: skip
    assert PRIVATE not in output + errors
