"""Time per operation of the engine alone, with an upstream that answers at once.

Run `python -m tests.benchmarks.bench_engine`. W1 is a plain page of 50 customers, W2 a page of 20
with three relations. No HTTP and no socket.
"""

from __future__ import annotations

from typing import Any

import orjson
import pyperf

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.endpoint import Call
from gateway.square.response import decode_answer
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.benchmarks.comparison.workloads import BY_NAME

W1, W2 = BY_NAME["W1"].query, BY_NAME["W2"].query
MOMENT = "2016-03-23T20:21:54.859Z"
CUSTOMER = {
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "given_name": "Amelia",
    "family_name": "Earhart",
    "email_address": "amelia.earhart@example.com",
    "address": {"address_line_1": "500 Electric Ave", "locality": "New York", "postal_code": "10003", "country": "US"},
    "phone_number": "+1-212-555-4240",
    "reference_id": "YOUR_REFERENCE_ID",
    "note": "a customer",
    "preferences": {"email_unsubscribed": False},
    "creation_source": "THIRD_PARTY",
    "group_ids": ["545AXB44B4XXWMVQ4W8SBT3HHF"],
    "segment_ids": ["1KB9JE5EGJXCW.REACHABLE"],
    "version": 1,
}


def account(customer_id: str) -> dict[str, Any]:
    return {"id": f"L{customer_id}", "program_id": "P", "balance": 10, "customer_id": customer_id, "created_at": MOMENT}


class Upstream(TenantSquare):
    """Square, answering from memory; bodies are read as bytes, as from the wire."""

    async def send(self, call: Call[Any]) -> Any:
        endpoint = call.endpoint
        if endpoint.name == "ListCustomers":
            count = int((call.query or {})["limit"])
            body: Any = {"customers": [{"id": f"C{number}", **CUSTOMER} for number in range(count)], "cursor": "next"}
        elif endpoint.name == "SearchLoyaltyAccounts":
            body = {"loyalty_accounts": [account(each) for each in (call.body or {})["query"]["customer_ids"]]}
        else:
            body = {endpoint.under: {"id": call.path.rsplit("/", 1)[1], "name": "Loyal"}}
        return decode_answer(endpoint, orjson.loads(orjson.dumps(body)))


def main() -> None:
    engine = Engine(build_schema(), REGISTRY)

    square = Square("http://127.0.0.1")
    tenant = Tenant("token", "emulator", "2025-08-20")

    async def run(query: str) -> None:
        context = Context(Upstream(square, tenant), REGISTRY)
        answer = await engine.run(query, context)
        assert "errors" not in answer
        orjson.dumps(answer)

    runner = pyperf.Runner()
    runner.bench_async_func("W1: 50 customers", lambda: run(W1))
    runner.bench_async_func("W2: 20 customers, 3 relations", lambda: run(W2))


if __name__ == "__main__":
    main()
