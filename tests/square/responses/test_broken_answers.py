"""Answers that are broken: what the request then means, and how often it is sent."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import psutil
import pytest

from gateway.areas.groups.endpoints import CREATE_GROUP, DELETE_GROUP, LIST_GROUPS, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import (
    Ambiguous,
    BadResponse,
    NotSent,
    Rejected,
    SquareError,
    TooLate,
    Unavailable,
    UpstreamTimeout,
)
from tests.patience import PATIENCE
from tests.square import fault_server as fault
from tests.square.certificate import self_signed
from tests.square.conftest import Client
from tests.square.fault_server import GROUP, FaultServer, Reply, answer
from tests.square.held_time import HeldTime

READ = RETRIEVE_GROUP(group_id="G1")
KEYED = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})

UNREADABLE = {
    "truncated body": fault.TRUNCATED,
    "bad chunk": fault.BAD_CHUNK,
    "chunks cut off": fault.CUT_CHUNKS,
    "length too short": fault.TOO_SHORT_LENGTH,
    "200 KB header": fault.HUGE_HEADER,
    "bad status line": fault.BAD_STATUS_LINE,
    "not HTTP": fault.NOT_HTTP,
    "HTML with 200": fault.HTML,
    "empty with 200": fault.EMPTY,
    "204": fault.NO_CONTENT,
    "bad UTF-8": fault.BAD_UTF8,
    "cut JSON": fault.CUT_JSON,
    "a list instead of an object": fault.NOT_AN_OBJECT,
    "broken gzip": fault.BAD_GZIP,
    "redirect to another host": answer({}, 302, Location="http://127.0.0.1:9/"),
    "not the object promised": answer({"group": [1]}),
}
BROKEN_CONNECTIONS = {
    "reset before the work": fault.reset(processed=False),
    "reset after the work": fault.reset(processed=True),
    "closed without an answer": fault.close,
}
SILENT = {"no headers": fault.stall, "half a body": fault.stall_in_body, "one byte at a time": fault.drip}


def cases(table: dict[str, Reply]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reply", table.values(), ids=table)


@cases(UNREADABLE)
async def test_an_unreadable_answer_to_a_read_is_tried_once_more_and_never_taken_for_a_whole_one(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.otherwise = reply

    assert type(await client.failure(LIST_GROUPS() if reply is fault.TRUNCATED else READ)) is BadResponse
    assert len(faults.requests) == 2


@cases(UNREADABLE)
async def test_a_read_survives_one_unreadable_answer(client: Client, faults: FaultServer, reply: Reply) -> None:
    faults.then(reply)

    assert (await client.send(READ)).id == "G1"


@cases(UNREADABLE | BROKEN_CONNECTIONS | SILENT)
async def test_a_write_without_key_is_sent_once_and_reported_as_unknown(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.otherwise = reply

    error = await client.failure(RENAME)

    assert (type(error), error.maybe_processed, error.retryable) == (Ambiguous, True, False)
    assert len(faults.requests) == 1


@cases(UNREADABLE | BROKEN_CONNECTIONS | SILENT)
async def test_a_keyed_write_is_sent_again_with_the_same_key_and_body(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.then(reply)

    assert (await client.send(KEYED)).id == "G1"
    assert [request.body for request in faults.requests] == [KEYED.body, KEYED.body]


@cases(BROKEN_CONNECTIONS)
async def test_a_read_over_a_breaking_connection_is_tried_three_times_then_unavailable(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.otherwise = reply

    assert type(await client.failure(READ)) is Unavailable
    assert len(faults.requests) == 3


async def test_a_reset_in_the_middle_of_a_list_gives_no_part_of_the_list(client: Client, faults: FaultServer) -> None:
    faults.otherwise = fault.reset_in_body

    assert isinstance(await client.failure(LIST_GROUPS()), BadResponse | Unavailable)


@cases(SILENT)
async def test_a_silent_or_dripping_answer_costs_one_attempt_and_its_connection(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.then(reply)

    assert (await client.send(READ)).id == "G1"
    await faults.until(lambda: faults.open == 1)
    assert faults.connections == 2


@cases(SILENT)
async def test_the_limit_of_an_attempt_is_in_real_seconds(client: Client, faults: FaultServer, reply: Reply) -> None:
    faults.otherwise = reply
    client.time.real = 0.2

    async with asyncio.timeout(PATIENCE):
        assert type(await client.with_budget(attempt=0.2, attempts=1).failure(READ)) is UpstreamTimeout


@cases(SILENT)
async def test_endless_silence_is_a_timeout_after_three_attempts(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.otherwise = reply

    assert type(await client.failure(READ)) is UpstreamTimeout
    assert len(faults.requests) == 3


async def test_the_race_for_a_kept_connection_is_invisible_to_reads(client: Client, faults: FaultServer) -> None:
    await client.send(READ)
    faults.then(fault.close)

    assert (await client.send(READ)).id == "G1"
    assert len(faults.requests) == 3


@pytest.mark.parametrize("lost", [fault.close, fault.reset(processed=True)], ids=["closed", "reset"])
async def test_the_http_client_itself_never_repeats_a_put_on_a_dead_kept_connection(
    client: Client, faults: FaultServer, lost: Reply
) -> None:
    await client.send(READ)
    faults.then(lost)

    assert type(await client.failure(RENAME)) is Ambiguous
    assert [request.method for request in faults.requests] == ["GET", "PUT"]
    assert faults.connections == 1


async def test_a_refused_connection_is_tried_again_even_for_a_write_without_key(client: Client, time: HeldTime) -> None:
    operation = client.in_front_of("http://127.0.0.1:1").operation()

    with pytest.raises(NotSent) as caught:
        await operation.send(RENAME)

    assert (caught.value.maybe_processed, len(time.slept)) == (False, 2)
    assert (operation.usage.calls, operation.usage.retries) == (0, 0)


@pytest.mark.parametrize(("limits", "kind"), [({"operation": 0.1}, TooLate), ({"attempt": 0.1}, NotSent)])
async def test_what_still_waited_for_its_connection_when_the_time_was_over_was_not_sent(
    client: Client, faults: FaultServer, limits: dict[str, float], kind: type[SquareError]
) -> None:
    """The server takes connections and says nothing of TLS."""
    client.time.real = 1.0
    operation = client.in_front_of(faults.url.replace("http://", "https://"), connect=60.0, **limits).operation()

    with pytest.raises(SquareError) as caught:
        await operation.send(RENAME)

    assert type(caught.value) is kind
    assert (caught.value.maybe_processed, operation.usage.calls, operation.usage.retries) == (False, 0, 0)
    assert not client.square.circuit_open


async def test_a_host_without_an_address_is_never_sent(client: Client) -> None:
    client.in_front_of("http://square.invalid")

    assert type(await client.failure(READ)) is NotSent


async def test_a_server_without_tls_is_never_sent_and_there_is_no_insecure_fallback(
    client: Client, faults: FaultServer
) -> None:
    client.in_front_of(faults.url.replace("http://", "https://"), connect=0.05)

    assert type(await client.failure(RENAME)) is NotSent
    assert faults.requests == []


async def test_a_certificate_that_nobody_vouches_for_is_never_sent(client: Client, tmp_path: Path) -> None:
    arrived: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.append(await reader.read(10))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=self_signed(tmp_path))
    client.in_front_of(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")

    assert type(await client.failure(RENAME)) is NotSent
    assert not any(arrived)
    server.close()


@pytest.mark.parametrize("reply", [fault.gzip_bomb(300), fault.endless(300)], ids=["gzip bomb", "endless chunks"])
async def test_a_huge_answer_is_given_up_at_ten_mebibytes_with_flat_memory(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.otherwise = reply
    await client.failure(RENAME)
    gc.collect()
    before = psutil.Process().memory_info().rss

    await client.failure(RENAME)

    assert psutil.Process().memory_info().rss - before < 32 * 1024 * 1024


async def test_an_answer_that_announces_too_much_is_not_read(client: Client, faults: FaultServer) -> None:
    faults.otherwise = fault.raw(b"HTTP/1.1 200 X\r\nContent-Length: 99999999\r\n\r\n{", close=False)

    assert type(await client.failure(READ)) is BadResponse


async def test_an_error_page_keeps_the_meaning_of_its_status(client: Client, faults: FaultServer) -> None:
    faults.then(answer(b"<html>Bad Request</html>", 400, Content_Type="text/html"))

    error = await client.failure(READ)

    assert (type(error), error.status, error.problems) == (Rejected, 400, ())


async def test_all_errors_of_one_answer_are_kept_with_codes_nobody_knows(client: Client, faults: FaultServer) -> None:
    entries = [
        {"category": "INVALID_REQUEST_ERROR", "code": "MISSING_REQUIRED_PARAMETER", "field": "group.name"},
        {"category": "NEW_CATEGORY", "code": "NEW_CODE", "detail": "?", "surprise": 1},
        "not an object",
        {"code": 7},
    ]
    faults.then(answer({"errors": entries}, 422))

    error = await client.failure(READ)

    assert [problem.code for problem in error.problems] == ["MISSING_REQUIRED_PARAMETER", "NEW_CODE", "UNKNOWN"]


async def test_errors_with_status_200_are_errors(client: Client, faults: FaultServer) -> None:
    faults.then(answer({"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "BAD_REQUEST"}]}))

    assert type(await client.failure(READ)) is Rejected


async def test_a_repeated_delete_that_finds_nothing_has_succeeded(client: Client, faults: FaultServer) -> None:
    faults.then(fault.reset(processed=True), fault.refusal(404, "NOT_FOUND"))

    await client.send(DELETE_GROUP(group_id="G1"))

    assert len(faults.requests) == 2


async def test_a_good_answer_follows_a_bad_one_on_the_same_client(client: Client, faults: FaultServer) -> None:
    faults.then(fault.HTML, fault.BAD_CHUNK, answer(GROUP))

    assert type(await client.failure(READ)) is BadResponse
    assert (await client.send(READ)).name == "Regulars"
