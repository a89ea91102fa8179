"""An answer about another object than was asked for is never shown, whichever operation gives it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.context import REGISTRY
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from gateway.square.endpoint import Endpoint, Nothing
from gateway.square.expected_answer import Same, Unnamed
from tests.areas.people import make_customers
from tests.conftest import Graph
from tests.emulator import loyalty_shop as shop
from tests.operations.world import ROWS, filled, world

STRANGER = "STRANGER0STRANGER"
BAD = {"UPSTREAM_BAD_RESPONSE", "UPSTREAM_AMBIGUOUS"}
ENDPOINTS = {row.name: row for row in REGISTRY.endpoints}
DOCUMENTS = {row.operation: row.document for row in ROWS} | {
    # These ask for nothing by its id in the other table, or find nothing.
    "RetrieveLoyaltyProgram": f'{{ loyaltyProgram(id: "{shop.PROGRAM}") {{ status id }} }}',
    "SearchLoyaltyAccounts": '{ loyaltyAccounts(filter: {customerIds: ["<customer>"]}) { nodes { id customerId } } }',
    "BulkUpdateCustomers": 'mutation { bulkUpdateCustomers(customers: [{id: "<customer>", note: "x", version: 0}]) '
    "{ results { customer { id } userErrors { code } } } }",
    "BulkUpsertCustomerCustomAttributes": "mutation { bulkUpsertCustomerCustomAttributes(values: "
    '[{customerId: "<customer>", key: "mine", value: {string: "x"}}]) '
    "{ results { customAttribute { key } userErrors { code } } } }",
}
# Where something better than an error is known: a write whose answer cannot be used is looked for by reading, and the
# version that a conflict met is not told.
INSTEAD = {
    "CancelLoyaltyPromotion": {"cancelLoyaltyPromotion": {"userErrors": []}},
    "UpdateCustomerGroup": {"updateCustomerGroup": {"userErrors": []}},
    "RetrieveCustomer": {"updateCustomer": {"userErrors": [{"currentVersion": None}]}},
}
# Of an answer without the id of what was asked for: why it cannot be compared.
INCOMPARABLE = {"ListCustomerCustomAttributes", "CalculateLoyaltyPoints"}
# Rules for fields that the documents above do not meet: what meets them.
MORE: list[tuple[str, str, str]] = [
    ("SearchLoyaltyAccounts", "customer_id", '{ customer(id: "<customer>") { loyaltyAccounts { id balance } } }'),
    (
        "SearchLoyaltyAccounts",
        "mapping.phone_number",
        '{ loyaltyAccounts(filter: {phoneNumbers: ["<phone>"]}) { nodes { id } } }',
    ),
    ("SearchLoyaltyEvents", "loyalty_account_id", '{ loyaltyAccount(id: "<account>") { events { nodes { id } } } }'),
    (
        "SearchLoyaltyEvents",
        "location_id",
        f'{{ loyaltyEvents(filter: {{locationIds: ["{shop.LOCATION}"]}}) {{ nodes {{ id locationId }} }} }}',
    ),
    (
        "SearchLoyaltyEvents",
        "accumulate_points.order_id",
        '{ loyaltyEvents(filter: {orderId: "<paid>"}) { nodes { id } } }',
    ),
    ("SearchLoyaltyRewards", "loyalty_account_id", '{ loyaltyAccount(id: "<account>") { rewards { nodes { id } } } }'),
    ("ListLoyaltyPromotions", "loyalty_program_id", "{ loyaltyProgram { promotions { nodes { id name } } } }"),
]

Change = Callable[[Any], int]


@dataclass
class Between:
    """What stands between the gateway and the emulator: it changes the answers of one operation."""

    emulator: Any
    operation: str = ""
    change: Change = lambda body: 0
    changed: int = 0

    async def handle(self, request: web.Request) -> web.Response:
        before = self.emulator.calls[self.operation]
        async with aiohttp.request(
            request.method,
            self.emulator.url + str(request.rel_url),
            headers={name: value for name, value in request.headers.items() if name != "Host"},
            data=await request.read(),
        ) as answer:
            status, body = answer.status, await answer.json()
        if self.emulator.calls[self.operation] > before and status == 200:
            self.changed += self.change(body)
        return web.json_response(body, status=status)


@pytest.fixture
async def between(emulator: Any) -> AsyncIterator[Between]:
    between = Between(emulator)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", between.handle)
    listening = await listen(app, "127.0.0.1", 0)
    emulator.between = listening.url
    yield between
    await listening.close()


@pytest.fixture
async def shown(emulator: Any, between: Between) -> AsyncIterator[Graph]:
    """The graph as a client sees it through what stands between."""
    settings = Settings(
        _env_file=None, square_environment="emulator", square_base_url=emulator.between, gateway_auth="forward"
    )
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Graph(gateway, emulator, http)
    await gateway.close()


def entries(endpoint: Endpoint[Any], body: Any) -> list[Any]:
    """The objects of an answer, or the items when it is a bulk answer."""
    found = body.get(endpoint.under.partition(".")[0])
    if "." in endpoint.under:
        return list(found.values())
    return found if isinstance(found, list) else [found] if found else []


def rename(endpoint: Endpoint[Any], path: str) -> Change:
    """Gives every object of an answer another id at this path, where it has one."""

    def change(body: Any) -> int:
        *parents, last = path.split(".")
        count = 0
        for node in entries(endpoint, body):
            holder = node
            for parent in parents:
                holder = (holder or {}).get(parent)
            if holder and last in holder:
                holder[last] = STRANGER
                count += 1
        return count

    return change


def codes(answer: Any) -> set[str]:
    """All codes that are anywhere in an answer."""
    if isinstance(answer, dict):
        own = {answer["code"]} if isinstance(answer.get("code"), str) else set()
        return own.union(*map(codes, answer.values()))
    return set().union(*map(codes, answer)) if isinstance(answer, list) else set()


COMPARED = [
    (row.name, rule.found, DOCUMENTS[row.name])
    for row in ENDPOINTS.values()
    if isinstance(row.identity, tuple)
    for rule in row.identity
    if row.name not in {"SearchLoyaltyAccounts", "SearchLoyaltyEvents"} or rule is row.identity[0]
]


@pytest.mark.parametrize(("operation", "path", "document"), [*COMPARED, *MORE])
async def test_an_object_with_another_id_is_not_shown(
    shown: Graph, emulator: Any, between: Between, operation: str, path: str, document: str
) -> None:
    names = await world(emulator)
    account = await shop.account(emulator, names["account"])
    names["phone"], names["paid"] = account["mapping"]["phone_number"], shop.order(emulator)
    await shop.accumulate(emulator, names["account"], order_id=names["paid"])
    between.operation, between.change = operation, rename(ENDPOINTS[operation], path)

    answer = await shown(filled(document, names))

    assert between.changed
    if operation in INSTEAD:
        assert answer["data"] == INSTEAD[operation]
    else:
        # With a key of the caller's it may be what that key was used for before, where Square does not look.
        replayed = "idempotencyKey" in document and ENDPOINTS[operation].replays
        assert codes(answer) & ({"IDEMPOTENCY_KEY_REUSED"} if replayed else BAD)
    assert STRANGER not in json.dumps(answer)


async def test_every_rule_is_tried() -> None:
    declared = {
        (row.name, rule.found) for row in ENDPOINTS.values() if isinstance(row.identity, tuple) for rule in row.identity
    }
    tried = {(operation, path) for operation, path, _ in [*COMPARED, *MORE]}

    # An order is told in one of three places, by the type of the event.
    assert {(name, path) for name, path in declared - tried if not path.endswith(".order_id")} == set()


@pytest.mark.parametrize("row", ENDPOINTS.values(), ids=lambda row: row.name)
def test_every_row_says_what_its_answer_is_about(row: Endpoint[Any]) -> None:
    assert isinstance(row.identity, tuple | Unnamed), "declare `identity`: what must be as asked, or why nothing can"
    named = "{" in row.path and row.returns is not Nothing
    if named and row.name not in INCOMPARABLE:
        assert isinstance(row.identity, tuple), "the path names an object"
    if isinstance(row.identity, tuple):
        assert row.identity
        assert all(isinstance(rule, Same) for rule in row.identity)


def swap(first: str, second: str) -> Change:
    """Gives each of two customers of a bulk answer what belongs to the other."""

    def change(body: Any) -> int:
        found = body["responses"]
        found[first], found[second] = found[second], found[first]
        return 2

    return change


async def test_of_many_customers_only_the_wrong_ones_are_errors(shown: Graph, emulator: Any, between: Between) -> None:
    ids = list(make_customers(emulator, 3))
    between.operation, between.change = "BulkRetrieveCustomers", swap(ids[0], ids[1])

    answer = await shown(
        "{" + " ".join(f'c{n}: customer(id: "{id}") {{ id version }}' for n, id in enumerate(ids)) + "}"
    )

    assert answer["data"] == {"c0": None, "c1": None, "c2": {"id": ids[2], "version": 0}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UPSTREAM_BAD_RESPONSE"] * 2


async def test_of_many_changes_only_the_wrong_ones_are_errors(shown: Graph, emulator: Any, between: Between) -> None:
    ids = list(make_customers(emulator, 3))
    between.operation, between.change = "BulkUpdateCustomers", swap(ids[0], ids[1])
    given = ", ".join(f'{{id: "{id}", note: "x", version: 0}}' for id in ids)

    answer = await shown(
        f"mutation {{ bulkUpdateCustomers(customers: [{given}]) "
        "{ results { customer { id } userErrors { code } } } }"
    )

    wrong = {"customer": None, "userErrors": [{"code": "UPSTREAM_BAD_RESPONSE"}]}
    right = {"customer": {"id": ids[2]}, "userErrors": []}
    assert answer["data"]["bulkUpdateCustomers"]["results"] == [wrong, wrong, right]


async def test_a_result_of_a_bulk_mutation_that_nobody_asked_for_is_counted(
    shown: Graph, emulator: Any, between: Between
) -> None:
    (id,) = make_customers(emulator, 1)

    def one_more(body: Any) -> int:
        body["responses"][STRANGER] = body["responses"][id]
        return 1

    between.operation, between.change = "BulkUpdateCustomers", one_more
    answer = await shown(
        f'mutation {{ bulkUpdateCustomers(customers: [{{id: "{id}", note: "x"}}]) {{ results {{ key }} }} }}'
    )

    assert answer["data"]["bulkUpdateCustomers"]["results"] == [{"key": id}]
    assert [(each["code"], each["count"]) for each in answer["extensions"]["warnings"]] == [("ITEMS_NOT_ASKED_FOR", 1)]


@pytest.mark.parametrize("asked", ["mine", "test-application:mine"])
async def test_an_own_attribute_is_found_by_its_long_key_too(asked: str) -> None:
    """The answer has the short key, whichever was asked for."""
    rule = ENDPOINTS["RetrieveCustomerCustomAttribute"].identity[0]  # type: ignore[index]
    call = ENDPOINTS["RetrieveCustomerCustomAttribute"](customer_id="C1", key=asked)

    assert rule.holds(rule.wanted(call), {"key": "mine"})
    assert not rule.holds(rule.wanted(call), {"key": "other-application:mine"})
