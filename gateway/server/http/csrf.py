"""Whether another website may have made a browser send a GET. Does not apply to POST, whose JSON needs a preflight.

A query has no effects and its answer cannot be read across sites, but it costs calls to Square. So a GET is
executed only if something in it shows that no other website made it, unasked. In this order:

- a header that a page can set across sites only after a preflight, which unlisted sites do not pass: Apollo's
  `Apollo-Require-Preflight` and `X-Apollo-Operation-Name`, `Content-Type: application/json`, or
  `Authorization: Bearer` (other schemes a browser may send by itself);
- `Origin`, which pages cannot choose: it decides, by being the gateway's own or a listed one;
- `Sec-Fetch-Site: same-origin`, which pages cannot choose either;
- `Sec-Fetch-Mode: cors` or `same-origin`, unless `Sec-Fetch-Site` tells of another site: across sites a browser
  sends `Origin` in the first mode and nothing in the second. This is `fetch` outside of a browser, as in Node.js.

`Accept` shows nothing, whatever it names: a page may set it in a `fetch` with `mode: "no-cors"`, and from a page
without TLS the browser then sends neither `Origin` nor `Sec-Fetch-*`. A script without a token, as with
`GATEWAY_AUTH=none`, has to send one of the headers above.
"""

from __future__ import annotations

from aiohttp import web

from gateway.server.http.cors import Origins
from gateway.server.http.negotiation import JSON, media_type

_PREFLIGHTED = ("Apollo-Require-Preflight", "X-Apollo-Operation-Name")


def may_be_forged(request: web.BaseRequest, origins: Origins) -> bool:
    """Whether this GET could come from a page of another website without that being allowed."""
    headers = request.headers
    if any(headers.get(name) for name in _PREFLIGHTED) or media_type(headers) == JSON:
        return False
    if headers.get("Authorization", "").lower().startswith("bearer "):
        return False
    if "Origin" in headers:
        return not origins.trusted(request)
    site = headers.get("Sec-Fetch-Site", "none")
    if site == "same-origin":
        return False
    return site != "none" or headers.get("Sec-Fetch-Mode") not in {"cors", "same-origin"}
