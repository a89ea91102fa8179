"""Secrets and personal data planted by tests, and a log handler that finds them. None of it is anybody's."""

from __future__ import annotations

import logging
import re

TOKEN = "EAAAplantedTOKENplantedTOKENplantedTOKENplantedTOKENplanted64chr"
EMAIL = "planted.person@planted-mail.example"
PHONE = "+14155550187"
SIGNATURE_KEY = "plantedSIGNATUREkey123"
NOTE = "planted note about a person"
PLANTED = (TOKEN, EMAIL, PHONE, SIGNATURE_KEY, NOTE)

# What looks like personal data or a credential, whichever test made it.
_SUSPECT = re.compile(
    r"EAAA\w{8,}|\b[Bb]earer \S|[\w.+-]+@[\w-]+\.[a-z]{2,}|\+1\d{10}\b"
    r"|\b(?:test|read-only|second-seller|second-app|expired|revoked)-token\b|\bsecret-of-"
)
_OURS = ("gateway", "aiohttp", "asyncio", "graphql", "strawberry", "root")


class Scanner(logging.Handler):
    """Keeps whatever the gateway or its libraries log that should not be there.

    Looks at everything a formatter could write: message, arguments, extra fields, traceback.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(message)s"))
        self.found: list[str] = []
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in _OURS:
            return
        self.seen += 1
        text = f"{self.format(record)} {record.args!r} {getattr(record, 'fields', '')!r}"
        if suspicious(text):
            self.found.append(f"{record.name}: {text}")


def suspicious(text: str) -> bool:
    return any(each in text for each in PLANTED) or _SUSPECT.search(text) is not None
