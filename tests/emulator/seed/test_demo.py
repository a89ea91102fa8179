from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import pytest

from gateway.emulator.rules.customers.shapes import CREATE_ITEM
from tests.emulator.listings import DEFINITIONS, FIRST, counts, done, everything, points, read, values_of

SECOND, OTHER_APPLICATION = "second-seller-token", "second-app-token"
MILK = "square:1d7f3a52-0b7e-4c7d-9a55-6a1c3f0e8b01"
CUP = "square:1d7f3a52-0b7e-4c7d-9a55-6a1c3f0e8b02"


def nothings(value, where):
    """Where a value holds null or nothing: absence is to be absence."""
    if value is None or value in ({}, []):
        yield where
    elif isinstance(value, (dict, list)):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nothings(each, f"{where}.{name}")


async def test_the_first_seller_has_what_a_busy_shop_has(demo):
    found = await read(demo)
    program = found["LoyaltyProgram"][0]

    assert counts(found) | {"LoyaltyEvent": ..., "LoyaltyReward": ...} == {
        "Customer": 1000,
        "CustomerGroup": 8,
        "CustomerSegment": 5,
        "CustomAttributeDefinition": 6 + 2 + 2,
        "LoyaltyProgram": 1,
        "LoyaltyPromotion": 5,
        "LoyaltyAccount": 400 + 28,
        "LoyaltyEvent": ...,
        "LoyaltyReward": ...,
    }
    assert {promotion["status"] for promotion in found["LoyaltyPromotion"]} == {
        "ACTIVE",
        "SCHEDULED",
        "ENDED",
        "CANCELED",
    }
    assert {reward["status"] for reward in found["LoyaltyReward"]} == {"ISSUED", "REDEEMED", "DELETED"}
    assert {event["type"] for event in found["LoyaltyEvent"]} == {
        "ACCUMULATE_POINTS",
        "ACCUMULATE_PROMOTION_POINTS",
        "ADJUST_POINTS",
        "CREATE_REWARD",
        "DELETE_REWARD",
        "EXPIRE_POINTS",
        "REDEEM_REWARD",
    }
    assert (program["status"], len(program["reward_tiers"]), len(program["location_ids"])) == ("ACTIVE", 3, 2)
    assert {rule["accrual_type"] for rule in program["accrual_rules"]} == {"SPEND", "CATEGORY"}


async def test_the_second_seller_has_a_small_shop_of_its_own(demo):
    first, second = await read(demo), await read(demo, SECOND)

    assert counts(second) | {"LoyaltyEvent": ..., "LoyaltyReward": ...} == {
        "Customer": 30,
        "CustomerGroup": 2,
        "CustomerSegment": 1,
        "CustomAttributeDefinition": 2,
        "LoyaltyProgram": 1,
        "LoyaltyPromotion": 0,
        "LoyaltyAccount": 5,
        "LoyaltyEvent": ...,
        "LoyaltyReward": ...,
    }
    names = [name for name in first if name != "CustomAttributeDefinition"]
    shared = [name for name in names if {each["id"] for each in first[name]} & {each["id"] for each in second[name]}]
    assert shared == []


@pytest.mark.parametrize("token", [FIRST, SECOND])
async def test_every_balance_is_the_sum_of_its_events_and_of_its_lots(demo, token):
    found = await read(demo, token)
    sums, accrued = Counter(), Counter()
    for event in found["LoyaltyEvent"]:
        sums[event["loyalty_account_id"]] += points(event)
        if event["type"] in ("ACCUMULATE_POINTS", "ACCUMULATE_PROMOTION_POINTS", "ADJUST_POINTS"):
            accrued[event["loyalty_account_id"]] += max(0, points(event))
    lots = {
        account["id"]: sum(lot["points"] for lot in account.get("expiring_point_deadlines", ()))
        for account in found["LoyaltyAccount"]
    }
    accounts = {account["id"]: account for account in found["LoyaltyAccount"]}

    assert {key: account["balance"] for key, account in accounts.items()} == {key: sums[key] for key in accounts}
    assert {key: account["lifetime_points"] for key, account in accounts.items()} == {
        key: accrued[key] for key in accounts
    }
    assert min(account["balance"] for account in accounts.values()) >= 0
    if token == FIRST:
        assert lots == {key: sums[key] for key in accounts}


async def test_every_reward_has_the_events_of_its_status(demo):
    found = await read(demo)
    kinds = defaultdict(list)
    for event in reversed(found["LoyaltyEvent"]):
        for metadata in event.values():
            if isinstance(metadata, dict) and "reward_id" in metadata:
                kinds[metadata["reward_id"]].append(event["type"])

    expected = {
        "ISSUED": ["CREATE_REWARD"],
        "REDEEMED": ["CREATE_REWARD", "REDEEM_REWARD"],
        "DELETED": ["CREATE_REWARD", "DELETE_REWARD"],
    }
    assert kinds == {reward["id"]: expected[reward["status"]] for reward in found["LoyaltyReward"]}


async def test_the_first_thirty_customers_show_everything(demo):
    first = (await done(demo.call("GET", "/v2/customers", limit=30)))["customers"]
    body = {"query": {"customer_ids": [customer["id"] for customer in first]}, "limit": 200}
    accounts = (await done(demo.call("POST", "/v2/loyalty/accounts/search", body)))["loyalty_accounts"]
    values = [await values_of(demo, customer["id"]) for customer in first]

    assert all(customer.get("group_ids") and customer.get("segment_ids") for customer in first)
    assert len({each for customer in first for each in customer["group_ids"]}) > 1
    assert len({each for customer in first for each in customer["segment_ids"]}) > 1
    assert all(values)
    balances = defaultdict(list)
    for account in accounts:
        balances[account["customer_id"]].append(account["balance"])
    assert {key: max(several) > 0 for key, several in balances.items()} == {customer["id"]: True for customer in first}
    assert sorted(map(len, balances.values())) == [1] * 28 + [2, 3]
    assert len({customer["given_name"] for customer in first}) == 30


async def test_some_customers_have_joined_with_two_or_three_telephones(demo):
    accounts = (await read(demo))["LoyaltyAccount"]
    phones = Counter(account["mapping"]["phone_number"] for account in accounts)

    assert Counter(Counter(account["customer_id"] for account in accounts).values()) == {1: 378, 2: 16, 3: 6}
    assert set(phones.values()) == {1}


@pytest.mark.parametrize("token", [FIRST, OTHER_APPLICATION])
async def test_values_of_the_sellers_own_fields_may_be_written_but_not_their_definitions(demo, token):
    first = (await done(demo.call("GET", "/v2/customers", limit=1, token=token)))["customers"][0]
    path = f"/v2/customers/{first['id']}/custom-attributes"
    cup = (await done(demo.call("GET", f"{DEFINITIONS}/{CUP}", token=token)))["custom_attribute_definition"]
    porcelain = cup["schema"]["items"]["enum"][cup["schema"]["items"]["names"].index("Porcelain")]

    written = [
        await done(demo.call("POST", f"{path}/{key}", {"custom_attribute": {"value": value}}, token=token))
        for key, value in ((MILK, "Oat"), (CUP, [porcelain]))
    ]
    renamed = {"custom_attribute_definition": {"name": "Mug"}}
    changed = await demo.call("PUT", f"{DEFINITIONS}/{CUP}", renamed, token=token)
    dropped = await demo.call("DELETE", f"{DEFINITIONS}/{CUP}", token=token)
    await done(demo.call("DELETE", f"{path}/{MILK}", token=token))

    assert [(each["custom_attribute"]["key"], each["custom_attribute"]["value"]) for each in written] == [
        (MILK, "Oat"),
        (CUP, [porcelain]),
    ]
    assert [(status, body["errors"][0]["code"]) for status, body in (changed, dropped)] == [(403, "FORBIDDEN")] * 2
    assert (await done(demo.call("GET", f"{DEFINITIONS}/{CUP}", token=token)))["custom_attribute_definition"] == cup
    assert (await demo.call("GET", f"{path}/{MILK}", token=token))[0] == 404


async def test_most_customers_have_memberships_and_values(demo):
    customers = await everything(demo, "GET", "/v2/customers", "customers")
    valued = {customer["id"] for customer in customers[::20] if await values_of(demo, customer["id"])}

    assert sum("group_ids" in customer for customer in customers) > 700
    assert sum("segment_ids" in customer for customer in customers) > 700
    assert len(valued) > 30


async def test_profiles_are_varied_and_such_that_square_would_take_them(demo):
    customers = await everything(demo, "GET", "/v2/customers", "customers")
    fields = set(CREATE_ITEM.fields)
    data = [{name: value for name, value in customer.items() if name in fields} for customer in customers]

    assert [CREATE_ITEM.check(each, "") for each in data] == data
    assert set().union(*data) == fields
    assert any(len(each) == 1 for each in data)
    assert any(each.get("birthday", "").startswith("0000-") for each in data)
    assert any(not each.get("given_name", "").isascii() for each in data)
    assert any("company_name" in each and "given_name" not in each for each in data)
    assert len({each["creation_source"] for each in customers}) > 5
    assert {each["email_address"].rpartition("@")[2] for each in data if "email_address" in each} == {"example.com"}


async def test_attributes_have_all_types_visibilities_and_two_owners(demo):
    hidden = await everything(demo, "GET", DEFINITIONS, "custom_attribute_definitions", OTHER_APPLICATION)
    own = await everything(demo, "GET", DEFINITIONS, "custom_attribute_definitions")
    first = (await done(demo.call("GET", "/v2/customers", limit=1)))["customers"][0]
    values = await values_of(demo, first["id"], with_definitions=True)
    types = {each["definition"]["schema"].get("$ref", "Selection").rpartition(".")[2] for each in values}

    assert types == {"String", "Selection", "Date", "Email", "PhoneNumber", "Address", "Boolean", "Number"}
    assert {each["key"]: each["visibility"] for each in own if ":" in each["key"]} == {
        "sq0idp-second-app:newsletter": "VISIBILITY_READ_WRITE_VALUES",
        "sq0idp-second-app:review-score": "VISIBILITY_READ_ONLY",
        MILK: "VISIBILITY_READ_WRITE_VALUES",
        CUP: "VISIBILITY_READ_WRITE_VALUES",
    }
    assert {each["visibility"] for each in own} == {
        "VISIBILITY_HIDDEN",
        "VISIBILITY_READ_ONLY",
        "VISIBILITY_READ_WRITE_VALUES",
    }
    assert len(hidden) == 8


@pytest.mark.parametrize("token", [FIRST, SECOND])
async def test_every_object_is_retrieved_as_it_is_listed(demo, token):
    found = await read(demo, token)
    program = found["LoyaltyProgram"][0]["id"]
    paths = {
        "Customer": ("/v2/customers", "customer", "id"),
        "CustomerGroup": ("/v2/customers/groups", "group", "id"),
        "CustomerSegment": ("/v2/customers/segments", "segment", "id"),
        "CustomAttributeDefinition": (DEFINITIONS, "custom_attribute_definition", "key"),
        "LoyaltyProgram": ("/v2/loyalty/programs", "program", "id"),
        "LoyaltyPromotion": (f"/v2/loyalty/programs/{program}/promotions", "loyalty_promotion", "id"),
        "LoyaltyAccount": ("/v2/loyalty/accounts", "loyalty_account", "id"),
        "LoyaltyReward": ("/v2/loyalty/rewards", "reward", "id"),
    }
    retrieved = {
        name: [(await done(demo.call("GET", f"{path}/{each[key]}", token=token)))[field] for each in found[name][::3]]
        for name, (path, field, key) in paths.items()
    }

    # The fixture holds every answer against Square's own schema.
    assert retrieved == {name: found[name][::3] for name in paths}
    assert list(nothings([*itertools.chain.from_iterable(found.values())], "")) == []


async def test_the_values_of_a_customer_are_retrieved_as_they_are_listed(demo):
    first = (await done(demo.call("GET", "/v2/customers", limit=1)))["customers"][0]
    listed = await values_of(demo, first["id"])

    path = f"/v2/customers/{first['id']}/custom-attributes"
    assert [(await done(demo.call("GET", f"{path}/{each['key']}")))["custom_attribute"] for each in listed] == listed
    assert len(listed) == 10
