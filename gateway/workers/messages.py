"""What the parent and its children tell each other: one JSON object on each line of a socket between two of them.

The end of the stream tells that the other one is gone, however it ended.
"""

from __future__ import annotations

import json
from typing import Any

Message = dict[str, Any]

# What a child says. READY: it serves. REFUSED: `why` its settings cannot be. LEAVING: it was asked to end, and wants to
# be replaced. QUIET: another has taken its place, and it waits for unused connections alone. FIGURES: its `figures`,
# for the question `id` or at its end. SHOW: `id`, and its own `figures`, to be told those of all.
# ALIVE: it can answer.
READY, REFUSED, LEAVING, QUIET, FIGURES, SHOW = "ready", "refused", "leaving", "quiet", "figures", "show"
ALIVE = "alive"
# What the parent says. ANNOUNCE: the gateway is going to end. RETIRE: another has taken your place. DRAIN: end now.
# HURRY: wait for nothing but writes. REPORT: tell your figures, for the question `id`. SHOWN: those of all for `id`.
# ALIVE: say the same, from your event loop.
ANNOUNCE, RETIRE, DRAIN, HURRY, REPORT, SHOWN = "announce", "retire", "drain", "hurry", "report", "shown"


def written(kind: str, fields: Message) -> bytes:
    """One message as it is sent."""
    return json.dumps({"kind": kind, **fields}, separators=(",", ":")).encode() + b"\n"


def read(line: bytes) -> Message:
    """One message as it came."""
    found: Message = json.loads(line)
    return found
