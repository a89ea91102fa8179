"""What leads to an event of each type: calls of Square's own operations, or what a seller does at the Dashboard.

Each can be done again and again, on an emulator with the demo shop in it or without customers.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import quote
from uuid import uuid4

from gateway.emulator.api.routes import Json


class Square(Protocol):
    """An emulator that can be asked, for one seller."""

    seller: str

    async def send(self, method: str, path: str, body: Json | None = None) -> Json:
        """Its answer. Raises for anything but a success."""
        ...


# Does it, and says in a few words what was done to what.
Action = Callable[[Square], Awaitable[str]]

_KEY = "triggered"
_DEFINITION = f"/v2/customers/custom-attribute-definitions/{_KEY}"
_TEXT = "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"
_PROMOTION = "Triggered"
# To choose one from that nobody has: as many as one search takes.
_NUMBERS = 30


async def _create_customer(square: Square) -> str:
    return f"customer {(await _customer(square))['id']} was created"


async def _update_customer(square: Square) -> str:
    customer_id = (await _customer(square))["id"]
    await square.send("PUT", f"/v2/customers/{customer_id}", {"note": f"Triggered {secrets.token_hex(3)}"})
    return f"customer {customer_id} was created and updated"


async def _delete_customer(square: Square) -> str:
    customer_id = (await _customer(square))["id"]
    await square.send("DELETE", f"/v2/customers/{customer_id}")
    return f"customer {customer_id} was created and deleted"


async def _customer(square: Square) -> Json:
    body = {"idempotency_key": str(uuid4()), "given_name": "Trigger", "family_name": "Example"}
    made: Json = (await square.send("POST", "/v2/customers", body))["customer"]
    return made


async def _create_definition(square: Square) -> str:
    await _definition(square, again=True)
    return f"definition {_KEY} was created"


async def _update_definition(square: Square) -> str:
    await _definition(square)
    changed = {"description": f"Triggered {secrets.token_hex(3)}"}
    await square.send("PUT", _DEFINITION, {"custom_attribute_definition": changed})
    return f"definition {_KEY} was updated"


async def _delete_definition(square: Square) -> str:
    await _definition(square)
    await square.send("DELETE", _DEFINITION)
    return f"definition {_KEY} was deleted"


async def _definition(square: Square, *, again: bool = False) -> None:
    """Have a definition of a text that other applications may write."""
    listing = await square.send("GET", "/v2/customers/custom-attribute-definitions?limit=100")
    known = any(each["key"] == _KEY for each in listing.get("custom_attribute_definitions", ()))
    if known and not again:
        return
    if known:
        await square.send("DELETE", _DEFINITION)
    made = {
        "key": _KEY,
        # No two applications have one of the same name that both see.
        "name": f"Triggered {secrets.token_hex(3)}",
        "description": "Made by a command",
        "schema": {"$ref": _TEXT},
        "visibility": "VISIBILITY_READ_WRITE_VALUES",
    }
    await square.send("POST", "/v2/customers/custom-attribute-definitions", {"custom_attribute_definition": made})


async def _update_attribute(square: Square) -> str:
    return f"{await _attribute(square)} was written"


async def _delete_attribute(square: Square) -> str:
    path = await _attribute(square)
    await square.send("DELETE", path)
    return f"{path} was written and deleted"


async def _attribute(square: Square) -> str:
    await _definition(square)
    path = f"/v2/customers/{(await _customer(square))['id']}/custom-attributes/{_KEY}"
    await square.send("POST", path, {"custom_attribute": {"value": secrets.token_hex(3)}})
    return path


async def _create_account(square: Square) -> str:
    return f"loyalty account {await _account(square)} was created"


async def _adjust(square: Square) -> str:
    account_id = await _account(square)
    body = {"idempotency_key": str(uuid4()), "adjust_points": {"points": 5, "reason": "Triggered"}}
    await square.send("POST", f"/v2/loyalty/accounts/{account_id}/adjust", body)
    return f"loyalty account {account_id} was created and given 5 points"


async def _account(square: Square) -> str:
    program = await _program(square)
    account = {"program_id": program, "mapping": {"phone_number": await _free_number(square)}}
    body = {"idempotency_key": str(uuid4()), "loyalty_account": account}
    return str((await square.send("POST", "/v2/loyalty/accounts", body))["loyalty_account"]["id"])


async def _free_number(square: Square) -> str:
    """One of the 80,000 numbers that are set aside for fiction, which has no account so far."""
    numbers = [f"+1{secrets.randbelow(800) + 200}55501{secrets.randbelow(100):02}" for _ in range(_NUMBERS)]
    query = {"mappings": [{"phone_number": each} for each in numbers]}
    found = await square.send("POST", "/v2/loyalty/accounts/search", {"query": query, "limit": _NUMBERS})
    taken = {each["mapping"]["phone_number"] for each in found.get("loyalty_accounts", ())}
    return next((each for each in numbers if each not in taken), numbers[0])


async def _program(square: Square) -> str:
    return str((await square.send("GET", "/v2/loyalty/programs/main"))["program"]["id"])


async def _update_program(square: Square) -> str:
    program = (await square.send("GET", f"/_emulator/program?seller={quote(square.seller)}"))["program"]
    changed = {"seller": square.seller, "terminology": program["terminology"]}
    await square.send("PUT", "/_emulator/program", changed)
    return f"loyalty program {program['id']} was saved at the Dashboard"


async def _create_promotion(square: Square) -> str:
    return f"loyalty promotion {(await _promotion(square))['id']} was created"


async def _cancel_promotion(square: Square) -> str:
    made = await _promotion(square)
    path = f"/v2/loyalty/programs/{made['loyalty_program_id']}/promotions/{made['id']}/cancel"
    await square.send("POST", path)
    return f"loyalty promotion {made['id']} was created and canceled"


async def _promotion(square: Square) -> Json:
    path = f"/v2/loyalty/programs/{await _program(square)}/promotions"
    # Square allows only a few that have not ended: those made before make room.
    listing = await square.send("GET", f"{path}?status=SCHEDULED&limit=30")
    for each in listing.get("loyalty_promotions", ()):
        if each["name"] == _PROMOTION:
            await square.send("POST", f"{path}/{each['id']}/cancel")
    promotion = {
        "name": _PROMOTION,
        "incentive": {"type": "POINTS_ADDITION", "points_addition_data": {"points_addition": 5}},
        "available_time": {"time_periods": ["DTSTART:20991201T160000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;BYDAY=TU"]},
    }
    body = {"idempotency_key": str(uuid4()), "loyalty_promotion": promotion}
    made: Json = (await square.send("POST", path, body))["loyalty_promotion"]
    return made


_DEFINITIONS, _ATTRIBUTES = "customer.custom_attribute_definition", "customer.custom_attribute"
# By the type without `.owned`, `.visible` and `.public`. Square has no action for what is missing.
ACTIONS: dict[str, Action] = {
    "customer.created": _create_customer,
    "customer.updated": _update_customer,
    "customer.deleted": _delete_customer,
    f"{_DEFINITIONS}.created": _create_definition,
    f"{_DEFINITIONS}.updated": _update_definition,
    f"{_DEFINITIONS}.deleted": _delete_definition,
    f"{_ATTRIBUTES}.updated": _update_attribute,
    f"{_ATTRIBUTES}.deleted": _delete_attribute,
    "loyalty.account.created": _create_account,
    "loyalty.account.updated": _adjust,
    "loyalty.event.created": _adjust,
    "loyalty.program.updated": _update_program,
    "loyalty.promotion.created": _create_promotion,
    "loyalty.promotion.updated": _cancel_promotion,
}


def action_of(event_type: str) -> Action | None:
    """What leads to an event of this type: `.owned`, `.visible` and the deprecated forms come of the same."""
    return ACTIONS.get(event_type.replace(".owned", "").replace(".visible", "").replace(".public", ""))
