"""The example's nginx in front of a real gateway: what passes, what does not, and what is never sent twice."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from gateway.settings import Settings
from tests.deploy.files import DEPLOY, ROOT
from tests.emulator.conftest import Emulator
from tests.following import Follower, live_gateway
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.server.sockets import opened, subscribe

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CHANGED = "subscription { customerChanged { kind } }"
needs_nginx = pytest.mark.skipif(NGINX is None, reason="needs nginx (Debian: apt-get install nginx-light)")


@asynccontextmanager
async def nginx(*gateways: int) -> AsyncIterator[str]:
    """The example, but for where it listens, where gateways are, and where it writes."""
    assert NGINX is not None
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text().replace("listen 8080", f"listen 127.0.0.1:{port}")
    for number, each in enumerate(gateways, start=1):
        text = text.replace(f"gateway-{number}:8000", f"127.0.0.1:{each}")
    if os.geteuid() == 0:
        text = f"user root;\n{text}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nginx.conf"
        file.write_text(text.replace("/tmp/", f"{folder}/").replace("/dev/stdout", f"{folder}/access"))
        process = await asyncio.create_subprocess_exec(
            *(NGINX, "-c", str(file), "-p", folder, "-g", "daemon off;"), stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    assert process.returncode is None
                    try:
                        _, writer = await asyncio.open_connection("127.0.0.1", port)
                    except OSError:
                        await asyncio.sleep(0.01)
                        continue
                    writer.close()
                    break
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.communicate()


@needs_nginx
async def test_streams_and_sockets_pass_at_once_and_figures_do_not(emulator: Emulator) -> None:
    async with live_gateway(emulator) as live:
        port = int(live.gateway.url.rpartition(":")[2])
        token = {"Authorization": "Bearer test-token"}
        async with (
            nginx(port, port) as url,
            live.http.ws_connect(f"{url}/graphql", protocols=["graphql-transport-ws"]) as socket,
            live.http.post(
                f"{url}/graphql", json={"query": CHANGED}, headers={**token, "Accept": "text/event-stream"}
            ) as stream,
        ):
            await opened(socket, token)
            await socket.send_json(subscribe(CHANGED))
            async with asyncio.timeout(PATIENCE):
                while await live.subscribers() != 2:
                    pass
            await emulator.call("POST", "/v2/customers", {"given_name": "Amelia"})
            assert await Follower(socket).change() == {"kind": "CREATED"}
            async with asyncio.timeout(PATIENCE):
                while not (line := await stream.content.readline()).startswith(b"data: "):
                    assert line
            assert b"CREATED" in line

            answer = live.http.post(f"{url}/graphql", json={"query": "{ __typename }"}, headers=token)
            async with answer as response:
                assert (await response.json())["data"] == {"__typename": "Query"}
            for path in ("/metrics", "/livez", "/readyz", "/"):
                async with live.http.get(url + path) as response:
                    assert response.status == 404


@needs_nginx
async def test_a_write_that_may_have_arrived_is_not_sent_to_another_gateway() -> None:
    received = []

    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    servers = [await asyncio.start_server(die, "127.0.0.1", 0) for _ in range(2)]
    ports = [each.sockets[0].getsockname()[1] for each in servers]
    async with (
        nginx(*ports) as url,
        aiohttp.ClientSession() as http,
        http.post(f"{url}/graphql", json={"query": "mutation { x }"}) as response,
    ):
        assert response.status == 502
    for each in servers:
        each.close()

    assert len(received) == 1
    assert b"X-Request-Id: " in received[0]


def test_it_names_the_page_that_says_what_it_is_to_do() -> None:
    named = re.search(r'see "([^"]+)" in (\S+\.md)', (DEPLOY / "nginx.conf").read_text())

    assert named is not None
    assert re.search(rf"^#+ {named[1]}$", (ROOT / named[2]).read_text(), re.MULTILINE)


def test_its_limits_and_times_are_those_of_the_gateway() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    found = dict(re.findall(r"^\s*(\w+) (\d+[a-z]*);", text, re.MULTILINE))
    default = {name: field.default for name, field in Settings.model_fields.items()}

    def seconds(name: str) -> int:
        return int(found[name].removesuffix("s"))

    assert int(found["client_max_body_size"].removesuffix("k")) * 1024 == default["gateway_max_request"]
    assert seconds("keepalive_timeout") < default["gateway_keep_alive"]
    assert seconds("proxy_read_timeout") > 2 * default["gateway_heartbeat"]
    assert seconds("proxy_read_timeout") > default["gateway_operation_timeout"]
    assert seconds("client_body_timeout") <= default["gateway_request_timeout"]
