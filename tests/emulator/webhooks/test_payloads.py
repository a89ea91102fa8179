"""The forms of notifications, those of Square's examples and schemas."""

from __future__ import annotations

import asyncio
import re
import uuid
from datetime import datetime
from importlib import import_module

import jsonschema_rs
import pytest

from gateway.emulator.webhooks import event_types
from tests.emulator import customer_requests as customers
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import DEFINITIONS, READ_WRITE, define, done, put
from tests.emulator.conftest import running_emulator
from tests.emulator.dashboard import MERGE, PROGRAM, at
from tests.emulator.notifications import listen, subscribe, told
from tests.emulator.webhooks.facts import TYPES, form, model
from tests.emulator.webhooks.receiver import admin, idle, receiving
from tests.square_spec import facts

# Of what happened, and of samples that nothing happened for.
CASES = [*(("told", each) for each in TYPES), *(("sample", each) for each in event_types.ALL)]


@pytest.fixture(scope="module")
def notifications():
    """One notification of each case."""
    return asyncio.run(_of_what_happened()) | asyncio.run(_of_samples())


async def _of_samples():
    async with running_emulator() as emulator, receiving() as receiver:
        emulator.running.subscribe(receiver.url, event_types=event_types.ALL)
        for each in event_types.ALL:
            await admin(emulator, "POST", "/events", {"type": each})
        await idle(emulator)
        return {("sample", each["type"]): each for each in receiver.events}


async def _of_what_happened():
    async with running_emulator() as emulator:
        await listen(emulator)
        await subscribe(emulator, *event_types.ALL)
        new = {"accrual_rules": [shop.visit()], "terminology": {"one": "Bean", "other": "Beans"}}
        await at(emulator, "PUT", PROGRAM, new)
        shop.open_shop(emulator)
        await at(emulator, "PUT", PROGRAM, {"status": "ACTIVE"})
        ada = await customers.create(
            emulator, given_name="Ada", birthday="1815-12-10", address={"locality": "London"}, email_address="a@x.org"
        )
        await customers.group(emulator, "Regulars", ada)
        await at(emulator, "POST", "/_emulator/segments", {"name": "Reachable", "customer_ids": [ada["id"]]})
        await customers.update(emulator, ada, phone_number="+14155550111")
        await define(emulator, "size", visibility=READ_WRITE)
        await done(emulator.call("PUT", f"{DEFINITIONS}/size", {"custom_attribute_definition": {"name": "Size"}}))
        await put(emulator, ada["id"], "size", "M")
        await done(emulator.call("DELETE", f"/v2/customers/{ada['id']}/custom-attributes/size"))
        await done(emulator.call("DELETE", f"{DEFINITIONS}/size"))
        account = await shop.enroll(emulator, 20, customer_id=ada["id"])
        await shop.reward(emulator, account)
        promotion = await shop.promote(emulator)
        await shop.succeed(emulator, "POST", f"/programs/{shop.PROGRAM}/promotions/{promotion['id']}/cancel")
        await done(emulator.call("DELETE", f"/v2/customers/{ada['id']}"))
        return {("told", each["type"]): each for each in await told(emulator)}


@pytest.fixture(scope="module")
def schemas():
    """Square's schemas, taken strictly."""
    document = facts()
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    # Square's examples of notifications write it as a text.
    document["components"]["schemas"]["CatalogObjectReference"]["properties"]["catalog_version"] = {"type": "string"}
    return document


def test_the_types_are_square_s():
    assert set(event_types.ALL) == {*TYPES, "loyalty.account.deleted"}
    assert len(event_types.ALL) == 31


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_a_notification_has_the_form_of_square_s_example(notifications, schemas, case):
    told, event_type = notifications[case], case[1]
    expected = form(event_type)

    assert set(told) == {"merchant_id", "type", "event_id", "created_at", "data"}
    assert told["merchant_id"] == "MLEMULATORSELLER1"
    assert str(uuid.UUID(told["event_id"])) == told["event_id"]
    assert datetime.fromisoformat(told["created_at"]).utcoffset().total_seconds() == 0
    data = told["data"]
    deleted = {"deleted": True} if event_type.endswith(".deleted") and expected.schema != "LoyaltyAccount" else {}
    assert {**data, "object": None} == {"type": expected.name, "id": data["id"], "object": None, **deleted}
    assert re.fullmatch(expected.id, data["id"])
    found = data["object"]
    if expected.nested:
        assert list(found) == [expected.name]
        found = found[expected.name]
    jsonschema_rs.validator_for(
        {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "allOf": [{"$ref": f"#/components/schemas/{expected.schema}"}],
            "components": schemas["components"],
        }
    ).validate(found)


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_square_s_client_reads_a_notification(notifications, case):
    told, event_type = notifications[case], case[1]
    module = import_module(model(event_type))
    (name,) = [each for each in vars(module) if each.lower() == model(event_type).rpartition(".")[2].replace("_", "")]

    event = getattr(module, name).model_validate(told)

    assert (event.type, event.event_id, event.merchant_id) == (event_type, told["event_id"], told["merchant_id"])
    assert (event.data.type, event.data.id) == (told["data"]["type"], told["data"]["id"])
    expected = form(event_type)
    if expected.nested:
        nested = told["data"]["object"][expected.name]
        assert (
            getattr(event.data.object, expected.name).model_dump(exclude_unset=True, mode="json").keys()
            == nested.keys()
        )


@pytest.mark.parametrize("event_type", [each for each in TYPES if each.startswith("customer.custom_attribute")])
def test_the_parts_of_one_change_are_told_alike_but_for_type_and_id(notifications, event_type):
    plain = notifications["told", re.sub(r"\.(owned|public|visible)\.", ".", event_type)]
    told = notifications["told", event_type]

    assert told["data"] == plain["data"]
    assert (told["event_id"] == plain["event_id"]) == (told is plain)


@pytest.mark.parametrize("event_type", ["customer.created", "customer.updated"])
def test_a_customer_is_told_without_its_segments(notifications, event_type):
    told = notifications["told", event_type]["data"]["object"]["customer"]

    assert {"id", "given_name", "birthday", "address", "created_at", "updated_at", "version"} <= set(told)
    assert "segment_ids" not in told


def test_a_deleted_customer_is_told_without_groups_segments_and_times(notifications):
    told = notifications["told", "customer.deleted"]["data"]["object"]["customer"]

    assert {"id", "given_name", "birthday", "address", "version"} <= set(told)
    assert not {"group_ids", "segment_ids", "created_at", "updated_at"} & set(told)


def test_a_deleted_attribute_is_told_with_its_last_value(notifications):
    told = notifications["told", "customer.custom_attribute.owned.deleted"]["data"]

    assert told["object"]["value"] == "M"
    assert told["object"]["key"] == "sq0idp-demo-app:size"


def test_a_canceled_promotion_is_told_as_canceled(notifications):
    promotion = notifications["told", "loyalty.promotion.updated"]["data"]["object"]["loyalty_promotion"]

    assert promotion["status"] == "CANCELED"
    assert promotion["canceled_at"] == promotion["updated_at"]


async def test_square_s_client_reads_what_a_merge_has_done(emulator):
    created = import_module("square.types.customer_created_event").CustomerCreatedEvent
    ids = [(await customers.create(emulator, given_name="Ada"))["id"] for _ in range(2)]
    await listen(emulator)

    made = await at(emulator, "POST", MERGE, {"customer_ids": ids})

    (event,) = await told(emulator, event_types=["customer.created"])
    context = created.model_validate(event).data.object.event_context
    assert (context.merge.from_customer_ids, context.merge.to_customer_id) == (ids, made["customer"]["id"])
