"""The figures as Prometheus' own checker sees them, and as the README lists them."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from typing import Any

import pytest
from prometheus_client import Metric

from gateway.server.app import create_app
from gateway.server.observability.metrics import METRICS
from gateway.server.observability.worker_figures import all_figures
from gateway.settings import Settings
from gateway.workers.figures import Family
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.following import live_gateway
from tests.patience import PATIENCE
from tests.readme import table

PROMTOOL = shutil.which("promtool")
OWN = "gateway_"


async def everything() -> dict[str, Metric]:
    """All that a gateway of several workers shows where everything is on, by name, as Prometheus keeps it."""
    app = create_app(
        Settings(
            _env_file=None,
            square_base_url="http://127.0.0.1:1",
            gateway_store="redis://127.0.0.1:1/0",
            gateway_secret="s" * 32,
            square_webhook_url="https://gateway.example/webhooks/square",
            square_webhook_signature_key=("key",),
            square_application_token="token",
        )
    )

    async def gather(own: list[Family]) -> dict[str, Any]:
        return {"figures": own, "workers": 1, "restarts": {"died": 0}}

    shown = (await all_figures(gather, app[METRICS])).collect()
    return {each.name + ("_total" if each.type == "counter" else ""): each for each in shown}


def complaints(text: str) -> tuple[int, str]:
    """What promtool has to say about figures."""
    command = [str(PROMTOOL), "check", "metrics"]
    checked = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return checked.returncode, checked.stdout + checked.stderr


async def test_the_readme_lists_every_metric_and_no_other() -> None:
    listed = {name.strip("`"): [kind, text] for name, kind, _, text in table("Metrics")}

    shown = {
        name: [each.type, each.documentation] for name, each in (await everything()).items() if name.startswith(OWN)
    }

    assert listed == shown


async def test_every_label_is_in_the_table(graph: Graph) -> None:
    await graph("{ customers(first: 1) { nodes { id groups { id } } } }")
    listed = {name.strip("`"): set(re.findall(r"`(\w+)`", labels)) for name, _, labels, _ in table("Metrics")}

    for each in graph.gateway.runner.app[METRICS].registry.collect():
        name = each.name + ("_total" if each.type == "counter" else "")
        for sample in each.samples:
            if name.startswith(OWN):
                assert set(sample.labels) - {"le"} == listed[name], sample


@pytest.mark.skipif(PROMTOOL is None, reason="needs promtool (Debian: apt-get install prometheus)")
async def test_prometheus_checker_has_nothing_to_say(graph: Graph) -> None:
    await graph("{ customers(first: 1) { nodes { id groups { id } } } }")
    for accepted in ("text/plain", "application/openmetrics-text"):
        async with graph.http.get(f"{graph.gateway.url}/metrics", headers={"Accept": accepted}) as response:
            text = await response.text()
        assert "_created" not in text
        if accepted == "text/plain":
            assert complaints(text) == (0, "")


async def test_how_late_subscribers_are_told_is_measured_where_they_are_told_what_happens(emulator: Emulator) -> None:
    query = "subscription ($after: String) { customerChanged(after: $after) { customerId position } }"
    async with live_gateway(emulator) as live, live.follow(query) as follower, asyncio.timeout(PATIENCE):
        changes = []
        for count, name in enumerate(("Amelia", "Bessie"), start=1):
            await emulator.call("POST", "/v2/customers", {"given_name": name})
            changes.append(await follower.change())
            while await live.figure("gateway_event_lag_seconds_count") != count:
                pass
        # What somebody has missed is as old as it is.
        async with live.follow(query, {"after": changes[0]["position"]}) as late:
            assert (await late.change())["customerId"] == changes[1]["customerId"]
            await emulator.call("POST", "/v2/customers", {"given_name": "Amy"})
            await late.change()
            while await live.figure("gateway_event_lag_seconds_count") < 3:
                pass
            assert await live.figure("gateway_event_lag_seconds_count") == 3
        assert await live.figure("gateway_oldest_event_age_seconds") == 0
