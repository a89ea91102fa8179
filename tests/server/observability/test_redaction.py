"""Secrets and persons planted everywhere, every kind of failure, every logger at debug: nothing of it is logged."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.emulator.store.faults import Kind
from tests.conftest import Graph
from tests.patience import PATIENCE
from tests.planted import EMAIL, NOTE, PHONE, PLANTED, SIGNATURE_KEY, TOKEN
from tests.server.conftest import Site
from tests.server.lines import Lines, logged

CREATE = """mutation ($input: CreateCustomerInput!) {
  createCustomer(input: $input) { customer { id version } userErrors { message field } }
}"""
PERSON = {"givenName": "Planted", "emailAddress": EMAIL, "phoneNumber": PHONE, "note": NOTE}
EVERYTHING = "{ customers(first: 5) { nodes { id givenName emailAddress phoneNumber note groups { name } } } }"
SENT = {
    "User-Agent": TOKEN,
    "Cookie": f"token={TOKEN}; mail={EMAIL}",
    "Referer": f"https://shop.example/?mail={EMAIL}",
    "X-Request-Id": EMAIL,
    "X-Square-Hmacsha256-Signature": SIGNATURE_KEY,
    "Square-Version": TOKEN,
    "X-Forwarded-For": PHONE,
}


def clean(lines: Lines) -> bool:
    """Whether the lines, and the records before anything was blanked in them, hold nothing planted."""
    assert lines.scanner.seen
    assert not lines.scanner.found
    return not any(each in lines.text for each in PLANTED)


@pytest.fixture
async def shop(graph: Graph) -> Graph:
    await graph.emulator.send("POST", "/_emulator/tokens", json={"token": TOKEN})
    return graph


async def ask(shop: Graph, query: str, variables: Any = None, token: str = TOKEN) -> dict[str, Any]:
    return await shop(query, variables, token=token)


async def test_what_goes_well_says_nothing_about_anybody(shop: Graph) -> None:
    with logged() as lines:
        created = await ask(shop, CREATE, {"input": PERSON})
        found = await ask(shop, EVERYTHING)

    assert created["data"]["createCustomer"]["userErrors"] == []
    assert found["data"]["customers"]["nodes"][0]["emailAddress"] == EMAIL
    assert clean(lines)


async def test_what_is_refused_says_nothing_about_anybody(shop: Graph) -> None:
    refused = [
        (CREATE, {"input": {**PERSON, "phoneNumber": f"{PHONE} {EMAIL}"}}),
        (CREATE, {"input": {**PERSON, "emailAddress": f"{TOKEN} {NOTE}"}}),
        (CREATE, {"input": {"nothing": NOTE}}),
        (CREATE, {"input": EMAIL}),
        ('{ customer(id: "' + TOKEN + '") { id } }', None),
        ('{ customer(id: "../' + EMAIL + '") { id } }', None),
        ('{ customers(after: "' + NOTE + '") { nodes { id } } }', None),
        ("{ " + '"' + EMAIL, None),
        ('{ nothing(mail: "' + EMAIL + '") }', None),
        (f'{{ customers(first: "{PHONE}") {{ nodes {{ id }} }} }}', None),
    ]

    with logged() as lines:
        for query, variables in refused:
            answer = await ask(shop, query, variables)
            errors = answer.get("errors") or (answer["data"].get("createCustomer") or {}).get("userErrors")
            assert errors or answer["data"] == {"customer": None}, query

    assert clean(lines)


@pytest.mark.parametrize("kind", [*Kind], ids=lambda kind: kind.value)
async def test_a_failing_square_makes_nothing_private_public(shop: Graph, kind: Kind) -> None:
    with logged() as lines:
        for status in (429, 500, 503) if kind is Kind.STATUS else (500,):
            shop.emulator.faults.replace()
            shop.emulator.faults.add(kind, status=status, retry_after="0", count=8, milliseconds=1)
            await ask(shop, EVERYTHING)
            await ask(shop, CREATE, {"input": PERSON})

    assert clean(lines)


@pytest.mark.parametrize("token", [f"{TOKEN}x", "revoked-token", "expired-token", "read-only-token"])
async def test_a_token_that_is_not_enough_is_not_logged(shop: Graph, token: str) -> None:
    with logged() as lines:
        answer = await ask(shop, CREATE, {"input": PERSON}, token=token)

    assert answer["errors"] or answer["data"]["createCustomer"]["userErrors"]
    assert clean(lines)
    assert token not in lines.text


async def test_a_gateway_without_square_makes_nothing_private_public(shop: Graph) -> None:
    await shop.emulator.running.close()

    with logged() as lines:
        answer = await ask(shop, CREATE, {"input": PERSON})

    assert answer["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
    assert clean(lines)


async def test_nothing_of_a_request_is_in_the_lines(site: Site) -> None:
    question = {"query": "query Q($n: String!) { hello(name: $n) }", "variables": {"n": NOTE}}

    with logged() as lines:
        for headers in (
            SENT,
            {**SENT, "Authorization": f"Bearer {TOKEN}"},
            {**SENT, "Authorization": f"Basic {TOKEN}"},
        ):
            await site.send("POST", json=question, headers=headers)
        for path in (f"/graphql?access_token={TOKEN}&query=%7Bhello%7D", f"/{TOKEN}", f"/{EMAIL}?{PHONE}"):
            await site.send("GET", path, headers={"Accept": "application/json"})
        await site.send("PUT", json=question, headers=SENT)
        await site.post(data=f'{{"query": "{EMAIL}'.encode())
        await site.raw(f"BROKEN {TOKEN} {EMAIL}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
        await site.raw(f"GET /graphql HTTP/1.1\r\nAuthorization : {TOKEN}\r\n\r\n".encode())

    assert not any(each in lines.text for each in PLANTED)
    # A caller may name its own request after a person; that is blanked when the line is written.
    assert all(TOKEN not in each and NOTE not in each for each in lines.scanner.found)


@pytest.mark.parametrize("query", ["{ explode }", "{ unserializable }", "subscription { breaks }"])
async def test_failures_inside_say_nothing_about_their_values(site: Site, query: str) -> None:
    with logged() as lines:
        await site.post({"query": query, "extensions": {"note": NOTE}}, Accept="text/event-stream, application/json")

    assert clean(lines)
    assert "secret-of" not in lines.text


async def test_sockets_keep_their_tokens_to_themselves(site: Site) -> None:
    with logged() as lines:
        async with site.connect(headers=SENT) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"Authorization": f"Bearer {TOKEN}"}})
            await socket.receive_json()
            for number, query in enumerate(["{ explode }", "subscription { breaks }", "{ " + EMAIL, NOTE]):
                payload = {"query": query, "variables": {"mail": EMAIL}}
                await socket.send_json({"id": f"{number}{EMAIL}", "type": "subscribe", "payload": payload})
                while (await socket.receive_json())["type"] not in {"complete", "error"}:
                    pass
            await socket.send_str(f'{{"type": "{TOKEN}"')
            await socket.receive()
        async with site.connect() as socket:
            await socket.send_json({"type": "connection_init", "payload": {"Authorization": f"Basic {TOKEN}"}})
            await socket.receive()
        await asyncio.wait_for(site.listening.close(), PATIENCE)

    assert len(lines.requests()) == 4
    assert not any(each in lines.text for each in PLANTED)
    assert all(TOKEN not in each and NOTE not in each for each in lines.scanner.found)
