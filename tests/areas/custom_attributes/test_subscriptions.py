"""Custom attributes and their definitions as they are followed, by the application that owns them and by others."""

from __future__ import annotations

from tests.emulator.attributes import DEFINITIONS, HIDDEN, OTHER, OWNER, READ_ONLY, customer, define, done, put
from tests.following import Live

VALUES = """subscription($customers: [ID!], $keys: [ID!]) {
    customAttributeChanged(customerIds: $customers, keys: $keys) {
        kind customerId key customAttribute { key value { ... on StringValue { string } } definition { name } } } }"""
KINDS = "subscription { customAttributeDefinitionChanged { kind key customAttributeDefinition { key name version } } }"


async def test_a_value_is_told_of_once_with_its_definition_for_one_call(live: Live) -> None:
    ada = await customer(live.emulator)
    await define(live.emulator, "size", visibility=READ_ONLY)
    async with live.follow(VALUES) as follower:
        live.reset()
        await put(live.emulator, ada, "size", "L")
        set_ = await follower.change()
        read = dict(live.calls)
        await done(live.emulator.call("DELETE", f"/v2/customers/{ada}/custom-attributes/size"))
        deleted = await follower.change()

    shown = {"key": "size", "value": {"string": "L"}, "definition": {"name": "Name of size"}}
    assert set_ == {"kind": "UPDATED", "customerId": ada, "key": "size", "customAttribute": shown}
    assert deleted == {"kind": "DELETED", "customerId": ada, "key": "size", "customAttribute": None}
    # Square sends two notifications of it, one of them for what the application owns.
    assert read == {"UpsertCustomerCustomAttribute": 1, "RetrieveCustomerCustomAttribute": 1}


async def test_another_application_knows_a_key_with_its_owner(live: Live) -> None:
    ada = await customer(live.emulator)
    await define(live.emulator, "size", visibility=READ_ONLY)
    async with live.follow(VALUES, {"keys": [f"{OWNER}:size"]}, token=OTHER) as other:
        await put(live.emulator, ada, "size", "L")
        set_ = await other.change()
        await done(live.emulator.call("DELETE", f"/v2/customers/{ada}/custom-attributes/size"))
        deleted = await other.change()

    assert (set_["key"], set_["customAttribute"]["key"]) == (f"{OWNER}:size", f"{OWNER}:size")
    assert set_["customAttribute"]["value"] == {"string": "L"}
    assert (deleted["kind"], deleted["key"]) == ("DELETED", f"{OWNER}:size")


async def test_the_owner_may_name_a_key_with_and_without_itself(live: Live) -> None:
    ada, bea = await customer(live.emulator), await customer(live.emulator)
    for key in ("size", "color"):
        await define(live.emulator, key, visibility=READ_ONLY)
    async with (
        live.follow(VALUES, {"keys": ["size"], "customers": [ada]}) as short,
        live.follow(VALUES, {"keys": [f"{OWNER}:size"], "customers": [ada]}) as long,
    ):
        await put(live.emulator, bea, "size", "S")
        await put(live.emulator, ada, "color", "red")
        await put(live.emulator, ada, "size", "L")

        for follower in (short, long):
            assert (await follower.change())["customAttribute"]["value"] == {"string": "L"}


async def test_what_is_hidden_is_told_to_its_owner_alone(live: Live) -> None:
    ada = await customer(live.emulator)
    await define(live.emulator, "secret", visibility=HIDDEN)
    await define(live.emulator, "open", visibility=READ_ONLY)
    async with live.follow(VALUES) as owner, live.follow(VALUES, token=OTHER) as other:
        await put(live.emulator, ada, "secret", "1")
        assert (await owner.change())["key"] == "secret"
        await put(live.emulator, ada, "open", "2")

        assert (await owner.change())["key"] == "open"
        assert (await other.change())["key"] == f"{OWNER}:open"


async def test_a_definition_is_followed_from_its_creation_to_its_end(live: Live) -> None:
    async with live.follow(KINDS) as follower:
        live.reset()
        await define(live.emulator, "size", visibility=READ_ONLY)
        created = await follower.change()
        body = {"custom_attribute_definition": {"name": "Shirt size"}}
        await done(live.emulator.call("PUT", f"{DEFINITIONS}/size", body))
        updated = await follower.change()
        await done(live.emulator.call("DELETE", f"{DEFINITIONS}/size"))
        deleted = await follower.change()

    shown = [(each["kind"], each["key"], each["customAttributeDefinition"]) for each in (created, updated, deleted)]
    assert shown == [
        ("CREATED", "size", {"key": "size", "name": "Name of size", "version": 1}),
        ("UPDATED", "size", {"key": "size", "name": "Shirt size", "version": 2}),
        ("DELETED", "size", None),
    ]
    assert live.calls["RetrieveCustomerCustomAttributeDefinition"] == 2
    assert live.calls["ListCustomerCustomAttributeDefinitions"] == 0
