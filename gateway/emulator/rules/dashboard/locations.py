"""Locations: where a seller sells. Square's Locations API is none of the operations.

https://developer.squareup.com/reference/square/objects/Location, of which id, name and timezone are kept.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.emulator.api.identifiers import identifier
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, missing
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.validation.shapes import Object, String

SHAPE = Object(
    {"id": String(min=1, max=50), "name": String(min=1, max=255), "timezone": String(min=1, max=30)},
)


def put(request: Request) -> Json:
    """Open a location, or change what is given of the one with that `id`.

    Raises 400 INVALID_VALUE for an unknown timezone, and MISSING_REQUIRED_PARAMETER for a new one without a name.
    """
    given = {name: value for name, value in request.body.items() if value is not None}
    known = {each["id"]: each for each in orders.locations(request)}
    location: Json = {"id": f"L{identifier()[:12]}", "timezone": "UTC", **known.get(given.get("id"), {}), **given}
    if "name" not in location:
        raise missing("name")
    try:
        ZoneInfo(location["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # A folder of timezones is an OSError.
        detail = "Expected the name of an IANA timezone, such as America/Los_Angeles."
        raise SquareFault(400, "INVALID_VALUE", detail, "timezone") from error
    orders.insert_location(request.db, request.caller.seller_id, location)
    return {"location": location}


def list_all(request: Request) -> Json:
    """The seller's locations."""
    return {"locations": orders.locations(request)}
