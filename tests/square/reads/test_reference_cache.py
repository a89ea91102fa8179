"""What is remembered is bounded, and what is forgotten is never taken for something else."""

from __future__ import annotations

import orjson
import pytest

from gateway.areas.groups.endpoints import LIST_GROUPS
from gateway.identity import Access, Identity
from gateway.keys import PROCESS_KEYS
from gateway.square.body import Body
from gateway.square.endpoint import Page
from gateway.square.reads import change_numbers, reference_cache
from gateway.square.reads.reference_cache import ReferenceCache
from gateway.square.response import Answer
from tests.square.held_time import HeldTime

LIFE = 30.0
CALL = LIST_GROUPS(query={"limit": 50})


def access(merchant: str) -> Access:
    return Access(Identity("sandbox", merchant, "A", "2025-08-20", PROCESS_KEYS), frozenset({"CUSTOMERS_READ"}))


def answer(size: int = 0) -> Answer[Page[object]]:
    return Answer(Page([object()]), Body("ListCustomerGroups", orjson.dumps({"groups": "x" * size})))


@pytest.fixture
def time() -> HeldTime:
    return HeldTime()


@pytest.fixture
def cache(time: HeldTime) -> ReferenceCache:
    return ReferenceCache(time.timing, LIFE)


def test_one_seller_and_all_of_them_have_so_many_bytes(cache: ReferenceCache) -> None:
    size = reference_cache.MAX_BYTES_OF_ONE // 4 - 100
    calls = [LIST_GROUPS(query={"limit": number}) for number in range(1, 7)]
    for call in calls:
        cache.put(access("M"), call, answer(size), cache.count)

    assert [cache.get(access("M"), call) is not None for call in calls] == [False, False, True, True, True, True]

    for number in range(reference_cache.MAX_BYTES // size - 1):
        cache.put(access(f"M{number}"), CALL, answer(size), cache.count)

    assert len(cache) * size <= reference_cache.MAX_BYTES
    # Those who have least lose nothing to who has most.
    assert all(cache.get(access(f"M{number}"), CALL) for number in range(reference_cache.MAX_BYTES // size - 1))
    assert sum(cache.get(access("M"), call) is not None for call in calls) < 4


def test_an_answer_larger_than_one_seller_may_have_is_not_kept(cache: ReferenceCache) -> None:
    kept = cache.put(access("M"), CALL, answer(reference_cache.MAX_BYTES_OF_ONE), cache.count)

    assert (kept.until, cache.get(access("M"), CALL), len(cache)) == (None, None, 0)


def test_what_has_ended_makes_room_though_nobody_asks_for_it(cache: ReferenceCache, time: HeldTime) -> None:
    for number in range(5):
        cache.put(access(f"M{number}"), CALL, answer(), cache.count)

    time.pass_by(LIFE)
    cache.put(access("M"), CALL, answer(), cache.count)

    assert len(cache) == 1


def test_an_answer_that_is_kept_again_lives_from_then_on(cache: ReferenceCache, time: HeldTime) -> None:
    cache.put(access("M"), CALL, answer(), cache.count)
    time.pass_by(LIFE - 1)
    cache.put(access("M"), CALL, answer(), cache.count)
    time.pass_by(1)
    cache.put(access("N"), CALL, answer(), cache.count)

    assert cache.get(access("M"), CALL) is not None


def test_each_gets_a_page_of_its_own(cache: ReferenceCache) -> None:
    given = cache.put(access("M"), CALL, answer(), cache.count).value
    given.items.clear()
    found = cache.get(access("M"), CALL)
    assert found is not None
    found.value.items.clear()

    again = cache.get(access("M"), CALL)
    assert again is not None
    assert len(again.value.items) == 1


def test_changes_that_are_forgotten_count_as_changes_of_everything(
    cache: ReferenceCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_numbers, "MAX_CHANGES", 3)
    began = cache.count
    for number in range(4):
        cache.evict(f"M{number}", "customer_groups")

    # Of M0 nobody knows any more that it has changed since the read began.
    assert cache.put(access("M0"), CALL, answer(), began).until is None
    assert cache.put(access("M0"), CALL, answer(), cache.count).until is not None
