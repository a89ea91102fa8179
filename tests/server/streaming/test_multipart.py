"""Subscriptions as multipart answers, as Apollo's clients ask for them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site

APOLLO = (
    "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9"
)
ONLY = 'multipart/mixed;subscriptionSpec="1.0"'


def parts(body: bytes) -> list[Any]:
    """The JSON of each part of a whole answer."""
    opening, *found, ending = body.split(b"\r\n--graphql")
    assert opening == b""
    assert ending == b"--\r\n"
    values = []
    for part in found:
        head, _, content = part.partition(b"\r\n\r\n")
        assert head.strip().lower() == b"content-type: application/json"
        values.append(json.loads(content))
    return values


async def test_a_subscription_streams_in_parts(site: Site) -> None:
    answer = await site.post({"query": "subscription { count(to: 3) { number } }"}, Accept=APOLLO)

    assert answer.status == 200
    assert answer.headers["content-type"] == 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'
    assert [part["payload"]["data"]["count"]["number"] for part in parts(answer.body)] == [0, 1, 2]
    assert site.stage.streams == 0


async def test_queries_get_plain_json_where_that_is_accepted_too(site: Site) -> None:
    answer = await site.post({"query": "{ hello }"}, Accept=APOLLO)

    assert answer.json["data"] == {"hello": "Hello, world"}


async def test_a_client_that_only_takes_parts_gets_any_answer_as_one(site: Site) -> None:
    answer = await site.post({"query": "{ hello }"}, Accept=ONLY)

    (part,) = parts(answer.body)
    assert part["payload"]["data"] == {"hello": "Hello, world"}


async def test_multipart_of_another_kind_is_not_a_way_to_subscribe(site: Site) -> None:
    answer = await site.post(
        {"query": "subscription { live }"}, Accept="multipart/mixed;deferSpec=20220824, application/json"
    )

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


async def test_a_part_can_be_read_before_the_next_one_exists(serve: Serve) -> None:
    site = await serve(gateway_heartbeat=0.05)
    async with site.http.post(
        site.url, json={"query": "subscription { live }"}, headers={"Accept": APOLLO}
    ) as response:
        received = b""
        async with asyncio.timeout(PATIENCE):
            while received.count(b"\r\n--graphql") < 3:
                received += await response.content.readany()
            heartbeats = received.split(b"\r\n--graphql")[1:-1]
            await site.stage.events.put(1)
            while b'{"live":1}' not in received or not received.endswith(b"\r\n--graphql"):
                received += await response.content.readany()

    assert all(json.loads(part.partition(b"\r\n\r\n")[2]) == {} for part in heartbeats)
