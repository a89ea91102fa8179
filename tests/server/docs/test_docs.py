"""The pages that a browser gets under /docs."""

from __future__ import annotations

import re

import aiohttp
import pytest

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.server.docs.library import pages
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator


async def test_the_list_leads_to_every_page_and_every_link_to_what_is_there(graph: Graph) -> None:
    found: dict[str, str] = {}
    waiting = ["/docs"]
    linked = set()
    while waiting:
        path = waiting.pop()
        async with graph.http.get(f"{graph.gateway.url}{path}") as response:
            assert response.status == 200, path
            found[path] = await response.text() if response.content_type == "text/html" else ""
        for target, anchor in re.findall(r'(?:href|src)="(/docs[^"#]*|(?=#))(?:#([^"]*))?"', found[path]):
            linked.add((path, target or path, anchor))
            if target and target not in found and target not in waiting:
                waiting.append(target)

    assert {f"/docs/{name}" for name in pages()} <= found.keys()
    assert {"/docs/explorer.png", "/docs/figures.svg", "/docs/LICENSE"} <= found.keys()
    missing = [each for each in linked if each[2] and f'id="{each[2]}"' not in found[each[1]]]
    assert missing == []


async def test_a_page_may_load_nothing_from_elsewhere_and_run_no_script(graph: Graph) -> None:
    async with graph.http.get(f"{graph.gateway.url}/docs/README") as response:
        policy, page = response.headers["Content-Security-Policy"], await response.text()

    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
    assert not re.findall(r'<script|<style| style="|src="(?!/docs/)', page)
    # The texts have the default address; the links lead to where the page is from.
    assert (">http://127.0.0.1:8000/graphql</a>" in page, 'href="http://127.0.0.1:8000' in page) == (True, False)


async def test_a_browser_that_has_a_page_is_told_so(graph: Graph) -> None:
    address = f"{graph.gateway.url}/docs/settings"
    async with graph.http.head(address) as response:
        assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        tag = response.headers["ETag"]
    async with graph.http.get(address, headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")
    async with graph.http.get(address, headers={"If-None-Match": '"another"'}) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nothing", 404), ("GET", "..%2Fcli.py", 404), ("GET", "settings/more", 404), ("POST", "settings", 405)],
)
async def test_what_is_no_page_is_refused(graph: Graph, method: str, path: str, status: int) -> None:
    async with graph.http.request(method, f"{graph.gateway.url}/docs/{path}") as response:
        assert (response.status, response.content_type) == (status, "application/json")


@pytest.mark.parametrize("path", ["nothing", "settings/more"])
async def test_a_browser_gets_the_list_of_pages_for_one_that_is_not_there(graph: Graph, path: str) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with graph.http.get(f"{graph.gateway.url}/docs/{path}", headers=headers) as response:
        shown = await response.text()

    assert (response.status, response.content_type) == (404, "text/html")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "There is no such page" in shown
    assert 'href="/docs/settings"' in shown


async def test_the_pages_are_not_there_in_production(emulator: Emulator) -> None:
    settings = Settings(_env_file=None, square_environment="production", square_base_url=emulator.url)
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as http, http.get(f"{gateway.url}/docs") as response:
        assert response.status == 404
    await gateway.close()
