"""Idempotency keys: the answer to a repeated write is the first successful answer.

Square keeps keys per seller and endpoint and stores successful responses only
(https://developer.squareup.com/docs/build-basics/common-api-patterns/idempotency). Undocumented;
chosen here: a key belongs to an application as well, since a stored response may hold what another
application must not see, and it lives for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from gateway.emulator.api.routes import Json, Replay, Request
from gateway.emulator.errors import SquareFault

TABLES = """
CREATE TABLE IF NOT EXISTS idempotency_keys (
    seller TEXT NOT NULL,
    application TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY (seller, application, operation, key)
) WITHOUT ROWID;
"""


def idempotent(  # noqa: PLR0917 - in the order of the sentence below
    request: Request, operation: str, key: str | None, data: Any, replay: Replay, rule: Callable[[], Json]
) -> Json:
    """Run `rule` once per key: its result, or the stored result of the first success with this key.

    `data` is all that the caller sent besides the key. With `Replay.STRICT` other data under a
    used key raises 400 IDEMPOTENCY_KEY_REUSED; with `Replay.LOOSE` it is ignored. Without a key
    (None or empty) the rule simply runs. Meant for whole requests and for each item of a bulk.
    """
    if replay is Replay.NONE or not key:
        return rule()
    owner = (request.caller.seller_id, request.caller.application_id, operation, key)
    digest = hashlib.blake2b(orjson.dumps(data, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
    stored = request.db.execute(
        "SELECT digest, response FROM idempotency_keys"
        " WHERE seller = ? AND application = ? AND operation = ? AND key = ?",
        owner,
    ).fetchone()
    if stored is not None:
        if replay is Replay.STRICT and stored["digest"] != digest:
            raise SquareFault(
                400,
                "IDEMPOTENCY_KEY_REUSED",
                "The idempotency key can only be retried with the same request data.",
                "idempotency_key",
            )
        response: Json = orjson.loads(stored["response"])
        return response
    result = rule()
    request.db.execute(
        "INSERT INTO idempotency_keys VALUES (?, ?, ?, ?, ?, ?)",
        (*owner, digest, orjson.dumps(result).decode()),
    )
    return result
