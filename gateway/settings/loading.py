"""The settings as the environment and the command line give them, or the one line that says why not."""

from __future__ import annotations

import os

from pydantic import ValidationError

from gateway.settings.fields import Settings
from gateway.settings.names import linked, ours_by_name, refusal, unknown

NAMES = frozenset(name.upper() for name in Settings.model_fields)


class SettingsError(ValueError):
    """Settings with which the gateway must not start. The message names the setting and never its value."""


def load(**given: object) -> Settings:
    """The settings from the environment, with those of the command line first. Raises `SettingsError`."""
    if found := unknown(os.environ, NAMES):
        raise SettingsError(refusal(found))
    return _made({name: value for name, value in given.items() if value is not None})


def load_limits() -> Settings:
    """The limits of documents from the environment, everything else at its default. Raises `SettingsError`."""
    found = {name: meant for name, meant in unknown(os.environ, NAMES).items() if meant and _is_limit(meant)}
    if found:
        raise SettingsError(refusal(found))
    return _made({name: each.default for name, each in Settings.model_fields.items() if not _is_limit(name)})


def passed_over() -> list[str]:
    """Names in the environment that begin like settings, and that nobody here reads."""
    mistakes = unknown(os.environ, NAMES)
    return [name for name in ours_by_name(os.environ) if name not in mistakes and not _read(name)]


def _read(name: str) -> bool:
    return name.upper() in NAMES and not linked(name.upper(), os.environ[name])


def _is_limit(name: str) -> bool:
    return name.upper().startswith("GATEWAY_MAX_")


def _made(given: dict[str, object]) -> Settings:
    links = {name.lower() for name, value in os.environ.items() if linked(name.upper(), value)}
    defaults = {name: each.default for name, each in Settings.model_fields.items() if name in links}
    try:
        return Settings(**{**defaults, **given})
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]).upper() if first["loc"] else ""
    reason = first["msg"].removeprefix("Value error, ")
    return f"{name}: {reason}" if name else reason
