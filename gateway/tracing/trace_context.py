"""Trace context and baggage as callers send them, by the W3C's recommendations: read strictly, passed on as they came.

The propagators of `opentelemetry-api` are not used: they write what they cannot read into the log, and baggage holds
whatever a caller likes. What is not valid is ignored, as the recommendations ask. No I/O.
https://www.w3.org/TR/trace-context/ and https://www.w3.org/TR/baggage/
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from multidict import CIMultiDict, MultiMapping, istr

TRACEPARENT, TRACESTATE, BAGGAGE = istr("traceparent"), istr("tracestate"), istr("baggage")
SAMPLED = 1
# The characters and members that the recommendations ask everybody to pass on; more is dropped.
MAX_STATE, MAX_STATES = 512, 32
MAX_BAGGAGE, MAX_ENTRIES = 8192, 64
# Of a state that is longer than this nothing is looked at.
MAX_GIVEN = 8192

_PARENT = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII
)
_STATE = re.compile(
    r"(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
    r"=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
)
_TOKEN, _VALUE = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"
_ENTRY = re.compile(rf"{_TOKEN}[ \t]*=[ \t]*{_VALUE}(?:[ \t]*;[ \t]*{_TOKEN}(?:[ \t]*=[ \t]*{_VALUE})?)*")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TraceContext:
    """A span of somebody's: `flags` are the W3C's, `state` is what the tracing systems on the way have noted."""

    trace_id: int
    span_id: int
    flags: int
    state: str = ""

    @property
    def sampled(self) -> bool:
        """Whether the one that began the trace records it."""
        return bool(self.flags & SAMPLED)

    @property
    def traceparent(self) -> str:
        """As it goes in a header."""
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{self.flags:02x}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What has come with a request: the caller's span, if it has one, and its baggage."""

    parent: TraceContext | None
    baggage: str = ""


class Propagation:
    """The parts of the context that are read and passed on."""

    def __init__(self, names: str = "tracecontext,baggage") -> None:
        """`names` are those of the standard variable OTEL_PROPAGATORS; unknown ones are ignored, with a line."""
        chosen = {each.strip().lower() for each in names.split(",")} - {""}
        if unknown := chosen - {"tracecontext", "baggage", "none"}:
            _log.warning("OTEL_PROPAGATORS has %d names that are not tracecontext, baggage or none", len(unknown))
        self._trace = "tracecontext" in chosen and "none" not in chosen
        self._baggage = "baggage" in chosen and "none" not in chosen

    def read(self, headers: MultiMapping[str]) -> Incoming | None:
        """What the headers of a request hold; None when that is nothing."""
        parent, baggage = None, ""
        if self._trace and TRACEPARENT in headers:
            given = headers.getall(TRACEPARENT)
            parent = parent_of(given[0], headers.getall(TRACESTATE, ())) if len(given) == 1 else None
        if self._baggage and BAGGAGE in headers:
            baggage = baggage_of(headers.getall(BAGGAGE))
        return Incoming(parent, baggage) if parent is not None or baggage else None


def parent_of(traceparent: str, states: Iterable[str] = ()) -> TraceContext | None:
    """The span that a `traceparent` names, None when it is not valid. Of a later version the known part is read."""
    found = _PARENT.fullmatch(traceparent.strip(" \t")) if len(traceparent) <= MAX_STATE else None
    if found is None or (found[1] == "00" and found[5]):
        return None
    # Besides being sampled, only whether the id is random is defined.
    return TraceContext(int(found[2], 16), int(found[3], 16), int(found[4], 16) & 0b11, _state_of(states))


def _state_of(states: Iterable[str]) -> str:
    given = ",".join(states)
    # White space aside, the length of the whole is looked at below.
    if len(given) > MAX_GIVEN:
        return ""
    members = [each for each in (member.strip(" \t") for member in given.split(",")) if each]
    names = {each.partition("=")[0] for each in members}
    whole = ",".join(members)
    valid = len(whole) <= MAX_STATE and len(names) == len(members) <= MAX_STATES
    return whole if valid and all(map(_STATE.fullmatch, members)) else ""


def baggage_of(given: Iterable[str]) -> str:
    """The valid entries of baggage; nothing of one that is too long as a whole."""
    whole = ",".join(given)
    if len(whole) > MAX_BAGGAGE:
        return ""
    entries = [each for each in (entry.strip(" \t") for entry in whole.split(",")) if _ENTRY.fullmatch(each)]
    return ",".join(entries[:MAX_ENTRIES])


def carried(names: Iterable[str], *holders: object) -> CIMultiDict[str]:
    """The texts with these names in the first of the holders, JSON objects or headers, that has them; in any case.

    For what comes on a socket, where a browser can set no headers. A state is that of the span beside it, or nobody's.
    What is too long to be read is left out.
    """
    wanted, found = {name.lower() for name in names}, CIMultiDict[str]()
    for holder in holders:
        if isinstance(holder, Mapping):
            theirs = [
                (name.lower(), value)
                for name, value in holder.items()
                if isinstance(name, str) and isinstance(value, str) and name.lower() in wanted and name not in found
                if len(value) <= MAX_GIVEN
            ]
            alone = all(name != TRACEPARENT for name, _ in theirs)
            found.extend((name, value) for name, value in theirs if not alone or name != TRACESTATE)
    return found
