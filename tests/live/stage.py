"""A Square, a network that is not to be trusted, and a gateway that can be killed: three processes and a proxy."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from gateway.emulator.store.tenants import FIRST_APPLICATION, FIRST_SELLER
from gateway.events.position import Positions
from gateway.events.stores.choice import event_log, redis_log
from gateway.keys import Keys
from gateway.redis.announcements import Announcements
from gateway.redis.connection import Redis
from gateway.settings import Settings
from gateway.settings.live_checks import in_redis
from tests.live.network import SECRET, Network
from tests.ports import free_port
from tests.server.process import Process, running

TOKEN = "test-token"
SECRET_OF_GATEWAYS = "the-secret-of-a-history-of-subscribers"
ENVIRONMENT = "sandbox"
# Seconds and events that are kept, at most.
KEEPING = (259_200.0, 200_000)


@dataclass
class Gateway:
    """`gateway` on one port and one file of events, as often as it is started."""

    square: str
    # None keeps events in memory.
    file: Path | None
    search: bool = False
    key: str = SECRET
    port: int = field(default_factory=free_port)
    process: Process | None = None

    def __post_init__(self) -> None:
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def webhooks(self) -> str:
        return f"{self.url}/webhooks/square"

    async def start(self) -> None:
        environment = {
            "SQUARE_ENVIRONMENT": ENVIRONMENT,
            "SQUARE_BASE_URL": self.square,
            "SQUARE_WEBHOOK_SIGNATURE_KEY": self.key,
            "SQUARE_WEBHOOK_URL": self.webhooks,
            "GATEWAY_AUTH": "forward",
            "GATEWAY_PORT": str(self.port),
            "GATEWAY_STORE": f"sqlite:{self.file}" if self.file else "memory",
            "GATEWAY_SECRET": SECRET_OF_GATEWAYS,
            "GATEWAY_MAX_STREAMS": "50000",
            "GATEWAY_CALLER_SHARE": "1",
        }
        if self.search:
            environment["SQUARE_APPLICATION_TOKEN"] = TOKEN
        self.process, _ = await self._stack.enter_async_context(running(**environment))

    async def kill(self) -> None:
        """End it as no signal handler could notice."""
        assert self.process is not None
        self.process.send(signal.SIGKILL)
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def close(self) -> None:
        await self._stack.aclose()


@dataclass
class Stage:
    """All of it."""

    square: str
    network: Network | None
    gateway: Gateway
    http: aiohttp.ClientSession

    async def positions(self) -> Positions:
        """What reads the positions of the gateway's file of events."""
        return await positions(f"sqlite:{self.gateway.file}")


async def positions(store: str, seller: str = FIRST_SELLER) -> Positions:
    """What reads the positions in a store that are told to a seller."""
    keys = Keys(SECRET_OF_GATEWAYS)
    async with AsyncExitStack() as stack:
        if in_redis(store):
            redis = Redis(store, Settings.model_fields["gateway_redis_prefix"].default)
            stack.push_async_callback(redis.close)
            log = redis_log(redis, Announcements(redis), keys, ENVIRONMENT, *KEEPING)
        else:
            log = event_log(store, *KEEPING)
        await log.open()
        stack.push_async_callback(log.close)
        return Positions(keys, log.name, ENVIRONMENT, seller, FIRST_APPLICATION)


@asynccontextmanager
async def direct() -> AsyncIterator[Stage]:
    """The same without a network in between and with events in memory, for measuring."""
    async with AsyncExitStack() as stack:
        _, square = await stack.enter_async_context(running("emulator", "--seed", "empty", "--port", "0"))
        http = await stack.enter_async_context(client())
        gateway = Gateway(square, None)
        gateway.key = await subscribe(http, square, gateway.webhooks)
        stack.push_async_callback(gateway.close)
        await gateway.start()
        yield Stage(square, None, gateway, http)


@asynccontextmanager
async def stage(folder: Path, seed: int, *, search: bool = False, spread: float = 0.5) -> AsyncIterator[Stage]:
    """Everything running, with an empty Square whose notifications all go through the network."""
    async with running("emulator", "--seed", "empty", "--port", "0") as (_, square), client() as http:
        gateway = Gateway(square, folder / "events.db", search)
        async with Network(gateway.webhooks, seed, spread).running() as network:
            await subscribe(http, square, network.url)
            # The gateway does so as well, but perhaps only after the first writes, which nobody could find then.
            enabled = await http.put(f"{square}/v2/events/enable", headers={"Authorization": f"Bearer {TOKEN}"})
            assert enabled.status == 200
            await gateway.start()
            try:
                yield Stage(square, network, gateway, http)
            finally:
                await gateway.close()


def client() -> aiohttp.ClientSession:
    """A client with as many connections as it likes, which may stay open for ever."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=None),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def subscribe(http: aiohttp.ClientSession, square: str, url: str) -> str:
    """Have Square send every notification to a URL; gives the key of its signatures."""
    types = [
        "customer.created", "customer.updated", "customer.deleted", "customer.custom_attribute.visible.updated",
        "customer.custom_attribute.visible.deleted", "loyalty.account.created", "loyalty.account.updated",
        "loyalty.event.created",
    ]  # fmt: skip
    body = {"subscription": {"name": "history", "event_types": types, "notification_url": url}}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with http.post(f"{square}/v2/webhooks/subscriptions", json=body, headers=headers) as response:
        assert response.status == 200, await response.text()
        key: str = (await response.json())["subscription"]["signature_key"]
        return key
