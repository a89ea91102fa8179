"""Chance that falls the same way in every run: one source of random draws per subject.

Nothing here depends on the time, on the machine or on how much else is seeded.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from random import Random
from typing import TypeVar

from gateway.emulator.api import identifiers

T = TypeVar("T")


class Chance(Random):
    """The draws that belong to a subject, named by `labels` (a seller, a number, ...)."""

    def __new__(cls, *labels: object) -> Chance:
        """Chance takes any labels, Random a single seed."""
        return super().__new__(cls)

    def __init__(self, *labels: object) -> None:
        super().__init__(":".join(map(str, labels)))

    def happens(self, probability: float) -> bool:
        """Whether something of this probability does happen."""
        return self.random() < probability

    def some(self, options: Sequence[T], probability: float) -> list[T]:
        """Those of the options that fall, each with this probability, in their order."""
        return [option for option in options if self.happens(probability)]

    def identifier(self) -> str:
        """An id as customers and groups have them."""
        return identifiers.identifier(self.getrandbits(130))

    def uuid(self) -> str:
        """An id as loyalty objects have them."""
        return str(uuid.UUID(int=self.getrandbits(128), version=4))
