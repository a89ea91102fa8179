"""Numbers of the input: every digit reaches Square, or the number is refused where it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Graph
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer, define

SET = """mutation ($customerId: ID!, $value: CustomAttributeValueInput!) {
  upsertCustomerCustomAttribute(customerId: $customerId, key: "size", value: $value) {
    customAttribute { rawValue value { ... on NumberValue { number } } } userErrors { code field } } }"""
ADJUST = """mutation ($id: ID!, $points: Long!) { adjustLoyaltyPoints(accountId: $id, input: { points: $points }) {
  account { balance } userErrors { code } } }"""
FIND = """query ($from: Decimal) {
  customers(filter: { customAttributes: [{ key: "size", filter: { number: { startAt: $from } } }] }) {
    nodes { id } } }"""
# What stands in a request, and what Square must get for it.
EXACT = {
    "92233720368546.12345": "92233720368546.12345",
    "-92233720368546.12345": "-92233720368546.12345",
    "92233720368546.7": "92233720368546.7",
    "12345678901234.00001": "12345678901234.00001",
    "0.1": "0.1",
    "1e3": "1000",
    "1.5E2": "150",
    "25e-1": "2.5",
    "92233720368547": "92233720368547",
}
OUT_OF_RANGE = {
    "92233720368547.00001": "VALUE_TOO_HIGH",
    "-92233720368547.00001": "VALUE_TOO_LOW",
    "92233720368547.758075": "VALUE_TOO_HIGH",
    "1e14": "VALUE_TOO_HIGH",
    "1.000001": "INVALID_VALUE",
    "12345678901234.000001": "INVALID_VALUE",
}
NO_DECIMAL = ["1e99", "1e-99", "1e-999999999", "1" * 50, "0." + "1" * 50]


def written(number: str) -> str:
    """The mutation with the number in its document."""
    return SET.replace(", $value: CustomAttributeValueInput!", "").replace("$value", f"{{number: {number}}}")


async def post(graph: Graph, query: str, variables: str) -> Any:
    """A request whose variables are written exactly so."""
    body = f'{{"query": {json.dumps(query)}, "variables": {variables}}}'
    headers = {"Authorization": "Bearer test-token", "Content-Type": "application/json"}
    async with graph.http.post(graph.url, data=body, headers=headers) as response:
        return await response.json()


async def get(graph: Graph, query: str, variables: str) -> Any:
    headers = {"Authorization": "Bearer test-token", "Apollo-Require-Preflight": "1"}
    parameters = {"query": query, "variables": variables}
    async with graph.http.get(graph.url, params=parameters, headers=headers) as response:
        return await response.json()


async def socket(graph: Graph, query: str, variables: str) -> Any:
    async with graph.http.ws_connect(graph.url, protocols=["graphql-transport-ws"]) as connection:
        await connection.send_json({"type": "connection_init", "payload": {"Authorization": "Bearer test-token"}})
        await connection.receive_json()
        payload = f'{{"query": {json.dumps(query)}, "variables": {variables}}}'
        await connection.send_str(f'{{"id": "1", "type": "subscribe", "payload": {payload}}}')
        return (await connection.receive_json())["payload"]


@pytest.fixture
async def owner(emulator: Any) -> str:
    """A customer of a shop that has a number attribute."""
    await define(emulator, "size", "Number")
    return await customer(emulator)


def same(sent: str, wanted: str) -> bool:
    """Whether two texts of a number are the same number: a zero behind the point is none too many."""
    return (sent.rstrip("0").rstrip(".") if "." in sent else sent) == wanted


@pytest.mark.parametrize("number", EXACT)
async def test_every_digit_of_a_number_is_written(graph: Graph, owner: str, number: str) -> None:
    inner = SET.replace("$value: CustomAttributeValueInput!", "$n: Decimal!").replace("$value", "{number: $n}")
    default = inner.replace("Decimal!", f"Decimal! = {number}")

    answers = [
        await post(graph, SET, f'{{"customerId": "{owner}", "value": {{"number": {number}}}}}'),
        await post(graph, inner, f'{{"customerId": "{owner}", "n": {number}}}'),
        await post(graph, default, f'{{"customerId": "{owner}"}}'),
        await post(graph, written(number), f'{{"customerId": "{owner}"}}'),
        await socket(graph, SET, f'{{"customerId": "{owner}", "value": {{"number": {number}}}}}'),
    ]

    for answer in answers:
        payload = answer["data"]["upsertCustomerCustomAttribute"]
        assert payload["userErrors"] == []
        assert same(payload["customAttribute"]["rawValue"], EXACT[number])
        assert payload["customAttribute"]["value"]["number"] == payload["customAttribute"]["rawValue"]


@pytest.mark.parametrize("number", OUT_OF_RANGE)
async def test_the_range_is_that_of_the_number_as_it_is_written(graph: Graph, owner: str, number: str) -> None:
    given = await post(graph, SET, f'{{"customerId": "{owner}", "value": {{"number": {number}}}}}')
    text = await post(graph, SET, f'{{"customerId": "{owner}", "value": {{"number": "{number}"}}}}')
    literal = await post(graph, written(number), f'{{"customerId": "{owner}"}}')

    wrong = {"code": OUT_OF_RANGE[number], "field": ["value", "number"]}
    for answer in (given, literal):
        assert answer["data"]["upsertCustomerCustomAttribute"] == {"customAttribute": None, "userErrors": [wrong]}
    # An exponent is for numbers only.
    assert "errors" in text if "e" in number else text["data"] == given["data"]
    assert not graph.calls["UpsertCustomerCustomAttribute"]


@pytest.mark.parametrize("number", NO_DECIMAL, ids=lambda number: number[:12])
async def test_a_number_that_no_decimal_holds_is_refused_where_it_stands(graph: Graph, number: str) -> None:
    given = await post(graph, SET, f'{{"customerId": "C", "value": {{"number": {number}}}}}')
    literal = await post(graph, written(number), '{"customerId": "C"}')

    for answer, code in ((given, "BAD_USER_INPUT"), (literal, "GRAPHQL_VALIDATION_FAILED")):
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == code
        assert "Expected a Decimal" in error["message"]
        assert error["locations"]
    assert ".number" in given["errors"][0]["message"]
    assert not graph.calls


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 400, "1e-" + "9" * 30])
async def test_a_number_that_no_reader_of_json_holds_is_said_to_be_out_of_range(graph: Graph, number: str) -> None:
    (error,) = (await post(graph, SET, f'{{"customerId": "C", "value": {{"number": {number}}}}}'))["errors"]

    assert error["message"] == "The body holds a number that is out of range."
    assert error["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("send", [post, get, socket])
async def test_a_search_looks_for_the_number_as_it_is_written(
    graph: Graph, emulator: Any, owner: str, send: Any
) -> None:
    await graph.data(SET, {"customerId": owner, "value": {"number": "92233720368546.12344"}})

    below = await send(graph, FIND, '{"from": 92233720368546.12344}')
    above = await send(graph, FIND, '{"from": 92233720368546.12345}')
    beyond = await send(graph, FIND, '{"from": 92233720368547.00001}')

    assert below["data"]["customers"]["nodes"] == [{"id": owner}]
    assert above["data"]["customers"]["nodes"] == []
    (error,) = beyond["errors"]
    path = ["filter", "customAttributes", "0", "filter", "number", "startAt"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", path)
    assert graph.calls["SearchCustomers"] == 2


@pytest.mark.parametrize(
    ("number", "points"),
    [
        ("10.0", 10),
        ("1e3", 1000),
        ("1E1", 10),
        ("20", 20),
        ('"20"', 20),
        ("9007199254740992.0", 2**53),
        (str(2**53 + 1), 2**53 + 1),
    ],
)
async def test_a_long_takes_whole_numbers_as_int_does(graph: Graph, emulator: Any, number: str, points: int) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)

    answer = await post(graph, ADJUST, f'{{"id": "{account}", "points": {number}}}')

    assert "errors" not in answer
    (body,) = [call.body for call in emulator.recorded.latest if call.operation == "AdjustLoyaltyPoints"]
    assert (body["adjust_points"]["points"], type(body["adjust_points"]["points"])) == (points, int)


@pytest.mark.parametrize(
    "number",
    [
        "10.5",
        "9007199254740993.0",
        "9007199254740994.0",
        "1e18",
        "9223372036854775808",
        "10.00000000000000000001",
        "1e-9",
        "true",
        '"10.0"',
        '"1e3"',
    ],
)
async def test_a_long_takes_nothing_that_a_float_may_have_rounded(graph: Graph, number: str) -> None:
    answer = await post(graph, ADJUST, f'{{"id": "A", "points": {number}}}')

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "$points" in error["message"]
    assert not graph.calls


@pytest.mark.parametrize("number", ["10.0", "1e3", "9007199254740993.0", "9223372036854775808", "1" * 5000])
async def test_a_long_in_a_document_is_written_as_an_int_is(graph: Graph, number: str) -> None:
    whole = ADJUST.replace(", $points: Long!", "").replace("points: $points", f"points: {number}")
    first = f"{{ groups(first: {number}) {{ nodes {{ id }} }} }}"

    for query in (whole, first):
        answer = await post(graph, query, '{"id": "A"}')
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
    assert not graph.calls


async def test_an_int_is_not_rounded_either(graph: Graph) -> None:
    query = "query ($first: Int) { groups(first: $first) { nodes { id } } }"

    exact = await post(graph, query, '{"first": 1e1}')
    rounded = await post(graph, query, '{"first": 10.00000000000000000001}')

    assert exact["data"] == {"groups": {"nodes": []}}
    (error,) = rounded["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].endswith("Int cannot represent non-integer value: 10.00000000000000000001")
    assert graph.calls == {"ListCustomerGroups": 1}


RAW = """mutation ($raw: JSON!) { upsertCustomerCustomAttribute(customerId: "C", key: "k", value: { raw: $raw }) {
  userErrors { code } } }"""


@pytest.mark.parametrize("raw", ["92233720368546.12345", '[1, {"a": 0.12345678901234567890}]', "9007199254740993.0"])
async def test_json_that_a_double_would_round_is_refused(graph: Graph, raw: str) -> None:
    document = RAW.replace("mutation ($raw: JSON!)", "mutation").replace("$raw", raw.replace('"a"', "a"))

    given = await post(graph, RAW, f'{{"raw": {raw}}}')
    literal = await post(graph, document, "{}")

    for answer, code in ((given, "BAD_USER_INPUT"), (literal, "GRAPHQL_VALIDATION_FAILED")):
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == code
        assert "numbers that a double holds exactly" in error["message"]
    assert not graph.calls


async def test_numbers_that_square_sends_as_numbers_are_shown_as_they_are_or_not_at_all(
    graph: Graph, emulator: Any, owner: str
) -> None:
    await graph.data(SET, {"customerId": owner, "value": {"number": "1"}})
    query = """query ($id: ID!) {
      customer(id: $id) { customAttribute(key: "size") { value { ... on NumberValue { number } } } } }"""
    shown = []

    for stored in ("10.5", "25", "1e16", "0.00001", "92233720368546.12345"):
        emulator.store.db.execute("UPDATE customer_attributes SET value = ?", (stored,))
        value = (await graph.data(query, {"id": owner}))["customer"]["customAttribute"]["value"]
        shown.append(value and value["number"])

    assert shown == ["10.5", "25", "10000000000000000", "0.00001", None]
