"""What a browser gets at /graphql, and that every other client still gets GraphQL."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from graphql import OperationType, get_operation_ast, parse
from yarl import URL

from gateway.schema import build_schema
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.server.explorer import asset_files as explorer_files
from gateway.server.explorer.page import Explorer
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator import loyalty_shop as shop
from tests.emulator.conftest import Emulator
from tests.following import live_gateway
from tests.throttle import UNUSED

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def is_subscription(query: str) -> bool:
    return get_operation_ast(parse(query)).operation is OperationType.SUBSCRIPTION


async def configuration(graph: Graph) -> dict:
    async with graph.http.get(graph.url, headers=BROWSER) as response:
        assert response.content_type == "text/html"
        found = re.search(r'id="configuration">(.*?)</script>', await response.text(), re.DOTALL)
    assert found
    return json.loads(found.group(1))


async def test_a_browser_gets_a_page_that_may_load_nothing_from_elsewhere(graph: Graph) -> None:
    async with graph.http.get(graph.url, headers=BROWSER) as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert response.status == 200
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert not re.findall(r"(?:src|href)=.(?:https?:)?//", page)


async def test_a_browser_that_knows_only_the_host_is_led_to_the_page_and_others_find_nothing(graph: Graph) -> None:
    root = URL(graph.url).with_path("/")
    async with graph.http.get(root, headers=BROWSER) as shown:
        found = (shown.url.path, shown.content_type, [each.status for each in shown.history])
    async with graph.http.get(root, allow_redirects=False) as other:
        error = (await other.json())["errors"][0]["extensions"]["code"]
    async with graph.http.post(root, headers=BROWSER, json={"query": "{ __typename }"}) as posted:
        status = posted.status

    assert found == ("/graphql", "text/html", [302])
    assert (other.status, error) == (404, "NOT_FOUND")
    assert status in {404, 405}


async def test_clients_that_name_a_json_type_get_graphql(graph: Graph) -> None:
    for accept in ("application/json", "text/html, application/graphql-response+json", "*/*"):
        headers = {"Accept": accept, "Authorization": "Bearer test-token"}
        async with graph.http.get(graph.url, params={"query": "{__typename}"}, headers=headers) as response:
            assert await response.json(content_type=None) == {
                "data": {"__typename": "Query"},
                "extensions": {
                    "cost": {
                        "estimatedCalls": 0,
                        "actualCalls": 0,
                        "retries": 0,
                        "cacheHits": 0,
                        "throttleStatus": UNUSED,
                    }
                },
            }


async def test_the_page_suggests_the_emulators_token(graph: Graph) -> None:
    assert json.loads((await configuration(graph))["headers"]) == {"Authorization": "Bearer test-token"}


async def test_the_page_links_the_documentation_and_the_emulators_console(graph: Graph) -> None:
    links = (await configuration(graph))["links"]
    assert links == {"Docs": "/docs", "Console": f"{graph.emulator.url}/"}
    async with graph.http.get(f"{graph.gateway.url}{links['Docs']}") as response:
        assert (response.status, response.content_type) == (200, "text/html")


async def test_every_example_is_valid_and_answers_without_errors(graph: Graph) -> None:
    examples = (await configuration(graph))["examples"]
    assert 6 <= len(examples) <= 10
    for each in examples:
        if is_subscription(each["query"]):
            continue
        await graph.data(each["query"], json.loads(each.get("variables", "{}")))


async def test_the_example_of_a_subscription_shows_a_balance_that_changes(emulator: Emulator) -> None:
    (example,) = (each["query"] for each in explorer_files.examples() if "loyaltyAccountChanged" in each["query"])
    shop.open_shop(emulator)
    ada = await shop.enroll(emulator)
    async with live_gateway(emulator) as live, live.follow(example) as follower:
        await shop.adjust(emulator, ada, 7)

        assert (await follower.change())["account"]["balance"] == 7


async def test_the_pages_own_files_may_be_kept_for_good(graph: Graph) -> None:
    async with graph.http.get(graph.url, headers=BROWSER) as response:
        paths = re.findall(r'(?:src|href)="(/graphql/explorer/[^"]+)"', await response.text())
    own = [each for each in paths if each.rpartition("/")[2] in explorer_files.OWN]
    assert len(own) == len(explorer_files.OWN)
    for path in paths:
        async with graph.http.get(f"{graph.gateway.url}{path}", headers={"Accept-Encoding": "gzip"}) as response:
            assert response.status == 200
            assert "immutable" in response.headers["Cache-Control"]
            assert response.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("path", ["another/boot.js", "{edition}/nothing.js", "{edition}/..%2Fpage.html"])
async def test_no_other_file_is_served(graph: Graph, path: str) -> None:
    address = f"{graph.gateway.url}/graphql/explorer/{path.format(edition=explorer_files.edition())}"
    async with graph.http.get(URL(address, encoded=True)) as response:
        assert response.status == 404


async def no_graphql(_: web.Request) -> web.StreamResponse:
    raise web.HTTPNotFound


@pytest.fixture
async def incomplete() -> AsyncIterator[str]:
    """The address of an explorer without the files of others."""
    explorer = Explorer(Settings(_env_file=None, square_environment="emulator"), complete=lambda: False)
    app = web.Application()
    app.router.add_get("/graphql", explorer.before(no_graphql))
    explorer.install(app)
    listening = await listen(app, "127.0.0.1", 0)
    yield f"{listening.url}/graphql"
    await listening.close()


async def test_without_its_files_the_page_says_how_to_get_them_and_offers_a_checked_cdn(incomplete: str) -> None:
    for name in ("page.html", "missing.html", "waiting.html", *explorer_files.OWN):
        assert (explorer_files.BROWSER / name).is_file()
    async with aiohttp.ClientSession() as http, http.get(incomplete, headers=BROWSER) as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert "npm ci" in page
    assert "script-src 'self';" in policy
    cdn = {"explorer": "cdn"}
    async with aiohttp.ClientSession() as http, http.get(incomplete, params=cdn, headers=BROWSER) as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert f"script-src 'self' {explorer_files.CDN};" in policy
    tags = re.findall(rf'<[^>]+"{explorer_files.CDN}[^>]+>', page)
    assert len(tags) == len(explorer_files.third_party())
    assert all('integrity="sha384-' in tag for tag in tags)


def test_the_files_of_others_are_those_of_the_lock_file() -> None:
    lock = json.loads((explorer_files.FOLDER / "package-lock.json").read_text())["packages"]
    for each in explorer_files.third_party():
        assert lock[f"node_modules/{each.package}"]["version"] == each.version
    assert not any("resolved" in each for each in lock.values())


async def test_the_explorer_can_be_switched_off_and_is_off_in_production(emulator: Emulator) -> None:
    build_schema()
    base = {"_env_file": None, "square_base_url": emulator.url, "gateway_auth": "forward"}
    for settings in (
        Settings(**base, square_environment="emulator", gateway_explorer=False),
        Settings(**base, square_environment="production"),
    ):
        gateway = await listen(create_app(settings), "127.0.0.1", 0)
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{gateway.url}/graphql", headers=BROWSER) as response,
        ):
            assert response.content_type == "application/json"
            assert response.status in {401, 405}
        await gateway.close()
