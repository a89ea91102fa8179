"""What the settings of webhooks and of the event log must look like. No message repeats a value."""

from __future__ import annotations

from gateway.settings.checks import is_word, web_url

_STORE = "GATEWAY_STORE must be memory, or sqlite: and the path of a file"


def check_webhooks(keys: tuple[str, ...], url: str | None) -> None:
    """Raise ValueError unless signatures can be checked, or none are expected."""
    if not all(is_word(key) for key in keys):
        raise ValueError("SQUARE_WEBHOOK_SIGNATURE_KEY must be words of visible ASCII characters")
    if keys and url is None:
        raise ValueError("SQUARE_WEBHOOK_URL must be set with SQUARE_WEBHOOK_SIGNATURE_KEY: it is part of signatures")
    if url is None:
        return
    if not keys:
        raise ValueError("SQUARE_WEBHOOK_SIGNATURE_KEY must be set with SQUARE_WEBHOOK_URL")
    if not is_word(url) or web_url(url) is None:
        raise ValueError("SQUARE_WEBHOOK_URL must begin with https:// or http:// and name a host")


def check_application(token: str | None, merchant: str | None, *, webhooks: bool) -> None:
    """Raise ValueError unless Square could have given these. A token is of use only beside `webhooks`."""
    if token is not None and not is_word(token):
        raise ValueError("SQUARE_APPLICATION_TOKEN must be one word of visible ASCII characters")
    if token is not None and not webhooks:
        raise ValueError("SQUARE_WEBHOOK_URL must be set with SQUARE_APPLICATION_TOKEN, which finds what webhooks miss")
    if merchant is not None and not is_word(merchant):
        raise ValueError("SQUARE_MERCHANT_ID must be one word of visible ASCII characters")


def check_store(store: str) -> None:
    """Raise ValueError unless it names a place where events can be kept."""
    kind, colon, file = store.partition(":")
    if store == "memory":
        return
    # A colon first is SQLite's own way to name what is no file.
    if kind != "sqlite" or not colon or not file.strip("/") or file.startswith((":", "file:")):
        raise ValueError(_STORE)
