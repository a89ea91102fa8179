"""Federation directives that follow from what fields declare already, so that no area repeats itself.

A router reads them to price queries and to compose subgraphs. They change nothing here.
https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives
"""

from __future__ import annotations

from collections.abc import Iterable

from strawberry import UNSET
from strawberry.federation.schema_directives import Cost, ListSize
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from gateway.graph.schema.cost import calls_of

# A call to Square against a field of an object that is there already, which weighs 1.
CALL_WEIGHT = 10


def price(types: Iterable[type]) -> None:
    """Give each field that calls Square its @cost, and each list with `first` its @listSize.

    To be called before the schema is built; calling it again changes nothing.
    """
    for kind in types:
        for field in _fields(kind):
            calls = calls_of(field)
            if calls is None or calls.once or any(isinstance(each, Cost) for each in field.directives):
                continue
            added: list[object] = [Cost(weight=CALL_WEIGHT)]
            if calls.page_size is not None:
                # No assumed size beside it: `first` has a default, and not every composer takes both.
                added.append(
                    ListSize(
                        assumed_size=UNSET,
                        slicing_arguments=["first"],
                        sized_fields=["nodes", "edges"],
                        require_one_slicing_argument=False,
                    )
                )
            field.directives = [*field.directives, *added]


def _fields(kind: type) -> list[StrawberryField]:
    return get_object_definition(kind, strict=True).fields
