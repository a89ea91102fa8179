from __future__ import annotations

import pytest

from tests.emulator.attributes import OWNER, customer, define, done, put, refused, set_value

BULK = "/v2/customers/custom-attributes/bulk-upsert"


def listed(emulator, customer_id, **params):
    return emulator.call("GET", f"/v2/customers/{customer_id}/custom-attributes", **params)


def one(emulator, method, customer_id, key, **params):
    return emulator.call(method, f"/v2/customers/{customer_id}/custom-attributes/{key}", **params)


async def bulk(emulator, **items):
    return (await done(emulator.call("POST", BULK, {"values": items})))["values"]


@pytest.fixture
async def ada(emulator):
    await define(emulator, "movie")
    return await customer(emulator)


async def test_a_first_value_has_version_1_and_its_definitions_visibility(emulator, ada):
    made = await put(emulator, ada, "movie", "Dune")

    assert made.pop("created_at") == made.pop("updated_at")
    assert made == {"key": "movie", "value": "Dune", "version": 1, "visibility": "VISIBILITY_HIDDEN"}


async def test_each_update_adds_one_to_the_version(emulator, ada):
    made = await put(emulator, ada, "movie", "Dune")
    emulator.clock.advance(5)

    changed = await put(emulator, ada, "movie", "Alien")

    assert (changed["value"], changed["version"], changed["created_at"]) == ("Alien", 2, made["created_at"])
    assert changed["updated_at"] > made["updated_at"]
    assert (await done(one(emulator, "GET", ada, "movie")))["custom_attribute"] == changed


async def test_a_value_never_touches_its_customer(emulator, ada):
    before = await done(emulator.call("GET", f"/v2/customers/{ada}"))
    emulator.clock.advance(5)

    await put(emulator, ada, "movie", "Dune")

    assert await done(emulator.call("GET", f"/v2/customers/{ada}")) == before


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_a_stale_version_is_a_conflict_and_changes_nothing(emulator, ada, version):
    await put(emulator, ada, "movie", "Dune")
    await put(emulator, ada, "movie", "Alien")

    await refused(set_value(emulator, ada, "movie", "Solaris", version=version), 400, "VERSION_MISMATCH", "version")
    assert (await done(one(emulator, "GET", ada, "movie")))["custom_attribute"]["value"] == "Alien"
    assert (await put(emulator, ada, "movie", "Solaris", version=2))["version"] == 3


async def test_a_value_that_is_not_set_has_version_0(emulator, ada):
    await refused(set_value(emulator, ada, "movie", "Dune", version=1), 400, "VERSION_MISMATCH", "version")

    assert (await put(emulator, ada, "movie", "Dune", version=0))["version"] == 1


async def test_a_whole_attribute_may_be_sent_back(emulator, ada):
    await put(emulator, ada, "movie", "Dune")
    found = (await done(one(emulator, "GET", ada, "movie", with_definition=True)))["custom_attribute"]

    answer = emulator.call("POST", f"/v2/customers/{ada}/custom-attributes/movie", {"custom_attribute": found})

    assert (await done(answer))["custom_attribute"]["version"] == 2


@pytest.mark.parametrize("key", [None, "movie", f"{OWNER}:movie"])
async def test_the_key_may_be_repeated_in_the_body(emulator, ada, key):
    assert (await put(emulator, ada, "movie", "Dune", key=key))["key"] == "movie"


async def test_another_key_in_the_body_is_refused(emulator, ada):
    answer = set_value(emulator, ada, "movie", "Dune", key="book")

    await refused(answer, 400, "CONFLICTING_PARAMETERS", "custom_attribute.key")


async def test_a_null_value_is_a_missing_value(emulator, ada):
    for attribute in ({"value": None}, {}):
        answer = emulator.call("POST", f"/v2/customers/{ada}/custom-attributes/movie", {"custom_attribute": attribute})

        await refused(answer, 400, "MISSING_REQUIRED_PARAMETER", "custom_attribute.value")


async def test_a_repeated_idempotency_key_answers_the_first_value(emulator, ada):
    path = f"/v2/customers/{ada}/custom-attributes/movie"
    first, second = [
        await done(emulator.call("POST", path, {"custom_attribute": {"value": each}, "idempotency_key": "once"}))
        for each in ("Dune", "Alien")
    ]

    assert first == second
    assert (await done(one(emulator, "GET", ada, "movie"))) == first


async def test_a_failed_upsert_may_be_repeated_with_its_idempotency_key(emulator, ada):
    path = f"/v2/customers/{ada}/custom-attributes/movie"

    bad = emulator.call("POST", path, {"custom_attribute": {"value": 5}, "idempotency_key": "once"})
    await refused(bad, 400, "INVALID_VALUE", "custom_attribute.value")
    good = emulator.call("POST", path, {"custom_attribute": {"value": "Dune"}, "idempotency_key": "once"})
    assert (await done(good))["custom_attribute"]["value"] == "Dune"


@pytest.mark.parametrize(("method", "json"), [("GET", None), ("DELETE", None), ("POST", {"custom_attribute": {}})])
async def test_unknown_customers_and_unknown_keys_are_404(emulator, ada, method, json):
    await refused(one(emulator, method, "NOBODY", "movie", json=json), 404, "NOT_FOUND")
    await refused(one(emulator, method, ada, "book", json=json), 404, "NOT_FOUND")


async def test_a_value_that_is_not_set_is_404(emulator, ada):
    await refused(one(emulator, "GET", ada, "movie"), 404, "NOT_FOUND")


async def test_a_read_may_ask_for_a_version_up_to_the_current_one(emulator, ada):
    await put(emulator, ada, "movie", "Dune")

    await done(one(emulator, "GET", ada, "movie", version=1))
    await refused(one(emulator, "GET", ada, "movie", version=2), 400, "BAD_REQUEST", "version")


async def test_the_definition_comes_only_on_request_and_singular_on_a_retrieve(emulator, ada):
    made = await put(emulator, ada, "movie", "Dune")
    definition = (await done(emulator.call("GET", "/v2/customers/custom-attribute-definitions/movie"))).popitem()[1]

    with_definition = await done(one(emulator, "GET", ada, "movie", with_definition=True))
    without = await done(one(emulator, "GET", ada, "movie", with_definition=False))

    assert with_definition["custom_attribute"] == {**made, "definition": definition}
    assert without["custom_attribute"] == made
    wrong = one(emulator, "GET", ada, "movie", with_definitions=True)
    await refused(wrong, 400, "UNKNOWN_QUERY_PARAMETER", "with_definitions")


async def test_no_attributes_are_an_empty_object(emulator, ada):
    assert await done(listed(emulator, ada)) == {}


async def test_attributes_of_an_unknown_customer_are_404(emulator):
    await refused(listed(emulator, "NOBODY"), 404, "NOT_FOUND")


async def test_attributes_come_by_key_twenty_at_a_time(emulator, ada):
    for number in reversed(range(21)):
        await define(emulator, f"key{number:02}")
        await put(emulator, ada, f"key{number:02}", "x")

    first = await done(listed(emulator, ada))
    second = await done(listed(emulator, ada, cursor=first["cursor"]))

    found = [each["key"] for page in (first, second) for each in page["custom_attributes"]]
    assert found == [f"key{number:02}" for number in range(21)]
    assert len(first["custom_attributes"]) == 20
    assert "cursor" not in second
    whole = await done(listed(emulator, ada, limit=100))
    assert len(whole["custom_attributes"]) == 21
    other = await customer(emulator)
    await refused(listed(emulator, other, cursor=first["cursor"]), 400, "INVALID_CURSOR", "cursor")


async def test_a_list_carries_definitions_on_request(emulator, ada):
    made = await put(emulator, ada, "movie", "Dune")

    plain = await done(listed(emulator, ada))
    whole = await done(listed(emulator, ada, with_definitions=True))

    assert plain["custom_attributes"] == [made]
    assert whole["custom_attributes"][0].pop("definition")["key"] == "movie"
    assert whole == plain


async def test_deleting_a_value_twice_succeeds(emulator, ada):
    await put(emulator, ada, "movie", "Dune")

    assert await done(one(emulator, "DELETE", ada, "movie")) == {}
    assert await done(one(emulator, "DELETE", ada, "movie")) == {}

    assert await done(listed(emulator, ada)) == {}
    assert (await put(emulator, ada, "movie", "Dune"))["version"] == 1


async def test_a_deleted_customer_takes_its_values_along(emulator, ada):
    await put(emulator, ada, "movie", "Dune")

    await done(emulator.call("DELETE", f"/v2/customers/{ada}"))

    await refused(listed(emulator, ada), 404, "NOT_FOUND")
    rest = emulator.store.db.execute("SELECT COUNT(*) FROM customer_attributes").fetchone()[0]
    assert rest == 0


async def test_each_bulk_item_succeeds_or_fails_alone(emulator, ada):
    found = await bulk(
        emulator,
        good={"customer_id": ada, "custom_attribute": {"key": "movie", "value": "Dune"}},
        nobody={"customer_id": "NOBODY", "custom_attribute": {"key": "movie", "value": "Dune"}},
        unknown={"customer_id": ada, "custom_attribute": {"key": "book", "value": "Dune"}},
        mismatch={"customer_id": ada, "custom_attribute": {"key": "movie", "value": 5}},
        keyless={"customer_id": ada, "custom_attribute": {"value": "Dune"}},
        homeless={"custom_attribute": {"key": "movie", "value": "Dune"}},
        odd=[],
        again={"customer_id": ada, "custom_attribute": {"key": "movie", "value": "Alien"}},
    )

    assert found["good"]["customer_id"] == ada
    assert (found["good"]["custom_attribute"]["value"], found["good"]["custom_attribute"]["version"]) == ("Dune", 1)
    assert found["again"]["custom_attribute"]["version"] == 2
    errors = {name: answer["errors"][0] for name, answer in found.items() if "errors" in answer}
    assert {name: (error["code"], error.get("field")) for name, error in errors.items()} == {
        "nobody": ("NOT_FOUND", None),
        "unknown": ("NOT_FOUND", None),
        "mismatch": ("INVALID_VALUE", "custom_attribute.value"),
        "keyless": ("MISSING_REQUIRED_PARAMETER", "custom_attribute.key"),
        "homeless": ("MISSING_REQUIRED_PARAMETER", "customer_id"),
        "odd": ("EXPECTED_OBJECT", ""),
    }


async def test_a_bulk_item_is_repeated_by_its_own_idempotency_key(emulator, ada):
    first, second = [
        await bulk(
            emulator,
            item={
                "customer_id": ada,
                "custom_attribute": {"key": "movie", "value": value},
                "idempotency_key": "once",
            },
        )
        for value in ("Dune", "Alien")
    ]

    assert first == second
    long = {"customer_id": ada, "custom_attribute": {"key": "movie", "value": "x"}, "idempotency_key": "x" * 46}
    assert (await bulk(emulator, item=long))["item"]["errors"][0]["code"] == "VALUE_TOO_LONG"


@pytest.mark.parametrize("count", [0, 26])
async def test_a_bulk_has_1_to_25_items(emulator, ada, count):
    item = {"customer_id": ada, "custom_attribute": {"key": "movie", "value": "Dune"}}
    answer = emulator.call("POST", BULK, {"values": {f"id{number}": item for number in range(count)}})

    await refused(answer, 400, "TOO_MANY_MAP_ENTRIES", "values")
    assert len(await bulk(emulator, **{f"id{number}": item for number in range(25)})) == 25


async def test_writing_needs_the_write_scope(emulator, ada):
    answer = set_value(emulator, ada, "movie", "Dune", token="read-only-token")
    status, body = await answer

    assert (status, body["errors"][0]["code"]) == (403, "INSUFFICIENT_SCOPES")
    assert (await done(emulator.call("GET", f"/v2/customers/{ada}/custom-attributes", token="read-only-token"))) == {}
