"""The parent's end of the socket to a child that takes nothing and ends."""

from __future__ import annotations

import selectors
import socket
from typing import Any

from gateway.workers.link import Link
from gateway.workers.messages import REPORT


def test_a_link_that_was_closed_meanwhile_sends_nothing() -> None:
    ours, theirs = socket.socketpair()
    heard: list[Any] = []
    with selectors.DefaultSelector() as selector:
        link = Link(ours, selector, heard.append)
        for number in range(10_000):
            link.say(REPORT, id=number)
        theirs.close()
        # As when the signal of its end comes first of several.
        found = selector.select(0)
        link.finish()
        for key, _ in found:
            key.data()
        assert not selector.get_map()
    assert not heard
