"""Long texts made of what a pattern half matches, and the places where somebody outside can put one.

Each text is as long as its place takes, so that whatever is worse than linear in it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

MAX_MESSAGE = 1024

UNITS = {
    "heads of JSON Web Tokens": "-eyJ",
    "heads of JSON Web Tokens with a dot": "eyJaaaaa.",
    "heads of Square's tokens": "EAAA",
    "ids of Square's applications": "sq0idp-",
    "snake case": "a_",
    "names of fields": "given_name ",
    "dotted names": "a.",
    "opening brackets": "[",
    "opening parentheses": "(",
    "country codes": "+1 ",
    "e-mail addresses": "a@a.",
    "one letter": "a",
    "backticks": "`",
    "quotation marks": '"',
    "escapes": "\\",
    "NUL": "\x00",
    "accents out of order": "\u0315\u0300",
    "four bytes a letter": "\U0001f600",
    "digits": "9",
    "semicolons": ";a",
    "commas": ",",
    "percent signs": "%",
    "schemes of authorization": "bearer ",
}


def filled(unit: str, size: int, written: Callable[[str], str] = lambda text: text) -> str:
    """The unit again and again, in at most `size` bytes of UTF-8 as it is `written` down."""
    return unit * (size // len(written(unit).encode()))


def messages(answer: Any) -> Iterator[str]:
    """Every `message` of an answer, of errors and of user errors."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "message":
                yield value
            else:
                yield from messages(value)
    elif isinstance(answer, list):
        for each in answer:
            yield from messages(each)
