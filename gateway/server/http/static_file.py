"""A file for browsers: its bytes, compressed where that is worth it, and the tag by which a browser asks for it again.

Does not know where files are, nor for how long a browser may keep them.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from gateway.server.http.negotiation import coding

_MEDIA = {
    "": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent: its bytes, the same compressed with gzip if that makes them fewer, media type and tag."""

    body: bytes
    compressed: bytes | None
    media: str
    tag: str

    @classmethod
    def of(cls, body: bytes, suffix: str) -> StaticFile:
        """The file of these bytes, whose name ends with `suffix`. Compresses: not for the event loop."""
        compressed = gzip.compress(body, mtime=0)
        tag = hashlib.sha256(body).hexdigest()[:20]
        return cls(body, compressed if len(compressed) < len(body) else None, _MEDIA[suffix], tag)

    def answer(self, request: web.Request, headers: Mapping[str, str]) -> web.Response:
        """The response: 304 to a browser that has these bytes, else the bytes, with further `headers`."""
        # Weak, as it stands for the compressed bytes too.
        found = {**headers, "ETag": f'W/"{self.tag}"', "Vary": "Accept-Encoding"}
        if any(each.value in {self.tag, "*"} for each in request.if_none_match or ()):
            return web.Response(status=304, headers=found)
        found["Content-Type"] = self.media
        if self.compressed is not None and coding(request.headers.get("Accept-Encoding")) == "gzip":
            return web.Response(body=self.compressed, headers={**found, "Content-Encoding": "gzip"})
        return web.Response(body=self.body, headers=found)
