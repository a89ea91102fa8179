"""What a run came to, as figures and as sentences about what is wrong."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.history.clients import History
from tests.history.shop import Shop
from tests.many.callers import LOST, Callers
from tests.many.outages import Outages
from tests.many.plan import Plan

# Seconds that a process needs, after Redis goes on, to find out.
FOUND_OUT = 2.0
# Seconds after which no worker may be left whose parent was killed.
MAX_ORPHANED = 5.0


@dataclass
class Followers:
    """What both sellers' subscribers were told, in numbers."""

    count: int
    shown: int
    restarts: int
    # States that were told once more after a subscriber went on: a position names only the last few objects.
    again: int
    refusals: list[tuple[float, str]]
    settling: float


@dataclass
class Report:
    """One run, and what is wrong with it."""

    plan: Plan
    outages: Outages
    callers: Callers
    history: History
    shop: Shop
    written: int
    followers: Followers
    # What is wrong with writes, and with what subscribers were told.
    found: list[str]

    @property
    def violations(self) -> list[str]:
        """Everything that must not be."""
        return [*self.found, *self._answers(), *self._refusals(), *self._orphans()]

    def _answers(self) -> Iterator[str]:
        for begun, ended in self.callers.lost:
            if not self.outages.kill_between(begun, ended):
                yield f"a request of {ended - begun:.2f} s was lost, and no replica was killed meanwhile"
        for code, count in self.callers.codes().items():
            yield f"{count} requests were answered {code}"

    def _refusals(self) -> Iterator[str]:
        for moment, code in self.followers.refusals:
            if code.endswith("EVENTS_EXPIRED") or not self.outages.hung_between(moment, moment, FOUND_OUT):
                yield f"a subscription was refused: {code}"

    def _orphans(self) -> Iterator[str]:
        if late := [each for each in self.outages.orphans if each > MAX_ORPHANED]:
            yield f"workers lived on for {max(late):.1f} s without their parent, {len(late)} times"

    def rows(self) -> Iterator[tuple[str, str]]:
        """Figures with their names, for people."""
        plan, outages, callers, history = self.plan, self.outages, self.callers, self.history
        yield "gateway", f"{plan.replicas} replicas of {plan.workers} workers, {plan.store}, seed {plan.seed}"
        yield "kills", f"{len(outages.starts)}, {outages.parents} of the parent alone"
        yield "ready again after", f"{_ms(outages.starts)} (p50, p99, most)"
        if outages.orphans:
            yield "workers ended after their parent", f"{_ms(outages.orphans)}"
        yield "Redis hung", f"{len(outages.hangs)} times for {plan.hang_for:g} s"
        yield "requests answered", f"{len(callers.answered)} in {_ms(took for _, took in callers.answered)}"
        hung = [took for begun, took in callers.answered if outages.hung_between(begun, begun + took)]
        if hung:
            yield "of these while Redis hung", f"{len(hung)} in {_ms(hung)}"
        share = len(callers.lost) / max(1, len(callers.answered) + len(callers.lost))
        yield "lost with a killed replica", f"{len(callers.lost)} ({share:.2%})"
        yield "answered with an error", f"{dict(callers.codes())}"
        codes = {code: count for code, count in history.codes.items() if code != LOST}
        yield "mutations", f"{sum(history.fields.values())} of {len(history.fields)} kinds, {history.replays} repeated"
        yield "writes", f"{dict(history.fates)}, other errors {codes}"
        yield "left in the second shop", f"{len(self.shop.customers)} customers, {len(self.shop.events)} ledger entries"
        yield "changes at Square", f"{self.written}"
        followers = self.followers
        yield "subscribers", f"{followers.count}, told of {followers.shown} changes, resumed {followers.restarts} times"
        yield "the last state once more after a resume", f"{followers.again}"
        yield "refused to follow", f"{dict(Counter(code for _, code in followers.refusals))}"
        yield "all told", f"{followers.settling:.1f} s after the last write"
        yield "violations", f"{len(self.violations)}"


def _ms(seconds: Iterable[float]) -> str:
    """The middle one, the last of a hundred and the longest, in milliseconds."""
    ordered = sorted(seconds)
    if not ordered:
        return "-"
    found = [ordered[math.ceil(share * len(ordered)) - 1] * 1000 for share in (0.5, 0.99, 1)]
    return " / ".join(f"{each:.0f}" for each in found) + " ms"
