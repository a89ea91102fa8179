"""What a setting must look like where its type does not say so. No message repeats a value."""

from __future__ import annotations

import os
import re
from datetime import date
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

# As browsers send it in `Origin`: scheme, host, and the port if there is one.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?/?")

# What can stand in a header, and be compared, without any doubt.
# A token of RFC 9110.
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", re.ASCII)
_WORD = re.compile(r"[\x21-\x7e]{1,8000}", re.ASCII)
# Characters of a key in production: anybody who guesses a key acts for the seller.
MIN_KEY = 16
# Characters of the secret: anybody who has a cursor can test guesses without asking the gateway.
MIN_SECRET = 32


def loopback(host: str) -> bool:
    """Whether only this machine can reach what listens on `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_host(text: str) -> str:
    """The text, if it can be an address or the name of a host. Raises ValueError."""
    if not is_host(text):
        raise ValueError("must be an address of this machine, or the name of one")
    return text


def is_host(text: str) -> bool:
    """Whether a host can be looked up by this: an address, or a name that DNS can have."""
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return text.isprintable() and " " not in text


def check_base_url(text: str, *, in_clear: bool) -> None:
    """Raise ValueError unless Square can be there; `in_clear` allows http to other machines."""
    url = web_url(text)
    if url is None:
        raise ValueError("SQUARE_BASE_URL must begin with http:// or https:// and name a host")
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("SQUARE_BASE_URL must hold no user name, password, query or fragment")
    if url.scheme == "http" and not in_clear and not loopback(url.hostname or ""):
        raise ValueError("SQUARE_BASE_URL must begin with https:// so that no token is sent in clear")


def check_jwks(place: str) -> None:
    """Raise ValueError unless keys can be there: behind a URL that nobody can change on the way, or in a file."""
    if is_url(place):
        url = web_url(place)
        if url is None or (url.scheme == "http" and not loopback(url.hostname or "")):
            raise ValueError("GATEWAY_JWT_JWKS_URL must begin with https:// and name a host, or name a file")
    elif not _readable(jwks_file(place)):
        raise ValueError("GATEWAY_JWT_JWKS_URL must name a file that can be read, or begin with https://")


def check_jwt(jwks: str) -> None:
    """Raise ValueError unless signed tokens can be checked, with keys that are there."""
    check_jwks(jwks)
    if find_spec("jwt") is None:
        raise ValueError("GATEWAY_AUTH=jwt needs PyJWT: install square-graphql-gateway[jwt]")


def is_url(place: str) -> bool:
    """Whether keys are fetched from there, rather than read from a file."""
    return place.lower().startswith(("https://", "http://"))


def jwks_file(place: str) -> Path:
    """The file of a place that is no URL to fetch."""
    return Path(place[len("file://") :] if place.lower().startswith("file://") else place)


def check_origins(listed: tuple[str, ...]) -> None:
    """Raise ValueError unless a browser could send each of them as its origin."""
    if not all(each == "*" or _is_origin(each.lower()) for each in listed):
        raise ValueError("GATEWAY_CORS_ORIGINS must be origins like https://shop.example, separated by commas, or *")


def check_headers(names: tuple[str, ...]) -> None:
    """Raise ValueError unless each is the name of a header (RFC 9110, section 5.1)."""
    if not all(_HEADER.fullmatch(each) for each in names):
        raise ValueError("GATEWAY_CORS_HEADERS must be names of headers like Sentry-Trace, separated by commas")


def is_word(text: str) -> bool:
    """Whether a text is one word of visible ASCII characters, as tokens, keys and the secret are."""
    return _WORD.fullmatch(text) is not None


def check_keys(api_keys: tuple[str, ...], router_key: str | None, *, production: bool) -> None:
    """Raise ValueError unless callers and a router can show these keys, and nobody can guess them in production."""
    if not all(is_word(key) for key in api_keys):
        raise ValueError("GATEWAY_API_KEYS must be words of visible ASCII characters")
    if router_key is not None and not is_word(router_key):
        raise ValueError("GATEWAY_ROUTER_KEY must be one word of visible ASCII characters")
    if production and any(len(key) < MIN_KEY for key in api_keys):
        raise ValueError(f"GATEWAY_API_KEYS must be {MIN_KEY} characters or longer each, in production")
    if production and router_key is not None and len(router_key) < MIN_KEY:
        raise ValueError(f"GATEWAY_ROUTER_KEY must be {MIN_KEY} characters or longer in production")


def check_secret(text: str) -> None:
    """Raise ValueError unless this can be kept a secret, and is the same wherever it is read."""
    if len(text) < MIN_SECRET or not is_word(text):
        raise ValueError(f"GATEWAY_SECRET must be {MIN_SECRET} visible ASCII characters or more, without spaces")


def check_date(text: str) -> str:
    """The text, if it is a day of the calendar. Raises ValueError."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date of the calendar, as YYYY-MM-DD") from None
    return text


def _is_origin(text: str) -> bool:
    if not _ORIGIN.fullmatch(text):
        return False
    return not text.startswith(("http://", "https://")) or web_url(text) is not None


def web_url(text: str) -> SplitResult | None:
    """The parts of a URL of the web that names a host, else None."""
    try:
        url = urlsplit(text)
        usable = url.scheme in {"http", "https"} and bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        return None
    return url if usable else None


def _readable(file: Path) -> bool:
    # Path.is_file raises for a folder that this user may not look into.
    return os.path.isfile(file) and os.access(file, os.R_OK)
