from __future__ import annotations

import pytest

from tests.emulator.customer_requests import CUSTOMERS, create, error, group, names, search, update
from tests.emulator.searches import T, found, refused, seed


@pytest.mark.parametrize(
    "body",
    [None, {}, {"query": None}, {"query": {}}, {"query": {"filter": None, "sort": None}}, {"query": {"filter": {}}}],
)
async def test_an_empty_search_finds_everyone_by_name(emulator, body):
    for name in ("Cid", "Ann", "Bob"):
        await create(emulator, given_name=name)

    status, answer = await emulator.call("POST", f"{CUSTOMERS}/search", json=body)

    assert (status, names(answer)) == (200, ["Ann", "Bob", "Cid"])
    assert list(answer) == ["customers"]


async def test_filters_that_ask_nothing_exclude_nobody(emulator):
    await create(emulator, given_name="Ann")
    nothing = {
        "creation_source": {},
        "created_at": {},
        "updated_at": {"start_at": None, "end_at": None},
        "email_address": {},
        "phone_number": {"exact": None, "fuzzy": None},
        "reference_id": None,
        "group_ids": {"any": []},
        "segment_ids": {"all": [], "any": None},
        "custom_attribute": {},
    }

    assert await found(emulator, **nothing) == ["Ann"]


async def test_a_search_that_finds_nobody_answers_an_empty_object(emulator):
    await create(emulator, given_name="Ann")

    assert await search(emulator, query={"filter": {"reference_id": {"exact": "R"}}}) == {}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"exact": "steven.johnson@gmail.com"}, ["Johnson"]),
        ({"exact": "STEVEN.Johnson@GMAIL.com"}, ["Johnson"]),
        ({"exact": "steven.johnson"}, []),
        ({"exact": ""}, []),
        ({"fuzzy": "Steven gmail"}, ["Bakery", "Johnson"]),
        ({"fuzzy": "gmail steven"}, ["Bakery", "Johnson"]),
        ({"fuzzy": "steven@gmail"}, ["Bakery", "Johnson"]),
        ({"fuzzy": "GMAIL johnson"}, ["Johnson"]),
        ({"fuzzy": "steven hotmail"}, []),
        ({"fuzzy": "gmailcom"}, []),
        ({"fuzzy": "%"}, None),
        ({"fuzzy": "_@. "}, None),
    ],
)
async def test_email_addresses_match_as_square_documents(emulator, query, expected):
    await create(emulator, given_name="Johnson", email_address="Steven.Johnson@gmail.com")
    await create(emulator, given_name="Bakery", email_address="mygmail@stevensbakery.com")
    await create(emulator, given_name="Nobody")

    if expected is None:
        assert await refused(emulator, email_address=query) == (
            400,
            "VALUE_EMPTY",
            "query.filter.email_address.fuzzy",
        )
    else:
        assert await found(emulator, email_address=query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"fuzzy": "415"}, ["A", "B", "C"]),
        ({"fuzzy": "415 123"}, ["B", "C"]),
        ({"fuzzy": "123 415"}, ["B", "C"]),
        ({"fuzzy": "551-234"}, ["C"]),
        ({"fuzzy": "(551) 234"}, ["C"]),
        ({"fuzzy": "999"}, []),
        ({"fuzzy": "abc"}, []),
        ({"exact": "+14152121200"}, ["A"]),
        ({"exact": "+1 (415) 212-1200"}, ["A"]),
        ({"exact": "+12065550100"}, ["D"]),
        ({"exact": "+1415212120"}, []),
    ],
)
async def test_phone_numbers_match_as_square_documents(emulator, query, expected):
    numbers = {"A": "+1-415-212-1200", "B": "+1-212-415-1234", "C": "+1 (551) 234-1567", "D": "206 555 0100"}
    for name, number in numbers.items():
        await create(emulator, given_name=name, phone_number=number)
    await create(emulator, given_name="Nobody")

    assert await found(emulator, phone_number=query) == expected


@pytest.mark.parametrize("number", ["4152121200", "+1", "+call", ""])
async def test_an_exact_phone_number_must_be_in_e164_form(emulator, number):
    assert await refused(emulator, phone_number={"exact": number}) == (
        400,
        "INVALID_PHONE_NUMBER",
        "query.filter.phone_number.exact",
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"fuzzy": "NYC M"}, ["Johnson", "Murray"]),
        ({"fuzzy": "m nyc"}, ["Johnson", "Murray"]),
        ({"fuzzy": "nyc-35"}, ["Johnson"]),
        ({"fuzzy": "straße"}, ["Strasse"]),
        ({"fuzzy": "STRASSE №"}, ["Strasse"]),
        ({"exact": "nyc_27_murray"}, ["Murray"]),
        ({"exact": "STRASSE № 1"}, ["Strasse"]),
        ({"exact": "NYC_27"}, []),
    ],
)
async def test_reference_ids_match_as_square_documents(emulator, query, expected):
    references = {"Johnson": "NYC_M_35_JOHNSON", "Murray": "NYC_27_MURRAY", "Strasse": "Straße № 1"}
    for name, reference in references.items():
        await create(emulator, given_name=name, reference_id=reference)

    assert await found(emulator, reference_id=query) == expected


@pytest.mark.parametrize("field", ["email_address", "phone_number", "reference_id"])
async def test_a_text_filter_is_exact_or_fuzzy_but_not_both(emulator, field):
    assert await refused(emulator, **{field: {"exact": "+14152121200", "fuzzy": "1"}}) == (
        400,
        "CONFLICTING_PARAMETERS",
        f"query.filter.{field}",
    )


async def test_a_fuzzy_search_has_a_bounded_number_of_words(emulator):
    assert await refused(emulator, reference_id={"fuzzy": "a " * 2000}) == (
        400,
        "VALUE_TOO_LONG",
        "query.filter.reference_id.fuzzy",
    )


async def test_creation_sources_are_included_or_excluded(emulator):
    for name, source in (("Ann", "IMPORT"), ("Bob", "DIRECTORY"), ("Cid", "LOYALTY")):
        seed(emulator, {"given_name": name, "creation_source": source})
    await create(emulator, given_name="Dot")
    values = ["IMPORT", "LOYALTY", "IMPORT"]

    assert await found(emulator, creation_source={"values": values}) == ["Ann", "Cid"]
    assert await found(emulator, creation_source={"values": values, "rule": "INCLUDE"}) == ["Ann", "Cid"]
    assert await found(emulator, creation_source={"values": values, "rule": "EXCLUDE"}) == ["Bob", "Dot"]
    assert await found(emulator, creation_source={"values": ["MERGE"]}) == []
    assert (await refused(emulator, creation_source={"values": ["MAGIC"]}))[1] == "INVALID_ENUM_VALUE"


@pytest.mark.parametrize("field", ["created_at", "updated_at"])
@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"start_at": T.format(2)}, ["Bob", "Cid"]),
        ({"start_at": "2026-02-01T00:00:00.0001Z"}, ["Cid"]),
        ({"end_at": T.format(2)}, ["Ann"]),
        ({"end_at": "2026-02-01T00:00:00.0001Z"}, ["Ann", "Bob"]),
        ({"start_at": T.format(2), "end_at": T.format(2)}, []),
        ({"start_at": T.format(2), "end_at": T.format(3)}, ["Bob"]),
        ({"start_at": "2026-02-01T01:00:00+01:00", "end_at": "2026-01-31T23:00:00.001-01:00"}, ["Bob"]),
        ({"start_at": "2026-02-01T00:00:01Z", "end_at": "2026-02-28T00:00:00Z"}, []),
    ],
)
async def test_times_are_a_range_with_its_start_in_it_and_its_end_outside(emulator, field, times, expected):
    for month, name in enumerate(("Ann", "Bob", "Cid"), start=1):
        seed(emulator, {"given_name": name, "updated_at": T.format(9), field: T.format(month)})

    assert await found(emulator, **{field: times}) == expected


@pytest.mark.parametrize("field", ["created_at", "updated_at"])
async def test_a_time_range_that_ends_before_it_starts_is_refused(emulator, field):
    assert await refused(emulator, **{field: {"start_at": T.format(2), "end_at": T.format(1)}}) == (
        400,
        "INVALID_TIME_RANGE",
        f"query.filter.{field}",
    )
    assert await refused(emulator, **{field: {"start_at": "yesterday"}}) == (
        400,
        "INVALID_TIME",
        f"query.filter.{field}.start_at",
    )


async def test_custom_attributes_are_searched_and_never_shown(emulator):
    ann, _ = await create(emulator, given_name="Ann"), await create(emulator, given_name="Bob")
    schema = {"$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"}
    definition = {"key": "drink", "name": "Drink", "description": "What to offer", "schema": schema}
    status, body = await emulator.call(
        "POST", f"{CUSTOMERS}/custom-attribute-definitions", json={"custom_attribute_definition": definition}
    )
    assert status == 200, body
    path = f"{CUSTOMERS}/{ann['id']}/custom-attributes/drink"
    await emulator.call("POST", path, json={"custom_attribute": {"value": "Green tea"}})
    asked = {"filters": [{"key": "drink", "filter": {"text": {"fuzzy": "tea"}}}]}

    answer = await search(emulator, query={"filter": {"custom_attribute": asked}})

    assert answer == {"customers": [ann]}


async def test_all_filters_must_hold(emulator):
    ann = await create(emulator, given_name="Ann", email_address="a@example.com", reference_id="1")
    await create(emulator, given_name="Bob", email_address="a@example.com", reference_id="2")
    one = await group(emulator, "1", ann)
    filters = {
        "email_address": {"exact": "A@example.com"},
        "reference_id": {"fuzzy": "1"},
        "group_ids": {"all": [one]},
        "creation_source": {"values": ["THIRD_PARTY"]},
        "created_at": {"start_at": "2020-01-01T00:00:00Z"},
    }

    assert await found(emulator, **filters) == ["Ann"]
    for name, other in (
        ("email_address", {"exact": "b@example.com"}),
        ("reference_id", {"fuzzy": "2"}),
        ("group_ids", {"none": [one]}),
        ("creation_source", {"values": ["MERGE"]}),
        ("created_at", {"end_at": "2020-01-01T00:00:00Z"}),
    ):
        assert await found(emulator, **{**filters, name: other}) == []


async def test_a_search_sees_the_latest_values(emulator):
    ann = await create(emulator, given_name="Ann", email_address="old@example.com")
    await update(emulator, ann, email_address="new@example.com", phone_number="+14155550100", reference_id="R")

    assert await found(emulator, email_address={"exact": "old@example.com"}) == []
    assert await found(emulator, email_address={"fuzzy": "new"}) == ["Ann"]
    assert await found(emulator, phone_number={"exact": "+14155550100"}) == ["Ann"]
    assert await found(emulator, reference_id={"fuzzy": "r"}) == ["Ann"]


async def test_sellers_search_their_own_customers(emulator):
    ann = await create(emulator, given_name="Ann", email_address="a@example.com")
    one = await group(emulator, "1", ann)

    for filters in ({}, {"email_address": {"fuzzy": "a"}}, {"group_ids": {"any": [one]}}):
        body = {"query": {"filter": filters}}
        assert await emulator.call("POST", f"{CUSTOMERS}/search", json=body, token="second-seller-token") == (200, {})


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"limit": 0}, "VALUE_TOO_LOW", "limit"),
        ({"limit": 101}, "VALUE_TOO_HIGH", "limit"),
        ({"limit": "1"}, "EXPECTED_INTEGER", "limit"),
        ({"count": 1}, "EXPECTED_BOOLEAN", "count"),
        ({"query": {"sort": {"order": "UP"}}}, "INVALID_SORT_ORDER", "query.sort.order"),
        ({"query": {"sort": {"field": "NAME"}}}, "INVALID_ENUM_VALUE", "query.sort.field"),
        ({"query": {"filter": {"name": "Ann"}}}, "UNKNOWN_BODY_PARAMETER", "query.filter.name"),
        ({"cursor": "nonsense"}, "INVALID_CURSOR", "cursor"),
    ],
)
async def test_a_wrong_search_is_refused(emulator, body, code, field):
    assert error(await emulator.call("POST", f"{CUSTOMERS}/search", json=body)) == (400, code, field)
