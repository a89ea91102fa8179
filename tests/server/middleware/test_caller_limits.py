"""What one caller may ask for in a second: it is told when it may go on, and no other caller is held back by it."""

from __future__ import annotations

from typing import Any

from tests.server.middleware.test_fair_shares import Answer, code, serving
from tests.server.sockets import opened, receive

NOTHING = {"query": "{ __typename }"}
TWO = {"query": "{ a: customers(first: 1) { nodes { id } } b: customers(first: 2) { nodes { id } } }"}
PROTOCOLS = ["graphql-transport-ws"]
# So little in a second that no second one is let in because a machine was slow.
SLOW = 0.01
KEYS = {"gateway_auth": "key", "gateway_api_keys": "one,two", "square_access_token": "shop"}


def told(answer: Answer) -> tuple[int, str, Any]:
    """How an operation was refused, and when the header and the error say that it may come again."""
    status, headers, body = answer
    return status, headers["Retry-After"], body["errors"][0]["extensions"]


async def test_who_has_asked_for_too_much_is_told_when_to_come_again_and_others_are_answered() -> None:
    async with serving(gateway_caller_requests=SLOW, **KEYS) as site:
        assert (await site.post("one", NOTHING))[0] == 200

        refused = await site.post("one", {"query": 'mutation { deleteCustomer(id: "C1") { userErrors { code } } }'})

        status, seconds, extensions = told(refused)
        assert (status, extensions) == (429, {"code": "TOO_MANY_REQUESTS", "retryAfter": int(seconds)})
        assert 1 <= int(seconds) <= 1 / SLOW
        assert site.asked == []
        assert (await site.post("two", NOTHING))[0] == 200
        assert await site.refusals("caller_requests") == 1


async def test_an_operation_that_has_begun_makes_all_its_calls_and_the_next_one_waits_for_them() -> None:
    async with serving(gateway_caller_calls=SLOW, **KEYS) as site:
        status, _, body = await site.post("one", TWO)
        assert (status, "errors" in body, len(site.asked)) == (200, False, 2)
        left = body["extensions"]["cost"]["throttleStatus"]["caller"]["calls"]
        assert left.pop("currentlyAvailable") <= 0
        assert left == {"maximumAvailable": 1, "restoreRate": SLOW}

        refused = await site.post("one", NOTHING)

        assert told(refused)[2]["code"] == "TOO_MANY_REQUESTS"
        assert (await site.post("two", TWO))[0] == 200
        assert await site.refusals("caller_calls") == 1


async def test_on_a_socket_each_operation_counts_and_one_too_many_is_its_own_error() -> None:
    async with serving(gateway_caller_requests=SLOW, **KEYS) as site:
        url = f"{site.gateway.url}/graphql"
        socket = await site.http.ws_connect(url, protocols=PROTOCOLS)
        await opened(socket, {"Authorization": "Bearer one"})
        await socket.send_json({"id": "a", "type": "subscribe", "payload": NOTHING})
        assert [(await receive(socket))["type"] for _ in "ab"] == ["next", "complete"]

        await socket.send_json({"id": "b", "type": "subscribe", "payload": NOTHING})

        refused = await receive(socket)
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_REQUESTS")
        assert (await site.post("one", NOTHING))[0] == 429
        await socket.send_json({"type": "ping"})
        assert (await receive(socket))["type"] == "pong"


async def test_each_token_is_a_caller_and_one_that_is_made_up_takes_nothing_from_a_known_one() -> None:
    async with serving(gateway_caller_requests=SLOW) as site:
        assert (await site.post("known"))[0] == 200
        assert [(await site.post(f"made-up-{number}", NOTHING))[0] for number in range(3)] == [200] * 3

        assert code(await site.post("known")) == "TOO_MANY_REQUESTS"
        async with site.http.get(f"{site.gateway.url}/livez") as alive:
            assert alive.status == 200
