"""The directives that clients' libraries take out of a document before they send it, or act on when they compile it.

Relay: https://relay.dev/docs/api-reference/graphql/graphql-directives/
Apollo: https://www.apollographql.com/docs/react/data/directives, .../kotlin/advanced/nonnull, .../ios/fetching/codegen
urql: https://nearform.com/open-source/urql/docs/graphcache/schema-awareness/, .../advanced/auto-populate-mutations
Houdini: https://houdinigraphql.com/api/directives

Directives that a library sends on, such as `@defer` and `@stream`, are none of these: the gateway refuses them.
"""

from __future__ import annotations

from enum import Enum


class Sent(Enum):
    """How much a directive keeps from being sent."""

    ALL_BUT_ITSELF = "only the directive stays with the client"
    NOTHING = "what it stands on stays with the client"


_HINTS = {
    "Relay": """
        alias appendEdge appendNode argumentDefinitions arguments assignable catch codegen dangerously_unaliased_fixme
        deleteEdge deleteRecord exec_time_resolvers fetchable inline live_query match module no_inline preloadable
        prependEdge prependNode raw_response_type refetchable relay relay_test_operation required throwOnFieldError
        waterfall
    """,
    "Relay's or Apollo": "connection",
    "Apollo": "export ignoreErrors import nonnull nonreactive optional type unmask",
    "urql": "populate",
    "Houdini": """
        allLists append blocking blocking_disable cache componentField dedupe list load loading manual_load
        mask_disable mask_enable optimisticKey paginate parentID plural prepend session with
    """,
}
_KEPT = {
    "Relay": "updatable",
    "Apollo": "apollo_client_ios_localCacheMutation client rest",
}

# The library that each belongs to, and how much it keeps.
_KNOWN = {
    **{name: (library, Sent.ALL_BUT_ITSELF) for library, names in _HINTS.items() for name in names.split()},
    **{name: (library, Sent.NOTHING) for library, names in _KEPT.items() for name in names.split()},
}
# What they add to the operation is not known here.
ADDING = {
    "match": "what Relay adds for it is not checked",
    "module": "what Relay adds for it is not checked",
    "populate": "what urql adds for it is not checked",
}


def client_directive(name: str) -> tuple[str, Sent] | None:
    """The library of a directive and how much it keeps from being sent; None for one that is sent.

    urql and gql.tada take out every name that begins with an underscore.
    """
    return ("urql", Sent.ALL_BUT_ITSELF) if name.startswith("_") else _KNOWN.get(name)
