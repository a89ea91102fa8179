"""What is printed at the start is so: the line to try works as pasted, and GraphiQL is promised where it is."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.banner import banner
from gateway.emulator.command import serve_emulator
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.server.explorer import asset_files as explorer_files
from gateway.server.explorer.page import Explorer
from gateway.settings import Settings
from tests.emulator.conftest import Emulator
from tests.environment import without_settings
from tests.server.auth.issuer import KEYS, token
from tests.server.auth.issuer import settings as jwt
from tests.server.explorer.test_explorer import BROWSER, no_graphql

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

REAL = {"square_environment": "sandbox", "square_access_token": "test-token"}
KEYED = {**REAL, "gateway_auth": "key"}
TRUSTED = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": []}
A_TOKEN = "a signed token"
Start = Callable[..., Awaitable[str]]


@pytest.fixture
async def start(emulator: Emulator, tmp_path: Path) -> AsyncIterator[Start]:
    """Start a gateway, and give what is printed then."""
    running = []
    (tmp_path / "keys.json").write_text(json.dumps({"keys": KEYS}))
    (tmp_path / "trusted.json").write_text(json.dumps(TRUSTED))

    async def started(embedded: bool = False, complete: bool = True, **given: Any) -> str:
        given = {name: value.format(tmp_path) if isinstance(value, str) else value for name, value in given.items()}
        settings = Settings(_env_file=None, square_base_url=emulator.url, **given)
        running.append(await listen(create_app(settings), settings.gateway_host, 0))
        return banner(settings, running[-1].url, emulator.url if embedded else None, complete=complete)

    yield started
    for each in running:
        await each.close()


async def pasted(text: str, **environment: str) -> tuple[int, str, str]:
    """What comes of pasting the lines to try into a shell."""
    lines = text.partition("Try it:\n\n")[2].partition("\n\nStop it")[0]
    clean = without_settings()
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", lines, env={**clean, **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


@pytest.mark.parametrize(
    ("given", "environment"),
    [
        ({"embedded": True}, {}),
        ({"square_environment": "emulator", "gateway_auth": "forward"}, {}),
        ({"square_environment": "sandbox"}, {"SQUARE_ACCESS_TOKEN": "test-token"}),
        ({"square_environment": "production"}, {"SQUARE_ACCESS_TOKEN": "test-token"}),
        ({**REAL, "gateway_auth": "none"}, {}),
        ({**KEYED, "gateway_api_keys": "only-key"}, {"GATEWAY_API_KEYS": "only-key"}),
        ({**KEYED, "gateway_api_keys": "one, two"}, {"GATEWAY_API_KEYS": "one, two"}),
        ({**KEYED, "gateway_api_keys": "one ,two"}, {"GATEWAY_API_KEYS": "one ,two"}),
        ({**KEYED, "gateway_api_keys": " , one,two"}, {"GATEWAY_API_KEYS": " , one,two"}),
        ({"gateway_auth": "key", "gateway_api_keys": "k$HOME`id`"}, {"GATEWAY_API_KEYS": "k$HOME`id`"}),
        ({**REAL, **jwt("{}/keys.json")}, {"TOKEN": A_TOKEN}),
        (jwt("{}/keys.json"), {"TOKEN": A_TOKEN}),
        ({"gateway_router_key": "planted-router-key", "gateway_introspection": False, "gateway_allow_get": False}, {}),
        ({"gateway_host": "0.0.0.0"}, {}),
        ({"gateway_host": "::"}, {}),
        ({"gateway_host": "::1"}, {}),
        ({"gateway_host": "localhost"}, {}),
    ],
)
async def test_the_line_to_try_works_as_pasted(
    start: Start, given: dict[str, Any], environment: dict[str, str]
) -> None:
    # A signed token is made now, as it expires.
    environment = {name: token() if value is A_TOKEN else value for name, value in environment.items()}

    code, output, errors = await pasted(await start(**given), **environment)

    assert (code, errors) == (0, "")
    assert json.loads(output)["data"] == {"customers": {"nodes": []}}


@pytest.mark.parametrize(
    "limit",
    [{"gateway_max_calls": 1}, {"gateway_max_depth": 3}, {"gateway_max_depth": 1}, {"gateway_max_fields": 1},
     {"gateway_max_tokens": 10}, {"gateway_max_characters": 100, "gateway_max_calls": 10}],
)  # fmt: skip
async def test_the_line_to_try_keeps_to_the_limits(start: Start, limit: dict[str, int]) -> None:
    answer = json.loads((await pasted(await start(**limit)))[1])

    assert "errors" not in answer
    assert answer["data"]


async def test_where_only_trusted_documents_run_no_other_is_suggested(start: Start) -> None:
    text = await start(square_environment="production", gateway_trusted_documents="{}/trusted.json")

    assert json.loads((await pasted(text))[1]) == {"status": "ready"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"square_environment": "sandbox"}, "SQUARE_ACCESS_TOKEN: set it to an access token of Square"),
        ({**KEYED, "gateway_api_keys": "planted-api-key"}, "GATEWAY_API_KEYS: set it as for the gateway"),
        (jwt("{}/keys.json"), "TOKEN: set it to a signed token of the issuer"),
    ],
)
async def test_what_a_caller_has_to_set_is_said_and_never_shown(
    start: Start, given: dict[str, Any], named: str
) -> None:
    text = await start(**given)
    code, output, errors = await pasted(text)

    assert code != 0
    assert named in errors
    assert not output
    assert "planted" not in text


@pytest.mark.parametrize("mode", [{}, {"gateway_auth": "forward"}, {"gateway_auth": "key", "gateway_api_keys": "k"}])
async def test_a_token_is_named_only_where_it_is_taken(start: Start, mode: dict[str, Any]) -> None:
    text = await start(embedded=True, **mode)

    assert ("test-token" in text) == (mode.get("gateway_auth") != "key")
    assert ("used when a request brings none" in text) == (not mode)


async def test_the_console_is_named_where_a_square_is_embedded(start: Start, emulator: Emulator) -> None:
    assert f"  Console   {emulator.url}/ (" in await start(embedded=True)
    assert "Console" not in await start()


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(
    ("given", "served"),
    [
        ({}, True),
        ({"gateway_explorer": False}, False),
        ({"square_environment": "production"}, False),
        ({"square_environment": "production", "gateway_explorer": True, "gateway_introspection": True}, True),
    ],
)
async def test_graphiql_is_promised_where_it_is(
    start: Start, complete: bool, given: dict[str, Any], served: bool
) -> None:
    text = await start(complete=complete, **given)

    assert ("(in a browser: GraphiQL)" in text) == (served and complete)
    assert (explorer_files.command() in text) == (served and not complete)
    assert ("/docs (in a browser)" in text) == served


async def test_where_the_schema_cannot_be_read_graphiql_is_promised_without_it(start: Start) -> None:
    assert "GraphiQL, without the schema)" in await start(gateway_introspection=False)


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]")])
async def test_the_embedded_square_is_where_it_says(host: str, shown: str) -> None:
    square = await serve_emulator(host, port=0, seed="empty")

    assert square.url == f"http://{shown}:{square.port}"
    headers = {"Authorization": "Bearer test-token"}
    async with aiohttp.ClientSession() as http, http.get(f"{square.url}/v2/customers", headers=headers) as response:
        assert response.status == 200
    await square.close()


def test_what_fetches_its_files_works_from_anywhere() -> None:
    place = Path(explorer_files.command().rpartition(" ")[2])

    assert place.is_absolute()
    assert (place / "package.json").is_file()
    assert (place / "package-lock.json").is_file()


async def page(**given: Any) -> str:
    """What a browser gets where the explorer's files are missing."""
    explorer = Explorer(Settings(_env_file=None, **given), complete=lambda: False)
    app = web.Application()
    app.router.add_get("/graphql", explorer.before(no_graphql))
    listening = await listen(app, "127.0.0.1", 0)
    async with aiohttp.ClientSession() as http, http.get(f"{listening.url}/graphql", headers=BROWSER) as response:
        text = unescape(await response.text())
    await listening.close()
    return text


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", True), ("0.0.0.0", False)])
async def test_only_who_is_on_the_machine_sees_where_it_is_installed(host: str, shown: bool) -> None:
    text = await page(gateway_host=host)

    assert (explorer_files.command() in text) == (str(explorer_files.FOLDER) in text) == shown
    assert ("printed by the gateway" in text) == (not shown)


@pytest.mark.parametrize(
    ("given", "suggested"),
    [
        ({}, "test-token"),
        ({"gateway_auth": "forward"}, "test-token"),
        ({"gateway_auth": "key", "gateway_api_keys": "k"}, "YOUR-KEY"),
        ({**jwt(__file__)}, "YOUR-SIGNED-TOKEN"),
        ({"square_environment": "sandbox"}, "YOUR-SQUARE-ACCESS-TOKEN"),
        ({**REAL, "gateway_auth": "none"}, None),
    ],
)
async def test_the_page_suggests_what_its_callers_show(given: dict[str, Any], suggested: str | None) -> None:
    found = re.search(r'id="configuration">(.*?)</script>', await page(**given), re.DOTALL)
    assert found
    configuration = json.loads(found[1])

    headers = json.loads(configuration["headers"] or "{}")
    assert headers == ({} if suggested is None else {"Authorization": f"Bearer {suggested}"})
    assert configuration["needsToken"] == (suggested is not None and suggested.startswith("YOUR"))
