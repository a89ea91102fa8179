"""Pages as Square may send them by its own documents, from a server that sends exactly these."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.server.connections.listener import listen
from gateway.square.client import Square
from gateway.square.endpoint import MAX_CURSOR
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant

Pages = Callable[[dict[str, str]], tuple[int, dict[str, Any]]]
PAGE = """query ($first: Int! = 100, $after: String) { customers(first: $first, after: $after) {
  nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } }"""


class Lists:
    """The graph in front of a server whose ListCustomers answers whatever `pages` says."""

    def __init__(self) -> None:
        self.pages: Pages = lambda query: (200, {})
        self.asked: list[dict[str, str]] = []
        self.engine = Engine(build_schema(), REGISTRY)
        self.square: Square | None = None

    async def answer(self, request: web.Request) -> web.Response:
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}
        self.asked.append(query)
        status, body = self.pages(query)
        return web.json_response(body, status=status)

    async def run(self, query: str = PAGE, **variables: Any) -> dict[str, Any]:
        assert self.square is not None
        operation = Context(TenantSquare(self.square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)
        return await self.engine.run(query, operation, variables)

    async def page(self, **variables: Any) -> dict[str, Any]:
        answer = await self.run(**variables)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]["customers"]
        return found


@pytest.fixture
async def lists() -> AsyncIterator[Lists]:
    lists = Lists()
    app = web.Application()
    app.router.add_route("*", "/v2/{path:.*}", lists.answer)
    listening = await listen(app, "127.0.0.1", 0)
    lists.square = Square(listening.url)
    yield lists
    await lists.square.close()
    await listening.close()


def people(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": f"C{number}"} for number in numbers]


def ids(found: dict[str, Any]) -> list[int]:
    return [int(node["id"][1:]) for node in found["nodes"]]


def slices(*sizes: int) -> Pages:
    """Pages of these sizes, whatever limit is asked."""
    starts = [sum(sizes[:index]) for index in range(len(sizes) + 1)]

    def pages(query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        index = int(query.get("cursor", "0"))
        body: dict[str, Any] = {"customers": people(*range(starts[index], starts[index + 1]))}
        return 200, body | ({"cursor": str(index + 1)} if index + 1 < len(sizes) else {})

    return pages


@pytest.mark.parametrize("sizes", [(3, 1, 2, 4), (1, 0, 0, 9), (0, 10), (10,), (7, 0, 3), (5, 5, 0)])
@pytest.mark.parametrize("first", [1, 2, 4, 10])
async def test_pages_of_any_size_are_walked_without_losing_or_repeating_anybody(
    lists: Lists, sizes: tuple[int, ...], first: int
) -> None:
    lists.pages = slices(*sizes)
    found: list[int] = []
    after = None
    for _ in range(20):
        page = await lists.page(first=first, after=after)
        found += ids(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert found == list(range(10))


async def test_a_page_that_holds_more_than_asked_loses_nobody(lists: Lists) -> None:
    lists.pages = slices(8, 2)

    page = await lists.page(first=5)
    rest = await lists.page(first=5, after=page["pageInfo"]["endCursor"])

    assert ids(page) == [0, 1, 2, 3, 4]
    assert page["pageInfo"]["hasNextPage"] is True
    assert ids(rest) == [5, 6, 7, 8, 9]
    # The rest of the long page is asked for as the page was.
    assert lists.asked == [{"limit": "5"}, {"limit": "5"}, {"limit": "5", "cursor": "1"}]


async def test_going_on_from_a_page_that_has_become_shorter_repeats_nobody(lists: Lists) -> None:
    lists.pages = slices(8)
    cursor = (await lists.page(first=8))["pageInfo"]["endCursor"]
    edges = (await lists.run("{ customers(first: 8) { edges { cursor } } }"))["data"]["customers"]["edges"]
    lists.pages = slices(3, 3, 2)

    rest = await lists.page(first=8, after=edges[5]["cursor"])

    assert cursor is not None
    assert not {0, 1, 2, 3, 4, 5} & set(ids(rest))


async def test_somebody_on_two_pages_is_shown_once(lists: Lists) -> None:
    def pages(query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if "cursor" not in query:
            return 200, {"customers": people(0, 1, 2), "cursor": "next"}
        return 200, {"customers": people(2, 1, 3)}

    lists.pages = pages

    assert ids(await lists.page(first=200)) == [0, 1, 2, 3]


async def test_cursors_that_go_round_in_a_circle_end_in_an_error(lists: Lists) -> None:
    lists.pages = lambda query: (200, {"customers": people(1), "cursor": "again"})

    answer = await lists.run(first=200)

    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["customers"], "UPSTREAM_BAD_RESPONSE")
    assert len(lists.asked) == 2


async def test_endless_empty_pages_are_given_up_with_a_place_to_go_on(lists: Lists) -> None:
    def pages(query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        number = int(query.get("cursor", "0"))
        if number == 15:
            return 200, {"customers": people(7)}
        return 200, {"cursor": str(number + 1)}

    lists.pages = pages

    page = await lists.page(first=1000)
    rest = await lists.page(first=1000, after=page["pageInfo"]["endCursor"])

    assert (page["nodes"], page["pageInfo"]["hasNextPage"]) == ([], True)
    assert len(lists.asked) == 10 + 6
    assert ids(rest) == [7]


async def test_a_cursor_that_square_no_longer_takes_is_refused_as_input(lists: Lists) -> None:
    lists.pages = slices(5, 5)
    cursor = (await lists.page(first=5))["pageInfo"]["endCursor"]
    error = {"category": "INVALID_REQUEST_ERROR", "code": "INVALID_CURSOR", "detail": "Expired.", "field": "cursor"}
    lists.pages = lambda query: (400, {"errors": [error]})

    answer = await lists.run(first=5, after=cursor)

    (shown,) = answer["errors"]
    assert shown["extensions"] == {"code": "BAD_USER_INPUT", "field": ["after"]}
    assert "without one" in shown["message"]


@pytest.mark.parametrize("name", ["group", "segment"])
async def test_a_list_that_gives_the_same_cursor_for_ever_ends_in_an_error(lists: Lists, name: str) -> None:
    lists.pages = lambda query: (200, {f"{name}s": [{"id": "A", "name": "A"}], "cursor": "again"})

    answer = await lists.run(
        f'{{ a: {name}(id: "B") {{ name }} b: {name}(id: "C") {{ name }} c: customers {{ nodes {{ id }} }} }}'
    )

    assert answer["data"]["a"] is answer["data"]["b"] is None
    codes = {tuple(error["path"]): error["extensions"]["code"] for error in answer["errors"]}
    assert codes["a",] == codes["b",] == "UPSTREAM_BAD_RESPONSE"


async def test_items_that_cannot_be_read_are_left_out_and_the_rest_is_paged(lists: Lists) -> None:
    lists.pages = lambda query: (200, {"customers": [{"id": "C1"}, None, "C2", {"given_name": "x"}, {"id": "C3"}]})

    assert ids(await lists.page()) == [1, 3]


CURSORS = {
    "letters": "x" * MAX_CURSOR,
    "quotes": '"' * MAX_CURSOR,
    "controls": "\x01" * MAX_CURSOR,
    "slashes": "\\" * MAX_CURSOR,
    "letters of four bytes": "\U0001d4b3" * MAX_CURSOR,
}


@pytest.mark.parametrize("longest", CURSORS.values(), ids=CURSORS)
async def test_a_cursor_made_from_the_longest_of_squares_is_taken_back(lists: Lists, longest: str) -> None:
    lists.pages = lambda query: (
        (200, {"customers": people(1)}) if "cursor" in query else (200, {"customers": people(0), "cursor": longest})
    )
    first = await lists.page(first=1)

    following = await lists.page(first=1, after=first["pageInfo"]["endCursor"])

    assert [node["id"] for node in following["nodes"]] == ["C1"]
    assert lists.asked[-1]["cursor"] == longest


async def test_a_longer_cursor_than_any_of_squares_is_a_bad_answer(lists: Lists) -> None:
    lists.pages = lambda query: (200, {"customers": people(0), "cursor": "x" * (MAX_CURSOR + 1)})

    answer = await lists.run(first=1)

    assert answer["data"] == {"customers": None}
    assert answer["errors"][0]["extensions"]["code"] == "UPSTREAM_BAD_RESPONSE"


async def test_the_longest_cursor_of_attributes_is_taken_back(lists: Lists) -> None:
    """Theirs tells more than the others: whether definitions came along."""
    longest = "x" * MAX_CURSOR
    lists.pages = lambda query: (
        (200, {"custom_attributes": [{"key": "b"}]})
        if "cursor" in query
        else (
            200,
            {"responses": {"C1": {"customer": {"id": "C1"}}}, "custom_attributes": [{"key": "a"}], "cursor": longest},
        )
    )
    query = """query ($after: String) { customer(id: "C1") { customAttributes(first: 1, after: $after) {
      nodes { key } pageInfo { endCursor } } } }"""
    first = (await lists.run(query))["data"]["customer"]["customAttributes"]

    second = (await lists.run(query, after=first["pageInfo"]["endCursor"]))["data"]["customer"]["customAttributes"]

    assert [first["nodes"], second["nodes"]] == [[{"key": "a"}], [{"key": "b"}]]


COUNT = """query ($after: String) { customers(first: 2, after: $after) {
  totalCount nodes { id } pageInfo { endCursor } } }"""


async def test_a_last_page_without_items_does_not_say_that_there_is_nobody(lists: Lists) -> None:
    def pages(query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        return 200, {} if "cursor" in query else {"customers": people(1, 2), "cursor": "next", "count": 2}

    lists.pages = pages
    first = (await lists.run(COUNT))["data"]["customers"]
    second = (await lists.run(COUNT, after=first["pageInfo"]["endCursor"]))["data"]["customers"]

    assert (first["totalCount"], ids(first)) == (2, [1, 2])
    assert (second["totalCount"], ids(second)) == (None, [])


@pytest.mark.parametrize("empty", [{}, {"customers": []}, {"customers": None, "cursor": ""}, {"count": 0}], ids=str)
async def test_an_empty_list_counts_zero_even_behind_an_empty_page(lists: Lists, empty: dict[str, Any]) -> None:
    lists.pages = lambda query: (200, empty if "cursor" in query else {"cursor": "next"})
    behind = await lists.run("{ customers(first: 200) { totalCount } }")
    lists.pages = lambda query: (200, empty)
    alone = await lists.run("{ customers { totalCount } }")

    assert behind["data"] == alone["data"] == {"customers": {"totalCount": 0}}


async def test_a_count_that_square_does_not_tell_is_null(lists: Lists) -> None:
    lists.pages = lambda query: (200, {"customers": people(1, 2), "cursor": "next"})

    assert (await lists.run(COUNT))["data"]["customers"]["totalCount"] is None
