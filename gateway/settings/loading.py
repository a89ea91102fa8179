"""The settings as the environment, files and the command line give them, or the one line that says why not."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource

from gateway.settings.fields import Settings
from gateway.settings.names import linked, ours_by_name, plain, refusal, unknown
from gateway.settings.sources import SECRETS_DIR, SettingsError

# The name that a line of a file begins with, whatever follows.
_BEGINNING = re.compile(r"^[ \t]*(?:export[ \t]+)?['\"]?(\w+)", re.MULTILINE)
NAMES = frozenset(name.upper() for name in Settings.model_fields)


def load(env_file: Path | None = None, **given: object) -> Settings:
    """The settings from the environment and a file, with those of the command line first. Raises `SettingsError`."""
    if found := unknown(os.environ, NAMES):
        raise SettingsError(refusal(found))
    if found := unknown(_variables(env_file), NAMES):
        raise SettingsError(f"--env-file: {refusal(found)}")
    return _made({name: value for name, value in given.items() if value is not None}, env_file)


def load_limits(env_file: Path | None = None) -> Settings:
    """The limits of documents from the same places, everything else at its default. Raises `SettingsError`."""
    names = {**unknown(_variables(env_file), NAMES), **unknown(os.environ, NAMES)}
    if found := {name: meant for name, meant in names.items() if meant and _is_limit(meant)}:
        raise SettingsError(refusal(found))
    others = [name for name in Settings.model_fields if not _is_limit(name) and name != SECRETS_DIR]
    return _made({name: Settings.model_fields[name].default for name in others}, env_file)


def passed_over() -> list[str]:
    """Names in the environment that begin like settings, and that nobody here reads."""
    mistakes = unknown(os.environ, NAMES)
    return [name for name in ours_by_name(os.environ) if name not in mistakes and not _read(name)]


def _variables(env_file: Path | None) -> Mapping[str, str]:
    """What a file of variables has, by names in capitals. Raises `SettingsError`."""
    if env_file is None:
        return {}
    found: Mapping[str, str | None] | None = None
    text = ""
    # pydantic-settings takes a file that is not there for an empty one, and a pipe can be read only once.
    # Path.is_file raises for a folder that this user may not look into.
    if os.path.isfile(env_file):
        with suppress(OSError, ValueError):
            text = env_file.read_text(encoding="utf-8-sig")
            found = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    if found is None:
        raise SettingsError("--env-file: must name a file that can be read as UTF-8 text")
    for name, value in found.items():
        if value is None and plain(name) in NAMES:
            raise SettingsError(f"{name.upper()}: must have a value in the file of --env-file")
    names = {name.upper() for name in found}
    for name in map(str.upper, _BEGINNING.findall(text)):
        # python-dotenv passes over a line that it cannot read.
        if plain(name) in NAMES and name not in names:
            raise SettingsError(f"{name}: its line in the file of --env-file cannot be read; write NAME=value")
    return {name.upper(): value or "" for name, value in found.items()}


def _read(name: str) -> bool:
    return plain(name) in NAMES and not linked(name.upper(), os.environ[name])


def _is_limit(name: str) -> bool:
    return name.upper().startswith("GATEWAY_MAX_")


def _made(given: dict[str, object], env_file: Path | None) -> Settings:
    chosen: dict[str, Any] = {**given, "_env_file": env_file}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]).upper() if first["loc"] else ""
    reason = first["msg"].removeprefix("Value error, ")
    return f"{name}: {reason}" if name else reason
