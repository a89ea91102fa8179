from __future__ import annotations

import pytest

from tests.emulator.attributes import customer, define, done, put, refused, selection, set_value

GOOD = {
    "String": ["Dune", "", "x" * 1000, "5", "naïve 🎬"],
    "Email": ["fake-email@squareup.com", "Ada.Lovelace+x@example.com"],
    "PhoneNumber": ["+14155550123", "+1-212-415-1234"],
    "Address": [{"address_line_1": "1455 Market St", "postal_code": "94103", "country": "US"}, {"first_name": "Ada"}],
    "Date": ["2024-02-29", "0001-01-01"],
    "Boolean": [True, False],
    "Number": ["10.5", "-3", "0", "0.00001", "92233720368547", "-92233720368547", "007"],
}
BAD = {
    "String": [5, True, ["Dune"], {"a": "b"}, "x" * 1001],
    "Email": ["not an address", "", 5, "@example.com"],
    "PhoneNumber": ["4155550123", "+1", "", 14155550123, "+call me"],
    "Address": ["1455 Market St", {}, {"street": "x"}, {"country": "usa"}, {"country": "XX"}, {"postal_code": 94103}],
    "Date": ["2023-02-29", "29.02.2024", "2024-2-9", "2024-02-29T00:00:00Z", 20240229],
    "Boolean": ["true", 0, 1, ""],
    "Number": [10.5, 3, "", "1e3", "0.000001", "92233720368548", "-92233720368547.5", "ten", "1,000", ".5", "5.", "+1"],
}


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in GOOD.items() for value in values])
async def test_a_value_of_its_type_comes_back_as_sent(emulator, kind, value):
    await define(emulator, "key", kind)

    made = await put(emulator, await customer(emulator), "key", value)

    assert made["value"] == value
    assert type(made["value"]) is type(value)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in BAD.items() for value in values])
async def test_a_value_of_another_type_is_refused(emulator, kind, value):
    await define(emulator, "key", kind)

    answer = set_value(emulator, await customer(emulator), "key", value)

    await refused(answer, 400, "INVALID_VALUE", "custom_attribute.value")


async def test_the_refusal_of_a_value_does_not_repeat_it(emulator):
    await define(emulator, "key", "Email")

    status, body = await set_value(emulator, await customer(emulator), "key", "private text")

    assert status == 400
    assert "private" not in str(body)


async def test_null_parts_of_an_address_are_left_out(emulator):
    await define(emulator, "key", "Address")
    ada = await customer(emulator)

    made = await put(emulator, ada, "key", {"locality": "Oakland", "postal_code": None, "country": None})

    assert made["value"] == {"locality": "Oakland"}
    answer = set_value(emulator, ada, "key", {"locality": None})
    await refused(answer, 400, "INVALID_VALUE", "custom_attribute.value")


async def test_a_selection_is_some_of_its_uuids_or_none(emulator):
    made = await define(emulator, "sizes", selection("S", "M", "L", most=2))
    small, medium, large = made["schema"]["items"]["enum"]
    ada = await customer(emulator)

    for value in ([medium], [large, small], []):
        assert (await put(emulator, ada, "sizes", value))["value"] == value
    for value in (["S"], [small, small], [small, medium, large], small, [small, None], [[small]], {"0": small}):
        answer = set_value(emulator, ada, "sizes", value)

        await refused(answer, 400, "INVALID_VALUE", "custom_attribute.value")


async def test_a_selection_of_nothing_is_found_by_none_of_its_options(emulator):
    small, _ = (await define(emulator, "sizes", selection("S", "M")))["schema"]["items"]["enum"]
    ada, bob = await customer(emulator), await customer(emulator)
    await put(emulator, ada, "sizes", [])
    await put(emulator, bob, "sizes", [small])

    searches = [
        {"key": "sizes", "filter": {"selection": {"any": ["S", "M"]}}},
        {"key": "sizes", "updated_at": {"start_at": "2020-01-01T00:00:00Z"}},
    ]
    found = [
        await done(
            emulator.call(
                "POST", "/v2/customers/search", {"query": {"filter": {"custom_attribute": {"filters": [each]}}}}
            )
        )
        for each in searches
    ]

    assert [{each["id"] for each in page["customers"]} for page in found] == [{bob}, {ada, bob}]


async def test_a_removed_option_can_no_longer_be_set(emulator):
    made = await define(emulator, "sizes", selection("S", "M"))
    small, medium = made["schema"]["items"]["enum"]
    ada = await customer(emulator)
    path = "/v2/customers/custom-attribute-definitions/sizes"

    await emulator.call("PUT", path, {"custom_attribute_definition": {"schema": selection("M")}})

    assert (await put(emulator, ada, "sizes", [medium]))["value"] == [medium]
    await refused(set_value(emulator, ada, "sizes", [small]), 400, "INVALID_VALUE", "custom_attribute.value")
