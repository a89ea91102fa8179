"""How an error finds its path, and where null stands for it: the rules of the specification for null. No I/O.

https://spec.graphql.org/draft/#sec-Handling-Execution-Errors
"""

from __future__ import annotations

from graphql import GraphQLError, located_error
from graphql.pyutils import Path

from gateway.graph.execution.compiled_selection import CompiledField
from gateway.graph.execution.level import Level, Places


class Errors:
    """The errors of one execution, in the order in which they came."""

    def __init__(self) -> None:
        """None yet."""
        self.found: list[GraphQLError] = []
        # Whether null stands for all of the data.
        self.no_data = False
        # Whether null stands for any object at all.
        self.any_gone = False
        self._null: set[Path | None] = set()

    def add(self, level: Level, number: int, field: CompiledField, places: Places, error: Exception) -> None:
        """Note that a field of an object failed, or an item of its list: null stands there, or around it."""
        # Noted at the first place where it is asked for: it may be repeated hundreds of times.
        nodes = [field.occurrences[0].node]
        located = located_error(error, nodes, level.path_of(number, field, places).as_list())
        place = self._nullify(level, number, field, places)
        if not self._is_null(place):
            self._null.add(place)
            self.found.append(located)

    def _nullify(self, level: Level, number: int, field: CompiledField, places: Places) -> Path | None:
        """Put null at the innermost place around this where it may stand; gives the path of that."""
        while True:
            for depth in range(len(places), -1, -1):
                if field.nullable[depth]:
                    level.put(number, field, places[:depth], None)
                    return level.path_of(number, field, places[:depth])
            level.gone.add(number)
            self.any_gone = True
            parent, above = level.parent, level.field
            if parent is None or above is None:
                self.no_data = True
                return None
            number, places = level.owner(number)
            level, field = parent, above

    def _is_null(self, place: Path | None) -> bool:
        """Whether null stands at a place, or around it, for an error that came before."""
        while place is not None:
            if place in self._null:
                return True
            place = place.prev
        return None in self._null
