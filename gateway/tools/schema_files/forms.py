"""The forms in which `gateway schema` prints the schema. How each is made is said where it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gateway.tools.schema_files.apollo_cache import apollo_cache
from gateway.tools.schema_files.urql_cache import urql_cache
from gateway.tools.sdl import federated_sdl, public_sdl, relay_sdl


class Form(NamedTuple):
    """What is printed, and the file it is written to when none is named."""

    text: Callable[[], str]
    file: str


FORMS = {
    "federated": Form(federated_sdl, "schema.graphql"),
    "public": Form(public_sdl, "schema.graphql"),
    "relay": Form(relay_sdl, "schema.graphql"),
    "apollo-cache": Form(apollo_cache, "apollo-cache.mjs"),
    "urql-cache": Form(urql_cache, "urql-cache.mjs"),
}
