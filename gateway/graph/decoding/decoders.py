"""What reads Square's answers for one operation: a decoder for each endpoint whose objects it selects from.

It is made once for what an operation selects, and kept with that. Nothing in it depends on a request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from operator import attrgetter
from typing import Any, get_args, get_origin

from gateway.graph.decoding.answers import Fits, Identity, bulk_decoder, object_decoder, page_decoder
from gateway.graph.decoding.shapes import Shape, shape_of
from gateway.graph.decoding.structs import struct_of
from gateway.graph.decoding.wanted import Wanted, wanted_of
from gateway.graph.schema.decode import Variants
from gateway.graph.selection.operation import SelectedOperation
from gateway.square.endpoint import Bulk, Call, Endpoint, Page, Repeat
from gateway.square.expected_answer import Same, exactly

Decode = Callable[[bytes], Any]
# Makes the decoder for one call of an endpoint; it is None where objects cannot be told from others.
_ForCall = Callable[[Call[Any]], Decode | None]
# The rules of an endpoint, each with the attribute that it compares; None where objects do not have that.
_Rules = list[tuple[str | None, Same]]


class SelectedDecoders:
    """The decoders of one operation, by the endpoints that it calls: see `gateway.square.body.Decoders`."""

    def __init__(self, operation: SelectedOperation) -> None:
        """Nothing is worked out before the first call."""
        self._operation = operation
        self._found: dict[str, _ForCall] = {}

    def of(self, call: Call[Any]) -> Decode | None:
        """What reads an answer to this call; None when it has to be read in full."""
        name = call.endpoint.name
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = _decoder(call.endpoint, self._wanted)
        return found(call)

    @cached_property
    def _wanted(self) -> Wanted:
        return wanted_of(self._operation)


def _decoder(endpoint: Endpoint[Any], wanted: Wanted) -> _ForCall:
    returns: Any = endpoint.returns
    origin = get_origin(returns)
    kind = get_args(returns)[0] if origin in (Page, Bulk) else returns
    # What a write has done is compared with what was to be done, and a body that is the object has errors beside it.
    if endpoint.repeat is not Repeat.SAFE or not endpoint.under or not _is_shown(kind, wanted):
        return _in_full
    shape = shape_of(kind, wanted)
    struct = None if shape is None else struct_of(shape)
    if shape is None or struct is None:
        return _in_full
    if origin is Bulk:
        decode = bulk_decoder(struct, endpoint.under, endpoint.name)
        return partial(_for_bulk, decode, _rules(endpoint, shape, endpoint.under.partition(".")[2] + "."))
    make = page_decoder if origin is Page else object_decoder
    return partial(_for_call, make(struct, endpoint.under), _rules(endpoint, shape))


def _is_shown(kind: Any, wanted: Wanted) -> bool:
    """Whether the operation has a place for objects of a type. What only this gateway's own code reads is whole."""
    variants = getattr(kind, "variants", None)
    return kind in wanted or (isinstance(variants, Variants) and variants.other in wanted)


def _in_full(call: Call[Any]) -> None:
    return None


def _rules(endpoint: Endpoint[Any], shape: Shape, within: str = "") -> _Rules:
    rules = endpoint.identity if isinstance(endpoint.identity, tuple) else ()
    # Of a list, the caller may have to compare later; of a bulk answer, nobody does.
    here = (rule for rule in rules if within or not rule.later)
    return [(shape.attribute_at(rule.found.removeprefix(within)), rule) for rule in here]


def _for_call(decode: Callable[[bytes, list[Identity]], Any], rules: _Rules, call: Call[Any]) -> Decode | None:
    identities: list[Identity] = []
    for attribute, rule in rules:
        allowed = rule.wanted(call)
        if allowed is None:
            continue
        if attribute is None:
            return None
        identities.append((attribute, rule, allowed))
    return lambda content: decode(content, identities)


def _for_bulk(decode: Callable[[bytes, Fits], Any], rules: _Rules, call: Call[Any]) -> Decode | None:
    known = [(attrgetter(attribute), rule) for attribute, rule in rules if attribute is not None]
    if len(known) < len(rules):
        return None

    def fits(key: str, found: Any) -> bool:
        allowed = ((value_of(found), rule.wanted(call, key)) for value_of, rule in known)
        return all(values is None or value in values for value, values in allowed)

    if len(known) == 1 and known[0][1].asked == "key" and known[0][1].names is exactly:
        value_of = known[0][0]
        return lambda content: decode(content, lambda key, found: value_of(found) == key)
    return lambda content: decode(content, fits)
