"""Whether another website may have made a browser send a GET. Does not apply to POST, whose JSON needs a preflight.

A query has no effects and its answer cannot be read across sites, but it costs calls to Square. So a GET is
executed only if something in it shows that no other website made it, unasked:

- a header that a browser sends across sites only after a preflight: `Authorization`, Apollo's
  `Apollo-Require-Preflight` and `X-Apollo-Operation-Name`, or a `Content-Type` that is not a form's;
- `Accept` naming a JSON type, or `Sec-Fetch-Mode: cors` or `same-origin`, which images, forms, scripts and
  links cannot have, as long as neither `Origin` nor `Sec-Fetch-Site` tells of another site.
"""

from __future__ import annotations

from aiohttp import web

from gateway.server.cors import Origins
from gateway.server.negotiation import negotiate

_PREFLIGHTED = ("Authorization", "Apollo-Require-Preflight", "X-Apollo-Operation-Name")
_SIMPLE_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}


def may_be_forged(request: web.BaseRequest, origins: Origins) -> bool:
    """Whether this GET could come from a page of another website without that being allowed."""
    headers = request.headers
    if any(headers.get(name) for name in _PREFLIGHTED):
        return False
    if "Content-Type" in headers and request.content_type not in _SIMPLE_TYPES:
        return False
    if headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"} or not origins.trusted(request):
        return True
    answers = negotiate(headers.get("Accept"))
    streamed = answers.stream is not None
    return not (answers.named or streamed or headers.get("Sec-Fetch-Mode") in {"cors", "same-origin"})
