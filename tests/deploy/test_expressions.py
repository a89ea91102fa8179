"""Every expression of the dashboard and the alerts, asked of a real Prometheus that watches a real gateway."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from gateway.server.observability.metrics import CODES
from gateway.square import errors
from gateway.workers.pool import REASONS
from tests.conftest import Graph
from tests.deploy.files import DEPLOY, dashboard, documents, panels, rules
from tests.emulator import loyalty_shop as shop
from tests.emulator.conftest import Emulator
from tests.following import live_gateway
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.readme import table

PROMETHEUS = shutil.which("prometheus")
SELECTOR = re.compile(r"\b((?:gateway|process)_\w+|up)(?:\{([^}]*)\})?")
# What Prometheus adds to what it finds.
ADDED = {"job", "instance", "le"}


class Prometheus:
    """One that watches a gateway."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http

    async def get(self, path: str, **parameters: str) -> Any:
        async with self._http.get(f"{self._url}/api/v1/{path}", params=parameters) as response:
            answer = await response.json()
        assert answer["status"] == "success", (parameters, answer)
        return answer["data"]

    async def query(self, expression: str) -> list[Any]:
        found = await self.get("query", query=expression)
        return list(found["result"])

    async def until(self, expression: str) -> None:
        """Wait until an expression has a result: one that looks at a moment has none where the last scrape failed."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self.query(expression):
                    pass
        except TimeoutError:
            raise AssertionError(f"{expression} has no result") from None


@asynccontextmanager
async def watching(url: str, folder: Path, http: aiohttp.ClientSession) -> AsyncIterator[Prometheus]:
    """A Prometheus with the configuration of the example, but for the places of the gateways and the pace."""
    assert PROMETHEUS is not None
    [settings] = documents("prometheus/prometheus.yml")
    settings["global"] = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"}
    settings["scrape_configs"][0]["static_configs"] = [{"targets": [url.removeprefix("http://")]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    shutil.copy(DEPLOY / "prometheus" / "alerts.yml", folder)
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(PROMETHEUS, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"),
        *(f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"),
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{port}/-/ready") as response:
                        if response.status == 200:
                            break
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(0.05)
        yield Prometheus(f"http://127.0.0.1:{port}", http)
    finally:
        process.kill()
        await process.wait()


async def cause_everything(live: Graph) -> None:
    """Let each kind of figure have something to show."""
    for query in ("{ customers(first: 1) { nodes { id groups { id } } } }", "{ nothing }"):
        await live(query)
    await live("{ customers(first: 1) { nodes { id } } }", token="revoked-token")


def selectors(expression: str) -> Iterator[tuple[str, str, set[str]]]:
    """The selectors of an expression: their text, metric, and labels."""
    for found in SELECTOR.finditer(expression):
        yield found[0], found[1], set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", found[2] or ""))


def listed() -> dict[str, set[str]]:
    """The labels of each series that a metric of the README has."""
    found = {}
    for name, kind, labels, _ in table("Metrics"):
        ends = ("_bucket", "_count", "_sum") if kind == "histogram" else ("",)
        found.update({name.strip("`") + end: set(re.findall(r"`(\w+)`", labels)) for end in ends})
    return found


def test_every_selector_names_a_metric_of_the_readme_and_its_labels() -> None:
    known = listed()
    expressions = [*rules().values(), *(each for several in panels().values() for each in several)]

    for expression in expressions:
        found = list(selectors(expression))
        assert found, expression
        for text, name, labels in found:
            assert "job" in labels, text
            if name.startswith("gateway_"):
                assert labels <= known[name] | ADDED, text
            else:
                assert labels <= ADDED, text


def test_what_an_alert_waits_for_can_happen() -> None:
    outcomes = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    for expression in rules().values():
        for text, name, _ in selectors(expression):
            for value in re.findall(r'(?:code|outcome|type|reason)=~?"([^"]+)"', text):
                possible = {
                    "gateway_square_calls_total": outcomes,
                    "gateway_errors_total": CODES,
                    "gateway_operations_total": {"failed"},
                    "gateway_webhooks_total": {"not_stored", "overloaded"},
                    "gateway_request_seconds_bucket": {"query", "mutation"},
                    "gateway_worker_restarts_total": set(REASONS),
                }[name]
                assert set(value.split("|")) <= possible, text


async def test_a_count_of_which_an_alert_sees_each_increase_is_shown_from_the_start(emulator: Emulator) -> None:
    async with live_gateway(emulator) as live, live.http.get(f"{live.gateway.url}/metrics") as response:
        families = list(text_string_to_metric_families(await response.text()))
    samples = [sample for each in families for sample in each.samples]
    shown = {(sample.name, *label) for sample in samples for label in sample.labels.items()}

    for expression in rules().values():
        for text, name, _ in selectors(expression):
            # A gateway of one process has no workers.
            if "increase(" not in expression or name == "gateway_worker_restarts_total":
                continue
            found = re.findall(r'(\w+)=~?"([^"]+)"', text)
            assert {(name, label, one) for label, all in found if label != "job" for one in all.split("|")} <= shown


def test_the_dashboard_works_with_any_data_source() -> None:
    found = dashboard()
    sources = {variable["name"] for variable in found["templating"]["list"] if variable["type"] == "datasource"}

    assert sources == {"datasource"}
    for panel in found["panels"]:
        if panel["type"] != "row":
            for each in (panel, *panel["targets"]):
                assert each["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert len({panel["id"] for panel in found["panels"]}) == len(found["panels"])


@pytest.mark.skipif(PROMETHEUS is None, reason="needs prometheus (Debian: apt-get install prometheus)")
async def test_every_expression_can_be_evaluated_and_finds_its_series(
    emulator: Emulator, redis_url: str, tmp_path: Path
) -> None:
    shop.open_shop(emulator)
    given = {"gateway_store": redis_url, "gateway_secret": "s" * 32, "square_application_token": "test-token"}
    async with (
        live_gateway(emulator, **given) as live,
        live.follow("subscription { customerChanged { kind } }") as follower,
        watching(live.gateway.url, tmp_path, live.http) as prometheus,
    ):
        await emulator.call("POST", "/v2/customers", {"given_name": "Amelia"})
        await follower.change()
        await cause_everything(live)
        # As much as `rate` needs.
        await prometheus.until('count_over_time(gateway_square_calls_total{operation="ListCustomers"}[1m]) >= 3')

        for expressions in panels().values():
            for expression in expressions:
                await prometheus.until(expression)
        for expression in rules().values():
            await prometheus.query(expression)
            for text, name, _ in selectors(expression):
                # What has not happened has no series with its outcome, and a gateway of one process no workers.
                assert await prometheus.get("series", **{"match[]": text}) or name in {
                    "gateway_errors_total",
                    "gateway_square_calls_total",
                    "gateway_worker_restarts_total",
                }, text
        [group] = (await prometheus.get("rules"))["groups"]
        assert {rule["name"]: rule["health"] for rule in group["rules"]} == dict.fromkeys(rules(), "ok")
        assert [each for each in group["rules"] if each["state"] == "firing" and each["name"] == "GatewayDown"] == []
