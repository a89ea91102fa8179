"""Square's Events API: which events are found, in which order, by whom."""

from __future__ import annotations

import pytest

from gateway.emulator.operations import ROUTES
from gateway.emulator.webhooks import event_types
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer, done, refused
from tests.emulator.notifications import EVENTS, OTHER_OWN, issue, listen, listen_as_another, subscribe, told, types

LONG_AGO = "2020-01-01T00:00:00Z"
FOUR_WEEKS = 28 * 86_400


def search(emulator, token="test-token", **body):
    return emulator.call("POST", EVENTS, body, token=token)


async def ids(emulator, **body):
    """The customers in the order of the events found."""
    return [each["data"]["id"] for each in (await done(search(emulator, **body))).get("events", [])]


async def test_what_happened_before_or_while_events_are_disabled_is_never_found(emulator):
    await customer(emulator)
    await listen(emulator)
    first = await customer(emulator)
    await subscribe(emulator, "customer.created")
    await done(emulator.call("PUT", f"{EVENTS}/disable"))
    await customer(emulator)
    await listen(emulator)
    second = await customer(emulator)

    assert [each["data"]["id"] for each in await told(emulator)] == [first, second]


async def test_nothing_found_is_an_empty_object(emulator):
    assert await search(emulator) == (200, {})


async def test_the_newest_come_first_unless_the_query_says_otherwise(emulator):
    await listen(emulator)
    made = [await customer(emulator) for _ in range(3)]

    assert await ids(emulator) == made[::-1]
    assert await ids(emulator, query={"sort": {"field": "DEFAULT", "order": "DESC"}}) == made[::-1]
    assert await ids(emulator, query={"sort": {"field": "DEFAULT", "order": "ASC"}}) == made


@pytest.mark.parametrize("order", ["ASC", "DESC"])
async def test_pages_hold_every_event_once(emulator, order):
    await listen(emulator)
    made = [await customer(emulator) for _ in range(5)]
    query = {"sort": {"order": order}}

    found, page = [], await done(search(emulator, limit=2, query=query))
    while True:
        found += [each["data"]["id"] for each in page["events"]]
        if "cursor" not in page:
            break
        page = await done(search(emulator, limit=2, query=query, cursor=page["cursor"]))

    assert found == (made if order == "ASC" else made[::-1])


async def test_a_cursor_belongs_to_its_query(emulator):
    await listen(emulator)
    for _ in range(2):
        await customer(emulator)
    page = await done(search(emulator, limit=1))

    other = {"sort": {"order": "ASC"}}
    await refused(search(emulator, limit=1, query=other, cursor=page["cursor"]), 400, "INVALID_CURSOR", "cursor")


async def test_each_event_is_found_with_the_version_it_was_made_by(emulator):
    await listen(emulator)
    await customer(emulator)

    page = await done(search(emulator))

    assert page["metadata"] == [{"event_id": page["events"][0]["event_id"], "api_version": "2026-09-16"}]


async def test_events_are_found_by_type_seller_and_time(emulator):
    await listen(emulator)
    first = await customer(emulator)
    await done(emulator.call("DELETE", f"/v2/customers/{first}"))
    other = await done(emulator.call("POST", "/v2/customers", {"given_name": "Bea"}, token="second-seller-token"))
    created, deleted, elsewhere = [each["created_at"] for each in await told(emulator)]
    second = other["customer"]["id"]

    async def found(**filters):
        return [(each["type"], each["data"]["id"]) for each in await told(emulator, **filters)]

    assert await found(event_types=["customer.deleted"]) == [("customer.deleted", first)]
    assert await found(merchant_ids=["MLEMULATORSELLER2"]) == [("customer.created", second)]
    assert await found(merchant_ids=[], event_types=[]) == await found()
    between = {"start_at": deleted, "end_at": elsewhere}
    assert await found(created_at=between) == [("customer.deleted", first)]
    assert await found(created_at={"end_at": deleted}) == [("customer.created", first)]
    assert len(await found(created_at={"start_at": created})) == 3


async def test_loyalty_events_are_found_by_location(emulator):
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    await listen(emulator)
    await shop.accumulate(emulator, account, points=5)
    await shop.accumulate(emulator, account, location=shop.ELSEWHERE, points=7)

    (event,) = await told(emulator, location_ids=[shop.ELSEWHERE])

    assert event["data"]["object"]["loyalty_event"]["accumulate_points"]["points"] == 7


async def test_an_event_is_found_for_four_weeks(emulator):
    await listen(emulator)
    await customer(emulator)

    emulator.clock.advance(FOUR_WEEKS - 60)
    kept = await types(emulator)
    emulator.clock.advance(120)

    assert kept == ["customer.created"]
    assert await types(emulator) == []


async def test_older_events_are_not_kept(emulator):
    await listen(emulator)
    await customer(emulator)

    emulator.clock.advance(FOUR_WEEKS + 60)
    await customer(emulator)

    assert emulator.store.db.execute("SELECT COUNT(*) FROM webhook_events").fetchone()[0] == 1


async def test_an_application_finds_only_what_it_was_told_itself(emulator):
    await listen(emulator)
    await customer(emulator)
    await listen_as_another(emulator)
    ada = await customer(emulator)

    assert len(await told(emulator)) == 2
    (event,) = await told(emulator, OTHER_OWN)
    assert event["data"]["id"] == ada
    assert event["event_id"] not in {each["event_id"] for each in await told(emulator)}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"limit": 101}, "VALUE_TOO_HIGH", "limit"),
        ({"limit": 0}, "VALUE_TOO_LOW", "limit"),
        ({"cursor": "nonsense"}, "INVALID_CURSOR", "cursor"),
        ({"query": {"sort": {"order": "UP"}}}, "INVALID_ENUM_VALUE", "query.sort.order"),
        ({"query": {"sort": {"field": "TYPE"}}}, "INVALID_ENUM_VALUE", "query.sort.field"),
        ({"query": {"filter": {"event_types": "x"}}}, "EXPECTED_ARRAY", "query.filter.event_types"),
        (
            {"query": {"filter": {"created_at": {"start_at": "yesterday"}}}},
            "INVALID_TIME",
            "query.filter.created_at.start_at",
        ),
        (
            {
                "query": {
                    "filter": {"created_at": {"start_at": "2026-02-01T00:00:00Z", "end_at": "2026-01-01T00:00:00Z"}}
                }
            },
            "INVALID_TIME_RANGE",
            "query.filter.created_at",
        ),
    ],
)
async def test_a_search_that_square_does_not_take_is_refused(emulator, body, code, field):
    await refused(search(emulator, **body), 400, code, field)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", EVENTS), ("PUT", f"{EVENTS}/enable"), ("PUT", f"{EVENTS}/disable"), ("GET", f"{EVENTS}/types")],
)
async def test_only_the_personal_token_of_an_application_may_ask(emulator, method, path):
    body = {} if method == "POST" else None
    await refused(emulator.call(method, path, body, token="second-app-token"), 403, "FORBIDDEN")
    await refused(emulator.call(method, path, body, token="revoked-token"), 401, "ACCESS_TOKEN_REVOKED")

    await issue(emulator, "second-app-token", application="sq0idp-second-app", personal=True)

    assert (await emulator.call(method, path, body, token="second-app-token"))[0] == 200


async def test_the_types_of_a_version_are_those_since_then(emulator):
    path = f"{EVENTS}/types"
    latest = await done(emulator.call("GET", path))
    early = await done(emulator.call("GET", path, api_version="2021-02-26"))

    assert latest["event_types"] == list(event_types.ALL)
    assert {each["event_type"] for each in latest["metadata"] if each["release_status"] == "DEPRECATED"} == set(
        event_types.DEPRECATED
    )
    assert "customer.created" in early["event_types"]
    assert "loyalty.program.created" not in early["event_types"]
    await refused(emulator.call("GET", path, api_version="soon"), 400, "INVALID_SQUARE_VERSION_FORMAT")


async def test_they_are_counted_apart_from_the_operations(emulator):
    await listen(emulator)
    await search(emulator)

    _, calls = await emulator.call("GET", "/_emulator/calls", token=None)
    _, health = await emulator.call("GET", "/_emulator/health", token=None)
    assert calls == {"count": {}, "latest": [], "token_status": 0, "others": {"EnableEvents": 1, "SearchEvents": 1}}
    assert health["operations"] == len(ROUTES) == 46


async def test_only_a_switch_that_names_it_strikes_it(emulator):
    emulator.faults.add("status", status=503, count=1)
    untouched, _ = await search(emulator)
    emulator.faults.add("status", "SearchEvents", status=503, count=1)

    assert untouched == 200
    assert (await search(emulator))[0] == 503
    assert (await emulator.call("GET", "/v2/customers"))[0] == 503
