"""What credentials look like, so that no error repeats one that a caller put in the wrong place. No I/O.

Everything here takes as long as its text, whatever stands in it.
"""

from __future__ import annotations

import re
import string

BLANK = "[redacted]"
CUT = "..."


def _at_a_word(head: str) -> str:
    """A pattern for this at the beginning of a word, which may stand behind what is written as an escape."""
    escapes = (
        *(r"\\[a-z]", r"\\x[0-9a-fA-F]{2}", r"\\u[0-9a-fA-F]{4}", r"\\U[0-9a-fA-F]{8}"),
        r"%[0-9a-fA-F]{2}",
    )
    return rf"{head}(?:(?<![^\W_]{head})|" + "|".join(f"(?<={each}{head})" for each in escapes) + ")"


# JSON Web Tokens, Square's tokens and secrets. The first matches what only begins like one as well, and tells the two
# apart by its group: one that gave up there would begin again inside what it has read, over and over.
_JWT = re.compile(_at_a_word("eyJ") + r"[\w-]{5,}+(\.[\w-]++\.[\w-]*+)?")
_TOKEN = re.compile(_at_a_word("EAAA") + r"[\w-]{5,}+")
# The ids of applications (sq0idp-, of the sandbox sq0idb-) are public: the keys of others' attributes begin with them.
_SECRET = re.compile(_at_a_word("sq0") + r"(?!id)[a-z]{3}-[\w-]{5,}+")
# graphql-core shows long values without their middle: what is left behind it may be the end of a token.
_END = re.compile(r"\.{3}[\w.-]{12,}+")
# With these a word begins that may go on as a credential.
_BEGINNING = re.compile(r"eyJ|EAAA|sq0(?!id)|\.{3}")
_IN_TOKENS = string.ascii_letters + string.digits + "_-."


def without_tokens(text: str) -> str:
    """The text with everything blanked that is a credential as a whole."""
    return _SECRET.sub(BLANK, _TOKEN.sub(BLANK, _JWT.sub(_blank, text)))


def beginning(text: str, limit: int) -> str:
    """At most so many characters of a text, and of a credential that does not fit into them nothing."""
    if len(text) <= limit:
        return text
    text = text[:limit]
    last_word = len(text.rstrip(_IN_TOKENS))
    found = _BEGINNING.search(text, last_word)
    return f"{text[: found.start()]}{BLANK}" if found else text


def shown(text: str, limit: int) -> str:
    """A text from outside as it may be shown: on one line, without credentials, at most `limit` bytes of UTF-8.

    It is cut before anything else looks at it.
    """
    text = without_tokens(_END.sub(CUT + BLANK, beginning(text, limit)))
    if not text.isprintable():
        text = "".join(each if each.isprintable() else " " for each in text)
    content = text.encode()
    return text if len(content) <= limit else content[: limit - len(CUT)].decode(errors="ignore") + CUT


def _blank(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else BLANK
