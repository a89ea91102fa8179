from __future__ import annotations

import pytest

from gateway.emulator.api.identifiers import identifier
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.rules.groups import segments
from tests.emulator.customer_requests import CUSTOMERS, error, retrieve, update

SEGMENTS = "/v2/customers/segments"


def segment(number: int) -> dict[str, str]:
    time = f"2026-01-01T00:00:{number:02}.000Z"
    return {"id": f"MERCHANT.S{number}", "name": f"Segment {number}", "created_at": time, "updated_at": time}


@pytest.fixture
def seeded(emulator):
    with emulator.store.transaction() as db:
        segments.insert(db, emulator.seller, [segment(number) for number in range(52)])
    return emulator


async def test_segments_are_listed_in_pages(seeded):
    _, first = await seeded.call("GET", SEGMENTS)
    _, second = await seeded.call("GET", SEGMENTS, cursor=first["cursor"])

    assert first["segments"] + second["segments"] == [segment(number) for number in range(52)]
    assert len(first["segments"]) == 50
    assert list(second) == ["segments"]


async def test_a_segment_is_retrieved_by_its_id(seeded):
    assert await seeded.call("GET", f"{SEGMENTS}/MERCHANT.S7") == (200, {"segment": segment(7)})
    assert error(await seeded.call("GET", f"{SEGMENTS}/MERCHANT.NO")) == (404, "NOT_FOUND", None)


async def test_segments_of_another_seller_are_not_there(seeded):
    token = "second-seller-token"

    assert await seeded.call("GET", SEGMENTS, token=token) == (200, {})
    assert error(await seeded.call("GET", f"{SEGMENTS}/MERCHANT.S7", token=token)) == (404, "NOT_FOUND", None)


@pytest.mark.parametrize(("limit", "code"), [(0, "VALUE_TOO_LOW"), (51, "VALUE_TOO_HIGH")])
async def test_a_page_has_one_to_fifty_segments(emulator, limit, code):
    assert error(await emulator.call("GET", SEGMENTS, limit=limit)) == (400, code, "limit")


async def test_segments_are_only_read(emulator):
    assert (await emulator.call("POST", SEGMENTS, json={"segment": {"name": "Mine"}}))[0] in {404, 405}


async def test_members_name_their_segments(seeded):
    time = "2026-01-01T00:00:00.000Z"
    ann = {"id": identifier(), "given_name": "Ann", "created_at": time, "updated_at": time, "version": 4}
    with seeded.store.transaction() as db:
        customer_table.insert(db, seeded.seller, [{**ann, "segment_ids": ["MERCHANT.S2", "MERCHANT.S1"]}])

    member = await retrieve(seeded, ann)

    assert member["segment_ids"] == ["MERCHANT.S1", "MERCHANT.S2"]
    assert member["version"] == 4
    _, body = await update(seeded, ann, note="x")
    assert body["customer"]["segment_ids"] == member["segment_ids"]


async def test_a_member_added_directly_is_found_and_keeps_its_version(seeded):
    time = "2026-01-01T00:00:00.000Z"
    ann = {"id": identifier(), "given_name": "Ann", "created_at": time, "updated_at": time}
    member = (seeded.seller, "MERCHANT.S1", ann["id"])
    body = {"query": {"filter": {"segment_ids": {"none": ["MERCHANT.S1"]}}}}
    with seeded.store.transaction() as db:
        customer_table.insert(db, seeded.seller, [ann])
        db.execute("INSERT INTO customer_segment_members VALUES (?, ?, ?)", member)

    assert await seeded.call("POST", f"{CUSTOMERS}/search", json=body) == (200, {})
    assert (await retrieve(seeded, ann))["version"] == 0
    with seeded.store.transaction() as db:
        sql = "DELETE FROM customer_segment_members WHERE seller = ? AND segment_id = ? AND customer_id = ?"
        db.execute(sql, member)
    _, found = await seeded.call("POST", f"{CUSTOMERS}/search", json=body)
    assert found["customers"][0]["given_name"] == "Ann"
