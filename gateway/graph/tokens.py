"""What credentials look like, so that no error repeats one that a caller put in the wrong place. No I/O."""

from __future__ import annotations

import re

BLANK = "[redacted]"

# JSON Web Tokens, Square's tokens and secrets.
TOKENS = (
    r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*",
    r"(?<![^\W_])EAAA[\w-]{5,}",
    r"\bsq0[a-z]{3}-[\w-]{5,}",
)
# graphql-core shows long values without their middle: what is left behind it may be the end of a token.
_CUT = r"(?<=\.{3})[\w-]{12,}"
_SHOWN = re.compile("|".join((*TOKENS, _CUT)))


def without_tokens(text: str) -> str:
    """The text with everything blanked that looks like a credential."""
    return _SHOWN.sub(BLANK, text)
