"""A bucket of so much a second: what it lets in over time, what it owes, and whose buckets are kept."""

from __future__ import annotations

import pytest

from gateway.fairness.fair_share import Holder
from gateway.fairness.rate_limit import RateLimit
from tests.square.held_time import HeldTime

ONE = Holder("one")


def let_in(limit: RateLimit, time: HeldTime, seconds: float, times: int) -> int:
    """How many of so many that come evenly in these seconds are let in."""
    count = 0
    for _ in range(times):
        bucket = limit.bucket(ONE)
        if bucket.wait() == 0:
            bucket.take()
            count += 1
        time.pass_by(seconds / times)
    return count


@pytest.mark.parametrize("rate", [0.5, 1, 7, 100])
def test_a_caller_that_asks_for_more_gets_its_rate_and_one_second_more(rate: float) -> None:
    time = HeldTime()
    limit = RateLimit(rate, lambda: time.now)

    found = let_in(limit, time, 20, round(20 * rate * 5))

    assert abs(found - (20 * rate + max(1, rate))) <= 1


def test_what_is_taken_beyond_the_bucket_is_paid_back_before_anything_begins() -> None:
    time = HeldTime()
    bucket = RateLimit(2, lambda: time.now).bucket(ONE)
    for _ in range(10):
        bucket.take()

    assert bucket.wait() == pytest.approx(4.5)
    time.pass_by(4.4)
    assert bucket.wait() > 0
    time.pass_by(0.11)
    assert bucket.wait() == 0


def test_callers_that_are_made_up_push_out_no_bucket_of_a_known_one() -> None:
    time = HeldTime()
    limit = RateLimit(1, lambda: time.now, remembered=50)
    limit.bucket(ONE).take()
    for number in range(1000):
        limit.bucket(Holder(f"made up {number}", known=False)).take()

    assert len(limit) == 50
    assert limit.bucket(ONE).level == 0
