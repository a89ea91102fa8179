"""`gateway emulator listen`: notifications go to a URL while it runs, and each is shown."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import admin, create, receiving
from tests.patience import PATIENCE


@asynccontextmanager
async def listening(emulator: Emulator, url: str, *options: str) -> AsyncIterator[tuple[Process, str]]:
    """The command, and the signature key that it has shown."""
    command = ("-u", "-m", "gateway", "emulator", "listen", "--url", emulator.url, "--forward-to", url, *options)
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(PATIENCE):
            assert await line(process) == f"Forwarding {options[1] if options else 'all events'} to {url}"
            _, _, key = (await line(process)).partition("Signature key: ")
            assert await line(process) == "Stop it with Ctrl-C."
            yield process, key
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().rstrip("\n")


async def test_each_notification_is_forwarded_and_shown_until_ctrl_c(emulator: Emulator) -> None:
    async with receiving() as receiver, listening(emulator, receiver.url) as (process, key):
        receiver.statuses = [200, 500]
        await create(emulator)
        first = await line(process)
        await create(emulator)
        second = await line(process)
        emulator.clock.advance(60)
        third = await line(process)
        process.send_signal(signal.SIGINT)

        assert await process.wait() == 0
        told = [each["event_id"] for each in receiver.events]
        for shown, status, event_id, end in (
            (first, 200, told[0], ""),
            (second, 500, told[1], ""),
            (third, 200, told[1], "  retry 1"),
        ):
            pattern = rf"\d\d:\d\d:\d\d  {status}  customer\.created  {event_id}  \d+ ms{end}"
            assert re.fullmatch(pattern, shown), shown
        assert all(each.signed(key, receiver.url) for each in receiver.received)
    assert (await admin(emulator, "GET", "/subscriptions"))["subscriptions"] == []


async def test_only_the_types_asked_for_are_forwarded(emulator: Emulator) -> None:
    async with (
        receiving() as receiver,
        listening(emulator, receiver.url, "--types", "customer.deleted") as (process, _),
    ):
        customer = await create(emulator)
        await emulator.call("DELETE", f"/v2/customers/{customer}")

        assert "  customer.deleted  " in await line(process)
        assert receiver.types == ["customer.deleted"]


async def test_an_emulator_that_goes_away_ends_it_with_one_line(emulator: Emulator) -> None:
    async with receiving() as receiver, listening(emulator, receiver.url) as (process, _):
        await create(emulator)
        await line(process)
        await emulator.running.close()

        assert await process.wait() == 2
        assert process.stderr is not None
        [error] = (await process.stderr.read()).decode().splitlines()
        assert error.startswith(f"Error: no emulator answers at {emulator.url}")


async def test_a_terminal_that_closes_ends_it_like_ctrl_c(emulator: Emulator) -> None:
    # What this process ignores the command would ignore as well.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        async with receiving() as receiver, listening(emulator, receiver.url) as (process, _):
            process.send_signal(signal.SIGHUP)

            assert await process.wait() == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (await admin(emulator, "GET", "/subscriptions"))["subscriptions"] == []


async def test_what_was_told_before_is_told_afterwards(emulator: Emulator) -> None:
    async with receiving() as receiver:
        key = emulator.running.subscribe(receiver.url, event_types=["customer.updated"])
        async with listening(emulator, receiver.url, "--types", "customer.deleted") as (process, shown):
            assert shown == key
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
        [left] = (await admin(emulator, "GET", "/subscriptions"))["subscriptions"]
        assert (left["event_types"], left["signature_key"]) == (["customer.updated"], key)


async def test_it_ends_well_when_its_subscription_was_deleted(emulator: Emulator) -> None:
    async with receiving() as receiver, listening(emulator, receiver.url) as (process, _):
        [made] = (await admin(emulator, "GET", "/subscriptions"))["subscriptions"]
        await admin(emulator, "DELETE", f"/subscriptions/{made['id']}")
        process.send_signal(signal.SIGINT)

        assert await process.wait() == 0
