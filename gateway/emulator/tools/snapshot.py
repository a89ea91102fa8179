"""`gateway emulator snapshot save FILE` and `load FILE`: the shop of an emulator that runs, to a file and back."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import click

from gateway.emulator.tools.client import TOKEN, NotDone, emulator

_PATH = "/_emulator/snapshot"


async def save(url: str, file: Path, token: str = TOKEN) -> None:
    """Write the file, whole or not at all. Raises `NotDone`."""
    _check(file)
    async with emulator(url, token) as square:
        content = await square.download(_PATH)
    _write(file, content)
    click.echo(f"Saved {len(content) / 1_000_000:.1f} MB to {file}")


async def load(url: str, file: Path, token: str = TOKEN) -> None:
    """Have the emulator load the file. Raises `NotDone`."""
    _check(file)
    content = _read(file)
    async with emulator(url, token) as square:
        loaded = (await square.upload(_PATH, content))["snapshot"]
    click.echo(f"Loaded {file}: the emulator's time is {loaded['now']}")


def _check(file: Path) -> None:
    """Raise for a database that is being written to: a part of it is in a file beside it."""
    if os.path.exists(f"{file}-wal"):
        raise NotDone(f"{file}: a database in use, or not closed by who used it; `gateway emulator --db` opens it")


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_bytes(content)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise NotDone(f"{file}: {(error.strerror or 'cannot be written').lower()}") from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotDone(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
