"""The operations on segments."""

from __future__ import annotations

from typing import Any

from tests.areas.people import make_segments
from tests.operations.row import Row

SEGMENTS = "/v2/customers/segments"


async def prepare(emulator: Any, names: dict[str, str]) -> None:
    """One segment."""
    (names["segment"],) = make_segments(emulator, "Segment")


ROWS = [
    Row("ListCustomerSegments", "{ segments { nodes { name } } }", f"GET {SEGMENTS}?limit=50"),
    Row("RetrieveCustomerSegment", '{ segment(id: "<segment>") { name } }', f"GET {SEGMENTS}/<segment>"),
]

ENTITIES = {"Segment": ({"id": "<segment>"}, "name")}
