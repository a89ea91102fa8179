"""Answers become types: whatever is wrong with one field costs that field. Answers come from a respx router."""

from __future__ import annotations

import logging
from enum import Enum
from typing import Any

import httpx
import pytest
import strawberry

from gateway.areas.customers.endpoints import (
    BULK_RETRIEVE_CUSTOMERS,
    LIST_CUSTOMERS,
    RETRIEVE_CUSTOMER,
    SEARCH_CUSTOMERS,
)
from gateway.areas.customers.types import Customer, CustomerCreationSource
from gateway.graph.schema.decode import converter, decode, wired
from gateway.graph.schema.encode import encode
from gateway.graph.schema.scalars import JSON, Long
from gateway.square.decode_report import UNREAD, Undecodable, read_items
from gateway.square.errors import (
    BadResponse,
)
from tests.square.square_api import SquareApi

CALL = RETRIEVE_CUSTOMER(customer_id="C1")
FULL = {
    "id": "C1",
    "created_at": "2026-01-31T09:30:00Z",
    "given_name": "Ada",
    "birthday": "0000-12-10",
    "address": {"address_line_1": "1 Main St", "country": "GB"},
    "preferences": {"email_unsubscribed": False},
    "creation_source": "THIRD_PARTY",
    "group_ids": ["G1", "G2"],
    "version": 7,
}


async def customer(api: SquareApi, **changes: Any) -> Customer:
    """FULL with these fields changed, as it comes through the client; a field that is ... is left out."""
    body = {name: value for name, value in {**FULL, **changes}.items() if value is not ...}
    api.router.get("/v2/customers/C1").respond(json={"customer": body})
    return await api.square.send(CALL)


def shown(customer: Customer) -> dict[str, Any]:
    return {name: value for name, value in vars(customer).items() if not name.startswith("_")}


async def test_a_whole_object_arrives_whole(square_api: SquareApi) -> None:
    found = await customer(square_api)

    assert (found.id, found.given_name, found.version, found.group_ids) == ("C1", "Ada", 7, ["G1", "G2"])
    assert (found.created_at, found.birthday) == ("2026-01-31T09:30:00Z", "0000-12-10")
    assert found.address is not None
    assert (found.address.address_line_1, found.address.locality) == ("1 Main St", None)
    assert found.preferences is not None
    assert found.preferences.email_unsubscribed is False
    assert found.creation_source is CustomerCreationSource.THIRD_PARTY


async def test_the_request_is_recorded_by_respx(square_api: SquareApi) -> None:
    route = square_api.router.post("/v2/customers/search").respond(json={})

    await square_api.square.send(SEARCH_CUSTOMERS(body={"limit": 100}))

    request: httpx.Request = route.calls.last.request
    assert (request.read(), request.headers["square-version"]) == (b'{"limit":100}', "2025-08-20")


@pytest.mark.parametrize(
    ("field", "wrong", "instead"),
    [
        ("given_name", 7, None),
        ("given_name", ["Ada"], None),
        ("given_name", {}, None),
        ("given_name", True, None),
        ("given_name", None, None),
        ("given_name", ..., None),
        ("version", "7", 7),
        ("version", "-7", -7),
        ("version", "--7", None),
        ("version", "seven", None),
        ("version", "9" * 5000, None),
        ("version", "٣", None),
        ("version", 7.5, None),
        ("version", True, None),
        ("version", 2**63 - 1, 2**63 - 1),
        ("version", 2**63, None),
        ("version", {}, None),
        ("address", [{"country": "GB"}], None),
        ("address", "1 Main St", None),
        ("preferences", {"email_unsubscribed": "no"}, "an empty object"),
        ("group_ids", None, []),
        ("group_ids", ..., []),
        ("group_ids", ["G1", None, 7, ["G2"], "G3"], ["G1", "G3"]),
        ("creation_source", "INVENTED_TOMORROW", CustomerCreationSource.UNKNOWN),
        ("creation_source", 7, CustomerCreationSource.UNKNOWN),
        ("creation_source", ..., None),
        ("birthday", 19900101, None),
    ],
    ids=repr,
)
async def test_what_is_wrong_with_one_field_costs_that_field(
    square_api: SquareApi, field: str, wrong: Any, instead: Any
) -> None:
    whole = shown(await customer(square_api))

    found = shown(await customer(square_api, **{field: wrong}))

    assert {name for name in whole if found[name] != whole[name]} <= {field, f"raw_{field}"}
    if instead == "an empty object":
        assert found[field].email_unsubscribed is None
    else:
        assert found[field] == instead


async def test_an_unknown_enum_value_stays_readable(square_api: SquareApi) -> None:
    found = await customer(square_api, creation_source="INVENTED_TOMORROW")

    assert found.raw_creation_source == "INVENTED_TOMORROW"


async def test_fields_nobody_knows_are_ignored(square_api: SquareApi) -> None:
    found = await customer(square_api, invented={"deep": [1, None]}, groups=[{"id": "G1"}])

    assert shown(found) == shown(await customer(square_api))


@pytest.mark.parametrize("wrong", [{}, {"G1": 1}, "G1", "", 0, False])
async def test_something_else_in_the_place_of_a_list_is_not_taken_for_an_empty_one(
    square_api: SquareApi, wrong: Any
) -> None:
    with pytest.raises(BadResponse):
        await customer(square_api, group_ids=wrong)


async def test_an_item_with_something_else_in_the_place_of_a_list_is_left_out(square_api: SquareApi) -> None:
    items = [{"id": "C1"}, {"id": "C2", "group_ids": {}}, {"id": "C3", "group_ids": []}]
    square_api.router.get("/v2/customers").respond(json={"customers": items})

    assert [each.id for each in (await square_api.square.send(LIST_CUSTOMERS())).items] == ["C1", "C3"]


def test_what_could_not_be_read_is_counted() -> None:
    before = UNREAD.count

    read_items(converter(Customer), [{"id": "C1", "given_name": 7, "group_ids": ["G1", 7]}, None, {"id": "C2"}])

    # The name, the second group, the second item.
    assert UNREAD.count - before == 3


async def test_an_item_of_a_bulk_answer_that_could_not_be_read_is_counted(square_api: SquareApi) -> None:
    responses = {"A": {"customer": {"given_name": "no id"}}, "B": {"customer": {"id": "B"}}}
    square_api.router.post("/v2/customers/bulk-retrieve").respond(json={"responses": responses})
    before = UNREAD.count

    await square_api.square.send(BULK_RETRIEVE_CUSTOMERS(body={}))

    assert UNREAD.count - before == 1


@pytest.mark.parametrize("wrong", [None, 7, ...])
async def test_an_object_without_its_id_is_no_object(square_api: SquareApi, wrong: Any) -> None:
    with pytest.raises(BadResponse):
        await customer(square_api, id=wrong)


class Shade(Enum):
    DARK = "DARK"


@strawberry.type
class Sample:
    shade: Shade | None
    small: int | None
    share: float | None
    anything: JSON | None
    deep: str | None = wired("a.b.c")
    many: list[list[int]] = strawberry.field(default_factory=list)

    @strawberry.field
    def computed(self) -> str:
        return "never read from the wire"


@pytest.mark.parametrize(
    ("data", "field", "value"),
    [
        ({"shade": "DARK"}, "shade", Shade.DARK),
        ({"shade": "PALE"}, "shade", None),
        ({"small": 2**31}, "small", None),
        ({"small": "12"}, "small", 12),
        ({"share": 1}, "share", 1.0),
        ({"share": "1"}, "share", None),
        ({"share": True}, "share", None),
        ({"anything": [1, {"x": None}]}, "anything", [1, {"x": None}]),
        ({"a": {"b": {"c": "found"}}}, "deep", "found"),
        ({"a": {"b": []}}, "deep", None),
        ({"a": {"b": {"c": 7}}}, "deep", None),
        ({"many": [[1, "2"], None, 3, [None]]}, "many", [[1, 2], []]),
    ],
)
def test_leaves_are_read_or_null(data: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(decode(Sample, data), field) == value


def test_what_is_no_object_is_undecodable() -> None:
    with pytest.raises(Undecodable):
        decode(Sample, ["shade"])


@strawberry.input
class SampleInner:
    note: strawberry.Maybe[str | None]


@strawberry.input
class SampleInput:
    name: str
    shade: Shade
    inner: SampleInner
    tags: strawberry.Maybe[list[str]]
    number: Long | None = strawberry.UNSET
    placed: strawberry.Maybe[str] = wired("outer.place", default=None)


def test_inputs_become_json_absent_stays_absent_and_null_stays_null() -> None:
    given = SampleInput(
        name="x",
        shade=Shade.DARK,
        inner=SampleInner(note=strawberry.Some(None)),
        tags=strawberry.Some(["a"]),
        placed=strawberry.Some("there"),
    )

    assert encode(given) == {
        "name": "x",
        "shade": "DARK",
        "inner": {"note": None},
        "tags": ["a"],
        "outer": {"place": "there"},
    }
    assert encode(given, nulls=False)["inner"] == {}


async def test_a_warning_about_a_field_names_it_and_not_its_value(
    square_api: SquareApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    await customer(square_api, email_address={"planted": "ada@example.com"})

    assert caplog.messages == [
        "RetrieveCustomer: of the answer could not be read 1 fields (Customer.email_address) and 0 items of lists"
    ]
