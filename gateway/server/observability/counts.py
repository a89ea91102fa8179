"""Counts and times by a few labels, kept as plain numbers and shown to Prometheus when it asks.

The counters of its library take a lock and a walk over their buckets for each number. Here everything is counted by one
thread. Every value of a label is the gateway's own: what a client can invent is never one.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

Labels = tuple[str, ...]


class Counts(Collector):
    """How often something happened, by the values of its labels."""

    def __init__(self, name: str, text: str, labels: Sequence[str] = ()) -> None:
        """Shown as `name` with `_total` behind it. Without labels it is there from the beginning, as 0."""
        self._name, self._text, self._labels = name, text, labels
        self._counts: dict[Labels, float] = {}
        self._created: dict[Labels, float] = {}
        if not labels:
            self.add((), 0)

    def add(self, labels: Labels, number: float = 1) -> None:
        """Count so many more."""
        known = self._counts.get(labels)
        if known is None:
            self._counts[labels], self._created[labels] = number, time.time()
        else:
            self._counts[labels] = known + number

    def collect(self) -> Iterator[Metric]:
        """The counts as they are now."""
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for labels, count in list(self._counts.items()):
            family.add_metric(labels, count, created=self._created[labels])
        yield family


class Times(Collector):
    """How many seconds something took, by the values of its labels, as a histogram."""

    def __init__(self, name: str, text: str, labels: Sequence[str], bounds: Sequence[float]) -> None:
        """`bounds` are the upper ends of the buckets, in seconds. Without labels it is there from the beginning."""
        self._name, self._text, self._labels = name, text, labels
        self._bounds = tuple(bounds)
        self._buckets: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}
        self._created: dict[Labels, float] = {}
        if not labels:
            self._begin(())

    def add(self, labels: Labels, seconds: float) -> None:
        """Count one more."""
        buckets = self._buckets.get(labels) or self._begin(labels)
        buckets[bisect_left(self._bounds, seconds)] += 1
        self._sums[labels] += seconds

    def collect(self) -> Iterator[Metric]:
        """The times as they are now."""
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for labels, buckets in list(self._buckets.items()):
            total, shown = 0, []
            for bound, number in zip((*self._bounds, math.inf), buckets, strict=True):
                total += number
                shown.append((_written(bound), total))
            family.add_metric(labels, shown, self._sums[labels])
            names = dict(zip(self._labels, labels, strict=True))
            family.add_sample(f"{self._name}_created", names, self._created[labels])
        yield family

    def _begin(self, labels: Labels) -> list[int]:
        self._sums[labels], self._created[labels] = 0.0, time.time()
        found = self._buckets[labels] = [0] * (len(self._bounds) + 1)
        return found


def _written(bound: float) -> str:
    return "+Inf" if bound == math.inf else str(bound)
