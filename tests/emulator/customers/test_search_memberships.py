from __future__ import annotations

import pytest

from tests.emulator.customer_requests import CUSTOMERS, create, error, group, search
from tests.emulator.searches import T, found, refused, seed, seed_segments

# With so many members a set is not looked up member by member.
MANY = 4001
HERE = {"reference_id": "here"}


def others(emulator, count, **sets):
    """Members of the sets whom a search for those that are `HERE` does not find."""
    seed(emulator, *({"given_name": "Other", **sets} for _ in range(count)))


async def found_here(emulator, **filters):
    return await found(emulator, reference_id={"exact": "here"}, **filters)


@pytest.mark.parametrize("count", [0, MANY], ids=["few members", "many members"])
async def test_groups_combine_any_all_and_none(emulator, count):
    ann, bob, cid = [await create(emulator, given_name=name, **HERE) for name in ("Ann", "Bob", "Cid")]
    await create(emulator, given_name="Dot", **HERE)
    one, two = await group(emulator, "1", ann, bob), await group(emulator, "2", bob, cid)
    none = await group(emulator, "empty")
    others(emulator, count, group_ids=[one, two])

    assert await found_here(emulator, group_ids={"any": [one, two]}) == ["Ann", "Bob", "Cid"]
    assert await found_here(emulator, group_ids={"any": [one]}) == ["Ann", "Bob"]
    assert await found_here(emulator, group_ids={"all": [one, two]}) == ["Bob"]
    assert await found_here(emulator, group_ids={"none": [one]}) == ["Cid", "Dot"]
    assert await found_here(emulator, group_ids={"none": [one, two]}) == ["Dot"]
    assert await found_here(emulator, group_ids={"any": [one, two], "all": [two], "none": [one]}) == ["Cid"]
    assert await found_here(emulator, group_ids={"any": [none]}) == []
    assert await found_here(emulator, group_ids={"none": [none]}) == ["Ann", "Bob", "Cid", "Dot"]

    await emulator.call("DELETE", f"{CUSTOMERS}/{bob['id']}/groups/{one}")
    assert await found_here(emulator, group_ids={"any": [one]}) == ["Ann"]
    await emulator.call("DELETE", f"{CUSTOMERS}/{ann['id']}")
    assert await found_here(emulator, group_ids={"any": [one]}) == []


@pytest.mark.parametrize("term", ["any", "all", "none"])
async def test_an_unknown_group_finds_nobody(emulator, term):
    ann = await create(emulator, given_name="Ann")
    known = await group(emulator, "1", ann)

    assert await search(emulator, query={"filter": {"group_ids": {"any": [known], term: [known, "NO"]}}}) == {}
    assert await search(emulator, query={"filter": {"group_ids": {term: ["NO"]}}}, count=True) == {"count": 0}


@pytest.mark.parametrize(
    "other",
    [
        {"reference_id": {"exact": "R-1"}},
        {"email_address": {"exact": "ann@example.com"}},
        {"phone_number": {"exact": "+12065550100"}},
        {"created_at": {"start_at": T.format(1)}},
    ],
)
async def test_an_unknown_group_finds_nobody_beside_any_other_filter(emulator, other):
    await create(
        emulator,
        given_name="Ann",
        reference_id="R-1",
        email_address="ann@example.com",
        phone_number="+12065550100",
    )

    assert await found(emulator, **other) == ["Ann"]
    assert await found(emulator, **other, group_ids={"none": ["NO"]}) == []


async def test_too_many_groups_are_refused(emulator):
    assert await refused(emulator, group_ids={"any": ["X"] * 101}) == (
        400,
        "ARRAY_LENGTH_TOO_LONG",
        "query.filter.group_ids.any",
    )


@pytest.mark.parametrize("count", [0, MANY], ids=["few members", "many members"])
async def test_segments_combine_any_all_and_none(emulator, count):
    seed_segments(emulator, "M.A", "M.B")
    ann, bob = {"given_name": "Ann", "segment_ids": ["M.A"]}, {"given_name": "Bob", "segment_ids": ["M.A", "M.B"]}
    seed(emulator, ann | HERE, bob | HERE)
    await create(emulator, given_name="Cid", **HERE)
    others(emulator, count, segment_ids=["M.A", "M.B"])

    assert await found_here(emulator, segment_ids={"any": ["M.A", "M.B"]}) == ["Ann", "Bob"]
    assert await found_here(emulator, segment_ids={"all": ["M.A", "M.B"]}) == ["Bob"]
    assert await found_here(emulator, segment_ids={"all": ["M.A"], "none": ["M.B"]}) == ["Ann"]
    assert await found_here(emulator, segment_ids={"none": ["M.A"]}) == ["Cid"]


@pytest.mark.parametrize("term", ["any", "all", "none"])
async def test_an_unknown_segment_is_refused_by_its_id(emulator, term):
    seed_segments(emulator, "M.A")
    body = {"query": {"filter": {"segment_ids": {term: ["M.A", "M.NO"]}}}}

    status, answer = await emulator.call("POST", f"{CUSTOMERS}/search", json=body)

    assert error((status, answer)) == (400, "BAD_REQUEST", "query.filter.segment_ids")
    assert "M.NO" in answer["errors"][0]["detail"]


async def test_at_most_three_segments_can_be_asked_for(emulator):
    seed_segments(emulator, "M.A", "M.B")

    assert await found(emulator, segment_ids={"any": ["M.A", "M.B"], "none": ["M.B"]}) == []
    assert await refused(emulator, segment_ids={"any": ["M.A", "M.B"], "none": ["M.A", "M.B"]}) == (
        400,
        "ARRAY_LENGTH_TOO_LONG",
        "query.filter.segment_ids",
    )
