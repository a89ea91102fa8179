"""What a field costs, in REST calls to Square: declared beside the field, as data. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strawberry.types.field import StrawberryField

from gateway.graph.schema.lazy import Reference, resolved

if TYPE_CHECKING:
    from gateway.graph.errors import BadInput
    from gateway.graph.loading.loader import KeyedLoader

COST = "cost"
# What is wrong with arguments as a client gives them, by their GraphQL names; None if nothing is.
Rule = Callable[[Mapping[str, Any]], "BadInput | None"]


@dataclass(frozen=True)
class Calls:
    """The REST calls of a field that is not a relation.

    `operation` is Square's name of the endpoint. With `page_size`, the field is a connection and
    costs a call for every `page_size` of its `first`. With `batch`, it costs a call for every
    `batch` items of the list argument `argument`. With `reference`, its keys are batched with
    those of that loader. Otherwise it costs one call each time.
    """

    operation: str
    page_size: int | None = None
    batch: int | None = None
    argument: str | None = None
    reference: Reference[KeyedLoader[Any, Any]] | None = None
    # Operations that are needed first, once each, and how many further pages of each may be.
    before: tuple[str, ...] = ()
    further: int = 0
    # Whether what they gave is kept for what is selected of the payload.
    kept: bool = False
    # The operation instead of the first one when a `filter` is given.
    filtered: str | None = None
    # The operation that reads an object again after a conflict, for the version that it has now.
    conflict: str | None = None
    # The operation that reads what a write with a key of the caller's has left, as its answer does not tell enough.
    replay: str | None = None
    # A field of the `filter`, and the operation that tells whether what is found by it was asked for, if it may not be.
    confirm: tuple[str, str] | None = None
    # Whether the call is made once at most, however many objects have the field.
    once: bool = False
    # What the field refuses of its arguments. Inside another field it is refused before that one is read or written.
    rule: Rule | None = None

    @cached_property
    def loader(self) -> type[KeyedLoader[Any, Any]] | None:
        """The class of the loader, None when there is none."""
        return None if self.reference is None else resolved(self.reference)


def costs(
    operation: str,
    *,
    page_size: int | None = None,
    batch: int | None = None,
    argument: str | None = None,
    loader: Reference[KeyedLoader[Any, Any]] | None = None,
    before: tuple[str, ...] = (),
    filtered: str | None = None,
    conflict: str | None = None,
    replay: str | None = None,
    confirm: tuple[str, str] | None = None,
    further: int = 0,
    kept: bool = False,
    once: bool = False,
    rule: Rule | None = None,
) -> dict[Any, Any]:
    """The metadata of a field that makes REST calls of its own: pass it to `strawberry.field(metadata=...)`."""
    return {
        COST: Calls(
            operation=operation,
            page_size=page_size,
            batch=batch,
            argument=argument,
            reference=loader,
            before=before,
            further=further,
            kept=kept,
            filtered=filtered,
            conflict=conflict,
            replay=replay,
            confirm=confirm,
            once=once,
            rule=rule,
        )
    }


def calls_of(field: StrawberryField) -> Calls | None:
    """What the field declares to cost, None when it makes no call of its own."""
    found = field.metadata.get(COST)
    return found if isinstance(found, Calls) else None
