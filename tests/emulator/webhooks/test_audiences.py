"""Which application is told of what: visibilities, families, tokens, scopes and sellers."""

from __future__ import annotations

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import DEFINITIONS, HIDDEN, READ_ONLY, READ_WRITE, customer, define, done, put
from tests.emulator.dashboard import FIELDS, at
from tests.emulator.notifications import (
    OTHER_APPLICATION,
    OTHER_OWN,
    OWN,
    issue,
    listen,
    listen_as_another,
    subscribe,
    told,
    types,
)

DEFINITION = "customer.custom_attribute_definition"
ATTRIBUTE = "customer.custom_attribute"
AUDIENCES = ("owned", "visible", "", "public")
# By the visibility of a definition: to whom of its owner and another application it is told as what.
EXPECTED = {
    HIDDEN: {OWN: {"owned", "visible", ""}, OTHER_OWN: set()},
    READ_ONLY: {OWN: {"owned", "visible", "", "public"}, OTHER_OWN: {"visible", "public"}},
    READ_WRITE: {OWN: {"owned", "visible", "", "public"}, OTHER_OWN: {"visible", "public"}},
}


def named(kind, audience, action):
    return ".".join(filter(None, (kind, audience, action)))


@pytest.fixture
async def both(emulator):
    """Two applications that ask for every type there is."""
    await listen(emulator)
    await listen_as_another(emulator)
    for token in (OWN, OTHER_OWN):
        for kind, actions in ((DEFINITION, ("created", "updated", "deleted")), (ATTRIBUTE, ("updated", "deleted"))):
            wanted = [named(kind, audience, action) for audience in AUDIENCES for action in actions]
            await subscribe(emulator, *wanted, token=token)
    return emulator


@pytest.mark.parametrize("visibility", EXPECTED)
@pytest.mark.parametrize("token", [OWN, OTHER_OWN])
async def test_definitions_and_values_are_told_to_who_may_see_them(both, visibility, token):
    ada = await customer(both)
    await define(both, "size", visibility=visibility)
    await done(both.call("PUT", f"{DEFINITIONS}/size", {"custom_attribute_definition": {"description": "In EU sizes"}}))
    await put(both, ada, "size", "M")
    await done(both.call("DELETE", f"/v2/customers/{ada}/custom-attributes/size"))
    await done(both.call("DELETE", f"{DEFINITIONS}/size"))

    done_so_far = [(DEFINITION, "created"), (DEFINITION, "updated"), (ATTRIBUTE, "updated"), (ATTRIBUTE, "deleted")]
    done_so_far += [(DEFINITION, "deleted")]
    audiences = EXPECTED[visibility][token]
    expected = {named(kind, audience, action) for kind, action in done_so_far for audience in audiences}
    found = [each for each in await types(both, token) if each != "customer.created"]
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("token", [OWN, OTHER_OWN])
async def test_a_field_of_the_sellers_is_visible_to_all_and_owned_by_none(both, token):
    made = await at(both, "POST", FIELDS, {"type": "String", "name": "Allergies"})
    await put(both, await customer(both), made["custom_attribute_definition"]["key"], "Nuts")

    found = [each for each in await types(both, token) if each != "customer.created"]
    assert set(found) == {
        named(kind, audience, action)
        for kind, action in ((DEFINITION, "created"), (ATTRIBUTE, "updated"))
        for audience in ("visible", "public")
    }


async def test_a_value_that_another_application_writes_is_told_to_both(both):
    await define(both, "size", visibility=READ_WRITE)
    ada = await customer(both)

    await put(both, ada, "sq0idp-demo-app:size", "M", token="second-app-token")

    owner, other = [
        {each["type"]: each["data"] for each in await told(both, token) if each["data"]["type"] == "custom_attribute"}
        for token in (OWN, OTHER_OWN)
    ]
    assert set(owner) == {named(ATTRIBUTE, audience, "updated") for audience in AUDIENCES}
    assert set(other) == {named(ATTRIBUTE, audience, "updated") for audience in ("visible", "public")}
    assert owner[f"{ATTRIBUTE}.owned.updated"] == other[f"{ATTRIBUTE}.visible.updated"]
    assert owner[f"{ATTRIBUTE}.owned.updated"]["id"] == f"sq0idp-demo-app:size:CUSTOMER:{ada}"


async def test_a_definition_that_is_hidden_from_now_on_is_told_to_its_owner_only(both):
    await define(both, "size", visibility=READ_ONLY)

    await done(both.call("PUT", f"{DEFINITIONS}/size", {"custom_attribute_definition": {"visibility": HIDDEN}}))

    assert f"{DEFINITION}.owned.updated" in await types(both)
    assert [each for each in await types(both, OTHER_OWN) if each.endswith("updated")] == []


async def test_a_definition_that_comes_into_sight_is_told_to_all(both):
    await define(both, "size", name="Size", description="Of shirts")

    await done(both.call("PUT", f"{DEFINITIONS}/size", {"custom_attribute_definition": {"visibility": READ_ONLY}}))

    assert await types(both, OTHER_OWN) == [f"{DEFINITION}.visible.updated", f"{DEFINITION}.public.updated"]


async def test_deprecated_types_are_told_only_to_who_names_them(emulator):
    await listen(emulator)
    await subscribe(emulator)

    await define(emulator, "size", visibility=READ_ONLY)

    assert await types(emulator) == [f"{DEFINITION}.owned.created", f"{DEFINITION}.visible.created"]


FAMILIES = {
    "CUSTOMERS_READ": ["customer.created", f"{DEFINITION}.visible.created", f"{ATTRIBUTE}.visible.updated"],
    "LOYALTY_READ": ["loyalty.account.created", "loyalty.event.created", "loyalty.account.updated"],
}
# The tokens of an application, each by its fields, and the scopes that it has by them.
GRANTS = {
    "all": ([{}], {"CUSTOMERS_READ", "LOYALTY_READ"}),
    "customers": ([{"scopes": ["CUSTOMERS_READ"]}], {"CUSTOMERS_READ"}),
    "loyalty": ([{"scopes": ["LOYALTY_READ"]}], {"LOYALTY_READ"}),
    "writing": ([{"scopes": ["CUSTOMERS_WRITE", "LOYALTY_WRITE"]}], set()),
    "one of each": ([{"scopes": ["CUSTOMERS_READ"]}, {"scopes": ["LOYALTY_READ"]}], {"CUSTOMERS_READ", "LOYALTY_READ"}),
    "expired": ([{"state": "expired"}], set()),
    "past its end": ([{"expires_at": 1}], set()),
    "revoked": ([{"state": "revoked"}], set()),
    "expired and renewed": ([{"state": "expired"}, {}], {"CUSTOMERS_READ", "LOYALTY_READ"}),
    "revoked for customers": ([{"state": "revoked"}, {"scopes": ["LOYALTY_READ"]}], {"LOYALTY_READ"}),
    "another seller": ([{"seller": "MLEMULATORSELLER2"}], set()),
    "none": ([], set()),
}


@pytest.mark.parametrize("grant", GRANTS)
async def test_an_application_is_told_what_its_tokens_for_the_seller_permit(emulator, grant):
    tokens, scopes = GRANTS[grant]
    shop.open_shop(emulator)
    for number, token in enumerate(tokens):
        await issue(emulator, f"third-{number}", application="sq0idp-third", **token)
    await issue(emulator, "third", application="sq0idp-third", seller="MLTHIRD", personal=True)
    await listen(emulator, "third")

    ada = await customer(emulator)
    await define(emulator, "size", visibility=READ_ONLY)
    await put(emulator, ada, "size", "M")
    await shop.enroll(emulator, 10, customer_id=ada)

    assert await types(emulator, "third") == [each for scope in sorted(scopes) for each in FAMILIES[scope]]


async def test_a_restored_token_is_told_what_happens_from_then_on(emulator):
    await issue(emulator, "third", application="sq0idp-third", personal=True)
    await listen(emulator, "third")
    await done(emulator.call("POST", "/_emulator/tokens/revoke", {"token": "third"}, token=None))
    await customer(emulator)
    await issue(emulator, "third", application="sq0idp-third", personal=True)

    ada = await customer(emulator)

    assert [each["data"]["id"] for each in await told(emulator, "third")] == [ada]


async def test_an_application_is_told_of_all_its_sellers_each_under_its_name(emulator):
    await listen(emulator)

    await customer(emulator)
    await done(emulator.call("POST", "/v2/customers", {"given_name": "Bea"}, token="second-seller-token"))

    assert [each["merchant_id"] for each in await told(emulator)] == ["MLEMULATORSELLER1", "MLEMULATORSELLER2"]


async def test_nothing_is_written_down_while_nobody_asks(emulator):
    await subscribe(emulator, enabled=False)
    await issue(emulator, OTHER_OWN, application=OTHER_APPLICATION, personal=True)
    await subscribe(emulator, "customer.deleted", token=OTHER_OWN)

    await customer(emulator)
    await listen(emulator)
    await done(emulator.call("PUT", "/v2/events/disable"))
    await customer(emulator)

    assert emulator.store.db.execute("SELECT COUNT(*) FROM webhook_events").fetchone()[0] == 0
