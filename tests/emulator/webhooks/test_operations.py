"""What each of Square's operations is told as."""

from __future__ import annotations

import pytest

from gateway.emulator.operations import ROUTES
from tests.emulator import customer_requests as customers
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer, done
from tests.emulator.notifications import listen, told, types
from tests.emulator.webhooks.writes import WRITES


def test_every_operation_that_writes_is_in_the_table():
    assert set(WRITES) == {route.operation for route in ROUTES if route.scope.endswith("_WRITE")}


@pytest.mark.parametrize("operation", WRITES)
async def test_a_write_is_told_as_square_tells_it(emulator, operation):
    shop.open_shop(emulator)

    expected = await WRITES[operation](emulator)

    assert await types(emulator) == expected


async def test_a_refused_write_is_not_told(emulator):
    ada = await customers.create(emulator, given_name="Ada")
    await listen(emulator)

    status, _ = await customers.update(emulator, ada, note="Late", version=9)

    assert status == 400
    assert await types(emulator) == []


async def test_an_update_that_changes_nothing_is_not_told(emulator):
    ada = await customers.create(emulator, given_name="Ada")
    await listen(emulator)

    await customers.update(emulator, ada, given_name="Ada")

    assert await types(emulator) == []


async def test_the_replay_of_a_write_is_not_told_again(emulator):
    await listen(emulator)
    whole = {"idempotency_key": "once", "given_name": "Ada"}
    items = {"customers": {"once": {"given_name": "Bea"}}}

    for _ in range(2):
        await done(emulator.call("POST", "/v2/customers", whole))
        await done(emulator.call("POST", "/v2/customers/bulk-create", items))

    assert await types(emulator) == ["customer.created"] * 2


async def test_a_member_is_told_with_its_groups_before_and_after(emulator):
    first, second = await customers.group(emulator, "Regulars"), await customers.group(emulator, "Friends")
    ada = await customer(emulator)
    await listen(emulator)

    for group in (first, second):
        await done(emulator.call("PUT", f"/v2/customers/{ada}/groups/{group}"))
    for group in (first, second):
        await done(emulator.call("DELETE", f"/v2/customers/{ada}/groups/{group}"))

    shown = [each["data"]["object"]["customer"] for each in await told(emulator)]
    assert [each.get("group_ids") for each in shown] == [[first], sorted([first, second]), [second], None]
    assert [each["version"] for each in shown] == [1, 2, 3, 4]


async def test_an_account_is_told_once_with_the_last_balance_of_a_request(emulator):
    shop.open_shop(emulator)
    await shop.promote(emulator)
    account = await shop.enroll(emulator)
    await listen(emulator)

    await shop.accumulate(emulator, account, order_id=shop.order(emulator))

    (updated,) = await told(emulator, event_types=["loyalty.account.updated"])
    assert updated["data"]["object"]["loyalty_account"] == await shop.account(emulator, account)


async def test_a_change_that_cannot_be_written_down_is_not_made(emulator):
    await listen(emulator)
    emulator.store.db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON webhook_events BEGIN SELECT RAISE(ABORT, 'full'); END"
    )

    status, _ = await emulator.call("POST", "/v2/customers", {"given_name": "Ada"})

    assert status == 500
    assert await emulator.call("GET", "/v2/customers") == (200, {})
