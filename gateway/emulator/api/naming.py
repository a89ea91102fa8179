"""How the tokens and sellers of a fork are named apart from those of every other shop. Changes nothing that is stored.

A fork holds the very rows of what it was copied from. Its own names are put on where something leaves it, and taken off
where something arrives: to a client, two forks are two sellers, each with tokens of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson

# A token of a fork: the fork's id, and behind the dot the token as it was in the original. What begins like one is none
# of the original's, so that nobody who mistook an id changes that.
_TOKEN = re.compile(r"fork-[^.]*")


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one fork, or with an empty id those of the original, which are the stored ones."""

    fork: str = ""

    def token(self, stored: str) -> str:
        """A stored token as its bearer writes it."""
        return f"{self.fork}.{stored}" if self.fork else stored

    def stored_token(self, token: str) -> str:
        """A token as it is stored."""
        return token.removeprefix(f"{self.fork}.") if self.fork else token

    def merchant(self, seller: str) -> str:
        """A stored seller as the world knows it."""
        return f"{seller}-{self.fork}" if self.fork else seller

    def seller(self, merchant: str) -> str:
        """A seller as it is stored, by either name."""
        return merchant.removesuffix(f"-{self.fork}") if self.fork else merchant

    def body(self, stored: str) -> str:
        """The JSON text of a stored notification as it goes out."""
        if not self.fork:
            return stored
        notification = orjson.loads(stored)
        return orjson.dumps({**notification, "merchant_id": self.merchant(notification["merchant_id"])}).decode()


ORIGINAL = Naming()


def fork_of(authorization: str | None) -> str | None:
    """The id of the fork that the token in this Authorization header is of; None for any other token."""
    scheme, _, token = (authorization or "").partition(" ")
    found = _TOKEN.match(token.strip()) if scheme.lower() == "bearer" else None
    return found[0] if found else None
