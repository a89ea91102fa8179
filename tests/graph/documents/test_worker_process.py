"""A crowd of new documents is checked by another process, with the same outcome and without holding up this one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.graph.documents.cache import MOST_WAITING, MOST_WAITING_IN_ALL, Documents
from gateway.graph.documents.fair_queue import Turns
from gateway.graph.documents.parser import Checker
from gateway.graph.documents.worker_process import CheckerLost, CheckerProcess, Times
from gateway.graph.errors import present
from gateway.graph.selection.limits import Limits
from gateway.schema import build_schema
from tests.graph.hostile_documents import LARGE, REPETITIVE, TOO_LARGE, WRONG

MODULE = "gateway.document_worker"
# However slow the machine is.
PATIENT = Times(start=120.0, patience=120.0, check=120.0, close=120.0)
RIGHT = "{ customers { nodes { id groups { name } } } }"


@pytest.fixture
def checker() -> Checker:
    return Checker(build_schema()._schema, Limits(), introspection=False, suggestions=False)


@pytest.fixture
async def process(checker: Checker) -> AsyncIterator[CheckerProcess]:
    process = CheckerProcess(MODULE, checker, PATIENT)
    await process.begin()
    assert process.ready
    yield process
    await process.close()


def pid(process: CheckerProcess) -> int:
    assert process.pid is not None
    return process.pid


async def until_gone(id: int) -> None:
    async with asyncio.timeout(60):
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(id, 0)
                await asyncio.sleep(0)


def told(process: CheckerProcess, what: str) -> str:
    """What Linux tells about it."""
    return Path(f"/proc/{pid(process)}/{what}").read_text(encoding="utf-8")


async def test_it_finds_what_is_found_without_it(checker: Checker, process: CheckerProcess) -> None:
    for name, document in {
        **REPETITIVE,
        **TOO_LARGE,
        **WRONG,
        **LARGE,
        "right": RIGHT,
        "surrogate": '{"\ud800"',
    }.items():
        expected = checker.check(document).errors

        found = await process.check(document)

        assert [present(each) for each in found] == [present(each) for each in expected], name


async def test_a_crowd_of_new_documents_starts_it_and_is_answered_by_it(checker: Checker) -> None:
    process = CheckerProcess(MODULE, checker, PATIENT)
    documents = Documents(checker, process)
    crowd = [f"{bomb} # {number}" for bomb in REPETITIVE.values() for number in range(4)]

    refused = await asyncio.gather(*(documents.prepare_aside(each) for each in crowd))
    allowed = await documents.prepare_aside(RIGHT)

    assert process.ready
    assert {error.extensions["code"] for each in refused for error in each.errors} == {"OPERATION_TOO_LARGE"}
    assert allowed.document is not None
    assert not allowed.errors
    assert await documents.prepare_aside(RIGHT) is allowed
    await documents.close()


async def test_without_it_documents_are_checked_all_the_same(checker: Checker, process: CheckerProcess) -> None:
    documents = Documents(checker, process)
    os.kill(pid(process), signal.SIGKILL)

    wrong = await documents.prepare_aside(WRONG["900 unknown fields"])
    right = await documents.prepare_aside(RIGHT)

    assert not process.ready
    assert len(wrong.errors) == 5
    assert not right.errors


async def killed_while_idle(checker: Checker) -> tuple[bool, bool, bool]:
    process = CheckerProcess(MODULE, checker, PATIENT)
    await process.begin()
    os.kill(pid(process), signal.SIGKILL)
    await until_gone(pid(process))
    documents = Documents(checker, process)
    prepared = [await documents.prepare_aside(RIGHT), await documents.prepare_aside(LARGE["900 ids"])]
    await documents.close()
    return process.ready, *(bool(each.errors) for each in prepared)


def test_its_death_while_idle_is_got_over_on_the_loop_of_production(checker: Checker) -> None:
    uvloop = pytest.importorskip("uvloop", reason="there is none on Windows")

    assert uvloop.run(killed_while_idle(checker)) == (False, False, False)


async def test_it_runs_nothing_from_the_directory_it_is_started_in(
    checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gateway").mkdir()
    (tmp_path / "gateway" / "__init__.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    process = CheckerProcess(MODULE, checker, PATIENT)

    await process.begin()

    assert process.ready
    await process.close()


async def test_a_start_that_takes_long_holds_up_one_document_only(checker: Checker) -> None:
    process = CheckerProcess(MODULE, checker, replace(PATIENT, patience=0.01))

    await process.soon()
    before = process.begin()
    await asyncio.wait_for(process.soon(), 5)

    assert process.begin() is before
    assert not before.done()
    await process.close()


async def test_a_process_that_cannot_run_is_said_once_and_not_tried_again(
    checker: Checker, caplog: pytest.LogCaptureFixture
) -> None:
    process = CheckerProcess("gateway.no_such_module", checker)

    await process.begin()
    await process.begin()

    assert not process.ready
    # It ends before or after it is asked: one line in either case, with the name of another exception.
    assert [record.message.partition(":")[0] for record in caplog.records if record.levelname == "WARNING"] == [
        "The process that checks documents was lost"
    ]
    await process.close()


async def test_a_process_that_says_nothing_is_given_up(checker: Checker) -> None:
    process = CheckerProcess(MODULE, checker, replace(PATIENT, check=0.05, close=0.05))
    await process.begin()
    stopped = pid(process)
    os.kill(stopped, signal.SIGSTOP)

    with pytest.raises(CheckerLost):
        await process.check(RIGHT)

    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)


async def test_a_caller_who_leaves_does_not_end_it(checker: Checker, process: CheckerProcess) -> None:
    turns = Turns(MOST_WAITING, MOST_WAITING_IN_ALL)
    documents = Documents(checker, process, turns=turns)
    os.kill(pid(process), signal.SIGSTOP)
    leaving = asyncio.create_task(documents.prepare_aside(RIGHT))
    for _ in range(3):
        await asyncio.sleep(0)
    assert turns.taken
    leaving.cancel()
    os.kill(pid(process), signal.SIGCONT)

    prepared = await documents.prepare_aside(RIGHT + " ")

    assert not prepared.errors
    assert process.ready


async def test_it_ends_when_it_had_nothing_to_do_for_a_while(checker: Checker) -> None:
    times = replace(PATIENT)
    process = CheckerProcess(MODULE, checker, times)
    await process.begin()
    idle = pid(process)
    times.idle = 0.01

    await process.check(RIGHT)

    await until_gone(idle)

    assert process.pid is None
    assert not process.ready


async def test_it_ends_with_the_gateway_that_started_it() -> None:
    alone = await asyncio.create_subprocess_exec(
        sys.executable, "-m", MODULE, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert alone.stdin is not None
    alone.stdin.write(b'{"limits": {}, "introspection": true, "suggestions": true}\n')
    alone.stdin.close()

    assert await asyncio.wait_for(alone.wait(), 30) == 0


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc, which only Linux has")
async def test_it_knows_no_secret_and_lets_others_go_first(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQUARE_ACCESS_TOKEN", "EAAA-planted")
    monkeypatch.setenv("GATEWAY_KEYS", "planted")
    process = CheckerProcess(MODULE, checker, PATIENT)
    await process.begin()

    known = told(process, "environ")
    nice = int(told(process, "stat").rpartition(")")[2].split()[16])
    await process.close()

    assert "planted" not in known
    assert nice >= 10
