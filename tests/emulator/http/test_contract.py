from __future__ import annotations

import asyncio
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import content_type_conformance, not_a_server_error, response_schema_conformance

from gateway.emulator.operations import ROUTES
from gateway.emulator.rules.groups import segments
from gateway.emulator.validation.shapes import Integer, Object
from tests.emulator import loyalty_shop
from tests.square_spec import load
from tests.square_spec.answers import answers
from tests.square_spec.differences import Spec

READ_ONLY_CUSTOMER = "clients send the whole object back; what only Square writes is dropped"
DATABASE_WIDTH = "Square states no bound; ours keeps a sum of points within 64 bits"
WORK = "Square states no bound; ours keeps one search from asking for unlimited work"
# Every difference between our shapes and Square's file, and why it is there.
CHOSEN = {
    **{
        f"{operation} .{name}: unknown to Square": READ_ONLY_CUSTOMER
        for operation, names in {
            "CreateCustomer": "created_at creation_source group_ids id preferences segment_ids updated_at version",
            "UpdateCustomer": "created_at creation_source group_ids id preferences segment_ids updated_at",
        }.items()
        for name in names.split()
    },
    **{
        f"{operation} .address.{name}: taken as read-only": "Square's Customer documents no name in its address"
        for operation in ("CreateCustomer", "UpdateCustomer")
        for name in ("first_name", "last_name")
    },
    **{
        f"{operation} .customer_ids: at {side}, Square says None": "Square's guide to bulk operations: 1 to 100"
        for operation in ("BulkDeleteCustomers", "BulkRetrieveCustomers")
        for side in ("least 1", "most 100")
    },
    **{
        f"SearchCustomers .query.filter.{field}.{name}: at most 100, Square says None": WORK
        for field in ("group_ids", "segment_ids", "custom_attribute.filters[].filter.selection")
        for name in ("all", "any", "none")
    },
    **{
        f"SearchCustomers .query.filter.{place}{name}.{way}: at most 1024, Square says None": WORK
        for place, names in {
            "": "email_address phone_number reference_id",
            "custom_attribute.filters[].filter.": "email phone text address.postal_code",
        }.items()
        for name in names.split()
        for way in ("exact", "fuzzy")
    },
    "SearchCustomers .query.filter.custom_attribute.filters: at most 10, Square says None": WORK,
    "SearchCustomers .query.filter.custom_attribute.filters[].key: at least 1, Square says None": "no key is empty",
    "CreateLoyaltyAccount .loyalty_account.expiring_point_deadlines: taken as read-only": "computed by Square",
    "CreateLoyaltyAccount .loyalty_account: required differs by ['mapping']": "an account is found by it",
    "AccumulateLoyaltyPoints .accumulate_points.points: at most 2147483647, Square says None": DATABASE_WIDTH,
    "AccumulateLoyaltyPoints .location_id: at least 1, Square says None": "no location id is empty",
    "AdjustLoyaltyPoints .adjust_points.points: at least -2147483647, Square says None": DATABASE_WIDTH,
    "AdjustLoyaltyPoints .adjust_points.points: at most 2147483647, Square says None": DATABASE_WIDTH,
    "SearchLoyaltyRewards .query: required differs by ['loyalty_account_id']": "Square's text allows an empty query",
    "CreateLoyaltyPromotion .loyalty_promotion.incentive.points_addition_data.points_addition: "
    "at most 2147483647, Square says None": DATABASE_WIDTH,
    "CreateLoyaltyPromotion .loyalty_promotion.available_time.time_periods: at least 1, Square says None": (
        "a promotion is available at some time"
    ),
    "CreateLoyaltyPromotion .loyalty_promotion.available_time.time_periods: at most 31, Square says None": WORK,
}
# Square writes these limits into its prose.
LIMITS = {
    "ListCustomers": (1, 100),
    "ListCustomerGroups": (1, 50),
    "ListCustomerSegments": (1, 50),
    "ListCustomerCustomAttributeDefinitions": (1, 100),
    "ListCustomerCustomAttributes": (1, 100),
    "ListLoyaltyPromotions": (1, 30),
}
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)


@pytest.fixture(scope="module")
def spec():
    return Spec(load())


def only_documented(spec, route):
    if route.operation not in spec.operations:
        pytest.skip("the facts that tests/square_spec keeps of Square's OpenAPI file do not have this operation")


def test_the_emulators_operations_are_squares(spec):
    ours = {route.operation: (route.method, route.path, route.scope) for route in ROUTES}
    squares = {
        name: (method, path, operation["security"][0]["oauth2"][0])
        for name, (method, path, operation) in spec.operations.items()
    }

    assert {name: ours.get(name) for name in squares} == squares


def test_a_body_takes_what_square_documents_except_where_chosen(spec):
    found = set()
    for route in ROUTES:
        if route.operation not in spec.operations:
            continue
        _, schema = spec.body(route.operation)
        assert (route.body is None) == (schema is None)
        if route.body is not None:
            found |= {f"{route.operation} {line}" for line in spec.differences(route.body, schema, "")}

    assert found - CHOSEN.keys() == set()
    assert CHOSEN.keys() - found == set()


@each_route
def test_a_query_takes_what_square_documents(spec, route):
    only_documented(spec, route)
    fields = (route.query or Object({})).fields
    parameters = spec.query(route.operation)

    assert set(fields) == set(parameters)
    for name, parameter in parameters.items():
        if name == "limit":
            assert fields[name] == Integer(*LIMITS[route.operation])
            assert set(LIMITS[route.operation]) <= set(parameter["schema"]["x-numbers"])
        else:
            assert list(spec.differences(fields[name], parameter["schema"], name)) == []
        assert parameter.get("required", False) == (name in (route.query or Object({})).required)


@pytest.fixture(scope="module")
def square():
    """Square's file for schemathesis, with errors held to the same form as successes."""
    document = load()
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = operation["responses"]["200"]
    return schemathesis.openapi.from_dict(document)


async def scene(emulator) -> dict[str, Any]:
    """One of everything, so that paths can lead somewhere: values for every path parameter."""
    loyalty_shop.open_shop(emulator)
    now = "2026-01-01T00:00:00.000Z"
    segment = {"id": "MERCHANT.REACHABLE", "name": "Reachable", "created_at": now, "updated_at": now}
    segments.insert(emulator.store.db, emulator.seller, [segment])
    definition = {
        "key": "size",
        "visibility": "VISIBILITY_HIDDEN",
        "schema": {
            "$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"
        },
    }
    _, customer = await emulator.call("POST", "/v2/customers", {"given_name": "Ann", "phone_number": "+14155551234"})
    _, group = await emulator.call("POST", "/v2/customers/groups", {"group": {"name": "Regulars"}})
    definitions = "/v2/customers/custom-attribute-definitions"
    await emulator.call("POST", definitions, {"custom_attribute_definition": definition})
    path = f"/v2/customers/{customer['customer']['id']}/custom-attributes/size"
    await emulator.call("POST", path, {"custom_attribute": {"value": "38"}})
    account_id = await loyalty_shop.enroll(emulator, points=1000)
    return {
        "customer_id": customer["customer"]["id"],
        "group_id": group["group"]["id"],
        "segment_id": segment["id"],
        "key": "size",
        "account_id": account_id,
        "program_id": loyalty_shop.PROGRAM,
        "promotion_id": (await loyalty_shop.promote(emulator))["id"],
        "reward_id": (await loyalty_shop.reward(emulator, account_id))["id"],
    }


@each_route
async def test_every_answer_has_squares_form_whatever_is_sent(emulator, spec, square, route):
    only_documented(spec, route)
    values = await scene(emulator)
    emulator.recorded.clear()
    operation = square[route.path][route.method]
    known = {name: value for name, value in values.items() if f"{{{name}}}" in route.path}

    def drive(mode: GenerationMode, path_parameters: dict[str, Any] | None) -> None:
        @settings(
            max_examples=8,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode, path_parameters=path_parameters))
        def exchange(case: schemathesis.Case) -> None:
            case.call_and_validate(
                base_url=emulator.url,
                headers={"Authorization": "Bearer test-token"},
                checks=[response_schema_conformance, content_type_conformance, not_a_server_error],
            )

        exchange()

    # Nothing but a text in the path cannot be wrong.
    modes = GenerationMode if route.body or route.query else [GenerationMode.POSITIVE]
    for mode in modes:
        for path_parameters in [known, None] if known else [None]:
            await asyncio.to_thread(drive, mode, path_parameters)

    answered = {call.status for call in emulator.recorded.latest}
    assert answered <= {200, 400, 403, 404}
    assert 200 in answered or route.body is not None


@pytest.mark.parametrize(
    "customer",
    [{"id": "A", "shoe_size": 38}, {"id": 5}, {"id": "A", "given_name": None}, {"creation_source": "A_DREAM"}],
    ids=["unknown field", "wrong type", "null", "unknown enum value"],
)
def test_an_answer_in_another_form_would_be_noticed(customer):
    squares = answers()

    squares.check("GET", "/v2/customers/A", {"customer": {"id": "A"}})
    squares.check("GET", "/v2/customers/groups", {"groups": [{"name": "Regulars"}]})
    with pytest.raises(jsonschema_rs.ValidationError):
        squares.check("GET", "/v2/customers/A", {"customer": customer})
