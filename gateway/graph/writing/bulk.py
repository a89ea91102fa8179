"""Bulk mutations: many items in a few calls, every item answered in the order it came.

Parts are sent one after the other. A part that fails as a whole is reported item by item, and
the parts behind it are not sent, so that the caller knows of each item whether it was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gateway.graph.errors import code_of
from gateway.graph.loading.context import Context
from gateway.graph.loading.warning import Warned
from gateway.graph.schema.idempotency_key import given_twice, used_before
from gateway.graph.schema.user_errors import UserError, ValidationError, user_errors
from gateway.square.endpoint import Bulk, Call
from gateway.square.errors import AnotherObject, NotFound, Rejected, SquareError

V = TypeVar("V")

MAX_CALLS = 10


@dataclass(slots=True)
class Item(Generic[V]):
    """One item of a bulk mutation: what is sent under its key, and its outcome.

    An item that has errors from the start is not sent. `fits` tells of one whose idempotency key the caller may have
    used before whether an answer is to what is asked now.
    """

    index: int
    key: str
    data: Any = None
    value: V | None = None
    errors: list[UserError] = field(default_factory=list)
    fits: Callable[[V], bool] | None = None


Path = Callable[[Item[Any]], dict[str, Sequence[str]]]


async def send_in_parts(
    context: Context,
    items: Sequence[Item[V]],
    call: Callable[[Sequence[Item[V]]], Call[Bulk[V]]],
    *,
    size: int,
    renames: Path,
    key: str | None = None,
) -> None:
    """Send the items `size` at a time and fill in the outcome of each.

    `renames` gives for an item where Square's field names lead in its input, `idempotency_key` to its
    key. `key` is the idempotency key of the mutation, when those of its items are derived from it. Raises the
    `SquareError` of a part that is the only one, as what is true of it is true of the whole mutation.
    """
    waiting = [item for item in items if not item.errors]
    for start in range(0, len(waiting), size):
        part = waiting[start : start + size]
        try:
            answer = await context.write(call(part))
        except SquareError as error:
            if key is not None and error.maybe_processed:
                error.retryable, error.idempotency_key = True, key
            if len(waiting) <= size and not isinstance(error, Rejected | NotFound):
                raise
            _report(part, error, renames)
            for item in waiting[start + size :]:
                item.errors.append(_unsent(item, renames))
            return
        others = answer.items.keys() - {item.key for item in part}
        context.warnings.add(Warned.ITEMS_NOT_ASKED_FOR, len(others))
        for item in part:
            _fill(item, answer.items.get(item.key, _MISSING), renames)


_MISSING = object()


def _fill(item: Item[Any], found: Any, renames: Path) -> None:
    if _is_replay(item, found):
        item.errors.append(used_before(renames(item)["idempotency_key"]))
    elif isinstance(found, SquareError):
        _report([item], found, renames)
    elif found is _MISSING:
        message = "Square's answer does not mention this item."
        item.errors.append(_at(item, renames, "UPSTREAM_BAD_RESPONSE", message))
    else:
        item.value = found


def _is_replay(item: Item[Any], found: Any) -> bool:
    """Whether what Square answered was written under the item's key before, and is something else."""
    if item.fits is None or found is _MISSING:
        return False
    return isinstance(found, AnotherObject) if isinstance(found, SquareError) else not item.fits(found)


def _report(part: Sequence[Item[Any]], error: SquareError, renames: Path) -> None:
    for item in part:
        if isinstance(error, Rejected | NotFound):
            item.errors.extend(user_errors(error, renames(item)))
        else:
            code, message = code_of(error)
            # The codes of refusals say that nothing was done, which is not known here.
            in_doubt = error.maybe_processed and not code.startswith("UPSTREAM_")
            item.errors.append(_at(item, renames, "UPSTREAM_AMBIGUOUS" if in_doubt else code, message))


def _unsent(item: Item[Any], renames: Path) -> UserError:
    return _at(item, renames, "NOT_ATTEMPTED", "This item was not sent, as an earlier part failed.")


def _at(item: Item[Any], renames: Path, code: str, message: str) -> UserError:
    return ValidationError(message=message, code=code, field=[*renames(item)[""]])


def refuse_equal_keys(items: Sequence[Item[Any]], keys: Sequence[str], renames: Path) -> None:
    """Refuse all items that have one of `keys` in common: Square would do the first, and answer all of them with it."""
    often = {key for key, times in Counter(keys).items() if times > 1}
    for item, key in zip(items, keys, strict=True):
        if key in often:
            item.errors.append(given_twice(renames(item)["idempotency_key"]))


def size_errors(argument: str, given: Sequence[object], max_size: int) -> list[UserError]:
    """What is wrong with the length of the list that a bulk mutation is given."""
    if 1 <= len(given) <= max_size:
        return []
    code = "ARRAY_LENGTH_TOO_LONG" if given else "ARRAY_EMPTY"
    return [ValidationError(message=f"Give 1 to {max_size} items.", code=code, field=[argument])]
