"""Everything that a seller has, read page by page as the API lists it."""

from __future__ import annotations

FIRST = "test-token"


DEFINITIONS = "/v2/customers/custom-attribute-definitions"


async def done(answer):
    status, body = await answer
    assert status == 200, body
    return body


async def everything(emulator, method, path, name, token=FIRST, **more):
    """All objects of all pages."""
    found, cursor = [], {}
    while True:
        given = {**more, **cursor}
        page = await done(
            emulator.call(method, path, token=token, **given)
            if method == "GET"
            else emulator.call(method, path, given, token=token)
        )
        found += page.get(name, [])
        if "cursor" not in page:
            return found
        cursor = {"cursor": page["cursor"]}


async def read(emulator, token=FIRST):
    """Everything that a seller has, as the API lists it."""
    program = (await done(emulator.call("GET", "/v2/loyalty/programs/main", token=token)))["program"]
    promotions = f"/v2/loyalty/programs/{program['id']}/promotions"
    return {
        "Customer": await everything(emulator, "GET", "/v2/customers", "customers", token),
        "CustomerGroup": await everything(emulator, "GET", "/v2/customers/groups", "groups", token),
        "CustomerSegment": await everything(emulator, "GET", "/v2/customers/segments", "segments", token),
        "CustomAttributeDefinition": await everything(
            emulator, "GET", DEFINITIONS, "custom_attribute_definitions", token
        ),
        "LoyaltyProgram": [program],
        "LoyaltyPromotion": await everything(emulator, "GET", promotions, "loyalty_promotions", token),
        "LoyaltyAccount": await everything(
            emulator, "POST", "/v2/loyalty/accounts/search", "loyalty_accounts", token, limit=200
        ),
        "LoyaltyEvent": await everything(emulator, "POST", "/v2/loyalty/events/search", "events", token),
        "LoyaltyReward": await everything(emulator, "POST", "/v2/loyalty/rewards/search", "rewards", token),
    }


async def values_of(emulator, customer_id, token=FIRST, **params):
    path = f"/v2/customers/{customer_id}/custom-attributes"
    return await everything(emulator, "GET", path, "custom_attributes", token, **params)


def counts(found):
    return {name: len(objects) for name, objects in found.items()}


def points(event):
    """The points that an event adds to a balance."""
    if event["type"] == "REDEEM_REWARD":
        return 0
    return next(value["points"] for value in event.values() if isinstance(value, dict) and "points" in value)
