"""The line of a request is a log record like any other."""

from __future__ import annotations

import io
import logging

from tests.server.conftest import Site
from tests.server.lines import logged


async def test_any_formatter_can_write_the_line_of_a_request(site: Site) -> None:
    stream, logger = io.StringIO(), logging.getLogger("gateway.requests")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(filename)s:%(lineno)d %(message)s"))
    logger.addHandler(handler)

    with logged():
        await site.post({"query": "{ hello }"})
    logger.removeHandler(handler)

    assert stream.getvalue().endswith("INFO gateway.requests request_line.py:0 POST /graphql 200\n")
