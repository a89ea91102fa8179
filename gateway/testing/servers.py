"""An emulator with the demo shop and a gateway in front of it, on free ports of this machine. Runs no program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from threading import Thread

from gateway.emulator.command import serve_emulator
from gateway.serve import in_front_of, listen_at
from gateway.server.app import create_app
from gateway.settings import EMULATOR_TOKEN, Settings
from gateway.workers.ports import bind

# Whatever else is set: no other Square is asked, and each fork is a caller of its own.
FIXED: dict[str, object] = {
    "square_environment": "emulator",
    "square_base_url": None,
    "square_access_token": EMULATOR_TOKEN,
    "square_application_token": EMULATOR_TOKEN,
    "square_webhook_url": None,
    "square_webhook_signature_key": (),
    "square_merchant_id": None,
    "gateway_auth": "forward",
    "gateway_host": "127.0.0.1",
    "gateway_port": 0,
}


@dataclass(frozen=True, slots=True)
class Servers:
    """Where they answer: the emulator at its base URL, the gateway where it takes GraphQL."""

    emulator: str
    graphql: str


def default_settings() -> Settings:
    """The settings of a gateway to test with, whatever the environment says."""
    defaults = {name: each.default for name, each in Settings.model_fields.items()}
    return Settings(**{**defaults, **FIXED, "_env_file": None})


@asynccontextmanager
async def serving(settings: Settings, seed: str = "demo", customers: int = 1000) -> AsyncIterator[Servers]:
    """Both, until the block ends. The gateway has these settings, and is told of every change in the emulator."""
    port = bind(settings.gateway_host, settings.gateway_port, 1)
    try:
        emulator = await serve_emulator(port=0, seed=seed, customers=customers)
        try:
            settings = _with_all_retries(in_front_of(emulator, settings, port))
            gateway = await listen_at(port, create_app(settings), settings)
        except BaseException:
            await emulator.close()
            raise
        try:
            yield Servers(emulator.url, f"{gateway.url}/graphql")
        finally:
            # Before the gateway, which waits for what is under way there, be it slow on purpose.
            try:
                await emulator.close()
            finally:
                await gateway.close()
    finally:
        port.close()


def _with_all_retries(settings: Settings) -> Settings:
    """The same with a retry for each failure that has one: all forks share a budget, and one would use up another's."""
    # More than a setting may be: it is the share of the requests that may be repeated.
    return settings.model_copy(update={"gateway_retry_share": float(settings.gateway_attempts)})


@contextmanager
def in_thread(seed: str = "demo", customers: int = 1000) -> Iterator[Servers]:
    """Both with default settings, in an event loop and a thread of their own, until the block ends."""
    begun: Future[tuple[Servers, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        async with serving(default_settings(), seed, customers) as servers:
            stop = asyncio.Event()
            begun.set_result((servers, asyncio.get_running_loop(), stop))
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if begun.done():
                raise
            begun.set_exception(error)

    thread = Thread(target=run, name="gateway for tests", daemon=True)
    thread.start()
    servers, loop, stop = begun.result()
    try:
        yield servers
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
