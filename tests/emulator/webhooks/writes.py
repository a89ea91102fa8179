"""Every operation that writes: each does so once events are enabled, and gives the types that Square tells it as."""

from __future__ import annotations

from tests.emulator import customer_requests as customers
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import DEFINITIONS, customer, define, done, put
from tests.emulator.notifications import listen

DEFINITION = "customer.custom_attribute_definition"
ATTRIBUTE = "customer.custom_attribute"
MOVED = ["loyalty.event.created", "loyalty.account.updated"]


def both(kind, action):
    return [f"{kind}.owned.{action}", f"{kind}.visible.{action}"]


async def create_customer(emulator):
    await listen(emulator)
    await customer(emulator)
    return ["customer.created"]


async def update_customer(emulator):
    ada = await customers.create(emulator, given_name="Ada")
    await listen(emulator)
    await customers.update(emulator, ada, note="Likes tea")
    return ["customer.updated"]


async def delete_customer(emulator):
    ada = await customer(emulator)
    await listen(emulator)
    await done(emulator.call("DELETE", f"/v2/customers/{ada}"))
    return ["customer.deleted"]


async def bulk_create(emulator):
    await listen(emulator)
    items = {"one": {"given_name": "Ada"}, "wrong": {}, "two": {"given_name": "Bea"}}
    await done(emulator.call("POST", "/v2/customers/bulk-create", {"customers": items}))
    return ["customer.created"] * 2


async def bulk_update(emulator):
    ada, bea, eve = [await customer(emulator) for _ in range(3)]
    await listen(emulator)
    items = {ada: {"note": "Likes tea"}, bea: {"note": "Late", "version": 9}, eve: {"given_name": "Ada"}}
    await done(emulator.call("POST", "/v2/customers/bulk-update", {"customers": items}))
    return ["customer.updated"]


async def bulk_delete(emulator):
    ada = await customer(emulator)
    await listen(emulator)
    await done(emulator.call("POST", "/v2/customers/bulk-delete", {"customer_ids": [ada, "NOBODY"]}))
    return ["customer.deleted"]


async def create_group(emulator):
    await listen(emulator)
    await customers.group(emulator, "Regulars")
    return []


async def update_group(emulator):
    group = await customers.group(emulator, "Regulars", await customers.create(emulator, given_name="Ada"))
    await listen(emulator)
    await done(emulator.call("PUT", f"/v2/customers/groups/{group}", {"group": {"name": "Friends"}}))
    return []


async def delete_group(emulator):
    group = await customers.group(emulator, "Regulars", await customers.create(emulator, given_name="Ada"))
    await listen(emulator)
    await done(emulator.call("DELETE", f"/v2/customers/groups/{group}"))
    return []


async def add_to_group(emulator):
    ada, group = await customer(emulator), await customers.group(emulator, "Regulars")
    await listen(emulator)
    await done(emulator.call("PUT", f"/v2/customers/{ada}/groups/{group}"))
    await done(emulator.call("PUT", f"/v2/customers/{ada}/groups/{group}"))
    return ["customer.updated"]


async def remove_from_group(emulator):
    ada = await customers.create(emulator, given_name="Ada")
    group = await customers.group(emulator, "Regulars", ada)
    await listen(emulator)
    await done(emulator.call("DELETE", f"/v2/customers/{ada['id']}/groups/{group}"))
    await done(emulator.call("DELETE", f"/v2/customers/{ada['id']}/groups/{group}"))
    return ["customer.updated"]


async def create_definition(emulator):
    await listen(emulator)
    await define(emulator, "size")
    return both(DEFINITION, "created")


async def update_definition(emulator):
    await define(emulator, "size")
    await listen(emulator)
    await done(emulator.call("PUT", f"{DEFINITIONS}/size", {"custom_attribute_definition": {"name": "Size"}}))
    return both(DEFINITION, "updated")


async def delete_definition(emulator):
    await define(emulator, "size")
    await put(emulator, await customer(emulator), "size", "M")
    await listen(emulator)
    await done(emulator.call("DELETE", f"{DEFINITIONS}/size"))
    await done(emulator.call("DELETE", f"{DEFINITIONS}/size"))
    return both(DEFINITION, "deleted")


async def upsert(emulator):
    await define(emulator, "size")
    ada = await customer(emulator)
    await listen(emulator)
    await put(emulator, ada, "size", "M")
    await put(emulator, ada, "size", "L")
    return both(ATTRIBUTE, "updated") * 2


async def bulk_upsert(emulator):
    await define(emulator, "size")
    ada = await customer(emulator)
    await listen(emulator)
    values = {
        name: {"customer_id": ada, "custom_attribute": {"key": key, "value": "M"}}
        for name, key in (("good", "size"), ("bad", "shape"))
    }
    await done(emulator.call("POST", "/v2/customers/custom-attributes/bulk-upsert", {"values": values}))
    return both(ATTRIBUTE, "updated")


async def delete_attribute(emulator):
    await define(emulator, "size")
    ada = await customer(emulator)
    await put(emulator, ada, "size", "M")
    await listen(emulator)
    await done(emulator.call("DELETE", f"/v2/customers/{ada}/custom-attributes/size"))
    await done(emulator.call("DELETE", f"/v2/customers/{ada}/custom-attributes/size"))
    return both(ATTRIBUTE, "deleted")


async def create_account(emulator):
    await listen(emulator)
    await shop.enroll(emulator)
    return ["customer.created", "loyalty.account.created"]


async def accumulate(emulator):
    await shop.promote(emulator)
    account = await shop.enroll(emulator)
    await listen(emulator)
    await shop.accumulate(emulator, account, order_id=shop.order(emulator))
    return ["loyalty.event.created", *MOVED]


async def adjust(emulator):
    account = await shop.enroll(emulator)
    await listen(emulator)
    await shop.adjust(emulator, account, 5)
    return MOVED


async def create_reward(emulator):
    account = await shop.enroll(emulator, 20)
    await listen(emulator)
    await shop.reward(emulator, account)
    return MOVED


async def delete_reward(emulator):
    reward = await shop.reward(emulator, await shop.enroll(emulator, 20))
    await listen(emulator)
    await shop.succeed(emulator, "DELETE", f"/rewards/{reward['id']}")
    return MOVED


async def redeem(emulator):
    reward = await shop.reward(emulator, await shop.enroll(emulator, 20))
    await listen(emulator)
    await shop.redeem(emulator, reward["id"])
    return ["loyalty.event.created"]


async def create_promotion(emulator):
    await listen(emulator)
    await shop.promote(emulator)
    return ["loyalty.promotion.created"]


async def cancel_promotion(emulator):
    promotion = await shop.promote(emulator)
    await listen(emulator)
    await shop.succeed(emulator, "POST", f"/programs/{shop.PROGRAM}/promotions/{promotion['id']}/cancel")
    return ["loyalty.promotion.updated"]


WRITES = {
    "CreateCustomer": create_customer,
    "UpdateCustomer": update_customer,
    "DeleteCustomer": delete_customer,
    "BulkCreateCustomers": bulk_create,
    "BulkUpdateCustomers": bulk_update,
    "BulkDeleteCustomers": bulk_delete,
    "CreateCustomerGroup": create_group,
    "UpdateCustomerGroup": update_group,
    "DeleteCustomerGroup": delete_group,
    "AddGroupToCustomer": add_to_group,
    "RemoveGroupFromCustomer": remove_from_group,
    "CreateCustomerCustomAttributeDefinition": create_definition,
    "UpdateCustomerCustomAttributeDefinition": update_definition,
    "DeleteCustomerCustomAttributeDefinition": delete_definition,
    "UpsertCustomerCustomAttribute": upsert,
    "BulkUpsertCustomerCustomAttributes": bulk_upsert,
    "DeleteCustomerCustomAttribute": delete_attribute,
    "CreateLoyaltyAccount": create_account,
    "AccumulateLoyaltyPoints": accumulate,
    "AdjustLoyaltyPoints": adjust,
    "CreateLoyaltyReward": create_reward,
    "DeleteLoyaltyReward": delete_reward,
    "RedeemLoyaltyReward": redeem,
    "CreateLoyaltyPromotion": create_promotion,
    "CancelLoyaltyPromotion": cancel_promotion,
}
