"""The answers of the workloads by hand, without GraphQL: aiohttp on both sides, msgspec, orjson.

    python -m tests.benchmarks.comparison.floor UPSTREAM [PORT]

It is what a gateway in Python could cost at least, and tells what right answers look like. POST /W0, /W1 and so on
take the request of the workload. It has no limit, no check, no log and no second try.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aiohttp
import orjson
import uvloop
from aiohttp import web

from tests.benchmarks.comparison import floor_reads as read

HEADERS = {"Authorization": "Bearer x", "Content-Type": "application/json", "Square-Version": "2026-09-16"}
JSON = {"Content-Type": "application/json; charset=utf-8"}
Variables = dict[str, Any]


def profile(c: Any) -> dict[str, Any]:
    return {
        "id": c.id,
        "createdAt": c.created_at,
        "updatedAt": c.updated_at,
        "givenName": c.given_name,
        "familyName": c.family_name,
        "emailAddress": c.email_address,
        "phoneNumber": c.phone_number,
        "note": c.note,
        "version": c.version,
    }


def by_id(named: Iterable[Any]) -> dict[str, dict[str, Any]]:
    return {each.id: {"id": each.id, "name": each.name} for each in named}


class Floor:
    """One method for each workload: variables in, `data` out."""

    def __init__(self, http: aiohttp.ClientSession, upstream: str) -> None:
        self._http = http
        self._upstream = upstream

    async def _call(self, method: str, path: str, body: Variables | None = None) -> bytes:
        data = orjson.dumps(body) if body else None
        async with self._http.request(method, self._upstream + path, data=data) as response:
            return await response.read()

    async def _accounts(self, customers: list[str]) -> list[Any]:
        body = {"limit": 200, "query": {"customer_ids": customers}}
        return read.accounts(await self._call("POST", "/v2/loyalty/accounts/search", body)).loyalty_accounts

    async def w0(self, _: Variables) -> Any:
        return {"__typename": "Query"}

    async def w1(self, _: Variables) -> Any:
        found = read.profiles(await self._call("GET", "/v2/customers?limit=50")).customers
        nodes = [
            {
                **profile(c),
                "address": None
                if c.address is None
                else {"locality": c.address.locality, "postalCode": c.address.postal_code},
            }
            for c in found
        ]
        return {"customers": {"nodes": nodes}}

    async def w2(self, _: Variables) -> Any:
        found = read.referring(await self._call("GET", "/v2/customers?limit=20")).customers
        some, others, accounts = await asyncio.gather(
            self._call("GET", "/v2/customers/groups?limit=50"),
            self._call("GET", "/v2/customers/segments?limit=50"),
            self._accounts([c.id for c in found]),
        )
        groups, segments = by_id(read.groups(some).groups), by_id(read.segments(others).segments)
        of: dict[str, list[Any]] = {}
        for each in accounts:
            of.setdefault(each.customer_id, []).append({"id": each.id, "balance": each.balance})
        nodes = [
            {
                "id": c.id,
                "givenName": c.given_name,
                "familyName": c.family_name,
                "groups": [groups[id] for id in c.group_ids if id in groups],
                "segments": [segments[id] for id in c.segment_ids if id in segments],
                "loyaltyAccounts": of.get(c.id, []),
            }
            for c in found
        ]
        return {"customers": {"nodes": nodes}}

    async def edges(self, _: Variables) -> Any:
        page = read.contacts(await self._call("GET", "/v2/customers?limit=50"))
        edges = [
            {
                "cursor": f"{place}",
                "node": {"id": c.id, "givenName": c.given_name, "emailAddress": c.email_address},
            }
            for place, c in enumerate(page.customers, 1)
        ]
        info = {"hasNextPage": page.cursor is not None, "endCursor": edges[-1]["cursor"]}
        return {"customers": {"edges": edges, "pageInfo": info}}

    async def _by_id(self, ids: list[str]) -> list[Any]:
        body = {"customer_ids": ids}
        found = read.bulk(await self._call("POST", "/v2/customers/bulk-retrieve", body)).responses
        return [found[id].customer for id in ids]

    async def ids(self, variables: Variables) -> Any:
        return {
            "customersById": [
                {"id": c.id, "givenName": c.given_name, "familyName": c.family_name, "emailAddress": c.email_address}
                for c in await self._by_id(variables["ids"])
            ]
        }

    async def one(self, variables: Variables) -> Any:
        id = variables["id"]
        c = read.everything(await self._call("GET", f"/v2/customers/{id}")).customer
        some, others, attributes, accounts = await asyncio.gather(
            self._call("GET", "/v2/customers/groups?limit=50"),
            self._call("GET", "/v2/customers/segments?limit=50"),
            self._call("GET", f"/v2/customers/{id}/custom-attributes?limit=100&with_definitions=true"),
            self._accounts([id]),
        )
        program = read.program(await self._call("GET", "/v2/loyalty/programs/main")).program
        groups, segments = by_id(read.groups(some).groups), by_id(read.segments(others).segments)
        of_program = {
            "terminology": {"one": program.terminology.one, "other": program.terminology.other},
            "rewardTiers": [{"name": each.name, "points": each.points} for each in program.reward_tiers],
        }
        address = c.address
        customer = {
            **profile(c),
            "referenceId": c.reference_id,
            "creationSource": c.creation_source,
            "preferences": {"emailUnsubscribed": c.preferences.email_unsubscribed},
            "address": {
                "addressLine1": address.address_line_1,
                "addressLine2": address.address_line_2,
                "locality": address.locality,
                "postalCode": address.postal_code,
                "country": address.country,
            },
            "groups": [groups[each] for each in c.group_ids],
            "segments": [segments[each] for each in c.segment_ids],
            "customAttributes": {
                "nodes": [
                    {
                        "key": each.key,
                        "version": each.version,
                        "value": {"__typename": "StringValue", "string": each.value},
                    }
                    for each in read.attributes(attributes).custom_attributes
                ]
            },
            "loyaltyAccounts": [
                {"id": a.id, "balance": a.balance, "lifetimePoints": a.lifetime_points, "program": of_program}
                for a in accounts
            ],
        }
        return {"customer": customer}

    async def groups(self, _: Variables) -> Any:
        found = read.groups(await self._call("GET", "/v2/customers/groups?limit=50")).groups

        async def members(group: Any) -> Any:
            query = {"filter": {"group_ids": {"any": [group.id]}}, "sort": {"field": "CREATED_AT", "order": "ASC"}}
            page = read.contacts(await self._call("POST", "/v2/customers/search", {"limit": 10, "query": query}))
            nodes = [{"id": c.id, "givenName": c.given_name} for c in page.customers]
            return {"id": group.id, "name": group.name, "customers": {"nodes": nodes}}

        return {"groups": {"nodes": await asyncio.gather(*map(members, found))}}

    async def accounts(self, _: Variables) -> Any:
        page = read.accounts(await self._call("POST", "/v2/loyalty/accounts/search", {"limit": 30}))
        found = page.loyalty_accounts

        async def rewards(account: Any) -> Any:
            body = {"limit": 5, "query": {"loyalty_account_id": account.id}}
            got = read.rewards(await self._call("POST", "/v2/loyalty/rewards/search", body)).rewards
            return {"nodes": [{"id": each.id, "status": each.status, "points": each.points} for each in got]}

        customers, *of = await asyncio.gather(self._by_id([a.customer_id for a in found]), *map(rewards, found))
        nodes = [
            {"id": a.id, "balance": a.balance, "customer": {"id": c.id, "givenName": c.given_name}, "rewards": r}
            for a, c, r in zip(found, customers, of, strict=True)
        ]
        return {"loyaltyAccounts": {"nodes": nodes}}

    async def thousand(self, _: Variables) -> Any:
        nodes: list[Any] = []
        cursor = ""
        for _page in range(10):
            page = read.thousands(await self._call("GET", f"/v2/customers?limit=100{cursor}"))
            cursor = f"&cursor={page.cursor}"
            nodes += [
                {
                    "id": c.id,
                    "givenName": c.given_name,
                    "familyName": c.family_name,
                    "emailAddress": c.email_address,
                    "createdAt": c.created_at,
                }
                for c in page.customers
            ]
        return {"customers": {"nodes": nodes}}

    async def write(self, variables: Variables) -> Any:
        wanted = variables["input"]
        body = {"idempotency_key": "key", "given_name": wanted["givenName"], "note": wanted["note"]}
        c = read.created(await self._call("POST", "/v2/customers", body)).customer
        customer = {
            "id": c.id,
            "givenName": c.given_name,
            "familyName": c.family_name,
            "note": c.note,
            "version": c.version,
        }
        return {"createCustomer": {"customer": customer, "userErrors": []}}

    async def varied(self, variables: Variables) -> Any:
        found = read.profiles(await self._call("GET", f"/v2/customers?limit={variables['first']}")).customers
        nodes = []
        for c in found:
            node = {"id": c.id, "givenName": c.given_name, "familyName": c.family_name}
            if variables["whole"]:
                address = c.address
                node |= {
                    "note": c.note,
                    "version": c.version,
                    "address": None if address is None else {"locality": address.locality},
                }
            else:
                node["emailAddress"] = c.email_address
            nodes.append(node)
        return {"customers": {"nodes": nodes}}


def answering(answer: Callable[[Variables], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        variables = orjson.loads(await request.read()).get("variables") or {}
        return web.Response(body=orjson.dumps({"data": await answer(variables)}), headers=JSON)

    return handle


async def main(upstream: str, port: int) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=HEADERS) as http:
        floor, app = Floor(http, upstream), web.Application()
        for name in ("w0", "w1", "w2", "edges", "ids", "one", "groups", "accounts", "thousand", "write", "varied"):
            app.router.add_post(f"/{name}", answering(getattr(floor, name)))
        app.router.add_post("/w2alone", answering(floor.w2))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, taken = runner.addresses[0][:2]
        print(f"http://{host}:{taken}", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]) if sys.argv[2:] else 0))
