"""Square's lists and searches may not know yet what was just written; answers to writes do."""

from __future__ import annotations

from typing import Any

CREATE = 'mutation { createCustomer(input: {givenName: "Ada"}) { customer { id givenName } } }'
SEARCH = '{ customers(filter: {referenceId: {exact: "7"}}) { nodes { id } } }'
UPDATE = """mutation ($id: ID!) {
  updateCustomer(id: $id, input: {referenceId: "7"}) { customer { id referenceId version } } }"""


async def test_a_mutation_answers_what_it_did_although_searches_do_not_know_it_yet(graph: Any, emulator: Any) -> None:
    emulator.faults.lag = 60.0

    made = (await graph.data(CREATE))["createCustomer"]["customer"]
    changed = (await graph.data(UPDATE, {"id": made["id"]}))["updateCustomer"]["customer"]
    found = await graph.data(SEARCH)
    by_id = await graph.data("query ($id: ID!) { customer(id: $id) { referenceId } }", {"id": made["id"]})

    assert changed == {"id": made["id"], "referenceId": "7", "version": 1}
    assert found["customers"]["nodes"] == []
    assert by_id["customer"] == {"referenceId": "7"}
