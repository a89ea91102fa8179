"""What happened while no webhook came reaches those who go on from where they were: all of it, and nothing twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.emulator.conftest import Emulator
from tests.emulator.loyalty_shop import adjust, enroll, events, open_shop
from tests.live.figures import all_follow, figure
from tests.live.network import SECRET, signature
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.redis_server import needs_redis, running_redis
from tests.server.sockets import data, opened, receive, subscribe

URL = "https://gateway.example.com/webhooks/square"
CUSTOMERS = """subscription ($after: String) {
  customerChanged(after: $after) { kind customerId position customer { note } }
}"""
FAILING = "gateway_event_search_failing"
LEDGER = """subscription ($after: String) {
  loyaltyEventCreated(after: $after) { eventId position event { id } }
}"""


class Shop:
    """An emulator whose notifications are sent when a test says so, and a gateway that is started when it says so."""

    def __init__(self, emulator: Emulator, file: Path) -> None:
        self.emulator = emulator
        self.file = file
        self.url = ""
        self.sent = self.before = 0

    @asynccontextmanager
    async def gateway(self, **other: Any) -> AsyncIterator[None]:
        """A gateway that has searched once."""
        before = self.searches
        given: dict[str, Any] = {
            "square_environment": "sandbox",
            "square_base_url": self.emulator.url,
            "square_webhook_signature_key": SECRET,
            "square_webhook_url": URL,
            "square_application_token": "test-token",
            "gateway_auth": "forward",
            "gateway_secret": "the-secret-that-both-gateways-have-together",
            "gateway_store": f"sqlite:{self.file}",
            "gateway_connect_timeout": 10,
            **other,
        }
        settings = Settings(_env_file=None, **given)
        running = await listen(create_app(settings), "127.0.0.1", 0)
        self.url = running.url
        try:
            if settings.square_application_token and settings.square_base_url == self.emulator.url:
                await until(lambda: self.searches > before)
            yield
        finally:
            await running.close()

    @property
    def searches(self) -> int:
        return self.emulator.recorded.others["SearchEvents"]

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        status, found = await self.emulator.call(method, path, body)
        assert status == 200, found
        return found

    def notifications(self) -> list[bytes]:
        """Everything that Square would have sent since the gateway is there."""
        rows = self.emulator.store.db.execute("SELECT body FROM webhook_events ORDER BY sequence").fetchall()
        return [row[0].encode() for row in rows[self.before :]]

    async def deliver(self) -> None:
        """Send what was not sent yet."""
        bodies = self.notifications()[self.sent :]
        self.sent += len(bodies)
        await self.post(bodies)

    async def post(self, bodies: list[bytes]) -> None:
        for body in bodies:
            headers = {"x-square-hmacsha256-signature": signature(URL, body)}
            async with self.emulator.http.post(f"{self.url}/webhooks/square", data=body, headers=headers) as response:
                assert response.status == 200

    async def asked(self, query: str) -> Any:
        """The one answer to an operation, or the first one of a stream."""
        headers = {"Authorization": "Bearer test-token", "Accept": "application/json, text/event-stream"}
        async with self.emulator.http.post(f"{self.url}/graphql", json={"query": query}, headers=headers) as response:
            text = await response.text()
        return json.loads(text.partition("data:")[2].partition("\n")[0] or text)

    @asynccontextmanager
    async def following(self, query: str, after: str | None = None) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A socket with one subscription."""
        headers = {"Authorization": "Bearer test-token"}
        async with self.emulator.http.ws_connect(
            f"{self.url}/graphql", protocols=["graphql-transport-ws"], headers=headers
        ) as socket:
            await opened(socket)
            await socket.send_json(subscribe(query, variables={"after": after}))
            await all_follow(self.emulator.http, self.url, 1, PATIENCE)
            yield socket


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what the emulator counts tells nobody
            await asyncio.sleep(0.01)


async def change(socket: aiohttp.ClientWebSocketResponse) -> Any:
    (found,) = data(await receive(socket)).values()
    return found


@pytest.fixture
async def shop(emulator: Emulator, tmp_path: Path) -> Shop:
    open_shop(emulator)
    shop = Shop(emulator, tmp_path / "events.db")
    # What happened before this gateway was ever there.
    await shop.call("PUT", "/v2/events/enable")
    await shop.call("POST", "/v2/customers", {"given_name": "Before", "note": "0"})
    shop.before = len(shop.notifications())
    return shop


async def created(shop: Shop, note: str) -> str:
    id: str = (await shop.call("POST", "/v2/customers", {"given_name": "A", "note": note}))["customer"]["id"]
    return id


async def test_what_happened_meanwhile_is_told_once_to_who_goes_on(shop: Shop) -> None:
    async with shop.gateway(), shop.following(CUSTOMERS) as socket:
        first, second = await created(shop, "1"), await created(shop, "1")
        await shop.deliver()
        begun = {(found := await change(socket))["customerId"]: found for _ in range(2)}
        position = found["position"]
        assert {id: each["kind"] for id, each in begun.items()} == {first: "CREATED", second: "CREATED"}
    for note in ("2", "3", "4"):
        await shop.call("PUT", f"/v2/customers/{first}", {"note": note})
    await shop.call("DELETE", f"/v2/customers/{second}")
    third = await created(shop, "1")
    async with shop.gateway(), shop.following(CUSTOMERS, position) as socket:
        told = {(found := await change(socket))["customerId"]: found for _ in range(3)}
        # Square sends some of them late, and others again.
        await shop.post(shop.notifications())
        last = await created(shop, "last")
        await shop.deliver()
        end = await change(socket)

    assert {id: each["kind"] for id, each in told.items()} == {first: "UPDATED", second: "DELETED", third: "CREATED"}
    assert told[first]["customer"] == {"note": "4"}
    assert (end["customerId"], end["kind"]) == (last, "CREATED")


async def test_each_entry_of_a_ledger_is_told_once(shop: Shop) -> None:
    account = await enroll(shop.emulator)

    async with shop.gateway(), shop.following(LEDGER) as socket:
        await adjust(shop.emulator, account, 5)
        await shop.deliver()
        seen = [await change(socket)]
    for _ in range(5):
        await adjust(shop.emulator, account, 5)
    async with shop.gateway(), shop.following(LEDGER, seen[-1]["position"]) as socket:
        seen += [await change(socket) for _ in range(5)]
        await shop.post(shop.notifications())
        await adjust(shop.emulator, account, 5)
        await shop.deliver()
        seen.append(await change(socket))

    ledger = {each["id"] for each in await events(shop.emulator, account)}
    assert len(seen) == len({each["eventId"] for each in seen}) == 7
    assert {each["eventId"] for each in seen} == ledger


async def test_a_new_log_begins_with_what_happens_from_now_on(shop: Shop) -> None:
    async with shop.gateway(), shop.following(CUSTOMERS) as socket:
        first = await created(shop, "1")
        await shop.deliver()
        found = await change(socket)

    assert found["customerId"] == first


@needs_redis
async def test_a_gateway_of_another_environment_with_the_same_redis_keeps_none_from_searching(shop: Shop) -> None:
    other = {"square_environment": "production", "square_base_url": f"http://127.0.0.1:{free_port()}"}
    with running_redis() as redis:
        async with shop.gateway(**other, gateway_store=redis.url):
            async with asyncio.timeout(PATIENCE):
                while not await figure(shop.emulator.http, shop.url, FAILING):  # noqa: ASYNC110 - a figure tells nobody
                    await asyncio.sleep(0.01)
            async with shop.gateway(gateway_store=redis.url), shop.following(CUSTOMERS) as socket:
                await created(shop, "1")
                await shop.deliver()
                position = (await change(socket))["position"]
            second = await created(shop, "1")
            async with shop.gateway(gateway_store=redis.url), shop.following(CUSTOMERS, position) as socket:
                found = await change(socket)

    assert (found["customerId"], found["kind"]) == (second, "CREATED")


async def test_without_the_applications_token_nothing_is_searched_for(shop: Shop) -> None:
    async with shop.gateway(square_application_token=None), shop.following(CUSTOMERS) as socket:
        first = await created(shop, "1")
        await shop.deliver()
        found = await change(socket)

    assert found["customerId"] == first
    assert shop.searches == 0


@needs_redis
async def test_replicas_go_on_when_their_redis_hangs_or_has_lost_everything(shop: Shop) -> None:
    with running_redis() as redis:
        replica = {"gateway_store": redis.url, "square_application_token": None}
        async with shop.gateway(**replica):
            one = shop.url
            async with shop.gateway(**replica), shop.following(CUSTOMERS) as socket:
                two, shop.url = shop.url, one
                first = await created(shop, "1")
                await shop.deliver()
                told = [await change(socket)]
                redis.hang()
                second = await created(shop, "1")
                [body] = shop.notifications()[shop.sent :]
                refused = await delivered(shop, body)
                found = await shop.asked("{ customers(first: 1) { nodes { id } } }")
                late = await shop.asked("subscription { customerChanged { kind } }")
                redis.go_on()
                await taken(shop, body)
                told.append(await change(socket))
                redis.kill()
                redis.start_again()
                third = await created(shop, "1")
                await taken(shop, shop.notifications()[-1])
                expired = await receive(socket)
                told.append(await change(socket))
            # What was told by the one goes on with the other.
            fourth = await created(shop, "1")
            await taken(shop, shop.notifications()[-1])
            async with shop.following(CUSTOMERS, told[-1]["position"]) as socket:
                told.append(await change(socket))

    assert two != one
    assert refused == (503, "NOT_STORED")
    assert "errors" not in found
    assert [each["extensions"]["code"] for each in late["errors"]] == ["SUBSCRIPTIONS_UNAVAILABLE"]
    assert [each["extensions"]["code"] for each in expired["payload"]["errors"]] == ["EVENTS_EXPIRED"]
    assert [each["customerId"] for each in told] == [first, second, third, fourth]


async def delivered(shop: Shop, body: bytes) -> tuple[int, str]:
    """What a gateway says to a notification."""
    headers = {"x-square-hmacsha256-signature": signature(URL, body)}
    async with shop.emulator.http.post(f"{shop.url}/webhooks/square", data=body, headers=headers) as response:
        text = await response.text()
        return response.status, "" if response.ok else json.loads(text)["errors"][0]["extensions"]["code"]


async def taken(shop: Shop, body: bytes) -> None:
    """Square sends it until it is taken."""
    async with asyncio.timeout(PATIENCE):
        while (await delivered(shop, body))[0] != 200:  # noqa: ASYNC110 - Redis tells nobody when it is back
            await asyncio.sleep(0.02)
