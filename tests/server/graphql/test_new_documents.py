"""Documents that nobody has sent before, more of them than can be checked."""

from __future__ import annotations

import asyncio

from tests.server.conftest import Serve


async def test_those_that_cannot_wait_are_told_to_come_back(serve: Serve) -> None:
    site = await serve()
    fields = " ".join(f"greeting{number}: hello" for number in range(25))

    answers = await asyncio.gather(*(site.post({"query": f"{{ {fields} }} # {number}"}) for number in range(60)))

    refused = [answer for answer in answers if answer.status != 200]
    assert 0 < len(refused) < 60
    for answer in refused:
        assert answer.status == 429
        assert answer.headers["retry-after"] == "1"
        assert answer.json["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"


async def test_a_document_that_one_caller_sends_many_times_at_once_is_checked_once(serve: Serve) -> None:
    site = await serve()
    fields = " ".join(f"greeting{number}: hello" for number in range(25))

    answers = await asyncio.gather(*(site.post({"query": f"{{ {fields} }}"}) for _ in range(60)))

    assert {answer.status for answer in answers} == {200}
