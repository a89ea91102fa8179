"""What the gateway logs while a test runs: as records, and as the lines an operator reads."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.server.observability import logging as log
from gateway.settings import Settings
from tests.planted import Scanner


class Lines:
    """The lines written so far."""

    def __init__(self, stream: io.StringIO, scanner: Scanner) -> None:
        self._stream = stream
        self.scanner = scanner

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def all(self) -> list[str]:
        return self.text.splitlines()

    @property
    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.all]

    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.json if line["logger"] == "gateway.requests"]


@contextmanager
def logged(**settings: Any) -> Iterator[Lines]:
    """Log as `gateway serve` does, into memory, and scan the records before anything is redacted."""
    root = logging.getLogger()
    handlers, level, raising = list(root.handlers), root.level, logging.raiseExceptions
    shown = warnings.showwarning
    settings.setdefault("square_environment", "emulator")
    settings.setdefault("gateway_log_level", "debug")
    settings.setdefault("gateway_log_format", "json")
    stream, scanner = io.StringIO(), Scanner()
    log.configure(Settings(_env_file=None, **settings), stream)
    root.addHandler(scanner)
    try:
        yield Lines(stream, scanner)
    finally:
        root.handlers[:], logging.raiseExceptions = handlers, raising
        root.setLevel(level)
        warnings.showwarning = shown
