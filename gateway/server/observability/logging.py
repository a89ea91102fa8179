"""How the gateway logs: one line for each record, as text or JSON, on standard error.

A line never spans two, its control characters are escaped, and it passes `Redaction`. Of an exception only its
class and where it was raised are written, because its message may hold what somebody sent; the same goes for
what the event loop and Python's warnings say. There is no access log besides the line that `watch.py` logs for
each request.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import orjson

from gateway.graph.exception_summary import described
from gateway.graph.secret_patterns import beginning
from gateway.redis.address import passwords
from gateway.server.observability import request_record as record
from gateway.server.observability.log_stream import Handler
from gateway.server.observability.redaction import Redaction
from gateway.server.observability.request_line import RequestLine
from gateway.settings import Settings

MAX_LENGTH = 4096
# What is remembered of texts without anything to blank: so many, of so many characters. An id of a request has more.
MAX_KNOWN, MAX_REMEMBERED = 256, 31
_NUMBERS = frozenset({int, float, bool})

_log = logging.getLogger(__name__)


class Formatter(logging.Formatter):
    """One record as one harmless line."""

    def __init__(self, redaction: Redaction, *, as_json: bool) -> None:
        """`as_json` chooses JSON instead of text."""
        super().__init__()
        self._redact = redaction
        self._json = as_json
        # Short texts of which it is known that there is nothing to blank: most are the same on every line.
        self._known: set[str] = set()
        # The second of the last line, and how it is written.
        self._second, self._written = -1, ""

    def format(self, line: logging.LogRecord) -> str:
        """The line, without its end."""
        if isinstance(line, RequestLine):
            if self._json:
                return self._as_json(line, line.msg, line.fields)
            return f"{self._as_text(line, line.msg, {})} {line.text(self._shown)}"
        message, more = line.getMessage(), _fields(line)
        if line.exc_info and line.exc_info[1] is not None:
            message = f"{message}: {described(line.exc_info[1])}"
        return self._as_json(line, message, more) if self._json else self._as_text(line, message, more)

    def _as_text(self, line: logging.LogRecord, message: str, more: Mapping[str, Any]) -> str:
        shown = self._shown
        text = f"{self._moment(line)} {line.levelname} {shown(line.name)}: {shown(message)}"
        if (current := record.found()) is not None:
            text += f" requestId={current.request_id if current.own_id else shown(current.request_id)}"
        for name, value in more.items():
            text += f" {name}={value if type(value) in _NUMBERS else shown(value)}"
        return text

    def _as_json(self, line: logging.LogRecord, message: str, more: Mapping[str, Any]) -> str:
        blanked = self._blanked
        fields = {"time": self._moment(line), "level": line.levelname, "logger": blanked(line.name)}
        if (current := record.found()) is not None:
            fields["requestId"] = current.request_id if current.own_id else blanked(current.request_id)
        fields["message"] = blanked(message)
        for name, value in more.items():
            fields[name] = value if type(value) in _NUMBERS else blanked(value)
        try:
            return orjson.dumps(fields).decode()
        except (TypeError, UnicodeError):
            return orjson.dumps({name: harmless(str(value)) for name, value in fields.items()}).decode()

    def _moment(self, line: logging.LogRecord) -> str:
        second = int(line.created)
        if second != self._second:
            self._second, self._written = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._written}.{int(line.msecs):03d}Z"

    def _shown(self, value: Any) -> str:
        """A value as it may stand in a text, blanked first: an escape would hide where a word begins."""
        text = str(value)
        return text if text in self._known else harmless(self._blanked(text))

    def _blanked(self, value: Any) -> str:
        text = str(value)
        if text in self._known:
            return text
        found = self._redact(beginning(text, MAX_LENGTH))
        if found == text and len(text) <= MAX_REMEMBERED and len(self._known) < MAX_KNOWN and text.isprintable():
            self._known.add(text)
        return found


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Log as the settings say, and nothing else: every other handler of the root logger is removed."""
    secrets = [settings.token, settings.square_access_token or "", *settings.gateway_api_keys]
    secrets += [settings.gateway_router_key or "", settings.gateway_secret or ""]
    secrets += [*settings.square_webhook_signature_key, settings.square_application_token or ""]
    secrets += [settings.gateway_trace_key or "", *passwords(settings.gateway_store)]
    handler = Handler(stream or sys.stderr)
    handler.setFormatter(Formatter(Redaction(secrets), as_json=settings.gateway_log_format == "json"))
    root = logging.getLogger()
    for other in list(root.handlers):
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(settings.gateway_log_level.upper())
    # What cannot be written must not print a traceback with the record in it.
    logging.raiseExceptions = False
    # Not `logging.captureWarnings`, which makes one text of the place and the message.
    warnings.showwarning = _warned


def loop_failed(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what an event loop reports: the exception and the task, whose texts may hold values, by their names."""
    error, task = context.get("exception"), context.get("task") or context.get("future")
    what = described(error) if isinstance(error, BaseException) else "no exception"
    where = f", in task {_name(task)}" if isinstance(task, asyncio.Task) else ""
    _log.error("The event loop reports %s%s", what, where)


def _name(task: asyncio.Task[Any]) -> str:
    work = task.get_coro()
    return getattr(work, "__qualname__", type(work).__name__)


def _warned(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object, **__: object
) -> None:
    """Log a warning by its category and place."""
    logging.getLogger("py.warnings").warning("%s in %s:%d", category.__name__, Path(filename).name, lineno)


def _fields(line: logging.LogRecord) -> Mapping[str, Any]:
    given = getattr(line, "fields", None)
    return given if isinstance(given, Mapping) else {}


def harmless(text: str) -> str:
    """The text with everything escaped that could end a line, move a cursor or hide itself."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
