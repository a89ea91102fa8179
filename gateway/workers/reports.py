"""The figures of all workers, for whichever of them is asked, with what those that are gone have counted.

Nothing is gathered until somebody asks. What was shown once never goes down: the last report of each is kept, and a
worker that ends in good order reports once more. What one that is killed has counted since its last report is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

from gateway.workers import messages
from gateway.workers.child import Child
from gateway.workers.figures import Family, combined, counts
from gateway.workers.messages import Message

# Seconds that the others have to report. Of one that takes longer, the last report counts.
MAX_SECONDS = 0.5


@dataclass(slots=True)
class _Question:
    asked_by: Child
    id: int
    missing: set[Child]
    deadline: float


class Reports:
    """What workers have told, and who waits for it."""

    def __init__(self, children: Callable[[], Iterable[Child]], facts: Callable[[], Message]) -> None:
        """`children` are those that live; `facts` is what the parent itself adds to an answer."""
        self._children = children
        self._facts = facts
        self._gone: list[Family] = []
        self._questions: dict[int, _Question] = {}
        self._number = 0

    def ask(self, child: Child, message: Message) -> None:
        """A worker wants to show the figures of all; its own are in the message."""
        child.report = message["figures"]
        self._number += 1
        others = {each for each in self._children() if each is not child and each.ready_at is not None}
        self._questions[self._number] = _Question(child, message["id"], others, monotonic() + MAX_SECONDS)
        for each in others:
            each.link.say(messages.REPORT, id=self._number)
        self._answer_if_complete(self._number)

    def told(self, child: Child, message: Message) -> None:
        """A worker has told its figures, asked or at its end."""
        child.report = message["figures"]
        self._missing_no_more(child, message.get("id"))

    def gone(self, child: Child) -> None:
        """A worker has ended: what it has counted stays."""
        self._gone = combined([self._gone, counts(child.report)])
        # It may still be among those that live when somebody is answered below.
        child.report = []
        for number in list(self._questions):
            if self._questions[number].asked_by is child:
                del self._questions[number]
            else:
                self._missing_no_more(child, number)

    @property
    def next_due(self) -> float | None:
        """When somebody has waited for long enough, by the monotonic clock."""
        return min((each.deadline for each in self._questions.values()), default=None)

    def advance(self) -> None:
        """Answer those who have waited for long enough."""
        for number, question in list(self._questions.items()):
            if monotonic() >= question.deadline:
                question.missing.clear()
                self._answer_if_complete(number)

    def _missing_no_more(self, child: Child, number: int | None) -> None:
        question = self._questions.get(number or 0)
        if question is not None:
            question.missing.discard(child)
            self._answer_if_complete(number or 0)

    def _answer_if_complete(self, number: int) -> None:
        if self._questions[number].missing:
            return
        question = self._questions.pop(number)
        others = [each.report for each in self._children() if each is not question.asked_by]
        figures = combined([*others, self._gone])
        question.asked_by.link.say(messages.SHOWN, id=question.id, figures=figures, **self._facts())
