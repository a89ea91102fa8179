"""`gateway emulator snapshot save FILE` and `load FILE`: the shop of an emulator that runs, to a file and back."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import click

from gateway.emulator.tools.client import TOKEN, NotDone, emulator

_PATH = "/_emulator/snapshot"


async def save(url: str, file: Path, token: str = TOKEN) -> None:
    """Write the file, whole or not at all, or into what is there and is none, such as a pipe. Raises `NotDone`."""
    _check(file)
    async with emulator(url, token) as square:
        content = await square.download(_PATH)
    replaced = _write(file, content)
    # What is written into may be the standard output.
    click.echo(f"Saved {len(content) / 1_000_000:.1f} MB to {file}", err=not replaced)


async def load(url: str, file: Path, token: str = TOKEN) -> None:
    """Have the emulator load the file. Raises `NotDone`."""
    _check(file)
    content = _read(file)
    async with emulator(url, token) as square:
        loaded = (await square.upload(_PATH, content))["snapshot"]
    click.echo(f"Loaded {file}: the emulator's time is {loaded['now']}")


def _check(file: Path) -> None:
    """Raise for no name, and for a database that is being written to: a part of it is in a file beside it."""
    if not file.name:
        raise NotDone("FILE: expected the name of a file")
    if os.path.exists(f"{os.path.realpath(file)}-wal"):
        raise NotDone(f"{file}: a database in use, or not closed by who used it; `gateway emulator --db` opens it")


def _write(file: Path, content: bytes) -> bool:
    """Have this in the file that is meant; answers whether that is one, and was replaced."""
    replaced = os.path.isfile(file) or not os.path.exists(file)
    try:
        if replaced:
            _replace(file.resolve(), content)
        else:
            file.write_bytes(content)
    except OSError as error:
        raise NotDone(f"{file}: {(error.strerror or 'cannot be written').lower()}") from None
    return replaced


def _replace(file: Path, content: bytes) -> None:
    """Put a new file in its place, by way of one beside it that nobody else has."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        if file.exists():
            shutil.copymode(file, part)
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotDone(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
