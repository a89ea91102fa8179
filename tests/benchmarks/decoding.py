"""What reading a page of 50 customers costs: field by field, and in one go into what the operation wants.

Run `python -m tests.benchmarks.decoding`. It prints the microseconds of each, the lowest of some rounds, with what
parsing the JSON alone takes.
"""

from __future__ import annotations

import timeit
from typing import Any

import click
import orjson

from gateway.areas.customers.endpoints import LIST_CUSTOMERS
from gateway.square.body import Body
from gateway.square.response import answer_to
from tests.benchmarks.bench_engine import CUSTOMER, W1
from tests.graph.decoding.selecting import decoders

CUSTOMERS = 50
TIMES, ROUNDS = 200, 9
CALL = LIST_CUSTOMERS(query={"limit": CUSTOMERS})


def main() -> None:
    wanted = decoders(W1)
    page = {"customers": [{"id": f"C{number}", **CUSTOMER} for number in range(CUSTOMERS)], "cursor": "next"}
    content = orjson.dumps(page)

    def in_full() -> Any:
        return answer_to(CALL, Body(CALL.endpoint.name, content)).value

    def typed() -> Any:
        return answer_to(CALL, Body(CALL.endpoint.name, content, wanted.of(CALL))).value

    assert [each.given_name for each in typed().items] == [each.given_name for each in in_full().items]
    assert type(typed().items[0]) is not type(in_full().items[0])
    for name, read in (("parsed", lambda: orjson.loads(content)), ("field by field", in_full), ("in one go", typed)):
        click.echo(f"{name:15}{min(timeit.repeat(read, number=TIMES, repeat=ROUNDS)) / TIMES * 1e6:8.1f} us")


if __name__ == "__main__":
    main()
