"""One row of the catalogue of faults: what can go wrong, and what proves that it is answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A fault by its number. `proofs` are tests (file::name under tests/), `measured` are scripts that print figures.

    A row without proofs says in `reason` why there is nothing to prove yet.
    """

    number: int
    subject: str
    proofs: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    reason: str = ""


def proven(number: int, subject: str, *proofs: str, measured: tuple[str, ...] = ()) -> Row:
    """A row that tests prove."""
    return Row(number, subject, proofs, measured)


def later(number: int, subject: str, reason: str) -> Row:
    """A row about something that the gateway does not have."""
    return Row(number, subject, reason=reason)
