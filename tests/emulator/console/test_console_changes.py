"""The emulator's page in a browser while what it shows changes: forks that go, restarts, narrow windows."""

from __future__ import annotations

import sys
from pathlib import Path

from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.seed import seed_empty
from gateway.emulator.store.store import Store
from tests.emulator.console.test_console import BEARER
from tests.node import needs_browser, needs_node, script
from tests.patience import LONG


@needs_node
@needs_browser
async def test_the_console_keeps_to_its_shop_and_shows_what_there_is_while_that_changes(emulator):
    store, clock = Store(), Clock()
    seed_empty(store, clock)
    running = await start(create_app(store, clock=clock, remote=True), store=store)
    people = {str(n): {"given_name": "Ann", "family_name": f"Example {n}" if n else "Example"} for n in range(80)}
    async with emulator.http.post(
        f"{running.url}/v2/customers/bulk-create", json={"customers": people}, headers=BEARER
    ) as made:
        assert made.status == 200
        ann = (await made.json())["responses"]["0"]["customer"]["id"]
    for number in range(520):
        name = "The last of many" if number == 519 else f"Group {number}"
        body = {"group": {"name": name}}
        async with emulator.http.post(f"{running.url}/v2/customers/groups", json=body, headers=BEARER) as added:
            group = (await added.json())["group"]["id"]
    async with emulator.http.put(f"{running.url}/v2/customers/{ann}/groups/{group}", headers=BEARER) as put:
        assert put.status == 200
    for _ in range(60):
        async with emulator.http.get(f"{running.url}/v2/customers?limit=1", headers=BEARER) as listed:
            assert listed.status == 200

    gateway = str(Path(sys.executable).with_name("gateway"))
    seen = await script("console_changes.mjs", running.url, gateway, seconds=LONG)

    # A form and a question that were about a fork close with it, and what they would have done is done nowhere else.
    assert (seen["forms"], seen["shop"]) == ([0, 0], "")
    assert (seen["back"], seen["scrolled"], seen["secure"], seen["restarted"]) == (True, True, False, 1)
    assert seen["cut"] == [0, 0]
    assert seen["misfits"] == ["null", '"Ann"', '{"address": "here"}', '{"given_name": {"first": "Ann"}}']
    assert seen["fits"] == "Jason"
    # Nobody is led away from a fork by an answer from before it was made.
    assert seen["looked"]
    await running.close()
