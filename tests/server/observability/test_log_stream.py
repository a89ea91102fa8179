"""A log that nobody reads: it holds up nothing, and says later what is missing."""

from __future__ import annotations

import logging
import os

import pytest

from gateway.server.observability import log_stream


def test_lines_that_find_no_room_are_passed_over_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_stream, "PATIENCE_SECONDS", 0.01)
    read, write = os.pipe()
    with open(read, encoding="utf-8") as reader, open(write, "w", encoding="utf-8") as writer:
        handler = log_stream.Handler(writer)

        def log(text: str) -> None:
            handler.handle(logging.LogRecord("name", logging.INFO, "", 0, text, (), None))

        # A pipe holds 64 KiB, on some systems less.
        for number in range(200):
            log(f"{number} {'x' * 1000}")
        os.set_blocking(read, False)
        lines = reader.read().splitlines()
        assert 0 < len(lines) < 200
        log("after")
        assert reader.read() == f"{log_stream.LOST % (200 - len(lines))}\nafter\n"
