"""What the fields of a plan ask of loaders, put together as the loaders batch it. No I/O."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from gateway.graph.loading.list_loader import ListedLoader
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.planning.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class Objects:
    """So many objects, known once a stage has begun, out of the field at `origin`.

    They come in so many `answers`, which arrive at their own times: what is loaded for the objects
    of different answers, or of different origins, need not share a batch. In the answer to the client
    they stand `shown` times, each with lists of `length` items if that is known; they are `from_list`
    when a list of ids led to them.
    """

    count: int = 1
    stage: int = 1
    answers: int = 1
    origin: str = ""
    shown: int = 1
    length: int | None = None
    from_list: bool = False


class Loads:
    """Collects what is asked of loaders, and adds it to a plan once all is known."""

    def __init__(self, plan: Plan, further: dict[str, Step]) -> None:
        """`further` holds the further calls of the whole operation, the most that any of its parts may need."""
        self._plan = plan
        self._further = further
        self._asked: list[tuple[Step, Objects]] = []
        # The operations that are counted once, however many fields may need them.
        self.counted: set[str] = set()

    def add(self, loader: type[KeyedLoader[Any, Any]], keys: int, at: Objects, path: str) -> Objects:
        """Ask a loader for so many keys; gives the objects that it finds."""
        step = Step(path, at.stage, "", 0, loader, keys, at.count)
        self._asked.append((step, at))
        size = loader.batch_size
        answers = at.answers if size is None else max_batches(keys, at.answers, size)
        return Objects(loader.objects_for(keys), at.stage + loader.rounds, answers, path, at.shown, None, at.from_list)

    def allow(self, step: Step) -> None:
        """Let the whole operation make so many further calls of one kind."""
        known = self._further.get(step.operation)
        if step.calls and (known is None or known.calls < step.calls):
            self._further[step.operation] = step

    def finish(self) -> None:
        """Put together what one loader is asked at one time, as it batches it."""
        together: dict[tuple[int, type[KeyedLoader[Any, Any]], str], list[tuple[Step, Objects]]] = defaultdict(list)
        for step, at in self._asked:
            assert step.loader is not None
            together[at.stage, step.loader, at.origin].append((step, at))
        for (stage, loader, _), found in sorted(together.items(), key=lambda item: item[0][0]):
            keys = sum(step.keys for step, _ in found)
            parents = max(step.parents for step, _ in found)
            answers = max(at.answers for _, at in found)
            calls = max_calls(loader, min(keys, loader.population or keys), parents, answers)
            for operation, count in calls.items():
                if operation in loader.once and operation in self.counted:
                    continue
                self.counted.add(operation)
                paths = ", ".join(step.path for step, _ in found)
                self._plan.add(Step(paths, stage, operation, count, loader, keys, parents))
        self._allow_further()

    def _allow_further(self) -> None:
        """Add what each loader may need beyond that, in all: further pages of lists that Square gives no bound."""
        asked: dict[type[KeyedLoader[Any, Any]], list[Step]] = defaultdict(list)
        for step, _ in self._asked:
            assert step.loader is not None
            asked[step.loader].append(step)
        for loader, steps in asked.items():
            calls = loader.further_calls(sum(step.keys for step in steps), max(step.parents for step in steps))
            paths = ", ".join(dict.fromkeys(step.path for step in steps))
            self.allow(Step(paths, steps[0].stage, loader.further_name, calls, further=True))


def max_calls(loader: type[KeyedLoader[Any, Any]], keys: int, parents: int, answers: int) -> dict[str, int]:
    """What a loader calls for keys that become known in so many answers, each of which may come at its own time."""
    calls = dict(loader.calls_for(keys, parents))
    name = loader.operation_name
    if min(keys, answers) > 1 and name not in loader.once:
        size = loader.batch_size
        if issubclass(loader, ListedLoader):
            calls[name] = 1  # what comes first and alone, before the list is read
        elif size is not None:
            calls[name] = max(calls.get(name, 0), max_batches(keys, answers, size))
    return calls


def max_batches(keys: int, answers: int, size: int) -> int:
    """The most batches for so many keys out of so many answers, when no batch waits for another answer."""
    return min(keys, answers) + max(keys - answers, 0) // size
