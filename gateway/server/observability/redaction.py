"""The last line of defence before a line is logged: what looks like a secret or a person is blanked.

Nothing should ever be found here, since no code logs tokens, requests or answers. Pure text, no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gateway.graph.secret_patterns import BLANK, without_tokens

__all__ = ["BLANK", "Redaction"]

_PATTERNS = (
    # Authorization headers and whatever stands in them.
    r"(?i:\b(?:bearer|basic)\s+)[^\s\"',;]+",
    # Telephone numbers: with a plus sign, or grouped as in North America.
    r"\+\d(?:[ ().-]?\d){6,14}\b",
    r"(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])",
)
_SUSPECT = re.compile("|".join(_PATTERNS))
# With bounds, so that long words do not take long.
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")


class Redaction:
    """Blanks what looks secret, and the secrets that are known."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets` are blanked wherever they stand; those too short to be secret are left alone."""
        known = sorted({each for each in secrets if len(each) >= 8}, key=len, reverse=True)
        self._known = re.compile("|".join(re.escape(each) for each in known)) if known else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        if self._known is not None:
            text = self._known.sub(BLANK, text)
        if "@" in text:
            text = _EMAIL.sub(BLANK, text)
        return without_tokens(_SUSPECT.sub(BLANK, text))
