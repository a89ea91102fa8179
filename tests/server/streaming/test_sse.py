"""Subscriptions as event streams, in graphql-sse's distinct connections mode."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from gateway.server.connections.listener import ClientLimits
from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site

EVENTS = "text/event-stream"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)
COMPLETE = "event: complete\ndata: \n\n"


def frames(body: bytes) -> list[tuple[str, Any]]:
    """The events of a whole stream, without the comments and the marks to go on from."""
    text = body.decode()
    assert "\r" not in text
    found = []
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith((":", "id: "))]
        if lines:
            event, data = lines
            found.append((event.removeprefix("event: "), json.loads(data.removeprefix("data: ") or "null")))
    return found


async def read_until(response: aiohttp.ClientResponse, wanted: bytes) -> bytes:
    received = b""
    async with asyncio.timeout(PATIENCE):
        while wanted not in received:
            chunk = await response.content.readany()
            assert chunk, f"the stream ended before {wanted!r}"
            received += chunk
    return received


def streaming(site: Site, query: str, accept: str = EVENTS) -> Any:
    return site.http.post(site.url, json={"query": query}, headers={"Accept": accept})


async def test_each_event_is_marked_with_its_position(site: Site) -> None:
    answer = await site.post({"query": "subscription { count(to: 1) { number } }"}, Accept=EVENTS)

    marked, *_ = (block for block in answer.body.decode().split("\n\n") if not block.startswith(":"))
    mark, event, data = marked.split("\n")
    assert (mark, event) == ("id: 1", "event: next")
    assert json.loads(data.removeprefix("data: "))["extensions"]["position"] == "1"


async def test_what_could_not_be_read_of_an_event_is_null_with_its_error(site: Site) -> None:
    answer = await site.post({"query": "subscription { lacks { number detail } }"}, Accept=EVENTS)

    (_, failed), (_, found), _ = frames(answer.body)
    assert failed["data"] == {"lacks": {"number": 1, "detail": None}}
    (error,) = failed["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["lacks", "detail"], "UPSTREAM_UNAVAILABLE")
    assert found["data"] == {"lacks": {"number": 2, "detail": "is there"}}
    assert "errors" not in found


async def test_a_subscriber_that_lags_gets_no_mark_of_completion(site: Site) -> None:
    answer = await site.post({"query": "subscription { lags { number } }"}, Accept=EVENTS)

    assert frames(answer.body)[0][1]["data"] == {"lags": {"number": 1}}
    assert COMPLETE not in answer.body.decode()


@pytest.mark.parametrize("accept", [EVENTS, URQL, f"{EVENTS}, multipart/mixed"])
async def test_a_subscription_streams_and_completes(site: Site, accept: str) -> None:
    answer = await site.post({"query": "subscription { count(to: 3) { number } }"}, Accept=accept)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    events = frames(answer.body)
    assert [data["data"]["count"]["number"] for event, data in events[:-1]] == [0, 1, 2]
    assert {event for event, data in events[:-1]} == {"next"}
    assert answer.body.decode().endswith(COMPLETE)
    assert site.stage.streams == 0


async def test_queries_get_plain_json_where_that_is_accepted_too(site: Site) -> None:
    answer = await site.post({"query": "{ hello }"}, Accept=URQL)

    assert answer.headers["content-type"].startswith("application/graphql-response+json")
    assert answer.json["data"] == {"hello": "Hello, world"}


@pytest.mark.parametrize(
    ("query", "member"),
    [
        ("{ hello }", "data"),
        ("{ nope }", "errors"),
        ("{", "errors"),
        ("subscription { refuses }", "errors"),
        ("query($a: Int!) { big(size: $a) }", "errors"),
    ],
)
async def test_a_client_that_only_takes_events_gets_any_answer_as_one(site: Site, query: str, member: str) -> None:
    answer = await site.post({"query": query}, Accept=EVENTS)

    assert answer.status == 200
    (event, data), end = frames(answer.body)
    assert event == "next"
    assert member in data
    assert end == ("complete", None)


async def test_a_subscription_may_come_by_get(site: Site) -> None:
    headers = {"Accept": EVENTS, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}

    answer = await site.send("GET", "/graphql?query=subscription{count(to:1){number}}", headers=headers)

    assert frames(answer.body)[0][1]["data"] == {"count": {"number": 0}}


async def test_another_websites_event_source_gets_nothing(site: Site) -> None:
    headers = {"Accept": EVENTS, "Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}

    answer = await site.send("GET", "/graphql?query=subscription{live}", headers=headers)

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


async def test_events_arrive_when_they_happen(site: Site) -> None:
    async with streaming(site, "subscription { live }") as response:
        for number in (1, 2):
            await site.stage.events.put(number)
            assert b'{"live":%d}' % number in await read_until(response, b"}\n\n")


async def test_silence_is_broken_by_comments(serve: Serve) -> None:
    site = await serve(gateway_heartbeat=0.05)
    async with streaming(site, "subscription { live }") as response:
        await read_until(response, b":\n\n:\n\n:\n\n")
        await site.stage.events.put(1)
        await read_until(response, b'{"live":1}')


async def test_a_client_that_leaves_ends_its_subscription(site: Site) -> None:
    async with streaming(site, "subscription { live }") as response:
        await site.stage.opened.wait()
        response.close()

        async with asyncio.timeout(PATIENCE):
            await site.stage.left.wait()
    assert site.stage.streams == 0


async def test_a_client_that_does_not_read_ends_its_subscription(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(unread=0.1))
    async with streaming(site, "subscription { flood(size: 500000) }"):
        async with asyncio.timeout(PATIENCE):
            await site.stage.left.wait()
    assert site.stage.streams == 0


async def test_a_stream_that_breaks_ends_with_a_masked_error(site: Site) -> None:
    answer = await site.post({"query": "subscription { breaks }"}, Accept=EVENTS)

    first, second, end = frames(answer.body)
    assert first[1]["data"] == {"breaks": 1}
    assert second[1]["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert end == ("complete", None)
    assert b"secret" not in answer.body


async def test_a_mutation_for_a_client_of_events_goes_on_when_the_client_leaves(site: Site) -> None:
    asking = asyncio.create_task(site.post({"query": 'mutation { note(text: "kept") }'}, Accept=EVENTS))
    await site.stage.entered.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    site.stage.gate.set()
    await site.listening.close()

    assert site.stage.notes == ["kept"]


async def test_shutdown_ends_the_stream_without_calling_it_complete(site: Site) -> None:
    async with streaming(site, "subscription { live }") as response:
        await site.stage.opened.wait()
        async with asyncio.timeout(PATIENCE):
            await site.listening.close()
            rest = await response.read()

    assert b"complete" not in rest
    assert site.stage.streams == 0


async def test_nothing_is_left_of_streams_that_ended(site: Site) -> None:
    await site.post({"query": "{ hello }"})
    before = asyncio.all_tasks()
    for _ in range(20):
        await site.post({"query": "subscription { count(to: 2) { number } }"}, Accept=EVENTS)

    if remaining := asyncio.all_tasks() - before:
        await asyncio.wait(remaining, timeout=PATIENCE)
    assert asyncio.all_tasks() <= before
    assert len(site.view.open_ended) == site.stage.streams == 0


async def test_without_a_token_there_is_no_stream(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")

    answer = await site.post({"query": "subscription { live }"}, Accept=EVENTS)

    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
