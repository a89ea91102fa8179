"""`@skip` and `@include`: when a part of a document does not take part in an operation. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import BooleanValueNode, DirectiveNode, VariableNode

# The value of `if` with which each directive leaves out what it stands on.
_LEAVES_OUT = {"skip": True, "include": False}

# What the variables of conditions are in one request. One that is not there leaves nothing out.
Switches = Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Condition:
    """One directive: it leaves out what it stands on when `if` has the value `leaves_out`."""

    leaves_out: bool
    variable: str | None
    value: bool | None

    def holds(self, switches: Switches) -> bool:
        """Whether the field or fragment takes part."""
        value = self.value if self.variable is None else switches.get(self.variable)
        return value is not self.leaves_out


def conditions(directives: tuple[DirectiveNode, ...] | None) -> Iterator[Condition]:
    """The conditions among the directives of a field or fragment, valid or not."""
    for directive in directives or ():
        leaves_out = _LEAVES_OUT.get(directive.name.value)
        if leaves_out is None or not directive.arguments:
            continue
        given = directive.arguments[0].value
        if isinstance(given, VariableNode):
            yield Condition(leaves_out, given.name.value, None)
        elif isinstance(given, BooleanValueNode):
            yield Condition(leaves_out, None, given.value)
