"""Which URLs notifications may be sent to. Sends nothing.

Square sends to HTTPS URLs only; plain HTTP is the emulator's own, for what runs beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from gateway.emulator.errors import SquareFault
from gateway.emulator.validation.shapes import String

MAX_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class NotificationUrl:
    """A URL that Square sends to: HTTPS, or plain HTTP on this machine, which only the emulator allows."""

    anywhere: bool = False

    def check(self, value: Any, name: str) -> str:
        """The URL, or 400 INVALID_VALUE. With `anywhere`, plain HTTP goes to any host."""
        text = String(min=1, max=MAX_LENGTH).check(value, name)
        wrong = SquareFault(400, "INVALID_VALUE", "Expected an HTTPS URL, or an HTTP one of this machine.", name)
        try:
            url = urlsplit(text)
            port_is_fine = url.port != 0
        except ValueError as error:
            raise wrong from error
        visible = text.isascii() and text.isprintable() and " " not in text
        if not (url.hostname and port_is_fine and visible) or url.fragment or url.username is not None:
            raise wrong
        if url.scheme != "https" and not (url.scheme == "http" and (self.anywhere or _loopback(url.hostname))):
            raise wrong
        return text


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
