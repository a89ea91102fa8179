"""The figures of all workers of one gateway, shown by whichever of them is asked. Gathers nothing by itself."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.server.observability.metrics import ACROSS, Across, Metrics
from gateway.workers.figures import Family, combined

WORKERS = "Processes that serve the port."
# What all others tell, given one's own: their figures, how many workers serve, and how many were replaced for which
# reason. None when nobody answers.
Gather = Callable[[list[Family]], Awaitable[dict[str, Any] | None]]


def report(metrics: Metrics) -> list[Family]:
    """The figures of this process, to be sent to others."""
    return _report(metrics.registry.collect(), metrics.across)


async def all_figures(gather: Gather, metrics: Metrics) -> CollectorRegistry:
    """The figures of all workers and of their parent. Raises HTTPServiceUnavailable rather than show those of a few."""
    own = report(metrics)
    told = await gather(own)
    if told is None:
        raise web.HTTPServiceUnavailable(text="The other processes cannot be asked now.")
    shown = CollectorRegistry(auto_describe=False)
    shown.register(_Shown(combined([own, told["figures"], _parent()]), told["workers"], told["restarts"]))
    return shown


def _parent() -> list[Family]:
    """What the parent takes of the machine; it counts nothing."""
    parent = os.getppid()
    return _report(ProcessCollector(pid=lambda: parent, registry=None).collect(), ACROSS)


def _report(found: Iterable[Metric], across: Mapping[str, Across]) -> list[Family]:
    return [
        {
            "name": family.name,
            "help": family.documentation,
            "type": family.type,
            "across": across.get(family.name, "sum"),
            "samples": [(each.name, list(each.labels.items()), each.value) for each in family.samples],
        }
        for family in found
    ]


class _Shown(Collector):
    """Figures that were gathered."""

    def __init__(self, figures: list[Family], workers: int, restarts: dict[str, int]) -> None:
        self._figures = figures
        self._workers = workers
        self._restarts = restarts

    def collect(self) -> Iterator[Metric]:
        for each in self._figures:
            family = Metric(each["name"], each["help"], each["type"])
            for name, labels, value in each["samples"]:
                family.add_sample(name, dict(labels), value)
            yield family
        yield GaugeMetricFamily("gateway_workers", WORKERS, value=self._workers)
        text = "Processes that took the place of another, by what had happened to that one."
        restarts = CounterMetricFamily("gateway_worker_restarts", text, labels=["reason"])
        for reason, number in self._restarts.items():
            restarts.add_metric([reason], number)
        yield restarts
