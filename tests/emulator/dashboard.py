"""Requests to what a seller does in the Dashboard, which need no token."""

from __future__ import annotations

from typing import Any

from tests.emulator.attributes import done

ORDERS, PROGRAM, FIELDS = "/_emulator/orders", "/_emulator/program", "/_emulator/fields"
LOCATIONS, MERGE = "/_emulator/locations", "/_emulator/customers/merge"


async def at(emulator: Any, method: str, path: str, body: Any = None, **params: Any) -> Any:
    """A successful answer."""
    return await done(emulator.call(method, path, body, token=None, **params))


async def refused(emulator: Any, method: str, path: str, body: Any = None, **params: Any) -> tuple[Any, ...]:
    """The status, code and field of a refusal."""
    status, answer = await emulator.call(method, path, body, token=None, **params)
    assert status >= 400
    return status, answer["errors"][0]["code"], answer["errors"][0].get("field")
