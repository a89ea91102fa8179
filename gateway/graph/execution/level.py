"""The objects of one type at one place of an answer, and where each of them stands in it. No I/O."""

from __future__ import annotations

from typing import Any

from graphql.pyutils import Path

from gateway.graph.execution.compiled_selection import CompiledField, CompiledSelection

# Where a value stands in the list of its field, or in a list of that list: nowhere for a field that is no list.
Places = tuple[int, ...]


class Level:
    """Objects, by their number, with the answers that are made of them.

    `parent` has the objects whose `field` gave these: `owners` are their numbers, `places` where in the field's list
    each stands. Whole lists are given as `spans` instead: the number of their owner, and where they begin and end here.
    """

    __slots__ = ("_owners", "_places", "_spans", "answers", "field", "gone", "parent", "selection", "sources")

    def __init__(
        self,
        selection: CompiledSelection,
        sources: list[Any],
        parent: Level | None = None,
        field: CompiledField | None = None,
    ) -> None:
        """`sources` are the objects; where they stand is said by `stand` or `stand_in_lists`."""
        self.selection = selection
        self.sources = sources
        self.parent = parent
        self.field = field
        self.answers: list[dict[str, Any]] = []
        # The objects for which null stands in the answer: nothing more is asked for them.
        self.gone: set[int] = set()
        self._owners: list[int] = []
        self._places: list[Places] = []
        self._spans: list[tuple[int, int, int]] | None = None

    def stand(self, owners: list[int], places: list[Places]) -> None:
        """Say where each object stands."""
        self._owners, self._places = owners, places

    def stand_in_lists(self, spans: list[tuple[int, int, int]]) -> None:
        """Say where the lists are of which the objects are all that they have."""
        self._spans = spans

    def show(self, answers: list[dict[str, Any]]) -> None:
        """Have answers stand for the objects, from now on."""
        self.answers = answers
        if self.parent is None or self.field is None:
            return
        above, name = self.parent.answers, self.field.name
        if self._spans is not None:
            for owner, start, end in self._spans:
                above[owner][name] = answers[start:end]
            return
        for owner, places, answer in zip(self._owners, self._places, answers, strict=True):
            if places:
                self.parent.put(owner, self.field, places, answer)
            else:
                above[owner][name] = answer

    def put(self, number: int, field: CompiledField, places: Places, value: Any) -> None:
        """Have a value stand for a field of an object, or for an item in its list."""
        box: Any = self.answers[number]
        key: Any = field.name
        for place in places:
            box, key = box[key], place
            if box is None:
                # Null stands for the whole list already.
                return
        box[key] = value

    def owner(self, number: int) -> tuple[int, Places]:
        """The number of the object that an object belongs to, and where in its list it stands."""
        if self._spans is not None and not self._owners:
            for owner, start, end in self._spans:
                self._owners += [owner] * (end - start)
                self._places += [(place,) for place in range(end - start)]
        return self._owners[number], self._places[number]

    def path(self, number: int) -> Path | None:
        """The path of an object, None for the root."""
        if self.parent is None or self.field is None:
            return None
        owner, places = self.owner(number)
        return self.parent.path_of(owner, self.field, places)

    def path_of(self, number: int, field: CompiledField, places: Places = ()) -> Path:
        """The path of a field of an object, or of an item in its list."""
        found = Path(self.path(number), field.name, self.selection.typename)
        for place in places:
            found = found.add_key(place, None)
        return found

    def is_gone(self, number: int) -> bool:
        """Whether null stands for an object, or for one around it."""
        level, this = self, number
        while this not in level.gone:
            if level.parent is None:
                return False
            this, _ = level.owner(this)
            level = level.parent
        return True
