"""What one worker changes is old for every worker that shares its board, and nothing else is."""

from __future__ import annotations

from collections import Counter

import pytest

from gateway.square.reads.change_numbers import ChangeNumbers


class Board:
    """What workers share, without the memory that it takes to share it."""

    def __init__(self) -> None:
        self.counts: Counter[bytes] = Counter()

    def changed(self, key: bytes) -> None:
        self.counts[key] += 1

    def number(self, key: bytes) -> int:
        return self.counts[key]


@pytest.fixture
def workers() -> tuple[ChangeNumbers, ChangeNumbers]:
    board = Board()
    return ChangeNumbers(board), ChangeNumbers(board)


@pytest.mark.parametrize("looked", [True, False], ids=["known", "never looked at"])
def test_a_change_of_another_worker_is_later_than_what_began_before_it(
    workers: tuple[ChangeNumbers, ChangeNumbers], looked: bool
) -> None:
    here, there = workers
    if looked:
        here.last(["a"])
    began = here.count

    there.changed("a")

    assert here.last(["a"]) > began
    assert here.last(["b"]) <= began
    assert here.last(["a"]) <= here.count


def test_what_changed_before_is_not_later_than_what_begins_now(workers: tuple[ChangeNumbers, ChangeNumbers]) -> None:
    here, there = workers
    there.changed("a")
    there.changed("b")

    began = here.count

    assert max(here.last(["a"]), here.last(["b"])) <= began


def test_ones_own_change_counts_once(workers: tuple[ChangeNumbers, ChangeNumbers]) -> None:
    here, _ = workers
    here.last(["a"])
    here.changed("a")
    began = here.count

    assert here.last(["a"]) <= began
