"""Sends spans to an OpenTelemetry collector: OTLP over HTTP, in batches, from a thread of the SDK's.

Where the collector is, what goes in the headers, how much may wait (2,048 spans) and how often it is sent (every five
seconds) is said by the standard OTEL_* variables. What finds no room is dropped: no request ever waits for it. Needs
`opentelemetry-sdk` and the exporter, the extra `telemetry`, and starts a thread: open it in the process that serves.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

import requests
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

SERVICE = "square-graphql-gateway"
# Seconds in which what waits is sent when the process ends.
MAX_FLUSH = 3.0

_log = logging.getLogger(__name__)


class Telemetry:
    """The way to one collector. Raises `ValueError` for OTEL_* variables that cannot be used."""

    def __init__(self) -> None:
        # What it says names the collector's URL, and may repeat what it is given. We say what matters ourselves.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL + 1)
        session = requests.Session()
        session.hooks["response"].append(_refuse_redirect)
        self._exporter = _Reporting(OTLPSpanExporter(session=session))
        self._processor = BatchSpanProcessor(self._exporter)

    def send(self, spans: Iterable[ReadableSpan]) -> None:
        """Put spans into the queue."""
        for each in spans:
            self._processor.on_end(each)

    async def close(self) -> None:
        """Send what waits, as far as that can be done in a short while."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def shut_down() -> None:
            self._processor.shutdown()  # type: ignore[no-untyped-call]
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(done.set)

        # A thread that does not keep the process from ending.
        threading.Thread(target=shut_down, name="traces-flush", daemon=True).start()
        try:
            async with asyncio.timeout(MAX_FLUSH):
                await done.wait()
        except TimeoutError:
            self._exporter.shutdown()
            _log.warning("The last traces could not be sent in %g seconds", MAX_FLUSH)


def resource(version: str) -> Resource:
    """What describes this process: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come before our own."""
    own = {"service.name": SERVICE, "service.version": version, "service.instance.id": str(uuid4())}
    return _ThisProcess(Resource(own).merge(OTELResourceDetector().detect()).attributes)


def _refuse_redirect(response: requests.Response, *_: object, **__: object) -> None:
    """Nothing is sent elsewhere, so nothing has arrived, which the exporter would take for well done."""
    if 300 <= response.status_code < 400:
        raise requests.exceptions.HTTPError


class _ThisProcess(Resource):
    """The one resource there is. The SDK's own writes JSON to hash it, for every span."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class _Reporting(SpanExporter):
    """An exporter of which one line tells when it begins to fail, and one when it works again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._failing = False
        self._ended = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._exporter.export(spans)
        except Exception:  # not all of its versions say so in their result
            result = SpanExportResult.FAILURE
        failing = result is not SpanExportResult.SUCCESS
        if failing and not self._failing:
            _log.warning("The collector of traces takes none: they are dropped until it does")
        elif self._failing and not failing:
            _log.info("The collector of traces takes them again")
        self._failing = failing
        return result

    def shutdown(self) -> None:
        if not self._ended:
            self._ended = True
            self._exporter.shutdown()
