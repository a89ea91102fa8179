"""The definitions of custom attributes by key, and those that checking values takes, read once for an operation."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from gateway.areas.custom_attributes.definitions import MAX_FURTHER_DEFINITIONS, CustomAttributeDefinition
from gateway.areas.custom_attributes.endpoints import LIST_DEFINITIONS, RETRIEVE_DEFINITION
from gateway.areas.custom_attributes.value_inputs import CustomAttributeValueInput, given_field
from gateway.graph.loading.context import Context
from gateway.graph.loading.list_loader import Listing
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.request import Request
from gateway.square.endpoint import Page
from gateway.square.errors import Forbidden, SquareError

PAGE_SIZE = 100


class CustomAttributeDefinitionByKey(KeyedLoader[str, CustomAttributeDefinition]):
    """Definitions by key: from the list, as there are few; a key that the whole list lacks is retrieved once."""

    operation_name = "RetrieveCustomerCustomAttributeDefinition"
    further_name = LIST_DEFINITIONS.name
    rounds = 2
    once = frozenset({LIST_DEFINITIONS.name})
    type = CustomAttributeDefinition

    def __init__(self, context: Context) -> None:
        """Begin knowing no definition."""
        super().__init__(context)
        self._listing = Listing[CustomAttributeDefinition](LIST_DEFINITIONS.name, lambda definition: definition.key)
        # The keys that a client named: a call is planned for each.
        self._named: set[str] = set()
        # The further calls that are planned for the list, beside those.
        self._planned = 0

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """The first page of the list, and a retrieve for every key if it has none of them."""
        return {LIST_DEFINITIONS.name: 1, cls.operation_name: keys}

    def want(self, keys: Iterable[str]) -> list[Request[str]]:
        """Have the definitions loaded of keys that a client named."""
        named = list(keys)
        self._named.update(named)
        return super().want(named)

    async def of_attribute(self, key: str) -> CustomAttributeDefinition | None:
        """The definition of an attribute that came without: the list shows all that a caller may see.

        Raises its `SquareError`, which is `CallsUsedUp` for what the pages that are planned do not have.
        """
        self._planned = MAX_FURTHER_DEFINITIONS
        return await self.answer(super().want((key,)), key)

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, CustomAttributeDefinition | SquareError | None]:
        """List while that can save retrieving, then retrieve what the list did not have."""
        # Each named key may be retrieved: until then, the calls planned for that can go into the list.
        allowed = self._planned + len(self._named)
        missing = await self._listing.find(keys, allowed, self._page)
        # The list shows the caller's own definitions by their short keys, but they can be named by the long ones.
        left = [key for key in missing if key in self._named or not self._listing.complete]
        retrieved = await self._listing.retrieve(
            left, allowed, lambda key: self.context.read(RETRIEVE_DEFINITION(key=key))
        )
        return {**self._listing.found, **retrieved}

    async def from_list(self, keys: Collection[str]) -> dict[str, CustomAttributeDefinition]:
        """Those of the definitions that the first pages of the list have, by key. Raises `SquareError`."""
        self._planned = MAX_FURTHER_DEFINITIONS
        await self._listing.find(keys, self._planned, self._page)
        return {key: self._listing.found[key] for key in keys if key in self._listing.found}

    def resume(self, earlier: "CustomAttributeDefinitionByKey") -> None:
        """Go on with what an earlier loader has listed."""
        self._listing, self._planned = earlier._listing, earlier._planned

    async def _page(self, cursor: str | None) -> Page[CustomAttributeDefinition]:
        return await self.context.read(LIST_DEFINITIONS(query={"limit": PAGE_SIZE, "cursor": cursor}))

    def stub(self, key: str) -> CustomAttributeDefinition:
        """A definition of which only the key is asked."""
        instance: CustomAttributeDefinition = object.__new__(CustomAttributeDefinition)
        instance.__dict__["key"] = key
        return instance


async def known_definitions(
    context: Context, wanted: Sequence[tuple[str, CustomAttributeValueInput]]
) -> dict[str, CustomAttributeDefinition]:
    """The definitions of keys that get values which can be checked, as far as the list has them.

    The list alone decides, so that many unknown keys cost no call each: Square refuses them anyway.
    A token that may write but not read gets no definitions. Any other failure raises its `SquareError`.
    """
    keys = dict.fromkeys(key for key, value in wanted if given_field(value) != "raw")
    try:
        return await context.loader(CustomAttributeDefinitionByKey).from_list(keys)
    except Forbidden:
        return {}


@contextmanager
def remembering_definitions(context: Context) -> Iterator[None]:
    """Keep the listed definitions through a write of values, which changes none of them."""
    earlier = context.loader(CustomAttributeDefinitionByKey)
    yield
    context.loader(CustomAttributeDefinitionByKey).resume(earlier)
