"""What is secret in the URL of a Redis, wherever it stands there."""

from __future__ import annotations

import logging

import pytest

from gateway.server.observability.redaction import BLANK
from tests.server.lines import logged


@pytest.mark.parametrize(
    "url",
    [
        "redis://user:a%2Fsecret%20word@shop.example/0",
        "rediss://shop.example/0?password=a/secret%20word",
        "redis+sentinel://one.example,two.example/shop?sentinel_password=a/secret+word",
        "redis+cluster://:a%2Fsecret%20word@one.example:7000,two.example",
    ],
)
def test_a_password_is_in_no_line_of_the_log(url: str) -> None:
    with logged(gateway_store=url, gateway_secret="s" * 32) as lines:
        logging.getLogger("gateway").info("before %s after", "a/secret word")

    assert [line["message"] for line in lines.json] == [f"before {BLANK} after"]
