"""A program that runs beside an emulator and a gateway: what it is told, its signals, and how it ended."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from gateway.settings import EMULATOR_TOKEN, load_limits
from gateway.settings.names import IN_FILE
from gateway.testing.proxies import past_proxies
from gateway.testing.servers import FIXED, Servers, serving

# What a shell adds to the number of the signal that ended a program.
BY_SIGNAL = 128
NOT_EXECUTABLE, NOT_FOUND = 126, 127
_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotRun(Exception):
    """The program could not be started; `code` is the one by which shells say so."""

    def __init__(self, name: str, why: str, code: int) -> None:
        super().__init__(f"{name}: {why}")
        self.code = code


async def run_beside(command: Sequence[str], seed: str, customers: int, ended: Callable[[int], None]) -> None:
    """Serve while this program runs; `ended` is told its exit code, or 128 and the number of the signal that ended it.

    Raises `CannotRun`, and `SettingsError` for what the environment says of the gateway's limits.
    """
    _check(command[0])
    settings = load_limits().model_copy(update=FIXED)
    async with serving(settings, seed, customers) as servers:
        ended(await _run(command, {**_kept(os.environ), **_told(servers), **past_proxies(os.environ)}))


def _check(name: str) -> None:
    """Raise `CannotRun` before anything is started for nothing."""
    if shutil.which(name) is not None:
        return
    if os.sep in name and os.path.exists(name):
        raise CannotRun(name, "this is no program that can be run", NOT_EXECUTABLE)
    raise CannotRun(name, "there is no such program", NOT_FOUND)


def _kept(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without what it says of another Square: its tokens, keys and URLs, or files of these."""
    others = {name.upper() for name in FIXED if name.startswith("square_")}
    others |= {f"{name}{IN_FILE}" for name in others}
    return {name: value for name, value in environment.items() if name.upper() not in others}


def _told(servers: Servers) -> dict[str, str]:
    """What the program's environment says. Square's own SDKs take their token from SQUARE_TOKEN."""
    return {
        "SQUARE_ENVIRONMENT": "emulator",
        "SQUARE_BASE_URL": servers.emulator,
        "SQUARE_ACCESS_TOKEN": EMULATOR_TOKEN,
        "SQUARE_TOKEN": EMULATOR_TOKEN,
        "GATEWAY_URL": servers.graphql,
    }


async def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    with _Signals() as signals:
        try:
            program = await asyncio.create_subprocess_exec(*command, env=environment)
        except OSError as error:
            raise CannotRun(command[0], os.strerror(error.errno or 0).lower(), NOT_EXECUTABLE) from None
        signals.go_to(program)
        code = await program.wait()
    return code if code >= 0 else BY_SIGNAL - code


class _Signals:
    """The signals that this process is sent, for the program to have: those that come before it is there as well.

    What this process was started to ignore, as by nohup, the program ignores as well.
    """

    def __init__(self) -> None:
        self._program: asyncio.subprocess.Process | None = None
        self._early: list[signal.Signals] = []
        self._forwarded = [each for each in _FORWARDED if signal.getsignal(each) is not signal.SIG_IGN]

    def __enter__(self) -> _Signals:
        for each in self._forwarded:
            asyncio.get_running_loop().add_signal_handler(each, self._came, each)
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._forwarded:
            asyncio.get_running_loop().remove_signal_handler(each)

    def go_to(self, program: asyncio.subprocess.Process) -> None:
        """Send them to this program from now on."""
        self._program = program
        for each in self._early:
            self._came(each)

    def _came(self, number: signal.Signals) -> None:
        if self._program is None:
            self._early.append(number)
        # A terminal sends Ctrl-C to both by itself.
        elif number != signal.SIGINT or not _in_front():
            with suppress(ProcessLookupError):
                self._program.send_signal(number)


def _in_front() -> bool:
    """Whether a terminal sends its signals to this process."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)
