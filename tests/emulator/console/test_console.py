"""The emulator's page in a real browser, who may reach it, and what it shows of calls and notifications."""

from __future__ import annotations

import json

import pytest

from gateway.emulator.http import own_paths
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.seed import seed_demo
from gateway.emulator.store.store import Store
from tests.emulator.attributes import DEFINITIONS, HIDDEN, schema
from tests.emulator.conftest import Emulator
from tests.node import needs_browser, needs_node, script
from tests.patience import LONG

CALLS = "/_emulator/calls"
BEARER = {"Authorization": "Bearer test-token"}


@needs_node
@needs_browser
async def test_the_console_works_in_a_browser_without_outside_requests_messages_or_axe_faults(emulator: Emulator):
    seed_demo(emulator.store, emulator.clock, customers=10)
    emulator.running.subscribe(f"{emulator.url}/nobody", key="k")
    emulator.running.link("GraphiQL", "http://127.0.0.1:1/graphql")
    # A key that every object of JavaScript has.
    definition = {"key": "constructor", "visibility": HIDDEN, "schema": schema("String")}
    await emulator.call("POST", DEFINITIONS, {"custom_attribute_definition": definition})
    await emulator.call("GET", "/v2/customers", limit=1)

    seen = await script("console.mjs", emulator.url, seconds=LONG)

    assert (seen["outside"], seen["console"], seen["faults"]) == ([], [], [])
    assert "unsafe" not in seen["policy"]
    assert seen["links"] == [["GraphiQL", "http://127.0.0.1:1/graphql"]]
    assert (seen["focused"], "Answer: 200" in seen["call"]) == ("Chosen call", True)
    assert "x-square-hmacsha256-signature" in seen["attempt"]
    # What a form is refused stands at its field, and emptying a field removes its value.
    assert seen["refused"].startswith("INVALID_ENUM_VALUE: ")
    assert (seen["refusals"], seen["json"]["address"]["country"]) == (1, None)
    # The page's own reads, its writes and what it triggers are not counted, and its writes are stored.
    assert dict(emulator.calls) == {"CreateCustomerCustomAttributeDefinition": 1, "ListCustomers": 1}
    _, found = await emulator.call("GET", "/v2/customers")
    [written] = [each for each in found["customers"] if each.get("note") == "Written in the console"]
    assert "country" not in written["address"]
    assert (seen["roasts"], seen["unset"]) == ("Decaf", ["Set"])
    # Of two faults, one was removed again.
    assert [(each.kind.value, each.operation) for each in emulator.faults.switches] == [("latency", "CreateCustomer")]
    # A fork was made and looked at: what was added there is not in the original, and a snapshot undid it.
    _, listed = await emulator.call("GET", "/_emulator/forks", token=None)
    assert (seen["forked"], [seen["shop"]]) == (0, [each["id"] for each in listed["forks"]])
    _, groups = await emulator.call("GET", "/v2/customers/groups")
    assert "Of the fork" not in [each["name"] for each in groups["groups"]]
    _, webhooks = await emulator.call("GET", "/_emulator/webhooks", token=None)
    assert webhooks["duplicate"] == 0.5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8001"}, 200),
        ({"Host": "[::1]:8001"}, 200),
        ({"Host": "rebound.example:8001"}, 403),
        ({"Host": "127.0.0.1.rebound.example"}, 403),
        ({"Host": "[::1].rebound.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
async def test_only_this_machine_and_no_other_site_changes_what_is_under_the_own_paths(emulator, headers, status):
    response = await emulator.send("DELETE", CALLS, headers=headers)

    assert response.status == status


async def test_the_page_and_its_files_answer_head(emulator):
    sent = [await emulator.send("HEAD", path) for path in ("/", "/_emulator/console/console.js")]

    assert [(each.status, await each.read()) for each in sent] == [(200, b""), (200, b"")]


async def test_a_link_to_the_console_may_be_followed_and_squares_own_paths_take_any_host(emulator):
    link = await emulator.send("GET", "/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    rebound = await emulator.send("GET", "/", headers={"Host": "rebound.example"})
    square = await emulator.send("GET", "/v2/customers", headers={**BEARER, "Host": "square:8001"})

    assert (link.status, link.content_type, rebound.status, square.status) == (200, "text/html", 403, 200)


async def test_remote_admin_lets_other_names_in_and_other_sites_not(emulator):
    store = Store()
    running = await start(create_app(store, remote=True), store=store)
    named = {"Host": "square:8001"}
    async with (
        emulator.http.delete(running.url + CALLS, headers=named) as allowed,
        emulator.http.delete(running.url + CALLS, headers={**named, "Origin": "http://evil.example"}) as refused,
    ):
        assert (allowed.status, refused.status) == (200, 403)
    await running.close()


async def test_no_switch_of_lists_and_pages_strikes_the_console(emulator):
    emulator.faults.lag, emulator.faults.page = 3600, 1
    for name in ("Ada", "Ben"):
        await emulator.call("POST", "/v2/customers", {"given_name": name})
    seen = [
        await (await emulator.send("GET", "/v2/customers", headers={**BEARER, **more})).json()
        for more in ({}, {"X-Emulator-Console": "1"})
    ]

    assert [len(each.get("customers", ())) for each in seen] == [0, 2]


@pytest.mark.parametrize("peer", ["203.0.113.9", "::ffff:203.0.113.9", "10.0.0.1", "not an address"])
def test_other_machines_addresses_are_none_of_this_machine(peer):
    assert not own_paths.is_loopback(peer)


async def test_exchanges_show_answers_cut_at_64_kib_and_are_forgotten_with_the_calls(emulator):
    note = "n" * 3000
    bulk = {"customers": {str(n): {"given_name": "Ann", "note": note} for n in range(30)}}
    await emulator.call("POST", "/v2/customers/bulk-create", bulk)
    await emulator.send("GET", "/v2/customers/NOBODY")
    listing = (await emulator.call("GET", "/_emulator/exchanges", token=None))[1]["exchanges"]
    _, newest = await emulator.call("GET", f"/_emulator/exchanges/{listing[0]['id']}", token=None)
    _, cut = await emulator.call("GET", f"/_emulator/exchanges/{listing[1]['id']}", token=None)

    assert [(each["operation"], each["status"]) for each in listing] == [
        ("RetrieveCustomer", 404),
        ("BulkCreateCustomers", 200),
    ]
    assert json.loads(newest["answer"])["errors"][0]["code"] == "NOT_FOUND"
    assert cut["size"] > len(cut["answer"]) == 65_536
    assert cut["body"] == bulk
    after = {"after": listing[1]["id"]}
    assert len((await emulator.call("GET", "/_emulator/exchanges", token=None, **after))[1]["exchanges"]) == 1
    await emulator.call("DELETE", CALLS, token=None)
    assert (await emulator.call("GET", "/_emulator/exchanges", token=None))[1] == {"exchanges": []}
