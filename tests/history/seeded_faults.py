"""What goes wrong at the emulator, decided by a seed: the n-th request of an operation has always the same fate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from gateway.emulator.operations import ROUTES
from gateway.emulator.store.faults import Fault, Faults, Kind, Strike

WRITES = frozenset(route.operation for route in ROUTES if route.scope.endswith("_WRITE"))

# An attempt is given up after so many seconds. Late ones are carried out all the same, some long after the next.
ATTEMPT = 0.15
_LATE: tuple[Kind, dict[str, Any]] = (Kind.LATENCY, {"milliseconds": 200})
_VERY_LATE: tuple[Kind, dict[str, Any]] = (Kind.LATENCY, {"milliseconds": 700})
# Weights beside each.
MIXED: tuple[tuple[int, Kind, dict[str, Any]], ...] = (
    (20, Kind.RESET_BEFORE, {}),
    (25, Kind.RESET_AFTER, {}),
    (15, Kind.TRUNCATED, {}),
    (12, *_LATE),
    (8, *_VERY_LATE),
    (6, Kind.STATUS, {"status": 500}),
    (4, Kind.STATUS, {"status": 502}),
    (6, Kind.STATUS, {"status": 503}),
    (4, Kind.STATUS, {"status": 504}),
    (6, Kind.STATUS, {"status": 429}),
    (6, Kind.STATUS, {"status": 429, "retry_after": "0"}),
    (1, Kind.STATUS, {"status": 429, "retry_after": "1"}),
)
INJECTIONS: tuple[tuple[int, Kind, dict[str, Any]], ...] = (
    (3, Kind.RESET_BEFORE, {}),
    (3, Kind.RESET_AFTER, {}),
    (2, Kind.TRUNCATED, {}),
    (2, *_LATE),
    (1, *_VERY_LATE),
)


@dataclass
class Mix:
    """Which faults strike, at what share of the writes and of the reads."""

    name: str
    faults: tuple[tuple[int, Kind, dict[str, Any]], ...]
    writes: float
    reads: float


MIX = {
    "mixed": Mix("mixed", MIXED, 0.3, 0.05),
    "injections": Mix("injections", INJECTIONS, 0.7, 0.05),
    "none": Mix("none", MIXED, 0.0, 0.0),
}


class SeededFaults(Faults):
    """Faults that depend on the seed, the operation and how many of its requests came before, and on nothing else."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed
        self.mix = MIX["none"]
        self.arrived: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()

    @property
    def injected(self) -> int:
        """The resets, broken answers and timeouts of writes so far."""
        return sum(self.struck[kind.value] for kind in Kind if kind is not Kind.STATUS)

    def strike(self, operation: str) -> Strike:
        """What happens to the next request of this operation."""
        number = self.arrived[operation]
        self.arrived[operation] += 1
        chance = Random(f"{self.seed}:{operation}:{number}")
        write = operation in WRITES
        if chance.random() >= (self.mix.writes if write else self.mix.reads):
            return Strike()
        (_, kind, settings) = chance.choices(self.mix.faults, [weight for weight, *_ in self.mix.faults])[0]
        if write:
            self.struck[kind.value] += 1
        fault = Fault(kind, operation, **settings)
        return Strike(fault.milliseconds / 1000) if kind is Kind.LATENCY else Strike(fault=fault)


def switches(mix: Mix) -> list[dict[str, Any]]:
    """The same faults as the emulator's own switches, for one that runs in another process."""
    total = sum(weight for weight, *_ in mix.faults)
    return [
        {"kind": kind.value, "probability": mix.writes * weight / total, **settings}
        for weight, kind, settings in mix.faults
    ]
