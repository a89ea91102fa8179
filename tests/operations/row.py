"""What one operation of Square is reached by, and what that sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEY = 'idempotencyKey: "key-of-my-own"'
WITH_KEY = {"idempotency_key": "key-of-my-own"}


@dataclass
class Row:
    """`document` is asked, with `<name>` for ids; `calls` are what it sends, the operation's own among them."""

    operation: str
    document: str
    call: str
    body: Any = None
    others: dict[str, Any] = field(default_factory=dict)


def mutation(text: str) -> str:
    return f"mutation {{ {text} {{ userErrors {{ code field message }} }} }}"
