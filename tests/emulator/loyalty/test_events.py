from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.emulator.api.clock import timestamp
from gateway.emulator.rules.loyalty import events as loyalty_events
from tests.emulator import loyalty_shop as shop

CREATED_AT = "query.filter.date_time_filter.created_at"


@pytest.fixture(autouse=True)
def _open(emulator):
    shop.open_shop(emulator)


async def found(emulator, **filters):
    page = await shop.succeed(emulator, "POST", "/events/search", {"query": {"filter": filters}})
    return [each["id"] for each in page.get("events", [])]


def store(emulator, account_id, number, created_at="2021-05-05T10:00:00Z"):
    event = {
        "id": f"E{number}",
        "type": "OTHER",
        "created_at": created_at,
        "other_event": {"loyalty_program_id": shop.PROGRAM, "points": 1},
        "loyalty_account_id": account_id,
        "source": "SQUARE",
    }
    loyalty_events.insert(emulator.store.db, emulator.seller, event)


async def test_events_come_the_newest_first_whatever_order_they_were_stored_in(emulator):
    account_id = await shop.enroll(emulator)
    for number, day in enumerate((3, 1, 2)):
        store(emulator, account_id, number, f"2021-05-0{day}T10:00:00Z")

    events = await shop.events(emulator, account_id)

    assert [each["id"] for each in events] == ["E0", "E2", "E1"]


async def test_events_of_one_moment_come_page_by_page_while_more_are_written(emulator):
    account_id = await shop.enroll(emulator)
    for number in range(65):
        store(emulator, account_id, number)

    first = await shop.succeed(emulator, "POST", "/events/search")
    store(emulator, account_id, 99)
    second = await shop.succeed(emulator, "POST", "/events/search", {"cursor": first["cursor"]})
    third = await shop.succeed(emulator, "POST", "/events/search", {"cursor": second["cursor"]})

    ids = [each["id"] for page in (first, second, third) for each in page["events"]]
    assert ids == [f"E{number}" for number in reversed(range(65))]
    assert [len(page["events"]) for page in (first, second, third)] == [30, 30, 5]
    assert "cursor" not in third


async def test_filters_are_combined_and_their_lists_are_alternatives(emulator):
    ann, bob = await shop.enroll(emulator, points=50), await shop.enroll(emulator, points=50)
    order = shop.order(emulator)
    (earned,) = await shop.accumulate(emulator, ann, shop.ELSEWHERE, order_id=order)
    adjusted = await shop.adjust(emulator, ann, 3)
    start = (await shop.events(emulator, ann))[-1]
    other = (await shop.events(emulator, bob))[0]

    def account(account_id):
        return {"loyalty_account_filter": {"loyalty_account_id": account_id}}

    def types(*values):
        return {"type_filter": {"types": list(values)}}

    def locations(*values):
        return {"location_filter": {"location_ids": list(values)}}

    assert await found(emulator, **account(bob)) == [other["id"]]
    assert await found(emulator, **types("ADJUST_POINTS")) == [adjusted["id"]]
    assert await found(emulator, **account(ann), **types("ADJUST_POINTS", "ACCUMULATE_POINTS")) == [
        adjusted["id"],
        earned["id"],
        start["id"],
    ]
    assert await found(emulator, **locations(shop.ELSEWHERE, "unknown")) == [earned["id"]]
    assert await found(emulator, **account(ann), **locations(shop.LOCATION)) == [start["id"]]
    assert await found(emulator, order_filter={"order_id": order}) == [earned["id"]]
    assert await found(emulator, **account(bob), order_filter={"order_id": order}) == []
    assert len(await found(emulator, **types(), **locations())) == 4


async def test_a_time_range_includes_its_start_and_excludes_its_end(emulator):
    account_id = await shop.enroll(emulator)
    for number, milliseconds in enumerate(("000", "001", "002")):
        store(emulator, account_id, number, f"2021-05-05T10:00:00.{milliseconds}Z")

    async def between(**bounds):
        return await found(emulator, date_time_filter={"created_at": bounds})

    assert await between(start_at="2021-05-05T10:00:00.001Z", end_at="2021-05-05T10:00:00.002Z") == ["E1"]
    assert await between(start_at="2021-05-05T12:00:00.0010+02:00") == ["E2", "E1"]
    assert await between(start_at="2021-05-05T10:00:00.0011Z") == ["E2"]
    assert await between(end_at="2021-05-05T10:00:00.0011Z") == ["E1", "E0"]
    assert await between(end_at="9999-12-31T23:59:59.9999Z", start_at="0001-01-01T00:00:00Z") == ["E2", "E1", "E0"]
    assert await between(start_at="2021-05-05T10:00:00Z", end_at="2021-05-05T10:00:00Z") == []
    assert await between(start_at=None) == ["E2", "E1", "E0"]


@pytest.mark.parametrize(
    ("filters", "code", "field"),
    [
        ({"date_time_filter": {"created_at": {"start_at": "today"}}}, "INVALID_TIME", f"{CREATED_AT}.start_at"),
        ({"date_time_filter": {"created_at": {"end_at": "2021-05-05"}}}, "INVALID_TIME", f"{CREATED_AT}.end_at"),
        ({"date_time_filter": {}}, "MISSING_REQUIRED_PARAMETER", CREATED_AT),
        ({"type_filter": {"types": ["LOST"]}}, "INVALID_ENUM_VALUE", "query.filter.type_filter.types[0]"),
        (
            {"loyalty_account_filter": {}},
            "MISSING_REQUIRED_PARAMETER",
            "query.filter.loyalty_account_filter.loyalty_account_id",
        ),
    ],
)
async def test_a_filter_that_cannot_be_read_is_refused(emulator, filters, code, field):
    body = {"query": {"filter": filters}}

    assert await shop.refuse(emulator, "POST", "/events/search", body) == (400, code, field)


async def test_a_time_range_that_ends_before_it_starts_is_refused(emulator):
    now = emulator.clock.now()
    bounds = {"start_at": timestamp(now), "end_at": timestamp(now - timedelta(days=1))}
    body = {"query": {"filter": {"date_time_filter": {"created_at": bounds}}}}

    assert await shop.refuse(emulator, "POST", "/events/search", body) == (400, "INVALID_TIME_RANGE", CREATED_AT)


@pytest.mark.parametrize(("limit", "code"), [(0, "VALUE_TOO_LOW"), (31, "VALUE_TOO_HIGH")])
async def test_a_page_has_1_to_30_events(emulator, limit, code):
    assert await shop.refuse(emulator, "POST", "/events/search", {"limit": limit}) == (400, code, "limit")


async def test_an_event_without_a_proper_date_is_an_error_of_the_seed(emulator):
    account_id = await shop.enroll(emulator)

    with pytest.raises(ValueError, match="RFC 3339"):
        store(emulator, account_id, 0, "yesterday")


async def test_an_empty_ledger_answers_an_empty_object(emulator):
    assert await shop.succeed(emulator, "POST", "/events/search", {"query": None}) == {}
    assert await shop.succeed(emulator, "POST", "/events/search", {}, token="second-seller-token") == {}
