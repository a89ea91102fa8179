"""What a resolver may ask about the selection below its own field. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.graph.selection.tree import SelectedField, Selection

if TYPE_CHECKING:
    from gateway.graph.loading.context import Info

# The field for which an object is read again when a write met another version than it expected.
CURRENT_VERSION = "currentVersion"


def selects(info: Info, *path: str) -> bool:
    """Whether the client asks for the field at `path` below this one (GraphQL names)."""
    below = _below(info)
    return below is not None and below.selects(*path)


def selects_only(info: Info, names: frozenset[str]) -> bool:
    """Whether every field selected below this one is among `names` (GraphQL names)."""
    below = _below(info)
    return below is None or below.names <= names


def mentions_below(info: Info, name: str) -> bool:
    """Whether a field of this name is selected anywhere below this one (a GraphQL name)."""
    below = _below(info)
    return below is not None and below.mentions(name)


def is_given(info: Info, argument: str) -> bool:
    """Whether the client gives this argument (a GraphQL name) a value; null leaves it to its default."""
    return _field(info).arguments(info.variable_values).get(argument) is not None


def _field(info: Info) -> SelectedField:
    return info.context.selected.at(info.path)


def _below(info: Info) -> Selection | None:
    return _field(info).below
