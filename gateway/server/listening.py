"""A server on a port: started, known by its URL, closed. Knows nothing of what it serves."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Listening:
    """An application that answers at `url` until it is closed."""

    host: str
    port: int
    runner: web.AppRunner

    @property
    def url(self) -> str:
        """The base URL, with no slash at its end."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    async def close(self) -> None:
        """Stop listening and let go of everything the application holds."""
        await self.runner.cleanup()


async def listen(app: web.Application, host: str, port: int) -> Listening:
    """Serve in the running event loop; port 0 takes a free one. Raises OSError when the port is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=25)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return Listening(host, runner.addresses[0][1], runner)
