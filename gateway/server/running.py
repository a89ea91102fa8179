"""The gateway as a command: start the embedded Square if there is no other, serve, stop cleanly."""

from __future__ import annotations

import asyncio
import signal

import click

from gateway import __version__
from gateway.server.app import create_app
from gateway.server.listening import listen
from gateway.settings import EMULATOR_TOKEN, Settings

SAMPLE = "{ customers(first: 3) { nodes { givenName groups { name } loyaltyAccounts { balance } } } }"


async def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises OSError when the port is taken."""
    emulator = None
    if settings.base_url is None:
        from gateway.emulator.command import serve_emulator  # noqa: PLC0415 - not needed with a real Square

        emulator = await serve_emulator(port=0)
        settings = settings.model_copy(update={"square_base_url": emulator.url})
    try:
        running = await listen(create_app(settings), settings.gateway_host, settings.gateway_port)
        try:
            click.echo(banner(settings, running.url, emulator.url if emulator else None))
            await _stopped()
        finally:
            await running.close()
    finally:
        if emulator is not None:
            await emulator.close()


def banner(settings: Settings, url: str, emulator: str | None) -> str:
    """What the terminal shows once the gateway answers."""
    lines = [f"Square GraphQL gateway {__version__}", "", f"  GraphQL   {url}/graphql"]
    if emulator:
        lines += [
            f"  Square    {emulator} (embedded emulator with a demo shop)",
            f"  Token     {EMULATOR_TOKEN} (used when a request brings none)",
        ]
    else:
        lines += [f"  Square    {settings.environment}", f"  Callers   {settings.auth}"]
    lines += ["", "Try it:", "", *_sample(url), "", "Stop it with Ctrl-C."]
    return "\n".join(lines)


def _sample(url: str) -> list[str]:
    return [
        f"  curl -s {url}/graphql -H 'content-type: application/json' \\",
        f'    -d \'{{"query":"{SAMPLE}"}}\'',
    ]


async def _stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
