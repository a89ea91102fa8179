"""References to classes of modules that cannot be imported where they are named: other areas, and loaders of types.

A type and its loader need each other, and an area never imports another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pkgutil import resolve_name
from typing import Generic, TypeAlias, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Lazy(Generic[T_co]):
    """The class at `place`, written `module:name`. It is imported when it is first wanted, at the latest on start."""

    place: str

    @cached_property
    def target(self) -> type[T_co]:
        """The class. Raises ImportError or AttributeError when there is none, ValueError when `place` is none."""
        return resolve_name(self.place)  # type: ignore[no-any-return]


Reference: TypeAlias = type[T_co] | Lazy[T_co]


def resolved(reference: Reference[T_co]) -> type[T_co]:
    """The class that is referred to."""
    return reference.target if isinstance(reference, Lazy) else reference
