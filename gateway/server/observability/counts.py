"""Counts and sizes by a few labels, kept as plain numbers and shown to Prometheus when it asks.

The counters of its library take a lock and a walk over their buckets for each number. Here everything is counted by one
thread. Every value of a label is the gateway's own: what a client can invent is never one. Says nothing of when a count
began: Prometheus finds that out by itself, and a second series for each would double what it keeps.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

Labels = tuple[str, ...]


class Counts(Collector):
    """How often something happened, by the values of its labels."""

    def __init__(self, name: str, text: str, labels: Sequence[str] = ()) -> None:
        """Shown as `name` with `_total` behind it. Without labels it is there from the beginning, as 0."""
        self._name, self._text, self._labels = name, text, labels
        self._counts: dict[Labels, float] = {}
        if not labels:
            self.add((), 0)

    def add(self, labels: Labels, number: float = 1) -> None:
        """Count so many more."""
        self._counts[labels] = self._counts.get(labels, 0) + number

    def collect(self) -> Iterator[Metric]:
        """The counts as they are now."""
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for labels, count in list(self._counts.items()):
            family.add_metric(labels, count)
        yield family


class Histogram(Collector):
    """How large something was, such as the seconds it took, by the values of its labels."""

    def __init__(self, name: str, text: str, labels: Sequence[str], bounds: Sequence[float]) -> None:
        """`bounds` are the upper ends of the buckets. Without labels it is there from the beginning."""
        self._name, self._text, self._labels = name, text, labels
        self._bounds = tuple(bounds)
        self._buckets: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}
        if not labels:
            self._begin(())

    def add(self, labels: Labels, size: float) -> None:
        """Count one more."""
        buckets = self._buckets.get(labels) or self._begin(labels)
        buckets[bisect_left(self._bounds, size)] += 1
        self._sums[labels] += size

    def collect(self) -> Iterator[Metric]:
        """The sizes as they are now."""
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for labels, buckets in list(self._buckets.items()):
            total, shown = 0, []
            for bound, number in zip((*self._bounds, math.inf), buckets, strict=True):
                total += number
                shown.append((_written(bound), total))
            family.add_metric(labels, shown, self._sums[labels])
        yield family

    def _begin(self, labels: Labels) -> list[int]:
        self._sums[labels] = 0.0
        found = self._buckets[labels] = [0] * (len(self._bounds) + 1)
        return found


class Totals(Collector):
    """Counts that are kept elsewhere and only grow, told apart by one label if there is one."""

    def __init__(self, name: str, text: str, values: Mapping[str, Callable[[], float]], label: str = "") -> None:
        """Shown as `name` with `_total` behind it: one for each of `values`, which is asked whenever it is shown."""
        self._name, self._text, self._values = name, text, values
        self._labels = [label] if label else []

    def collect(self) -> Iterator[Metric]:
        """The counts as they are now."""
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for label, value in self._values.items():
            family.add_metric([label] if self._labels else [], value())
        yield family


class Facts(Collector):
    """What is so and stays so, in labels beside the number 1."""

    def __init__(self, name: str, text: str, facts: Mapping[str, str]) -> None:
        """One series, with these labels."""
        self._name, self._text, self._facts = name, text, facts

    def collect(self) -> Iterator[Metric]:
        """The same every time."""
        family = GaugeMetricFamily(self._name, self._text, labels=list(self._facts))
        family.add_metric(list(self._facts.values()), 1)
        yield family


def _written(bound: float) -> str:
    return "+Inf" if bound == math.inf else str(bound)
