"""The figures of earlier runs: one line of JSON for each, in a file that is kept out of git."""

from __future__ import annotations

import statistics
import subprocess
import time
from pathlib import Path

import msgspec

FILE = Path(__file__).parent.parent / "history.jsonl"


class Figure(msgspec.Struct, frozen=True):
    """What one server needed for one workload."""

    # Milliseconds of a processor for each request.
    cpu: float
    # Requests a second.
    rate: float
    # Requests to Square for each.
    calls: float

    @classmethod
    def median(cls, figures: list[Figure]) -> Figure:
        return cls(*(statistics.median(each) for each in zip(*map(msgspec.structs.astuple, figures), strict=True)))


class Run(msgspec.Struct):
    """All figures of one run, by workload and server."""

    moment: str
    commit: str
    figures: dict[str, dict[str, Figure]]
    # Median milliseconds of W2, by server, with a Square that takes its time.
    latency: dict[str, float] = {}

    @classmethod
    def now(cls, figures: dict[str, dict[str, Figure]], latency: dict[str, float]) -> Run:
        command = ["git", "describe", "--always", "--dirty"]
        commit = subprocess.run(command, capture_output=True, text=True, check=False, cwd=FILE.parent).stdout.strip()
        return cls(time.strftime("%Y-%m-%d %H:%M"), commit, figures, latency)

    def ratio(self, workload: str, name: str, to: str) -> float | None:
        """How many times the processor time of one server another one needs."""
        of = self.figures.get(workload, {})
        return of[name].cpu / of[to].cpu if name in of and to in of and of[to].cpu else None


def add(run: Run) -> None:
    with FILE.open("ab") as file:
        file.write(msgspec.json.encode(run) + b"\n")


def runs() -> list[Run]:
    """All runs, oldest first."""
    lines = FILE.read_bytes().splitlines() if FILE.exists() else []
    return [msgspec.json.decode(line, type=Run) for line in lines]
