from __future__ import annotations

import pytest

from tests.emulator.attribute_searches import FIELD, by, found, search
from tests.emulator.attributes import (
    OWNER,
    define,
    refused,
    selection,
)


@pytest.mark.parametrize("query", ["4151234567", "+1", ""])
async def test_an_exact_phone_number_must_be_e164(emulator, query):
    await define(emulator, "key", "PhoneNumber")

    answer = search(emulator, by("phone", {"exact": query}))

    await refused(answer, 400, "INVALID_PHONE_NUMBER", f"{FIELD}[0].filter.phone.exact")


async def test_keys_must_be_unique_even_when_one_is_qualified(emulator):
    await define(emulator, "key")
    one = by("text", {"exact": "x"})

    for other in (one, by("text", {"exact": "y"}, f"{OWNER}:key")):
        await refused(search(emulator, one, other), 400, "BAD_REQUEST", f"{FIELD}[1].key")


async def test_there_are_at_most_ten_filters(emulator):
    filters = []
    for number in range(11):
        await define(emulator, f"key{number}")
        filters.append(by("text", {"exact": "x"}, f"key{number}"))

    await refused(search(emulator, *filters), 400, "ARRAY_LENGTH_TOO_LONG", FIELD)
    assert await found(emulator, *filters[:10]) == set()


@pytest.mark.parametrize("body", [{}, {"filter": None}, {"filter": {}}, {"updated_at": None}])
async def test_a_filter_or_an_update_time_is_needed(emulator, body):
    await define(emulator, "key")

    await refused(search(emulator, {"key": "key", **body}), 400, "MISSING_REQUIRED_PARAMETER", f"{FIELD}[0]")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("String", {"email": {"exact": "a@example.com"}}),
        ("Email", {"text": {"exact": "a"}}),
        ("Number", {"boolean": True}),
        ("Boolean", {"number": {"start_at": "1"}}),
        ("Date", {"text": {"exact": "2024-01-01"}}),
        ("String", {"text": {"exact": "a"}, "email": {"exact": "a"}}),
        ("String", {"text": None}),
    ],
)
async def test_a_filter_of_another_data_type_is_refused(emulator, kind, wrong):
    await define(emulator, "key", kind)

    await refused(search(emulator, {"key": "key", "filter": wrong}), 400, "BAD_REQUEST", f"{FIELD}[0].filter")


SELECTION = selection("A", "B")
CASES = [
    ("String", {"text": {"exact": "a", "fuzzy": "a"}}, "CONFLICTING_PARAMETERS", "text"),
    ("String", {"text": {"exact": None}}, "MISSING_REQUIRED_PARAMETER", "text"),
    ("String", {"text": {"fuzzy": "--"}}, "VALUE_EMPTY", "text.fuzzy"),
    ("String", {"text": {"fuzzy": " ".join(f"w{number}" for number in range(51))}}, "VALUE_TOO_LONG", "text.fuzzy"),
    ("Email", {"email": {"fuzzy": ""}}, "VALUE_EMPTY", "email.fuzzy"),
    (SELECTION, {"selection": {"none": ["A"]}}, "BAD_REQUEST", "selection.none"),
    (SELECTION, {"selection": {"any": []}}, "MISSING_REQUIRED_PARAMETER", "selection"),
    ("Date", {"date": {}}, "MISSING_REQUIRED_PARAMETER", "date"),
    ("Date", {"date": {"start_at": "2024-02-30"}}, "INVALID_TIME", "date.start_at"),
    ("Date", {"date": {"end_at": "2024-02-20 noon"}}, "INVALID_TIME", "date.end_at"),
    ("Date", {"date": {"start_at": "2024-02-02", "end_at": "2024-02-01"}}, "INVALID_TIME_RANGE", "date"),
    ("Number", {"number": {"start_at": "ten"}}, "INVALID_VALUE", "number.start_at"),
    ("Number", {"number": {"end_at": "92233720368548"}}, "INVALID_VALUE", "number.end_at"),
    ("Number", {"number": {"end_at": 5}}, "EXPECTED_STRING", "number.end_at"),
    ("Number", {"number": {"start_at": "2", "end_at": "1"}}, "BAD_REQUEST", "number"),
    ("Address", {"address": {}}, "MISSING_REQUIRED_PARAMETER", "address"),
    ("Address", {"address": {"postal_code": {"fuzzy": "9"}}}, "BAD_REQUEST", "address.postal_code.fuzzy"),
    ("Address", {"address": {"country": "XX"}}, "INVALID_ENUM_VALUE", "address.country"),
]


@pytest.mark.parametrize(("kind", "filter_", "code", "field"), CASES)
async def test_a_filter_that_cannot_be_asked_is_refused(emulator, kind, filter_, code, field):
    await define(emulator, "key", kind)

    await refused(search(emulator, {"key": "key", "filter": filter_}), 400, code, f"{FIELD}[0].filter.{field}")


@pytest.mark.parametrize(
    ("bounds", "code", "field"),
    [
        ({}, "MISSING_REQUIRED_PARAMETER", ""),
        ({"start_at": "2024-02-01"}, "INVALID_TIME", ".start_at"),
        ({"start_at": "2024-02-02T00:00:00Z", "end_at": "2024-02-01T00:00:00Z"}, "INVALID_TIME_RANGE", ""),
    ],
)
async def test_an_update_range_that_cannot_be_asked_is_refused(emulator, bounds, code, field):
    await define(emulator, "key")
    field = f"{FIELD}[0].updated_at{field}" if bounds else f"{FIELD}[0]"

    await refused(search(emulator, {"key": "key", "updated_at": bounds}), 400, code, field)
