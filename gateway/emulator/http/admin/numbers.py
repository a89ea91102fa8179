"""The shape of a number that need not be whole, which no operation of Square takes."""

from __future__ import annotations

from typing import Any

from gateway.emulator.errors import bad_request


class Number:
    """A JSON number that is not negative."""

    def check(self, value: Any, name: str) -> float:
        """The number, or 400 BAD_REQUEST."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise bad_request("Expected a number of at least 0.", name)
        return float(value)
