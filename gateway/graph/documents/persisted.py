"""Documents that are known by an id, so that a request need not carry them.

Two kinds: automatic persisted queries, which clients register themselves under the SHA-256 of the
text (https://www.apollographql.com/docs/apollo-server/performance/apq), and trusted documents, which a
manifest lists when the gateway starts and which can be made the only ones that run. Finds texts;
does not parse or run them.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import orjson
from graphql import GraphQLError

from gateway.fairness.fair_cache import FairCache
from gateway.fairness.fair_share import Holder

APOLLO_FORMAT = "apollo-persisted-query-manifest"
_SHA256 = "sha256:"


class Store(Protocol):
    """Where automatic persisted queries are kept, by the SHA-256 of their text."""

    async def get(self, key: str, caller: Holder) -> str | None:
        """The document with this hash, None when it is not known (any more)."""

    async def put(self, key: str, document: str, caller: Holder) -> None:
        """Keep a document of this caller's, for as long as there is room."""


class MemoryStore:
    """Keeps the documents used last in this process. Safe to share among callers: a hash names one text only.

    Each belongs to the caller who sent it, and makes room only for those of callers who have fewer.
    """

    def __init__(self, size: int) -> None:
        """`size` is the number of documents."""
        self._documents: FairCache[str] = FairCache(size)

    async def get(self, key: str, caller: Holder) -> str | None:
        """The document with this hash, None when it is not known (any more)."""
        return self._documents.get(key, caller)

    async def put(self, key: str, document: str, caller: Holder) -> None:
        """Keep a document; of the caller who has most, the one not used for the longest time makes room."""
        self._documents.put(key, document, caller)


class UnknownDocument(GraphQLError):
    """The id of a well-formed request leads to no document that may run. The message is part of Apollo's protocol."""

    def __init__(self, message: str, code: str) -> None:
        """Both are what the client's library looks for."""
        super().__init__(message, extensions={"code": code})


class BadDocumentId(GraphQLError):
    """A request that contradicts itself about its document."""

    def __init__(self, message: str) -> None:
        """`message` tells what contradicts what."""
        super().__init__(message, extensions={"code": "BAD_REQUEST"})


class BadManifest(ValueError):
    """A manifest of trusted documents that cannot be used. The message holds nothing of its contents."""


class PersistedDocuments:
    """Finds the text of the document that a request means."""

    def __init__(
        self,
        store: Store | None = None,
        trusted: Mapping[str, str] | None = None,
        *,
        only_trusted: bool = False,
        largest: int = 15_000,
    ) -> None:
        """Without a `store` clients cannot register documents; those above `largest` characters are not kept."""
        self._store = store
        self._trusted = dict(trusted or {})
        self.only_trusted = only_trusted
        self._texts = frozenset(self._trusted.values()) if only_trusted else frozenset()
        self._largest = largest

    async def text(
        self,
        query: str | None,
        document_id: str | None,
        extensions: Mapping[str, Any] | None,
        caller: Holder,
    ) -> str | None:
        """The text to run; None when the request of `caller` names no document in any way.

        Raises `UnknownDocument` or `BadDocumentId`.
        """
        key = _hash(extensions)
        wanted = document_id if document_id is not None else key
        if wanted is not None and query is None:
            return self._trusted_text(wanted) or await self._remembered(wanted, key, caller)
        if query is not None and key is not None and _digest(query) != key:
            raise BadDocumentId("The hash in `extensions.persistedQuery` is not that of the `query`.")
        if self.only_trusted:
            if query is not None and query not in self._texts:
                raise UnknownDocument("Only the documents of the manifest run here.", "DOCUMENT_NOT_TRUSTED")
            return query
        if query is not None and key is not None and self._store is not None and len(query) <= self._largest:
            await self._store.put(key, query, caller)
        return query

    def _trusted_text(self, wanted: str) -> str | None:
        return self._trusted.get(wanted) or self._trusted.get(wanted.removeprefix(_SHA256))

    async def _remembered(self, wanted: str, key: str | None, caller: Holder) -> str:
        if self.only_trusted:
            raise UnknownDocument("The manifest has no document with this id.", "PERSISTED_QUERY_NOT_FOUND")
        if self._store is None:
            raise UnknownDocument("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        found = await self._store.get(key or wanted.removeprefix(_SHA256), caller)
        if found is None:
            raise UnknownDocument("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        return found


def read_manifest(path: Path) -> dict[str, str]:
    """Trusted documents by id, from a manifest of Apollo's or Relay's. Raises `BadManifest`.

    Apollo's has a `format` and a list of `operations`, each with `id` and `body`; Relay's is an
    object of texts by id.
    """
    try:
        # A pipe keeps one waiting, and a device may have no end.
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise BadManifest("it must name a file, and no pipe or device")
        manifest = orjson.loads(path.read_bytes())
    except OSError as error:
        raise BadManifest(f"cannot read the file: {(error.strerror or 'unknown reason').lower()}") from None
    except orjson.JSONDecodeError:
        raise BadManifest("the file is not JSON") from None
    pairs: list[tuple[Any, Any]]
    match manifest:
        case {"format": str(form), "operations": list(operations)}:
            if form != APOLLO_FORMAT or manifest.get("version") != 1:
                raise BadManifest(f"the format must be {APOLLO_FORMAT}, version 1")
            pairs = [(each.get("id"), each.get("body")) for each in operations if isinstance(each, dict)]
            if len(pairs) != len(operations):
                raise BadManifest("each of `operations` must be an object")
        case dict():
            pairs = list(manifest.items())
        case _:
            raise BadManifest("the file must hold an object")
    if not all(isinstance(key, str) and key and isinstance(text, str) and text for key, text in pairs):
        raise BadManifest("each document must have an id and a text")
    return dict(pairs)


def _hash(extensions: Mapping[str, Any] | None) -> str | None:
    given = (extensions or {}).get("persistedQuery")
    if given is None:
        return None
    match given:
        case {"version": 1, "sha256Hash": str(found)} if found:
            return found.lower()
    raise BadDocumentId("`extensions.persistedQuery` must have `version` 1 and a `sha256Hash`.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
