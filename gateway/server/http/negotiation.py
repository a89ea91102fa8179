"""Media types: what a request says about its body, and which media type and compression an answer gets (RFC 9110).

aiohttp leaves `Content-Type` to the parser for e-mail, which takes half a second for some values of 8 KB and fails on
others.
Knows the media types of GraphQL over HTTP, of graphql-sse and of Apollo's multipart subscriptions.
Does not write answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from aiohttp import web
from multidict import MultiMapping

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
MULTIPART = "multipart/mixed"

# No media type with its parameters is longer, and nothing that is longer is read.
MAX_CONTENT_TYPE = 256
_UTF8 = frozenset({"utf-8", "utf8"})
# Of a header that lists more, the rest is not read. What is read is remembered.
_MAX_ACCEPTED, _MAX_LENGTH = 64, 2048


@dataclass(frozen=True, slots=True)
class Answers:
    """The media types an answer may have: `result` for one response, `stream` for several. None: not acceptable."""

    result: str | None
    stream: str | None
    # Whether a JSON type is named, rather than covered by a wildcard or by a missing header.
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Accepted:
    kind: str
    quality: float
    place: int
    parameters: dict[str, str] = field(default_factory=dict)

    def precision(self, offer: str) -> int:
        """How precisely this covers an offered media type: 0 for not at all."""
        if self.kind == offer:
            if offer == MULTIPART:
                return 3 if self.parameters.get("subscriptionspec", "").startswith("1.") else 0
            return 3 if self.parameters.get("charset", "utf-8").lower() in {"utf-8", "utf8"} else 0
        if self.kind == f"{offer.partition('/')[0]}/*":
            return 2
        return 1 if self.kind == "*/*" else 0


def media_type(headers: Mapping[str, str]) -> str:
    """The media type without its parameters, in lower case; empty when there is none that can be read."""
    return _content_type(headers.get("Content-Type", ""))[0].lower()


def is_json(headers: Mapping[str, str]) -> bool:
    """Whether the body is said to be application/json in UTF-8."""
    given = headers.get("Content-Type", "")
    return given == JSON or _is_json(given)


def _is_json(given: str) -> bool:
    kind, *parameters = _content_type(given)
    pairs = (each.partition("=") for each in parameters)
    charsets = [value.strip().strip('"').lower() for name, _, value in pairs if name.strip().lower() == "charset"]
    return kind.lower() == JSON and all(each in _UTF8 for each in charsets)


def _content_type(given: str) -> list[str]:
    return [each.strip() for each in given.split(";")] if len(given) <= MAX_CONTENT_TYPE else [""]


def accepted(headers: MultiMapping[str]) -> str | None:
    """The `Accept` of a request: of several lines one list, as RFC 9110 has it (section 5.3); None without any."""
    lines = headers.getall("Accept", [])
    return ", ".join(filter(None, lines)) if lines else None


def negotiate(accept: str | None) -> Answers:
    """What an `Accept` header allows. A missing or empty header allows JSON."""
    return _answers(_cut(accept or ""))


@lru_cache(maxsize=256)
def _answers(accept: str) -> Answers:
    if not accept.strip():
        return Answers(JSON, None)
    ranges = [each for each in _ranges(accept) if "/" in each.kind]
    result = _best(ranges, (JSON, GRAPHQL_JSON), precise=1)
    named = any(each.kind in {JSON, GRAPHQL_JSON} and each.quality > 0 for each in ranges)
    # A stream must be asked for by name: a wildcard comes from clients that cannot read one.
    return Answers(result, _best(ranges, (EVENT_STREAM, MULTIPART), precise=3), named)


def wants_page(request: web.Request) -> bool:
    """Whether a request is a browser's visit: a GET that accepts HTML and names no media type of GraphQL."""
    if request.method != "GET" or "Upgrade" in request.headers:
        return False
    accept = accepted(request.headers) or ""
    answers = negotiate(accept)
    return "text/html" in accept.lower() and not answers.named and answers.stream is None


def coding(accept_encoding: str | None) -> str | None:
    """The compression to use: gzip, deflate or none."""
    return _coding(_cut(accept_encoding)) if accept_encoding else None


@lru_cache(maxsize=256)
def _coding(accept_encoding: str) -> str | None:
    qualities = {each.kind: each.quality for each in _ranges(accept_encoding)}
    for name in ("gzip", "deflate"):
        if qualities.get(name, qualities.get("*", 0.0)) > 0:
            return name
    return None


def _best(ranges: list[_Accepted], offers: tuple[str, ...], *, precise: int) -> str | None:
    chosen: tuple[tuple[float, int, int], str] | None = None
    for offer in offers:
        covering = [(each.precision(offer), each) for each in ranges]
        precision, found = max(covering, key=lambda pair: (pair[0], -pair[1].place), default=(0, None))
        if found is None or precision < precise or found.quality <= 0:
            continue
        rank = (found.quality, precision, -found.place)
        if chosen is None or rank > chosen[0]:
            chosen = (rank, offer)
    return chosen[1] if chosen else None


def _cut(header: str) -> str:
    if len(header) <= _MAX_LENGTH:
        return header
    beginning = header[:_MAX_LENGTH]
    whole, found, _ = beginning.rpartition(",")
    return whole if found else beginning


def _ranges(header: str) -> Iterator[_Accepted]:
    for place, each in enumerate(header.split(",", _MAX_ACCEPTED)[:_MAX_ACCEPTED]):
        kind, *rest = (part.strip() for part in each.split(";"))
        parameters: dict[str, str] = {}
        for part in rest:
            name, _, value = part.partition("=")
            parameters[name.strip().lower()] = value.strip().strip('"')
        quality = _quality(parameters.pop("q", "1"))
        if kind and quality is not None:
            yield _Accepted(kind.lower(), quality, place, parameters)


def _quality(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
