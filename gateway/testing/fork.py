"""A fork of a running emulator, as a test has it: its token, its calls, and whatever else may be asked of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
_SECONDS = 30
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Fork:
    """A shop of its own at `url`, where every emulator is, for who sends `token`."""

    url: str
    id: str
    token: str
    merchant_id: str

    @property
    def headers(self) -> dict[str, str]:
        """What a request to the gateway or the emulator has to bear."""
        return {"Authorization": f"Bearer {self.token}"}

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """What the emulator answers for this fork. Raises AssertionError for anything but a success."""
        return _success(method, path, *_ask(self.url, method, path, body, self.headers))

    def drop(self) -> None:
        """Forget it with everything in it, if it is there still."""
        path = f"/_emulator/forks/{self.id}"
        status, answer = _ask(self.url, "DELETE", path, None, {})
        if status != _NOT_FOUND:
            _success("DELETE", path, status, answer)


def fork(url: str) -> Fork:
    """A new one of the emulator at this base URL."""
    path = "/_emulator/forks"
    made = _success("POST", path, *_ask(url, "POST", path, None, {}))["fork"]
    return Fork(url, made["id"], made["token"], made["merchant_id"])


def _ask(url: str, method: str, path: str, body: Json | None, headers: dict[str, str]) -> tuple[int, Json]:
    place = urlsplit(url)
    # Not urllib.request, which may send it to a proxy.
    connection = HTTPConnection(place.hostname or "", place.port, timeout=_SECONDS)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        answer: Json = json.loads(response.read())
    except ValueError:
        raise AssertionError(
            f"{method} {path}: {response.status}, and no JSON: ask for it by `url` and `headers`"
        ) from None
    finally:
        connection.close()
    return response.status, answer


def _success(method: str, path: str, status: int, answer: Json) -> Json:
    if status != 200:
        raise AssertionError(f"{method} {path}: {status} {answer.get('errors')}")
    return answer
