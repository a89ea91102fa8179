"""Streams, new documents and plans: what one caller has of them leaves some for the others."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from gateway.context import REGISTRY
from gateway.fairness.fair_share import Holder
from gateway.graph.documents.cache import SHORT_DOCUMENT, Documents
from gateway.graph.documents.parser import Checker
from gateway.graph.engine import Engine
from gateway.graph.selection.limits import Limits
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema
from gateway.server.concurrency_limit import Admission
from gateway.server.connections.listener import Listening
from tests.server.auth.conftest import issuer
from tests.server.auth.issuer import Issuer, bearer, settings, token
from tests.server.conftest import Serve
from tests.server.sockets import opened, receive, subscribe

__all__ = ["issuer"]


async def test_streams_of_one_caller_leave_room_for_those_of_another(serve: Serve) -> None:
    site = await serve(gateway_auth="forward", admission=Admission(streams=4, share=0.75))
    accept, live = "text/event-stream", {"query": "subscription { live }"}

    def ask(token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}
        return site.http.post(site.url, json=live, headers=headers)

    async with ask("greedy") as one, ask("greedy") as two, ask("greedy") as three, ask("greedy") as over:
        assert [each.status for each in (one, two, three, over)] == [200, 200, 200, 429]
        assert over.headers["Retry-After"] == "1"
        async with ask("small") as other:
            assert (other.status, other.content_type) == (200, accept)


async def test_a_subscription_on_a_socket_counts_beside_its_socket(serve: Serve) -> None:
    site = await serve(gateway_auth="forward", admission=Admission(streams=4, share=0.75))
    async with site.connect() as socket, site.connect() as other:
        await opened(socket, {"Authorization": "Bearer greedy"})
        for id in "abc":
            await socket.send_json(subscribe("subscription { live }", id))
        refused = await receive(socket)
        await opened(other, {"Authorization": "Bearer small"})
        await socket.send_json({"id": "a", "type": "complete"})
        await site.stage.left.wait()
        await socket.send_json(subscribe("subscription { count(to: 1) { number } }", "d"))

        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("c", "TOO_MANY_REQUESTS")
        assert (await receive(socket))["id"] == "d"


async def test_new_documents_of_callers_that_are_made_up_keep_no_known_one_waiting() -> None:
    documents = Documents(Checker(core_schema(build_schema()), Limits(), introspection=True, suggestions=True))
    order: list[str] = []

    async def prepare(holder: Holder, alias: str) -> None:
        # Long enough to be checked beside the event loop: from the second on they wait.
        await documents.prepare_aside(f"{{ {alias}: __typename }} # {'-' * SHORT_DOCUMENT}", holder)
        order.append(alias)

    flood = [asyncio.create_task(prepare(Holder(f"made up {n}", known=False), f"a{n}")) for n in range(100)]
    known = asyncio.create_task(prepare(Holder("known"), "known"))
    await asyncio.gather(known, *flood)
    await documents.close()

    assert order.index("known") <= 2


async def test_plans_for_the_variables_of_one_caller_push_out_none_of_another() -> None:
    engine = Engine(build_schema(), REGISTRY)
    prepared = engine.prepare("query($ids: [ID!]!) { customersById(ids: $ids) { id } }")
    operation = prepared.operation(None)
    mine = engine.plan(prepared, operation, {"ids": ["a"]}, Holder("small"))
    for number in range(2, 80):
        engine.plan(prepared, operation, {"ids": ["a"] * number}, Holder("greedy"))

    assert engine.plan(prepared, operation, {"ids": ["a"]}, Holder("small")) is mine


async def test_one_subject_has_one_share_however_many_tokens_it_has(
    serve: Serve, issuer: tuple[Issuer, Listening]
) -> None:
    few = Admission(streams=4, share=0.75)
    site = await serve(admission=few, **settings(f"{issuer[1].url}/keys"))
    live = {"query": "subscription { live }"}

    async def status(**claims: Any) -> int:
        headers = {**bearer(token(**claims)), "Accept": "text/event-stream"}
        return (await site.http.post(site.url, json=live, headers=headers)).status

    greedy = [await status(sub="greedy", exp=time.time() + 100 + number) for number in range(4)]

    assert greedy == [200, 200, 200, 429]
    assert await status(sub="small") == 200
