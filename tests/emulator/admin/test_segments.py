from __future__ import annotations

from tests.emulator.attributes import customer, done
from tests.emulator.dashboard import at, refused

SEGMENTS = "/_emulator/segments"


async def members(emulator, segment_id):
    body = {"query": {"filter": {"segment_ids": {"all": [segment_id]}}}}
    found = await done(emulator.call("POST", "/v2/customers/search", body))
    return [each["id"] for each in found.get("customers", [])]


async def test_a_segment_has_the_members_that_its_seller_gives_it(emulator):
    ann, bob = await customer(emulator, given_name="Ann"), await customer(emulator, given_name="Bob")
    before = await done(emulator.call("GET", f"/v2/customers/{ann}"))

    made = (await at(emulator, "POST", SEGMENTS, {"name": "Came today", "customer_ids": [ann]}))["segment"]
    first = await members(emulator, made["id"])
    joined = await done(emulator.call("GET", f"/v2/customers/{ann}"))
    await at(emulator, "POST", SEGMENTS, {"id": made["id"], "name": "Came", "customer_ids": [bob]})

    assert (first, await members(emulator, made["id"])) == ([ann], [bob])
    assert joined["customer"] == {**before["customer"], "segment_ids": [made["id"]]}
    listed = (await done(emulator.call("GET", "/v2/customers/segments")))["segments"]
    assert [(each["id"], each["name"]) for each in listed] == [(made["id"], "Came")]


async def test_a_segment_keeps_its_members_when_it_is_renamed(emulator):
    ann = await customer(emulator)
    made = (await at(emulator, "POST", SEGMENTS, {"id": "ML.NEW", "name": "New", "customer_ids": [ann]}))["segment"]

    await at(emulator, "POST", SEGMENTS, {"id": made["id"], "name": "Newer"})

    assert await members(emulator, "ML.NEW") == [ann]


async def test_a_segment_of_nobody_that_is_known_is_refused(emulator):
    given = {"name": "x", "customer_ids": [await customer(emulator), "NOBODY"]}

    assert await refused(emulator, "POST", SEGMENTS, given) == (404, "NOT_FOUND", "customer_ids[1]")
    assert await refused(emulator, "POST", SEGMENTS, {}) == (400, "MISSING_REQUIRED_PARAMETER", "name")
    assert await emulator.call("GET", "/v2/customers/segments") == (200, {})
