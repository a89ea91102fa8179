"""The settings of workers, from those that were given: what the parent has opened for them is filled in.

Also what SIGHUP does not change, as it was opened at the start.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from gateway.serve_workers.emulator import Embedded
from gateway.settings import EMULATOR_TOKEN, Settings, SettingsError

FIXED = ("gateway_host", "gateway_port", "gateway_workers", "gateway_metrics_host", "gateway_metrics_port")
STORE = "events.sqlite"

_log = logging.getLogger(__name__)


def for_workers(given: Settings, port: int, notified: str, embedded: Embedded | None, folder: Path | None) -> Settings:
    """The settings of each worker. `notified` is the URL of the gateway's own webhooks, `folder` a private one."""
    found: dict[str, object] = {"gateway_port": port}
    if embedded is not None and given.base_url is None:
        found["square_base_url"] = embedded.url
        if embedded.key is not None and given.square_webhook_url is None:
            found["square_webhook_url"] = notified
            found["square_webhook_signature_key"] = (embedded.key,)
            found["square_application_token"] = given.square_application_token or EMULATOR_TOKEN
    if folder is not None and given.gateway_store == "memory":
        # An event that one of them receives is for the subscribers of all.
        found["gateway_store"] = f"sqlite:{folder / STORE}"
    return given.model_copy(update=found)


def private_folder(given: Settings) -> Path | None:
    """A new folder for what workers share while they run, where they do. Raises `SettingsError`."""
    if given.gateway_store != "memory" or (given.square_webhook_url is None and given.base_url is not None):
        return None
    try:
        return Path(tempfile.mkdtemp(prefix="gateway-"))
    except OSError:
        raise SettingsError(
            "GATEWAY_STORE=memory with several workers needs a folder for temporary files: set TMPDIR, or a store"
        ) from None


def renewed(before: Settings, found: Settings, *, embedded: bool) -> Settings:
    """Settings that were read again, with what cannot change as it was. Raises `SettingsError`."""
    if found.base_url is None and not embedded:
        raise SettingsError("SQUARE_ENVIRONMENT: the embedded Square is started with the gateway only")
    same = {name: getattr(before, name) for name in FIXED if getattr(found, name) != getattr(before, name)}
    if same:
        _log.warning("Changed by a new start only: %s", ", ".join(name.upper() for name in same))
    return found.model_copy(update=same)
