"""The definitions that checking values takes: read once for a whole operation, though writes make it forget reads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gateway.areas.custom_attributes.definitions import CustomAttributeDefinition
from gateway.areas.custom_attributes.loaders import CustomAttributeDefinitionByKey
from gateway.areas.custom_attributes.value_inputs import CustomAttributeValueInput, given_field
from gateway.graph.loading.context import Operation
from gateway.square.errors import Forbidden


async def known_definitions(
    operation: Operation, wanted: Sequence[tuple[str, CustomAttributeValueInput]]
) -> dict[str, CustomAttributeDefinition]:
    """The definitions of keys that get values which can be checked, as far as the list has them.

    The list alone decides, so that many unknown keys cost no call each: Square refuses them anyway.
    A token that may write but not read gets no definitions. Any other failure raises its `SquareError`.
    """
    keys = dict.fromkeys(key for key, value in wanted if given_field(value) != "raw")
    try:
        return await operation.loader(CustomAttributeDefinitionByKey).from_list(keys)
    except Forbidden:
        return {}


@contextmanager
def remembering_definitions(operation: Operation) -> Iterator[None]:
    """Keep the listed definitions through a write of values, which changes none of them."""
    earlier = operation.loader(CustomAttributeDefinitionByKey)
    yield
    operation.loader(CustomAttributeDefinitionByKey).resume(earlier)
