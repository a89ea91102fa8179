"""JSON to Strawberry types: Square's snake_case on the wire, the types' Python names inside.

A type is decoded by a plan worked out once from its Strawberry fields. Whatever is wrong with
one field costs that field: an unknown enum value becomes UNKNOWN, a wrong type becomes null. An
item that lacks what it must have, or has something else where a list must be, is left out of its
list. `UNREAD` counts what could not be read. Does no I/O and checks no business rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from gateway.square.decode_report import UNREAD, Undecodable, read_items

T = TypeVar("T")
Convert = Callable[[Any], Any]

WIRE = "wire"
READS = "reads"
INT64 = 2**63
_DIGITS = re.compile(r"-?\d{1,19}", re.ASCII)


def wired(path: str, **options: Any) -> Any:
    """A Strawberry field that is read from another place than its own name: a dotted path in the JSON object."""
    return strawberry.field(metadata={WIRE: path}, **options)


def reads(*names: str) -> dict[str, Any]:
    """Metadata of a field with a resolver that takes nothing of its object but these attributes (Python names).

    Without it, an object with such a field is read in full wherever the field is selected.
    """
    return {READS: names}


@dataclass(frozen=True, slots=True)
class Variants:
    """Which type shows an object of an interface: by what it has at `key`, the `other` one for what is not among them.

    The interface holds this as `variants`.
    """

    key: str
    kinds: Mapping[str, type]
    other: type


def decode(kind: type[T], value: Any) -> T:
    """Turn one JSON value into `kind`, a Strawberry type or a list of them. Raises `Undecodable`."""
    return cast(T, converter(kind)(value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Undecodable
    return value


def _long(value: Any) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)  # Square's own program example has catalog_version as a string
    if isinstance(value, bool) or not isinstance(value, int) or not -INT64 <= value < INT64:
        raise Undecodable
    return value


def _int(value: Any) -> int:
    number = _long(value)
    if not -(2**31) <= number < 2**31:
        raise Undecodable
    return number


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Undecodable
    return float(value)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Undecodable
    return value


def _anything(value: Any) -> Any:
    return value


_LEAVES: dict[Any, Convert] = {str: _text, strawberry.ID: _text, int: _int, float: _float, bool: _bool}
# Scalars of the graph kit register here how they are read from the wire.
_NAMES: dict[Convert, str] = {
    _text: "text",
    _long: "long",
    _int: "int",
    _float: "float",
    _bool: "bool",
    _anything: "anything",
}


def read_scalar_as(scalar: Any, leaf: str) -> None:
    """Say how values of a custom scalar arrive: as "text", "long" or "anything"."""
    _LEAVES[scalar] = {"text": _text, "long": _long, "anything": _anything}[leaf]


def leaf_of(kind: Any) -> str | None:
    """How values of a scalar arrive: as "text", "long", "int", "float", "bool" or "anything". None: it is none."""
    convert = _LEAVES.get(kind)
    return None if convert is None else _NAMES[convert]


def converter(kind: Any) -> Convert:
    """What turns a JSON value into `kind`, a Strawberry type or a list of them. It raises `Undecodable`."""
    return _converter(kind)


@cache
def _converter(kind: Any) -> Convert:
    if isinstance(kind, LazyType):
        return converter(kind.resolve_type())
    if isinstance(kind, StrawberryOptional):
        return converter(kind.of_type)
    if isinstance(kind, StrawberryList):
        item = converter(kind.of_type)
        return lambda value: read_items(item, value)
    if isinstance(kind, StrawberryEnumDefinition):
        return _enum(cast(type[Enum], kind.wrapped_cls))
    definition = get_object_definition(kind)
    if definition is not None:
        return _object(cast(type, kind), definition)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    return _LEAVES[kind]


def _enum(kind: type[Enum]) -> Convert:
    members = {member.value: member for member in kind}
    unknown = members.get("UNKNOWN")

    def convert(value: Any) -> Enum:
        member = members.get(value) if isinstance(value, str) else None
        if member is not None:
            return member
        if unknown is None:
            raise Undecodable
        return unknown

    return convert


def _object(kind: type, definition: StrawberryObjectDefinition) -> Convert:
    variants = getattr(kind, "variants", None)
    if definition.is_interface and isinstance(variants, Variants):
        return _variants(variants)
    return _ObjectReader(kind, definition)


def _variants(variants: Variants) -> Convert:
    def convert(value: Any) -> Any:
        named: Any = value.get(variants.key) if isinstance(value, dict) else None
        try:
            kind = variants.kinds.get(named, variants.other)
        except TypeError as error:  # a list or an object where the name of the variant should be
            raise Undecodable from error
        return converter(kind)(value)

    return convert


class _ObjectReader:
    """How one type is read: built on first use, when every lazy type can be resolved."""

    def __init__(self, kind: Any, definition: StrawberryObjectDefinition) -> None:
        self.kind = kind
        self.definition = definition
        self.steps: list[tuple[str, str, Convert, Any]] | None = None
        self.nested: list[tuple[str, list[str], Convert, Any]] = []

    def build(self) -> list[tuple[str, str, Convert, Any]]:
        steps = []
        for field in self.definition.fields:
            if field.base_resolver is not None:
                continue
            path = field.metadata.get(WIRE, field.python_name)
            convert = converter(field.type)
            if "." in path:
                self.nested.append((field.python_name, path.split("."), convert, _absent(field)))
            else:
                steps.append((field.python_name, path, convert, _absent(field)))
        self.steps = steps
        return steps

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise Undecodable
        instance = self.kind.__new__(self.kind)
        target = instance.__dict__
        get = value.get
        for name, key, convert, absent in self.steps or self.build():
            found = get(key)
            # Most values are texts, or absent and null: these need no call.
            if convert is _text and found.__class__ is str:
                target[name] = found
            elif found is None and absent is None:
                target[name] = None
            else:
                target[name] = self._read(name, found, convert, absent)
        for name, path, convert, absent in self.nested:
            found = value
            for key in path:
                found = found.get(key) if isinstance(found, dict) else None
            target[name] = self._read(name, found, convert, absent)
        return instance

    def _read(self, name: str, found: Any, convert: Convert, absent: Any) -> Any:
        if found is not None:
            try:
                return convert(found)
            except Undecodable:
                UNREAD.field(f"{self.kind.__name__}.{name}")
                if absent is list:  # an empty list would say that there is nothing
                    raise
        if absent is _REQUIRED:
            raise Undecodable
        return [] if absent is list else absent


_REQUIRED = object()


def _absent(field: StrawberryField) -> Any:
    """What stands for a missing value: null, an empty list, or nothing when there must be one."""
    if isinstance(field.type, StrawberryOptional):
        return None
    if isinstance(field.type, StrawberryList):
        return list
    return _REQUIRED
