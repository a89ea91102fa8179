"""How a request is refused: a status, a code in Apollo's vocabulary and a sentence. Does not decide what to refuse."""

from __future__ import annotations

from collections.abc import Mapping

# Seconds after which somebody for whom there was no room may try again.
RETRY_AFTER = "1"
CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    408: "REQUEST_TIMEOUT",
    413: "PAYLOAD_TOO_LARGE",
    414: "URI_TOO_LONG",
    415: "UNSUPPORTED_MEDIA_TYPE",
    417: "EXPECTATION_FAILED",
    426: "UPGRADE_REQUIRED",
    429: "TOO_MANY_REQUESTS",
    431: "REQUEST_HEADERS_TOO_LARGE",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}


class Refused(Exception):
    """A request that is not executed. `message` is shown to the caller and repeats nothing the caller sent."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, object] | None = None,
    ) -> None:
        """`code` is that of the status unless another is given.

        `headers` are added to the response, `extensions` to those of the error.
        """
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code or CODES.get(status, "BAD_REQUEST" if status < 500 else "INTERNAL_SERVER_ERROR")
        self.headers = dict(headers or {})
        self._extensions = dict(extensions or {})

    @property
    def body(self) -> dict[str, list[dict[str, object]]]:
        """The response as plain data."""
        return {"errors": [{"message": self.message, "extensions": {"code": self.code, **self._extensions}}]}
