"""One limit shared by callers, and one memory: whatever some of them do, something is left for the others."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.fairness.fair_cache import FairCache
from gateway.fairness.fair_share import FairShare, Held, Holder, NoShare

LIMITS = some.integers(1, 300)
SHARES = some.floats(0.05, 1)
HOLDERS = some.builds(Holder, some.sampled_from("abcdefgh"), some.booleans())


def fill(share: FairShare, holder: Holder) -> list[Held]:
    """Take as many as there are for this holder."""
    held = []
    while share.reason(holder) is None:
        held.append(share.take(holder))
    return held


@given(LIMITS, SHARES)
def test_one_caller_alone_gets_its_share_and_no_more(limit: int, share: float) -> None:
    held = len(fill(FairShare(limit, share), Holder("a")))

    assert max(1, math.floor(share * limit)) - 1 <= held <= max(1, math.ceil(share * limit))


@given(LIMITS)
def test_with_a_share_of_one_a_caller_may_have_everything(limit: int) -> None:
    assert len(fill(FairShare(limit, 1.0), Holder("a", known=False))) == limit


@given(some.integers(4, 300), some.integers(0, 30))
def test_while_fewer_callers_than_places_take_all_they_can_the_next_gets_one(limit: int, greedy: int) -> None:
    share = FairShare(limit, 0.75)
    for number in range(min(greedy, 1 + limit // 12)):
        fill(share, Holder(f"greedy {number}"))

    share.take(Holder("newcomer"))

    assert share.used <= limit


@given(some.integers(2, 300), some.integers(1, 400))
def test_callers_that_are_made_up_get_together_what_one_caller_gets(limit: int, number: int) -> None:
    share, alone = FairShare(limit, 0.75), FairShare(limit, 0.75)
    for each in range(number):
        fill(share, Holder(f"made up {each}", known=False))

    assert share.used <= len(fill(alone, Holder("one")))
    share.take(Holder("known"))


def test_who_holds_too_much_is_told_apart_from_who_comes_when_all_is_taken() -> None:
    share = FairShare(4, 0.75)
    fill(share, Holder("greedy"))
    with pytest.raises(NoShare) as over:
        share.take(Holder("greedy"))
    share.take(Holder("other"))
    with pytest.raises(NoShare) as full:
        share.take(Holder("third"))

    assert (over.value.own, full.value.own) == (True, False)
    assert share.refused == 2


@given(LIMITS, SHARES, some.lists(HOLDERS, max_size=200), some.randoms())
def test_never_more_than_the_limit_is_held_and_all_of_it_comes_back(
    limit: int, share: float, holders: list[Holder], chance: object
) -> None:
    shared = FairShare(limit, share)
    held: list[Held] = []
    for number, holder in enumerate(holders):
        if shared.reason(holder) is None:
            held.append(shared.take(holder))
        assert len(held) == shared.used <= limit
        if number % 3 == 2 and held:
            given_back = held.pop(len(held) // 2)
            given_back.release()
            given_back.release()
    for each in held:
        each.release()

    assert shared.used == 0
    assert len(fill(shared, Holder("a"))) == len(fill(FairShare(limit, share), Holder("a")))


@given(some.integers(2, 50), some.integers(1, 200))
def test_what_one_caller_adds_pushes_out_only_its_own(size: int, added: int) -> None:
    cache: FairCache[int] = FairCache(size)
    mine = [("mine", number) for number in range(size // 2)]
    for key in mine:
        cache.put(key, 1, Holder("me"))
    for number in range(added):
        cache.put(number, 2, Holder("greedy"))

    assert all(cache.get(key, Holder("me")) == 1 for key in mine)
    assert len(cache) <= size
    assert added - 1 in cache


def test_one_caller_alone_may_fill_a_memory() -> None:
    cache: FairCache[int] = FairCache(3)
    for number in range(4):
        cache.put(number, number, Holder("one"))

    assert [number in cache for number in range(4)] == [False, True, True, True]


def test_callers_that_are_made_up_count_as_one_in_a_memory() -> None:
    cache: FairCache[str] = FairCache(10)
    for number in range(3):
        cache.put(f"mine {number}", "mine", Holder("me"))
    for number in range(100):
        cache.put(number, "made up", Holder(f"made up {number}", known=False))

    assert all(f"mine {number}" in cache for number in range(3))


def test_what_a_known_caller_uses_belongs_to_it_from_then_on() -> None:
    cache: FairCache[str] = FairCache(4)
    cache.put("used", "text", Holder("me", known=False))
    assert cache.get("used", Holder("me")) == "text"
    for number in range(100):
        cache.put(number, "made up", Holder(f"made up {number}", known=False))

    assert cache.get("used", Holder("me")) == "text"


def test_entries_have_weight_and_who_holds_most_gives_up_its_own() -> None:
    cache: FairCache[str] = FairCache(100, weigh=len, own=60)
    cache.put("small", "x" * 30, Holder("one"))
    for number in range(4):
        cache.put(number, "x" * 20, Holder("two"))

    assert [key in cache for key in ("small", 0, 1, 2, 3)] == [True, False, True, True, True]

    cache.put("large", "x" * 30, Holder("three"))

    assert [key in cache for key in ("small", 1, 2, 3, "large")] == [True, False, True, True, True]


def test_what_weighs_more_than_one_may_hold_is_not_remembered() -> None:
    cache: FairCache[str] = FairCache(100, weigh=len, own=60)
    cache.put("most", "x" * 60, Holder("one"))
    cache.put("more", "x" * 61, Holder("two"))

    assert ["most" in cache, "more" in cache, cache.peek("most")] == [True, False, "x" * 60]


def test_what_is_replaced_or_discarded_weighs_nothing_any_more() -> None:
    cache: FairCache[str] = FairCache(10, weigh=len)
    for size in (9, 1, 5):
        cache.put("one", "x" * size, Holder("one"))
    cache.put("two", "xxxxx", Holder("one"))
    cache.discard("one")
    cache.put("three", "xxxxx", Holder("one"))

    assert [key in cache for key in ("one", "two", "three")] == [False, True, True]
