"""Square's problems in the words of the graph: what they say, and the path of the input that they are about. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from strawberry.utils.str_converters import to_camel_case

from gateway.graph.secret_patterns import shown, without_tokens
from gateway.square.errors import Problem

# Bytes of Square's own sentence.
MAX_SENTENCE = 300

# Starts of Square's dotted field names, and the path of the argument that filled each.
Renames = Mapping[str, Sequence[str]]

# Words as a whole: what is no such word is not tried again from its second letter on.
_SNAKE = re.compile(r"\b[a-z]++(?:_[a-z0-9]++)++\b")


def readable(problem: Problem) -> str:
    """Square's own sentence about a problem, kept short and free of control characters.

    The field at fault is called by its name in the graph: given_name is givenName.
    """
    text = shown(problem.detail or problem.code.replace("_", " ").capitalize() + ".", MAX_SENTENCE)
    names = set(_SNAKE.findall(problem.field or ""))
    return _SNAKE.sub(lambda found: to_camel_case(found[0]) if found[0] in names else found[0], text) if names else text


def input_path(name: str | None, renames: Renames) -> list[str] | None:
    """The GraphQL path of Square's field name, as loyalty_account.mapping.phone_number -> [input, phoneNumber]."""
    # An item of a bulk mutation has a place of its own, under which all its fields lie.
    place = renames.get("")
    if not name:
        return list(place) if place else None
    found = renamed(name, renames)
    return [*(place or ["input"]), *_parts(name)] if found is None else found


def renamed(name: str, renames: Renames) -> list[str] | None:
    """The GraphQL path of a field name that begins as one that `renames` knows, None for any other."""
    for start in sorted(renames, key=len, reverse=True):
        if start and (name == start or name.startswith((f"{start}.", f"{start}["))):
            return [*renames[start], *_parts(name[len(start) :])]
    return None


def _parts(name: str) -> list[str]:
    words = without_tokens(name).replace("[", ".").replace("]", "").split(".")
    return [to_camel_case(word) for word in words if word]
