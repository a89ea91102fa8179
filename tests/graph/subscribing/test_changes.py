"""What each subscription tells of a write at Square, and the calls that this takes."""

from __future__ import annotations

from tests.following import Live

CHANGED = "subscription($ids: [ID!]) { customerChanged(ids: $ids) { kind customerId occurredAt position %s } }"


async def test_a_customer_is_followed_from_its_creation_to_its_end(live: Live) -> None:
    async with live.follow(CHANGED % "customer { givenName version }") as follower:
        _, made = await live.emulator.call("POST", "/v2/customers", {"given_name": "Ada"})
        ada = made["customer"]["id"]
        created = await follower.change()
        await live.emulator.call("PUT", f"/v2/customers/{ada}", {"given_name": "Bea"})
        updated = await follower.change()
        await live.emulator.call("DELETE", f"/v2/customers/{ada}")
        deleted = await follower.change()

    shown = [(each["kind"], each["customerId"], each["customer"]) for each in (created, updated, deleted)]
    assert shown == [
        ("CREATED", ada, {"givenName": "Ada", "version": 0}),
        ("UPDATED", ada, {"givenName": "Bea", "version": 1}),
        ("DELETED", ada, None),
    ]
