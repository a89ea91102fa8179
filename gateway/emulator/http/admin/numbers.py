"""The shape of a number that need not be whole, which no operation of Square takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from gateway.emulator.errors import bad_request

# In seconds: what a time can go back or on by.
CENTURY = 100 * 366 * 86_400


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number that is not negative, and at most `max`."""

    max: float = math.inf

    def check(self, value: Any, name: str) -> float:
        """The number, or 400 BAD_REQUEST."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= self.max:
            limit = "" if self.max == math.inf else f" and at most {self.max:.0f}"
            raise bad_request(f"Expected a number of at least 0{limit}.", name)
        return float(value)
