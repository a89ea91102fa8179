"""Bulk mutations whose answer was lost: what their clients are told, and that sending them again does no harm."""

from __future__ import annotations

from typing import Any

from tests.emulator import attributes

BULK = "BulkUpsertCustomerCustomAttributes"
CREATE = """mutation ($customers: [CreateCustomerInput!]!, $key: String) {
  bulkCreateCustomers(customers: $customers, idempotencyKey: $key) {
    idempotencyKey results { customer { id } userErrors { code message } } userErrors { code }
  }
}"""
UPSERT = """mutation ($values: [BulkUpsertCustomerCustomAttributeInput!]!) {
  bulkUpsertCustomerCustomAttributes(values: $values) {
    idempotencyKey results { customAttribute { key } userErrors { code message } } userErrors { code }
  }
}"""


def people(count: int) -> list[dict[str, str]]:
    return [{"givenName": f"Ada {number}"} for number in range(count)]


async def test_a_bulk_creation_without_answer_gives_its_key_and_may_be_sent_again(graph: Any, emulator: Any) -> None:
    emulator.faults.add("reset_after", "BulkCreateCustomers", count=3)

    lost = await graph(CREATE, {"customers": people(3)})
    told = lost["errors"][0]["extensions"]
    again = await graph.data(CREATE, {"customers": people(3), "key": told["idempotencyKey"]})

    assert (told["code"], told["retryable"]) == ("UPSTREAM_AMBIGUOUS", True)
    assert lost["errors"][0]["message"].endswith("It is safe to send it again with the idempotencyKey given here.")
    assert all(result["customer"] for result in again["bulkCreateCustomers"]["results"])
    assert emulator.store.db.execute("SELECT count(*) FROM customers").fetchone()[0] == 3


async def test_a_later_part_that_is_turned_away_after_a_lost_answer_is_in_doubt(graph: Any, emulator: Any) -> None:
    owner = await attributes.customer(emulator)
    keys = [f"key-{number}" for number in range(30)]
    for key in keys:
        await attributes.define(emulator, key)
    values = [{"customerId": owner, "key": key, "value": {"string": "x"}} for key in keys]
    # With these chances and the emulator's seed the first call gets through, the second loses its answer, then 429.
    emulator.faults.add("reset_after", BULK, count=1, probability=0.8)
    emulator.faults.add("status", BULK, status=429, retry_after="60", probability=0.5)

    payload = (await graph.data(UPSERT, {"values": values}))["bulkUpsertCustomerCustomAttributes"]

    codes = [[error["code"] for error in result["userErrors"]] for result in payload["results"]]
    assert codes == [[]] * 25 + [["UPSTREAM_AMBIGUOUS"]] * 5
    assert graph.calls[BULK] == 3
    assert "safe to send it again" in payload["results"][29]["userErrors"][0]["message"]
    assert emulator.store.db.execute("SELECT count(*) FROM customer_attributes").fetchone()[0] == 30
