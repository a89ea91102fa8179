"""What a check is, and what it finds. Checks nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from gateway.tools.doctor.deployment import Deployment

State = Literal["ok", "warning", "problem", "not checked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do next. No text holds a token, a key or anything of a person."""

    state: State
    found: str
    next: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One row. `without_settings` tells whether it can be made of settings that the gateway refuses."""

    name: str
    run: Callable[[Deployment], Awaitable[Finding]]
    without_settings: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A check by its name, with what it has found."""

    name: str
    finding: Finding


def ok(found: str) -> Finding:
    """Nothing is wrong."""
    return Finding("ok", found)


def warning(found: str, next: str) -> Finding:
    """It works, and may not be what was meant."""
    return Finding("warning", found, next)


def problem(found: str, next: str) -> Finding:
    """Users will notice it."""
    return Finding("problem", found, next)


def not_checked(found: str, next: str = "") -> Finding:
    """It is not used here, or nothing can be said about it."""
    return Finding("not checked", found, next)
