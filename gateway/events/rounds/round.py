"""One round: what is new of each object is read once, and told to those who want to know and may, in order.

The next round begins when this one is over. That is why nobody is ever shown an older state after a newer one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.events.event import Event, Kind, Stored
from gateway.events.family import Change
from gateway.events.log import DeadLetter, EventLog, NotStored
from gateway.events.position import Positions
from gateway.events.rounds.groups import Group
from gateway.events.rounds.line import Line
from gateway.events.rounds.marks import Mark, mark
from gateway.events.rounds.news import News, Step
from gateway.events.rounds.reading import Reader, Refused
from gateway.events.rounds.subscriber import Subscriber, end_all
from gateway.events.rounds.tokens import Token, Tokens
from gateway.events.subscription import NotPermitted, TokenEnded
from gateway.identity import Identity
from gateway.keys import Keys
from gateway.square.errors import SquareError, Unauthenticated, Unavailable

# Groups that are answered at the same time.
CONCURRENCY = 256
# Subscribers after whom whatever else waits has its turn.
TURN = 500

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Job:
    """An answer to be given: to those of a group who were told everything from `least` on up to the change."""

    news: News
    change: Change
    group: Group
    shown: Any
    mark: Mark
    least: int
    below: int

    def members(self, proven: set[Token]) -> list[Subscriber]:
        """Those who get it."""
        result = self.news.result
        least = self.least
        if self.news.only_late and self.news.shown is not None:
            # All others have been shown it.
            least = max(least, self.news.shown.position)
        return [
            each
            for each in self.group.members
            if least <= each.since < self.below and each.token in proven and not each.knows(self.mark, result)
        ]


class Rounds:
    """The rounds of one feed, which are never under way at the same time."""

    def __init__(  # noqa: PLR0917 - the parts of one feed
        self,
        identity: Identity,
        log: EventLog,
        reader: Reader,
        tokens: Tokens,
        positions: Positions,
        keys: Keys,
        count: Callable[[], None],
        *,
        told: Callable[[Event], None] = lambda _: None,
        known: bool,
        proven: bool,
    ) -> None:
        """`count` is told of each round with news, and `told` of each change that those in front were told of.

        `known` tells whether Square has said who the subscribers are. Where it has not, `proven` tells that they are
        the seller's all the same; otherwise reading an object of the seller's will.
        """
        self._identity = identity
        self._log = log
        self._reader = reader
        self._tokens = tokens
        self._positions = positions
        self._keys = keys
        self._count = count
        self._told = told
        self._known = known
        self._proven = known or proven
        self.behind = 0
        # The oldest of those events, while there are any.
        self.oldest: Event | None = None

    async def run(self, line: Line, events: Sequence[Stored], limit: int) -> None:
        """Tell those in a line what the events are about, of up to `limit` objects. The line moves on."""
        self._tokens.end_expired()
        self.behind = len(events)
        self.oldest = events[0].event if line.in_front else None
        try:
            gathered = line.gather(events, self._identity, known=self._known, limit=limit)
            for each in gathered:
                each.doubtful = each.family.recreated and _resumed(each)
            news = [each for each in gathered if each.step() is not Step.NOTHING]
            if news:
                self._count()
                proven = await self._look(news)
                self._tokens.end_expired()
                await self._tell(line, news, proven)
                for each in news if line.in_front else ():
                    if each.told:
                        self._told(each.events[0].event)
        finally:
            self.behind, self.oldest = 0, None
            self._reader.end()
        line.position = line.reached

    async def _look(self, news: Sequence[News]) -> set[Token]:
        """Read what must be read. Gives the tokens that Square has just taken."""
        for each in news:
            if each.step() is Step.DELETE:
                each.delete()
        while True:
            wanted = [each for each in news if each.groups]
            tokens = dict.fromkeys(token for each in wanted for group in each.groups for token in group.tokens)
            usable = [each for each in tokens if not each.ended]
            if not usable:
                return set()
            first, *others = usable
            proving = asyncio.ensure_future(self._tokens.prove(others))
            try:
                if await self._taken(first, wanted):
                    return {first} | await proving
            except Refused as refused:
                await self._refused(first, refused, wanted)
            finally:
                proving.cancel()
                await asyncio.gather(proving, return_exceptions=True)

    async def _taken(self, token: Token, news: Sequence[News]) -> bool:
        """Read with a token; whether Square has taken it. Its subscribers are ended if not. Raises `Refused`."""
        reads = [each for each in news if each.step() is Step.READ]
        if await self._reader.read(token.tenant, reads):
            return True
        if self._known:
            return bool(await self._tokens.prove([token]))
        # Where Square does not say whose a token is, only what it can read proves it.
        if await self._reader.answered(token.tenant, news):
            return True
        token.end(lambda: Unavailable(news[0].family.name))
        return False

    async def _refused(self, token: Token, refused: Refused, news: Sequence[News]) -> None:
        if isinstance(refused.error, Unauthenticated):
            token.end(TokenEnded)
        elif not self._known or await self._tokens.prove([token]):
            family = refused.family
            for each in news:
                if each.family is family:
                    for group in each.groups:
                        end_all(group.members, lambda: NotPermitted(family.scope))
                    each.groups.clear()

    async def _tell(self, line: Line, news: Sequence[News], proven: set[Token]) -> None:
        jobs: list[_Job] = []
        self._proven = self._proven or any(each.was_read and not each.family.shared_ids for each in news)
        for each in sorted(news, key=lambda each: each.position):
            if isinstance(each.found, SquareError):
                await self._bury(each)
            if (shown := each.remembered()) is not None:
                line.memory.put(each.key, shown)
            if each.told and self._may_be_told(each):
                jobs.extend(self._jobs(each, line))
            elif each.result is not None and not each.told:
                line.recent.put(each.family.name, mark(self._keys, each.key), each.result)
        context = next((each.context for each in news if each.context is not None), None)
        for start in range(0, len(jobs), CONCURRENCY):
            some = [job for job in jobs[start : start + CONCURRENCY] if job.members(proven)]
            if some and context is None:
                # Nothing was read: there were deletes only.
                context = self._reader.open(next(iter(some[0].group.tokens)).tenant, news)
            answers = await asyncio.gather(*(self._answer(job, job.news.context or context) for job in some))
            for job, answer in zip(some, answers, strict=True):
                await self._put(job, answer, proven)

    def _may_be_told(self, news: News) -> bool:
        """Whether subscribers may learn of it, of whom Square perhaps does not tell whose they are."""
        if self._known or news.was_read:
            return True
        return self._proven and all(news.family.visible(each.event, self._identity) for each in news.events)

    def _jobs(self, news: News, line: Line) -> list[_Job]:
        change, name, family = news.change(), mark(self._keys, news.key), news.family
        if news.result is not None:
            line.recent.put(family.name, name, news.result)
        ahead = line.recent.ahead(family.name, name)
        if ahead is None or ahead > line.joined:
            ahead = change.position
        changes = [(change, -1, change.position)]
        if change.kind is Kind.CREATED and (created := news.created_at):
            # Who goes on from behind the creation was told of it.
            updated = replace(change, kind=Kind.UPDATED)
            changes = [(change, -1, created), (updated, created, change.position)]
        jobs = []
        # Those who joined before, and those who joined later.
        for joined, start, end in ((-1, -1, ahead), (line.joined, ahead, change.position)):
            if start == end:
                continue
            marks = line.recent.packed(family.name, name, joined)
            position = self._positions.write(change.position, marks)
            for told, least, below in changes:
                if (least := max(least, start)) < (below := min(below, end)):
                    shown = family.show(told, news.found, position)
                    jobs += [_Job(news, told, group, shown, name, least, below) for group in news.groups]
        return jobs

    async def _answer(self, job: _Job, context: Any) -> dict[str, Any] | Exception:
        try:
            return await job.group.subscription.answer(context, job.shown)
        except Exception as error:  # shown by the edge of each stream
            log.exception("Answering a subscription failed")
            return error

    async def _put(self, job: _Job, answer: dict[str, Any] | Exception, proven: set[Token]) -> None:
        for count, each in enumerate(job.members(proven), start=1):
            if isinstance(answer, Exception):
                each.end(answer)
            else:
                each.put(job.change.position, answer, job.mark)
            if not count % TURN:
                await asyncio.sleep(0)

    async def _bury(self, news: News) -> None:
        reason = type(news.found).__name__
        try:
            await self._log.bury(DeadLetter(news.events[-1], reason, news.attempts))
        except NotStored:
            log.warning("A dead letter could not be stored: %s", reason)


def _resumed(news: News) -> bool:
    """Whether somebody who wants to know may have been shown a later state elsewhere: positions name the last few."""
    return any(each.resumed for group in news.groups for each in group.members)
