"""A GraphQL request as data, whichever way it came. Checks the form of its parts, not the document.

The form is that of GraphQL over HTTP: a `query`, and optionally `variables`, `operationName` and `extensions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from multidict import MultiMapping

from gateway.server.http import json_body
from gateway.server.http.rejection import Refused

_NAMES = ("query", "documentId", "operationName", "variables", "extensions")
# What some put into a URL, where every proxy logs it; in any spelling.
_TOKENS = frozenset({"accesstoken", "token", "authorization"})


@dataclass(slots=True)
class GraphQLRequest:
    """One operation asked for. `query` is None when an id says which document is meant."""

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    extensions: Mapping[str, Any] | None = None
    document_id: str | None = None


def from_json(body: object) -> GraphQLRequest:
    """The request that a JSON value holds. Raises `Refused` with 400."""
    if isinstance(body, list):
        raise Refused(400, "Send one operation in a request: lists of operations are not executed.")
    if not isinstance(body, dict):
        raise Refused(400, "The body must be an object with a `query`.")
    query, name, document_id = body.get("query"), body.get("operationName"), body.get("documentId")
    variables, extensions = body.get("variables"), body.get("extensions")
    if query is not None and not isinstance(query, str):
        raise Refused(400, "`query` must be a string.")
    if document_id is not None and not isinstance(document_id, str):
        raise Refused(400, "`documentId` must be a string.")
    if name is not None and not isinstance(name, str):
        raise Refused(400, "`operationName` must be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise Refused(400, "`variables` must be an object.")
    if extensions is not None and not isinstance(extensions, dict):
        raise Refused(400, "`extensions` must be an object.")
    if query is None and document_id is None and not extensions:
        raise Refused(400, "The request has no `query`.")
    return GraphQLRequest(query, name, variables, extensions, document_id)


def from_url(parameters: MultiMapping[str]) -> GraphQLRequest:
    """The request that the query string of a URL holds. Raises `Refused` with 400."""
    body: dict[str, Any] = {}
    for name in _NAMES:
        given = parameters.getall(name, [])
        if len(given) > 1:
            raise Refused(400, f"`{name}` is given twice.")
        # In a URL an empty value is none, by GraphQL over HTTP; an empty document is one nevertheless.
        if not given or (not given[0] and name != "query"):
            continue
        body[name] = given[0]
        if name in {"variables", "extensions"}:
            try:
                body[name] = json_body.loads(given[0].encode())
            except (json_body.NotJSON, UnicodeEncodeError):
                raise Refused(400, f"`{name}` is not valid JSON.") from None
    return from_json(body)


def refuse_tokens(parameters: Iterable[str]) -> None:
    """Raise `Refused` with 400 if one of the names in the query string of a URL is that of a token."""
    for name in parameters:
        if name.lower().replace("_", "").replace("-", "") in _TOKENS:
            raise Refused(400, "Send the access token in the `Authorization` header, never in the URL.")
