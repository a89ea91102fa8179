"""Checking new documents takes a share of the processor, and no more."""

from __future__ import annotations

from gateway.graph.documents.cpu_budget import Share


class Time:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_work_within_the_credit_does_not_wait() -> None:
    share = Share(0.1, 1.0, Time())
    share.spend(0.9)

    assert share.pause() == 0


def test_work_beyond_the_credit_waits_until_its_share_has_come() -> None:
    time = Time()
    share = Share(0.1, 1.0, time)
    share.spend(1.5)

    assert share.pause() == 5
    time.at = 5
    assert share.pause() == 0


def test_credit_does_not_grow_beyond_its_most() -> None:
    time = Time()
    share = Share(0.1, 1.0, time)
    time.at = 1000
    share.pause()
    share.spend(1.1)

    assert round(share.pause(), 6) == 1
