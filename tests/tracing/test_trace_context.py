"""What is read of a caller's trace context and baggage, and what of it reaches Square when no spans are made."""

from __future__ import annotations

import gc

import pytest
from multidict import CIMultiDict

from gateway.tracing.trace_context import MAX_BAGGAGE, MAX_ENTRIES, baggage_of, carried, parent_of
from gateway.tracing.tracer import CARRIED
from tests.processor_time import less_than
from tests.server.lines import logged
from tests.server.sockets import opened
from tests.tracing.collector import Passing
from tests.tracing.conftest import Gateway
from tests.tracing.test_spans import TRACE, TRACEPARENT, ask

MANY = [f"k{number}=v" for number in range(MAX_ENTRIES)]
ID, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (f"00-{ID}-{SPAN}-01", f"00-{ID}-{SPAN}-01"),
        (f" 00-{ID}-{SPAN}-00\t", f"00-{ID}-{SPAN}-00"),
        (f"00-{ID}-{SPAN}-ff", f"00-{ID}-{SPAN}-03"),
        (f"cc-{ID}-{SPAN}-01-what-comes-later", f"00-{ID}-{SPAN}-01"),
        (f"00-{ID}-{SPAN}-01-", None),
        (f"ff-{ID}-{SPAN}-01", None),
        (f"00-{'0' * 32}-{SPAN}-01", None),
        (f"00-{ID}-{'0' * 16}-01", None),
        (f"00-{ID.upper()}-{SPAN}-01", None),
        (f"00-{ID}-{SPAN}-01\r\nX-Injected: 1", None),
        (f"cc-{ID}-{SPAN}-01-{'a' * 600}", None),
        ("", None),
    ],
)
def test_a_traceparent_is_read_by_the_rules_of_the_standard(given: str, read: str | None) -> None:
    found = parent_of(given)
    assert (found and found.traceparent) == read


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["a=1", " b@c=2 ,"], "a=1,b@c=2"),
        (["a=1,a=2"], ""),
        (["A=1"], ""),
        (["a=1\r\nX-Injected: 1"], ""),
        ([",".join(f"k{number}=v" for number in range(33))], ""),
        ([f"a={'v' * 256},b={'v' * 256}"], ""),
    ],
)
def test_a_tracestate_is_taken_as_a_whole_or_not(given: list[str], read: str) -> None:
    found = parent_of(TRACEPARENT, given)
    assert found is not None
    assert found.state == read


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (["tier=gold;secret, shop=1"], "tier=gold;secret,shop=1"),
        (["a=1,no entry,b=\u00e4,c=3\r\nX-Injected: 1,d=4"], "a=1,d=4"),
        (["a=1", "b=2"], "a=1,b=2"),
        (["a=" + "v" * MAX_BAGGAGE], ""),
        (
            [",".join(f"k{number}=v" for number in range(MAX_ENTRIES + 1))],
            ",".join(f"k{n}=v" for n in range(MAX_ENTRIES)),
        ),
    ],
)
def test_of_baggage_the_valid_entries_are_read(given: list[str], read: str) -> None:
    assert baggage_of(given) == read


THIS, OTHER = f"00-{ID}-{SPAN}-01", f"00-{'c' * 32}-{'d' * 16}-01"


@pytest.mark.parametrize(
    ("holders", "parent", "state"),
    [
        ([{"traceparent": THIS}, {"Traceparent": OTHER, "Tracestate": "a=1"}], THIS, []),
        ([{"tracestate": "a=1"}, {"traceparent": THIS, "tracestate": "b=2"}], THIS, ["b=2"]),
        ([{}, {"traceparent": THIS}, {"tracestate": "a=1"}], THIS, []),
        ([CIMultiDict([("Traceparent", THIS), ("Tracestate", "a=1"), ("Tracestate", "b=2")])], THIS, ["a=1", "b=2"]),
    ],
)
def test_on_a_socket_a_state_belongs_to_the_span_beside_it(
    holders: list[object], parent: str, state: list[str]
) -> None:
    found = carried(CARRIED, *holders)
    assert (found.getall("traceparent"), found.getall("tracestate", [])) == ([parent], state)


def test_a_state_that_is_far_too_long_is_not_looked_at() -> None:
    long = "a=b," * 500_000
    with less_than(0.05):
        found = parent_of(THIS, [long])
    assert found is not None
    assert not found.state


async def test_a_context_is_passed_on_as_it_came_where_no_spans_are_made(gateway: Gateway, square: Passing) -> None:
    query = "{ customers(first: 1) { nodes { id } } }"

    async with gateway() as graph:
        with logged(gateway_log_format="text") as lines:
            await ask(graph, query, traceparent=TRACEPARENT, tracestate="shop=1", baggage="tier=gold")
            await ask(graph, query, traceparent="not one", tracestate="shop=1", baggage="not one")

    (_, first), (_, second) = square.headers
    told = ("traceparent", "tracestate", "baggage")
    assert [first[name] for name in told] == [TRACEPARENT, "shop=1", "tier=gold"]
    assert not set(told) & set(second)
    assert [f" traceId={TRACE}" in each for each in lines.all] == [True, False]


async def test_the_standard_variable_chooses_what_is_passed_on(
    gateway: Gateway, square: Passing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_PROPAGATORS", "tracecontext")

    async with gateway() as graph:
        await ask(graph, "{ customers(first: 1) { nodes { id } } }", traceparent=TRACEPARENT, baggage="tier=gold")

    ((_, headers),) = square.headers
    assert headers["traceparent"] == TRACEPARENT
    assert "baggage" not in headers


async def test_what_is_not_traced_passes_on_that_it_is_not(
    gateway: Gateway, square: Passing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")

    async with gateway(gateway_telemetry="otlp", gateway_trace_ratio=0) as graph:
        await ask(graph, "{ customers(first: 1) { nodes { id } } }")

    ((_, headers),) = square.headers
    made = parent_of(headers["traceparent"])
    assert made is not None
    assert not made.sampled


async def test_a_socket_keeps_nothing_else_of_what_its_client_has_said(gateway: Gateway) -> None:
    said = {"Authorization": "Bearer test-token", "traceparent": THIS, "else": ["said once"]}
    async with gateway() as graph:
        url = graph.url.replace("http", "ws", 1)
        async with graph.http.ws_connect(url, protocols=["graphql-transport-ws"]) as socket:
            await opened(socket, said)
            kept = [each for each in gc.get_objects() if isinstance(each, dict) and "else" in each and each is not said]
            assert not [each for each in kept if each["else"] == ["said once"]]
