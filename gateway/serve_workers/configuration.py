"""The settings of workers, from those that were given: what the parent opens for them, and is filled in.

Also what SIGHUP does not change, as it was opened at the start, and how long the parent waits for a worker.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from gateway.serve import HURRIED_SECONDS, MARGIN_SECONDS
from gateway.serve_workers.emulator import Embedded
from gateway.server.connections.listener import why_not
from gateway.settings import EMULATOR_TOKEN, Settings, SettingsError
from gateway.workers.ports import Port, bind

FIXED = ("gateway_host", "gateway_port", "gateway_workers", "gateway_metrics_host", "gateway_metrics_port")
STORE = "events.sqlite"
# Beyond what a worker gives itself to leave, and to end with all others.
KILL_SECONDS, CUT_SECONDS = 5.0, 0.5

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


def probes(given: Settings) -> Port | None:
    """The port for figures, if they have one. Raises `SettingsError` when it cannot be had."""
    if not given.gateway_metrics or not given.gateway_metrics_port:
        return None
    try:
        host = given.gateway_metrics_host or given.gateway_host
        return bind(host, given.gateway_metrics_port, given.gateway_workers)
    except OSError as error:
        raise SettingsError(f"GATEWAY_METRICS_PORT: cannot listen there: {why_not(error)}") from None


def leave_seconds(settings: Settings) -> float:
    """How long a worker with these settings may take to leave before it is killed."""
    waits = settings.gateway_shutdown_delay + settings.gateway_keep_alive + settings.gateway_shutdown_timeout
    return waits + MARGIN_SECONDS + HURRIED_SECONDS + KILL_SECONDS


def end_seconds(settings: Settings) -> float:
    """How long one may take to end with all others."""
    return settings.gateway_shutdown_timeout + MARGIN_SECONDS + CUT_SECONDS
