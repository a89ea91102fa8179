"""A difference in words, with all that is needed to see it again."""

from __future__ import annotations

import orjson
from graphql import parse, print_ast

from tests.differential.case import Difference


def told(found: Difference) -> str:
    """The operation, its variables, what was spoilt, and both answers."""
    case, (one, other) = found.case, found.ways
    return "\n".join(
        [
            f"=== seed {case.seed}: {one} / {other}",
            *found.what,
            "--- operation",
            print_ast(parse(case.text)),
            f"--- variables {orjson.dumps(found.variables).decode()}",
            *(f"--- spoilt: {each}" for each in found.spoilt),
            f"--- {one}",
            orjson.dumps(found.one.response).decode(),
            f"--- {other}",
            orjson.dumps(found.other.response).decode(),
            "",
        ]
    )
