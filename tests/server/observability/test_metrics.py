"""What /metrics shows, and what never becomes a label."""

from __future__ import annotations

import asyncio
import signal

import aiohttp
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from gateway.emulator.store.faults import Kind
from gateway.server.app import create_app
from gateway.server.connections.listener import Listening, listen
from gateway.server.observability.metrics_port import create_probes
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.server.process import running

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
LIST = "{ customers(first: 3) { nodes { id } } }"


async def figures(graph: Graph) -> Samples:
    async with graph.http.get(f"{graph.gateway.url}/metrics") as response:
        assert response.status == 200
        text = await response.text()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def labelled(name: str, **labels: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return name, tuple(sorted(labels.items()))


async def test_requests_calls_retries_and_errors_are_counted(graph: Graph) -> None:
    graph.emulator.faults.add(Kind.STATUS, "ListCustomers", count=1, status=503)
    await graph(LIST)
    await graph("{ nothing }")
    await graph(LIST, token="revoked-token")

    found = await figures(graph)

    assert found[labelled("gateway_requests_total", transport="http", type="query", status="200")] == 2
    assert found[labelled("gateway_requests_total", transport="http", type="none", status="200")] == 1
    assert found[labelled("gateway_square_calls_total", operation="ListCustomers", outcome="ok")] == 1
    assert found[labelled("gateway_square_calls_total", operation="ListCustomers", outcome="Unavailable")] == 1
    assert found[labelled("gateway_square_calls_total", operation="ListCustomers", outcome="Unauthenticated")] == 1
    assert found[labelled("gateway_square_retries_total")] == 1
    assert found[labelled("gateway_errors_total", code="GRAPHQL_VALIDATION_FAILED")] == 1
    assert found[labelled("gateway_errors_total", code="UNAUTHENTICATED")] == 1
    assert found[labelled("gateway_request_seconds_count", type="query")] == 2
    assert found[labelled("gateway_square_call_seconds_count", operation="ListCustomers")] == 3
    assert found[labelled("gateway_requests_running")] == 0
    assert found[labelled("gateway_square_circuit_open")] == 0


async def test_an_operation_failed_only_if_square_or_the_gateway_did(graph: Graph) -> None:
    await graph(LIST)
    await graph("query Q($id: ID!) { customer(id: $id) { id } }")
    graph.emulator.faults.add(Kind.STATUS, "ListCustomers", status=503)
    await graph(LIST)
    await graph('mutation { createCustomer(input: { note: "nobody" }) { customer { id } } }')

    found = await figures(graph)

    counted = {key[1]: value for key, value in found.items() if key[0] == "gateway_operations_total" and value}
    assert counted == {
        (("outcome", "ok"), ("type", "query")): 1,
        (("outcome", "refused"), ("type", "query")): 1,
        (("outcome", "failed"), ("type", "query")): 1,
        (("outcome", "ok"), ("type", "mutation")): 1,
    }


async def test_batches_documents_and_the_event_loop_are_measured(graph: Graph) -> None:
    made = [await graph.emulator.call("POST", "/v2/customers", {"given_name": name}) for name in ("A", "B", "C")]
    fields = (
        f'c{number}: customer(id: "{answer["customer"]["id"]}") {{ givenName }}'
        for number, (_, answer) in enumerate(made)
    )
    query = f"{{ {' '.join(fields)} }}"
    for _ in range(2):
        await graph(query)

    async with asyncio.timeout(PATIENCE):
        while not (found := await figures(graph))[labelled("gateway_event_loop_delay_seconds_count")]:
            pass

    keys = {"operation": "BulkRetrieveCustomers"}
    assert found[labelled("gateway_loader_batch_keys_count", **keys)] == 2
    assert found[labelled("gateway_loader_batch_keys_sum", **keys)] == 6
    assert found[labelled("gateway_document_cache_misses_total")] == 1
    assert found[labelled("gateway_document_cache_hits_total")] == 1
    assert found[labelled("gateway_document_cache_entries")] == 1
    assert found[labelled("gateway_square_calls_running")] == 0


async def test_a_host_that_cannot_be_reached_is_shown(graph: Graph) -> None:
    settings = Settings(_env_file=None, square_base_url="http://127.0.0.1:1", gateway_auth="forward")
    other = await listen(create_app(settings), "127.0.0.1", 0)
    alone = Graph(other, graph.emulator, graph.http)
    for _ in range(2):
        await alone(LIST)

    assert (await figures(alone))[labelled("gateway_square_circuit_open")] == 1
    await other.close()


async def test_what_fails_for_some_tenants_does_not_open_the_circuit_of_all(graph: Graph) -> None:
    graph.emulator.faults.add(Kind.STATUS, "ListCustomers", status=503)
    for token in ("test-token", "second-seller-token"):
        await asyncio.gather(*(graph(LIST, token=token) for _ in range(6)))

    assert (await figures(graph))[labelled("gateway_square_circuit_open")] == 0


async def test_values_of_squares_that_cannot_be_read_are_counted(graph: Graph) -> None:
    async def strange(_: web.Request) -> web.Response:
        return web.json_response({"customers": [{"id": "C1"}, {"id": "C2", "version": "new"}, 5]})

    app = web.Application()
    app.router.add_get("/v2/customers", strange)
    square = await listen(app, "127.0.0.1", 0)
    settings = Settings(_env_file=None, square_base_url=square.url, gateway_auth="forward")
    other = Graph(await listen(create_app(settings), "127.0.0.1", 0), graph.emulator, graph.http)
    name = labelled("gateway_square_unreadable_total")

    before = (await figures(other))[name]
    await other("{ customers(first: 3) { nodes { id version } } }")
    after = (await figures(other))[name]
    async with graph.http.get(
        f"{other.gateway.url}/metrics", headers={"Accept": "application/openmetrics-text"}
    ) as response:
        text = await response.text()
    await other.gateway.close()
    await square.close()

    assert after - before == 2
    assert f"gateway_square_unreadable_total {after}" in text


async def test_names_that_clients_choose_add_no_series(graph: Graph) -> None:
    await graph("query First { customers(first: 1) { nodes { id } } }")
    await graph("query First { nothing }")
    before = set(await figures(graph))

    for number in range(50):
        await graph(f"query Name{number} {{ customers(first: 1) {{ nodes {{ id }} }} }}")
        await graph(f"{{ nothing{number} }}", operationName=f"Name{number}")

    assert set(await figures(graph)) == before


async def test_two_gateways_of_one_process_count_apart(graph: Graph) -> None:
    other = await listen(
        create_app(Settings(_env_file=None, square_base_url=graph.emulator.url, gateway_auth="forward")),
        "127.0.0.1",
        0,
    )
    async with graph.http.post(f"{other.url}/graphql", json={"query": "{ nothing }"}) as response:
        assert response.status == 401
    await other.close()

    assert labelled("gateway_errors_total", code="UNAUTHENTICATED") not in await figures(graph)


async def test_metrics_can_be_switched_off(graph: Graph) -> None:
    settings = Settings(_env_file=None, square_base_url=graph.emulator.url, gateway_metrics=False)
    other = await listen(create_app(settings), "127.0.0.1", 0)
    async with graph.http.get(f"{other.url}/metrics") as response:
        assert response.status == 404
    await other.close()


async def test_on_a_port_of_their_own_figures_are_only_there(graph: Graph) -> None:
    app = create_app(Settings(_env_file=None, square_base_url=graph.emulator.url, gateway_metrics_port=9))
    gateway = await listen(app, "127.0.0.1", 0)
    probes = await listen(create_probes(app), "127.0.0.1", 0)

    async def status(listening: Listening, path: str) -> int:
        async with graph.http.get(listening.url + path) as response:
            return response.status

    assert [await status(gateway, path) for path in ("/metrics", "/livez", "/readyz")] == [404, 200, 200]
    assert [await status(probes, path) for path in ("/metrics", "/livez", "/readyz")] == [200, 200, 200]
    assert await status(probes, "/graphql") == 404
    await gateway.close()
    assert [await status(probes, path) for path in ("/livez", "/readyz")] == [200, 503]
    await probes.close()


async def test_the_command_opens_the_port_for_figures(emulator: Emulator) -> None:
    port = free_port()
    settings = {
        "SQUARE_BASE_URL": emulator.url,
        "GATEWAY_METRICS_PORT": str(port),
        "GATEWAY_SHUTDOWN_DELAY": "300",
    }
    async with running("--port", "0", **settings) as (process, url), aiohttp.ClientSession() as http:
        async with http.get(f"{url}/metrics") as main, http.get(f"http://127.0.0.1:{port}/metrics") as own:
            assert (main.status, own.status) == (404, 200)
        process.send(signal.SIGTERM)
        await process.until("serving on")
        for place in (url, f"http://127.0.0.1:{port}"):
            async with http.get(f"{place}/readyz") as main:
                assert main.status == 503
        process.send(signal.SIGTERM)
        assert await process.exit_code() == 0
