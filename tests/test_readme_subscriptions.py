"""The subscriptions of the README are tested: its command and its hook follow what its mutation does."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from gateway.emulator.seed import seed_demo
from tests.emulator import loyalty_shop as shop
from tests.emulator.conftest import Emulator
from tests.following import live_gateway
from tests.node import CLIENTS, MODULES, needs_node
from tests.patience import PATIENCE
from tests.readme import marked, pages, samples
from tests.test_clients import TOKEN

GIVE_POINTS = next(each for each in samples() if "adjustLoyaltyPoints(" in each.query)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_the_command_shows_the_points_that_are_given(emulator: Emulator) -> None:
    promised = re.search(r"```text\nevent: next\ndata: (.*)\n```", "\n".join(pages().values()))
    assert promised is not None
    seed_demo(emulator.store, emulator.clock)
    async with live_gateway(emulator, gateway_auth=None) as live:
        command = marked("subscription").replace("\\\n", "").replace("localhost:8000", live.gateway.url)
        process = await asyncio.create_subprocess_exec(*shlex.split(command), stdout=asyncio.subprocess.PIPE)
        async with asyncio.timeout(PATIENCE):
            while not await live.subscribers():
                pass
            await live.data(GIVE_POINTS.query)
            assert process.stdout is not None
            lines = [(await process.stdout.readline()).decode().rstrip("\n") for _ in range(5)]
        process.terminate()
        await process.wait()

    mark, event, data = lines[-3:]
    shown = json.loads(data.removeprefix("data: "))
    assert (mark, event) == (f"id: {shown['extensions'].pop('position')}", "event: next")
    assert shown.pop("extensions").keys() == {"cost"}
    assert shown == json.loads(promised[1])


@needs_node
async def test_the_hook_shows_a_balance_and_goes_on_after_a_broken_connection(
    emulator: Emulator, tmp_path: Path
) -> None:
    (tmp_path / "balance.mjs").write_text(marked("hook"))
    (tmp_path / "node_modules").symlink_to(MODULES)
    shutil.copy(CLIENTS / "hook.mjs", tmp_path)
    shop.open_shop(emulator)
    ada = await shop.enroll(emulator)
    async with live_gateway(emulator) as live:
        process = await asyncio.create_subprocess_exec(
            "node", "hook.mjs", live.url.replace("http", "ws", 1), TOKEN, ada,
            cwd=tmp_path, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while not await live.subscribers():
                pass
            await shop.adjust(emulator, ada, 7)
            assert await _until(process.stdout, "balance 7")
            process.stdin.write(b"break the connection\n")
            while await live.subscribers():
                pass
            await shop.adjust(emulator, ada, 5)
            assert await _until(process.stdout, "balance 12")
        process.terminate()
        await process.wait()


async def _until(output: asyncio.StreamReader, wanted: str) -> bool:
    """Whether a line comes, after whatever comes before it."""
    async for line in output:
        if line.decode().strip() == wanted:
            return True
    return False
