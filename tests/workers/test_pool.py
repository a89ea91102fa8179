"""Which processes are started, exchanged and killed, with processes that only pretend to be there."""

from __future__ import annotations

import errno
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

from gateway.workers import child, messages, pool, reports
from gateway.workers.pool import Pool, Unstartable


class Link:
    """What a process is told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.shown: list[dict[str, Any]] = []

    def say(self, kind: str, **fields: Any) -> None:
        self.said.append(kind)
        self.shown += fields.get("figures", [])

    def finish(self) -> None:
        """Nothing is left to be heard."""


class Processes:
    """Those of a pool, and its clock."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.all: list[child.Child] = []
        self.ended: dict[int, int] = {}
        self.full = False
        self.now = monotonic()
        for module in (pool, reports):
            patch.setattr(module, "monotonic", lambda: self.now)
        patch.setattr(child.Child, "kill", lambda each: self.ended.update({each.pid: -9}))
        patch.setattr(child.Child, "exit_code", lambda each: self.ended.get(each.pid))

    def launch(self, number: int, lane: int, config: Any) -> child.Child:
        if self.full:
            raise OSError(errno.EAGAIN, "not shown")
        link: Any = Link()
        self.all.append(child.Child(number, lane, config, len(self.all), link, self.now))
        return self.all[-1]

    def said(self, pid: int) -> list[str]:
        link: Any = self.all[pid].link
        return list(link.said)

    def shown(self, pid: int) -> list[Any]:
        link: Any = self.all[pid].link
        return [family["samples"] for family in link.shown]

    def pass_by(self, pool: Pool, seconds: float, then: Callable[[], None] = lambda: None) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, pool.advance() or until)
            then()
        pool.advance()


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    return Processes(monkeypatch)


def serving(processes: Processes) -> Pool:
    """A pool of two workers that serve."""
    found = Pool(2, processes.launch, lambda _: None, "settings", leave_seconds=lambda _: 100.0)
    found.advance()
    for each in processes.all:
        found.heard(each, {"kind": messages.READY})
    return found


def test_a_worker_that_gives_no_sign_of_life_is_replaced(processes: Processes) -> None:
    found = serving(processes)

    def answer() -> None:
        found.heard(processes.all[0], {"kind": messages.ALIVE})

    processes.pass_by(found, 20, answer)
    assert not processes.ended
    processes.pass_by(found, 10, answer)
    assert processes.ended == {1: -9}
    found.reap()
    found.advance()
    assert [each.number for each in found.children()] == [0, 1]
    found.heard(processes.all[2], {"kind": messages.READY})
    assert found.restarts["died"] == 1
    assert messages.ALIVE in processes.said(0)


def test_a_parent_that_stood_still_gives_workers_their_time(processes: Processes) -> None:
    found = serving(processes)
    processes.now += 3600
    found.advance()
    assert not processes.ended


def test_those_that_serve_go_on_where_no_other_can_be_started(processes: Processes) -> None:
    found = serving(processes)
    processes.full = True
    processes.ended[0] = -9
    found.reap()
    found.renew("others")
    processes.pass_by(found, 15)
    assert found.serving == 1
    processes.full = False
    processes.pass_by(found, 2)
    assert len(processes.all) == 3

    processes.full = True
    processes.ended |= {1: -9, 2: -9}
    found.reap()
    with pytest.raises(Unstartable, match="Resource temporarily unavailable"):
        processes.pass_by(found, 15)


def test_who_never_served_has_taken_nobodys_place(processes: Processes) -> None:
    found = serving(processes)
    found.renew("others")
    found.advance()
    processes.ended[2] = 1
    found.reap()
    assert found.restarts == {"died": 0, "asked": 0, "settings": 0}
    assert found.settled == "settings"

    found.renew("others again")
    found.advance()
    found.heard(processes.all[3], {"kind": messages.READY})
    assert found.restarts["settings"] == 1
    assert found.settled == "settings"


def test_none_is_exchanged_once_the_end_is_announced_and_who_dies_is_replaced(processes: Processes) -> None:
    found = serving(processes)
    found.announce()
    for each in list(processes.all):
        found.heard(each, {"kind": messages.LEAVING})
    found.advance()
    assert len(processes.all) == 2

    processes.ended[1] = -9
    found.reap()
    found.advance()
    found.heard(processes.all[2], {"kind": messages.READY})
    assert processes.said(2) == [messages.ANNOUNCE]


def test_none_goes_on_beyond_the_end(processes: Processes) -> None:
    found = serving(processes)
    processes.ended[1] = -9
    found.reap()
    found.advance()
    found.end(lambda _: 10.0)
    # One that was just about to serve has no more time than the others.
    found.heard(processes.all[2], {"kind": messages.READY})
    found.hurry(5)

    def answer() -> None:
        for each in found.children():
            found.heard(each, {"kind": messages.ALIVE})

    processes.pass_by(found, 9, answer)
    assert set(processes.ended) == {1}
    processes.pass_by(found, 2, answer)
    assert set(processes.ended) == {0, 1, 2}


def test_what_a_worker_has_counted_counts_once_when_it_ends_as_figures_are_gathered(processes: Processes) -> None:
    found = serving(processes)
    counted = [{"name": "calls", "help": "", "type": "counter", "samples": [("calls_total", [], 3.0)]}]
    found.heard(processes.all[1], {"kind": messages.FIGURES, "figures": counted})
    found.heard(processes.all[0], {"kind": messages.SHOW, "id": 1, "figures": []})
    processes.ended[1] = 0
    found.reap()
    assert processes.shown(0) == [[("calls_total", [], 3.0)]]
