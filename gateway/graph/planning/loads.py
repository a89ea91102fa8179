"""What the fields of a plan ask of loaders, put together as the loaders batch it. No I/O."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from gateway.graph.loading.in_flight import Source, Waits
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.waits import leads_to, waits_of
from gateway.graph.planning.plan import Plan, Step

Loader = type[KeyedLoader[Any, Any]]


@dataclass(frozen=True, slots=True)
class Objects:
    """So many objects, known once a stage has begun.

    `above` are the loaders and connections that led to them, from the root, and `origin` is the field of the last
    of these. They come `apart` when they become known at more than one time. In the answer to the client they stand
    `shown` times, each with lists of `length` items if that is known; they are `from_list` when a list of ids
    led to them.
    """

    count: int = 1
    stage: int = 1
    above: tuple[Source, ...] = ()
    origin: str = ""
    apart: bool = False
    shown: int = 1
    length: int | None = None
    from_list: bool = False


class Loads:
    """Collects what is asked of loaders, and adds it to a plan once all is known."""

    def __init__(self, plan: Plan, further: dict[str, Step]) -> None:
        """`further` holds the further calls of the whole operation, the most that any of its parts may need."""
        self._plan = plan
        self._further = further
        self._asked: list[tuple[Loader, Step, Objects]] = []
        # The operations that are counted once, however many fields may need them.
        self.counted: set[str] = set()

    def add(self, loader: Loader, keys: int, at: Objects, path: str, *, named: int = 0) -> Objects:
        """Ask a loader for so many keys, some of them `named` by a client; gives the objects that it finds."""
        step = Step(path, at.stage, "", 0, loader, keys, at.count, named)
        self._asked.append((loader, step, at))
        several = loader.batch_size is not None and keys > loader.batch_size
        return Objects(
            loader.objects_for(keys),
            at.stage + loader.rounds,
            (*at.above, loader),
            path,
            several or (at.apart and not loader.gathers),
            at.shown,
            None,
            at.from_list,
        )

    def allow(self, step: Step) -> None:
        """Let the whole operation make so many further calls of one kind."""
        known = self._further.get(step.operation)
        if step.calls and (known is None or known.calls < step.calls):
            self._further[step.operation] = step

    def finish(self) -> Waits:
        """Put together what one loader is asked at one time, as it batches it; gives what batches wait for."""
        leads = leads_to((at.above, loader) for loader, _, at in self._asked)
        gathering = {loader for loader, _, _ in self._asked if loader.gathers}
        together: dict[tuple[Loader, int], list[tuple[Step, Objects]]] = defaultdict(list)
        for loader, step, at in self._asked:
            # A batch comes again only behind batches that it leads to itself, as it waits for all others. What the
            # fields of the root ask comes first and waits for nothing.
            again = sum(each in gathering and each in leads[loader] for each in at.above[1:])
            place = at.stage if not loader.gathers else again + 1 if at.above else 0
            together[loader, place].append((step, at))
        for (loader, _), found in sorted(together.items(), key=lambda item: _stage(item[1])):
            self._put_together(loader, found)
        self._allow_further()
        return waits_of(self._at_several_times(together), leads)

    def _put_together(self, loader: Loader, found: list[tuple[Step, Objects]]) -> None:
        keys = sum(step.keys for step, _ in found)
        parents = max(step.parents for step, _ in found)
        for operation, count in loader.calls_for(min(keys, loader.population or keys), parents).items():
            if operation in loader.once and operation in self.counted:
                continue
            self.counted.add(operation)
            paths = ", ".join(step.path for step, _ in found)
            self._plan.add(Step(paths, _stage(found), operation, count, loader, keys, parents))

    def _at_several_times(self, together: dict[tuple[Loader, int], list[tuple[Step, Objects]]]) -> set[Loader]:
        """The loaders of which a batch can get keys at more than one time."""
        places: dict[Source, int] = defaultdict(int)
        for loader, _, _ in self._asked:
            places[loader] += 1
        several = set()
        for (loader, _), found in together.items():
            # What is loaded at several places can be known at one of them already, in part.
            apart = any(at.apart or any(places[each] > 1 for each in at.above) for _, at in found)
            if loader.gathers and (apart or len({at.origin for _, at in found}) > 1):
                several.add(loader)
        return several

    def _allow_further(self) -> None:
        """Add what each loader may need beyond that, in all: further pages of lists that Square gives no bound."""
        asked: dict[Loader, list[Step]] = defaultdict(list)
        for loader, step, _ in self._asked:
            asked[loader].append(step)
        for loader, steps in asked.items():
            calls = loader.further_calls(sum(step.keys for step in steps), max(step.parents for step in steps))
            if loader.further_name == loader.operation_name and loader.operation_name in loader.once:
                calls += self._of_their_own(loader)
            paths = ", ".join(dict.fromkeys(step.path for step in steps))
            self.allow(Step(paths, steps[0].stage, loader.further_name, calls, further=True))

    def _of_their_own(self, loader: Loader) -> int:
        """The calls for keys that a client names, beside the one for all: each may be nothing's.

        A key that is alone needs no other call.
        """
        sharing = [(each, step) for each, step, _ in self._asked if loader.operation_name in each.once]
        named = sum(step.named for each, step in sharing if each is loader)
        others = any(each is not loader or not step.named for each, step in sharing)
        return named if others or named > 1 else 0


def _stage(found: list[tuple[Step, Objects]]) -> int:
    """The stage of what is asked together: that of the last of it."""
    return max(at.stage for _, at in found)
