"""A client on a held clock in front of an emulator, whose word on who a token is can be replaced by anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.context import REGISTRY, new_context
from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.store.state import STATE, State
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import FIRST_SELLER, Token
from gateway.graph.engine import Engine
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.policies.call_budget import Budget
from gateway.tenant import Tenant
from tests.areas.people import make_customers
from tests.square.held_time import HeldTime

PAGE = "query ($after: String) { customers(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }"
VERSION = "2025-08-20"
STATUS = "RetrieveTokenStatus"
RENEWED = Token("renewed-token")
KNOWN = {"merchant_id": "M", "client_id": "A", "scopes": []}
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Shop:
    """Graph queries of any token, and how often Square was asked who a token is."""

    def __init__(self, url: str, state: State, remember: float = 0.0, merchant: str | None = None) -> None:
        self.state = state
        self.store = state.store
        self.seller = FIRST_SELLER
        self.time = HeldTime()
        self.asked = 0
        self.observed: Counter[tuple[str, str]] = Counter()
        # Told of the end of every request.
        self.after: Callable[[str], None] = lambda operation: None
        # Instead of the emulator's own answer.
        self.instead: Answer | None = None
        # What happens to the answer to any other request on its way, by the path.
        self.delayed: dict[str, Callable[[], Awaitable[object]]] = {}
        self.square = Square(
            url,
            budget=Budget(identity=0.5, attempts=1),
            timing=self.time.timing,
            observe=self._observe,
            remember=remember,
            merchant=merchant,
        )
        # A request that is never answered ends by the machine's clock.
        self.time.real = self.square.budget.identity
        self._engine = Engine(build_schema(), REGISTRY)

    def _observe(self, operation: str, outcome: str, seconds: float) -> None:
        self.observed[operation, outcome] += 1
        self.after(operation)

    def put(self, *tokens: Token) -> None:
        for token in tokens:
            self.state.tenants.put(token)

    @property
    def calls(self) -> Counter[str]:
        return self.state.calls.count

    async def ask(self, query: str, token: str = "test-token", version: str = VERSION, **variables: Any) -> Any:
        """The whole answer."""
        context = new_context(self.square, Tenant(token, "sandbox", version))
        return await self._engine.run(query, context, variables)

    async def page(self, after: str | None = None, token: str = "test-token", **options: Any) -> tuple[str, str]:
        """The one customer of a page, and the cursor behind it. The page must be answered."""
        answer = await self.ask(PAGE, token, after=after, **options)
        assert "errors" not in answer, answer["errors"]
        found = answer["data"]["customers"]
        return found["nodes"][0]["id"], found["pageInfo"]["endCursor"]

    async def goes_on(self, cursor: str, token: str, **options: Any) -> bool:
        """Whether a token may go on from a cursor. Otherwise the argument is refused, before any call."""
        before = self.calls.total()
        answer = await self.ask(PAGE, token, after=cursor, **options)
        if "errors" not in answer:
            return True
        assert [each["extensions"] for each in answer["errors"]] == [{"code": "BAD_USER_INPUT", "field": ["after"]}]
        assert self.calls.total() == before
        return False


@asynccontextmanager
async def open_shop(remember: float = 0.0, merchant: str | None = None) -> AsyncIterator[Shop]:
    """A shop with nothing in it; what does not change often is remembered for so many seconds.

    `merchant` is the seller of every token, for where Square does not tell it.
    """
    store = Store()
    app = create_app(store, clock=Clock())
    shops: list[Shop] = []

    @web.middleware
    async def watched(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != "/oauth2/token/status":
            response = await handler(request)
            if request.path in shops[0].delayed:
                await shops[0].delayed.pop(request.path)()
            return response
        shops[0].asked += 1
        return await (shops[0].instead or handler)(request)

    app.middlewares.append(watched)
    running = await start(app)
    shops.append(Shop(running.url, app[STATE], remember, merchant))
    try:
        yield shops[0]
    finally:
        await shops[0].square.close()
        await running.close()
        store.close()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A shop with a few customers and a second token of the same seller and application."""
    async with open_shop() as shop:
        make_customers(shop, 5)
        shop.put(RENEWED)
        yield shop


def answers(status: int, body: Any, **headers: str) -> Answer:
    """This status and body, as JSON unless it is bytes, whoever asks."""

    async def answer(_: web.Request) -> web.Response:
        if isinstance(body, bytes):
            return web.Response(status=status, body=body, content_type="application/json", headers=headers)
        return web.json_response(body, status=status, headers=headers)

    return answer
