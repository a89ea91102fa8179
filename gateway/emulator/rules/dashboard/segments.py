"""Customer segments, whose members Square finds by a seller's conditions; here they are named.

https://developer.squareup.com/docs/customer-segments-api/what-it-does. Membership leaves the profile's version alone.
"""

from __future__ import annotations

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.identifiers import identifier
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import chosen
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.rules.groups import segments
from gateway.emulator.validation.shapes import Array, Object, String

SHAPE = Object(
    {"id": String(min=1, max=255), "name": String(min=1, max=255), "customer_ids": Array(String(min=1), max=10_000)},
    required=("name",),
)


def put(request: Request) -> Json:
    """Make a segment, or change the one with that `id`; `customer_ids` are all its members from now on.

    Raises 404 for a customer that is not there.
    """
    seller, now = request.caller.seller_id, timestamp(request.now)
    segment_id, name = request.body.get("id") or f"gv2:{identifier()}", request.body["name"]
    segments.put(request.db, seller, {"id": segment_id, "name": name, "created_at": now, "updated_at": now})
    members = request.body.get("customer_ids")
    if members is not None:
        known = customer_table.find(request.db, seller, members)
        for index, each in enumerate(members):
            if each not in known:
                raise chosen("not_found", f"Customer with ID `{each}` not found.", f"customer_ids[{index}]")
        segments.fill(request.db, seller, segment_id, list(known))
    return {"segment": segments.require(request, segment_id)}
