from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gateway.emulator.api.clock import timestamp
from tests.emulator.attribute_searches import FIELD, by, found, people, search
from tests.emulator.attributes import (
    DEFINITIONS,
    HIDDEN,
    OTHER,
    OWNER,
    READ_ONLY,
    customer,
    define,
    done,
    put,
    refused,
    selection,
)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"exact": "STEVEN.jones@gmail.com"}, {"steven"}),
        ({"exact": "steven.jones@gmail"}, set()),
        ({"fuzzy": "Steven gmail"}, {"steven", "bakery"}),
        ({"fuzzy": "gmail.STEVEN"}, {"steven", "bakery"}),
        ({"fuzzy": "jones"}, {"steven"}),
        ({"fuzzy": "jones bakery"}, set()),
    ],
)
async def test_email_addresses_ignore_case_and_contain_each_token(emulator, query, names):
    await people(
        emulator, "Email", steven="Steven.Jones@gmail.com", bakery="mygmail@stevensbakery.com", other="ada@example.com"
    )

    assert await found(emulator, by("email", query)) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"exact": "+14151234567"}, {"one"}),
        ({"exact": "+1 (415) 123-4567"}, {"one"}),
        ({"exact": "+14151234568"}, set()),
        ({"fuzzy": "415 123 45"}, {"one", "two"}),
        ({"fuzzy": "415"}, {"one", "two", "three"}),
        ({"fuzzy": "(415) 123-4567"}, {"one", "two"}),
    ],
)
async def test_phone_numbers_are_compared_as_e164_and_contain_each_token(emulator, query, names):
    await people(emulator, "PhoneNumber", one="+1-415-123-4567", two="+12345674158", three="+1234156780")

    assert await found(emulator, by("phone", query)) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"exact": "THE QUICK brown fox jumps over the lazy dog"}, {"fox"}),
        ({"exact": "The quick brown fox"}, set()),
        ({"fuzzy": "quick brown"}, {"fox"}),
        ({"fuzzy": "Brown, QUICK!"}, {"fox"}),
        ({"fuzzy": "quick fox"}, {"fox"}),
        ({"fuzzy": "quick foxes"}, set()),
        ({"fuzzy": "qui"}, set()),
        ({"fuzzy": "the"}, {"fox", "hound"}),
        ({"fuzzy": "don't"}, {"hound"}),
    ],
)
async def test_strings_ignore_case_and_contain_each_whole_word(emulator, query, names):
    await people(
        emulator,
        "String",
        fox="The quick brown fox jumps over the lazy dog",
        hound="Don't wake the hound",
    )

    assert await found(emulator, by("text", query)) == names


@pytest.mark.parametrize(
    ("terms", "names"),
    [
        ({"any": ["S"]}, {"small", "both"}),
        ({"any": ["S", "L"]}, {"small", "large", "both"}),
        ({"any": ["S", "unknown"]}, {"small", "both"}),
        ({"any": ["unknown"]}, set()),
        ({"any": ["s"]}, set()),
        ({"all": ["S", "L"]}, {"both"}),
        ({"all": ["S", "S"]}, {"small", "both"}),
        ({"all": ["S", "unknown"]}, set()),
        ({"any": ["L", "M"], "all": ["S"]}, {"both"}),
        ({"any": ["L"], "all": [], "none": None}, {"large", "both"}),
    ],
)
async def test_selections_are_found_by_their_case_sensitive_names(emulator, terms, names):
    made = await people(emulator, selection("S", "M", "L"))
    small, _, large = made["schema"]["items"]["enum"]
    for name, value in {"small": [small], "large": [large], "both": [large, small]}.items():
        await put(emulator, await customer(emulator, given_name=name), "key", value)

    assert await found(emulator, by("selection", terms)) == names


async def test_a_renamed_option_is_found_by_its_new_name(emulator):
    made = await people(emulator, selection("S", "M"))
    new = made["schema"]
    await put(emulator, await customer(emulator, given_name="small"), "key", new["items"]["enum"][:1])
    new["items"]["names"] = ["Tiny", "M"]

    await done(emulator.call("PUT", f"{DEFINITIONS}/key", {"custom_attribute_definition": {"schema": new}}))

    assert await found(emulator, by("selection", {"any": ["Tiny"]})) == {"small"}
    assert await found(emulator, by("selection", {"any": ["S"]})) == set()


@pytest.mark.parametrize(
    ("range_", "names"),
    [
        ({"start_at": "2024-01-01", "end_at": "2024-01-31"}, {"first", "last"}),
        ({"start_at": "2024-01-02", "end_at": "2024-01-30"}, set()),
        ({"start_at": "2024-01-31T23:59:59Z"}, {"last", "later"}),
        ({"end_at": "2024-01-01T00:00:00+02:00"}, {"first"}),
        ({"end_at": "2023-12-31", "start_at": None}, set()),
    ],
)
async def test_ranges_of_dates_are_inclusive(emulator, range_, names):
    await people(emulator, "Date", first="2024-01-01", last="2024-01-31", later="2024-02-01")

    assert await found(emulator, by("date", range_)) == names


@pytest.mark.parametrize(
    ("range_", "names"),
    [
        ({"start_at": "-2.5", "end_at": "10.5"}, {"low", "zero", "high"}),
        ({"start_at": "-2.49999", "end_at": "10.49999"}, {"zero"}),
        ({"start_at": "9"}, {"high", "huge"}),
        ({"end_at": "9"}, {"low", "zero"}),
        ({"start_at": "92233720368547"}, {"huge"}),
    ],
)
async def test_ranges_of_numbers_are_decimal_and_inclusive(emulator, range_, names):
    await people(emulator, "Number", low="-2.5", zero="0", high="10.50", huge="92233720368547")

    assert await found(emulator, by("number", range_)) == names


@pytest.mark.parametrize(("wanted", "names"), [(True, {"yes"}), (False, {"no"})])
async def test_false_is_a_value_and_unset_is_not(emulator, wanted, names):
    await people(emulator, "Boolean", yes=True, no=False)
    await customer(emulator, given_name="unset")

    assert await found(emulator, by("boolean", wanted)) == names


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ({"postal_code": {"exact": "sw1a 1aa"}}, {"london"}),
        ({"postal_code": {"exact": "SW1A"}}, set()),
        ({"country": "GB"}, {"london", "leeds"}),
        ({"country": "GB", "postal_code": {"exact": "LS1"}}, {"leeds"}),
        ({"country": "FR", "postal_code": None}, set()),
    ],
)
async def test_addresses_are_found_by_postal_code_and_country(emulator, address, names):
    await people(
        emulator,
        "Address",
        london={"postal_code": "SW1A 1AA", "country": "GB"},
        leeds={"postal_code": "LS1", "country": "GB"},
        nowhere={"locality": "LS1"},
    )

    assert await found(emulator, by("address", address)) == names


async def test_update_times_are_found_alone_and_with_a_value_both_ends_included(emulator):
    await people(emulator, "String", old="Dune")
    emulator.clock.advance(60)
    ada = await customer(emulator, given_name="new")
    moment = (await put(emulator, ada, "key", "Dune"))["updated_at"]
    before = timestamp(datetime.fromisoformat(moment) - timedelta(milliseconds=1))

    def updated(**bounds):
        return {"key": "key", "updated_at": bounds}

    assert await found(emulator, updated(start_at=moment)) == {"new"}
    assert await found(emulator, updated(start_at=before, end_at=moment)) == {"new"}
    assert await found(emulator, updated(end_at=moment)) == {"old", "new"}
    assert await found(emulator, updated(end_at=before)) == {"old"}
    assert await found(emulator, updated(start_at=moment) | by("text", {"exact": "dune"})) == {"new"}
    assert await found(emulator, updated(end_at=before) | by("text", {"exact": "alien"})) == set()
    assert await found(emulator, updated(end_at=before) | {"filter": None}) == {"old"}
    assert await found(emulator, updated(end_at=before) | {"filter": {}}) == {"old"}


async def test_all_filters_must_hold(emulator):
    await define(emulator, "movie")
    await define(emulator, "age", "Number")
    for name, movie, age in (("one", "Dune", "30"), ("two", "Dune", "40"), ("three", "Alien", "30")):
        identifier = await customer(emulator, given_name=name)
        await put(emulator, identifier, "movie", movie)
        await put(emulator, identifier, "age", age)

    movie, age = by("text", {"exact": "Dune"}, "movie"), by("number", {"end_at": "35"}, "age")

    assert await found(emulator, movie, age) == {"one"}
    assert await found(emulator) == {"one", "two", "three"}


async def test_common_values_are_found_as_well_as_rare_ones(emulator):
    ada = await customer(emulator, given_name="rare")
    await define(emulator, "movie")
    await define(emulator, "subscribed", "Boolean")
    await put(emulator, ada, "movie", "Dune")
    await put(emulator, ada, "subscribed", True)
    for _ in range(85):
        items = {}
        for number in range(25):
            identifier = await customer(emulator, given_name="common")
            items[str(number)] = {
                "customer_id": identifier,
                "custom_attribute": {"key": "subscribed", "value": True},
            }
        await done(emulator.call("POST", "/v2/customers/custom-attributes/bulk-upsert", {"values": items}))

    common, rare = by("boolean", True, "subscribed"), by("text", {"fuzzy": "dune"}, "movie")

    assert await found(emulator, common) == {"common"}
    assert await found(emulator, common, rare) == {"rare"}
    assert await found(emulator, rare, common) == {"rare"}


async def test_others_search_visible_attributes_by_the_qualified_key(emulator):
    await people(emulator, "String", ada="Dune")
    qualified = by("text", {"exact": "dune"}, f"{OWNER}:key")
    await refused(search(emulator, qualified, token=OTHER), 400, "BAD_REQUEST", f"{FIELD}[0].key")

    visible = {"visibility": READ_ONLY, "name": "Movie", "description": "Favourite"}
    await done(emulator.call("PUT", f"{DEFINITIONS}/key", {"custom_attribute_definition": visible}))

    assert await found(emulator, qualified, token=OTHER) == {"ada"}
    await refused(search(emulator, by("text", {"exact": "dune"}), token=OTHER), 400, "BAD_REQUEST", f"{FIELD}[0].key")


async def test_a_sellers_values_are_not_found_by_another_seller(emulator):
    await people(emulator, "String", ada="Dune")
    await define(emulator, "key", visibility=HIDDEN, token="second-seller-token")

    assert await found(emulator, by("text", {"exact": "dune"}), token="second-seller-token") == set()


async def test_a_search_that_lags_does_not_know_a_new_value(emulator):
    await people(emulator, "String", ada="Dune")
    emulator.clock.advance(60)
    await put(emulator, await customer(emulator, given_name="new"), "key", "Dune")
    ids = await done(emulator.call("POST", "/v2/customers/search", {}))
    emulator.faults.lag = 30
    query = by("text", {"exact": "dune"})

    assert len(ids["customers"]) == 2
    assert await found(emulator, query) == {"ada"}
    emulator.clock.advance(31)
    assert await found(emulator, query) == {"ada", "new"}


async def test_a_deleted_value_is_no_longer_found(emulator):
    await define(emulator, "key")
    ada = await customer(emulator)
    await put(emulator, ada, "key", "Dune")
    query = by("text", {"exact": "Dune"})
    assert await found(emulator, query) == {"Ada"}

    await put(emulator, ada, "key", "Alien")
    assert await found(emulator, query) == set()
    await done(emulator.call("DELETE", f"/v2/customers/{ada}/custom-attributes/key"))
    assert await found(emulator, by("text", {"exact": "Alien"})) == set()
