"""What Apollo Client's cache must know of the graph, as a module of JavaScript that is ready to use.

Pages go together in `edges`. Of `nodes`, which Apollo Client does not put together, the last page stays.
https://www.apollographql.com/docs/react/caching/cache-configuration
"""

from __future__ import annotations

from collections import defaultdict

from gateway.tools.schema_files.objects import (
    constant,
    embedded_in_objects,
    keys_beside_id,
    names,
    pages,
    possible_types,
)
from gateway.tools.sdl import public_schema

_HEAD = """\
// Written by `gateway schema --apollo-cache`: new InMemoryCache({ possibleTypes, typePolicies })
import { relayStylePagination } from "@apollo/client/utilities";

/** An object without its whole key is kept where it was read. @param {...string} names */
const by = (...names) => (/** @type {Record<string, any>} */ object) =>
  names.every((name) => object[name] != null) && names;

/**
 * The pages of a list together, with the arguments that make another list of it. What was not read yet is fetched, and
 * not taken for empty, as relayStylePagination does. @param {...string} names
 */
const pages = (...names) => {
  const { keyArgs, read, merge } = /** @type {any} */ (relayStylePagination(names));
  const whole = (/** @type {any} */ list) => ({ edges: [], pageInfo: {}, ...list });
  const known = (/** @type {any} */ list, /** @type {any[]} */ ...from) =>
    Object.fromEntries(Object.entries(list).filter(([name]) => from.some((each) => each && name in each)));
  return {
    keyArgs,
    read: (/** @type {any} */ list, /** @type {any} */ options) =>
      list && known({ ...read(whole(list), options), pageInfo: list.pageInfo }, list),
    merge: (/** @type {any} */ list, /** @type {any} */ incoming, /** @type {any} */ options) =>
      incoming ? known(merge(whole(list), incoming, options), list, incoming) : list ?? incoming,
  };
};
"""


def apollo_cache() -> str:
    """The module with `possibleTypes` and `typePolicies` for Apollo Client's `InMemoryCache`."""
    schema = public_schema()
    policies: dict[str, list[str]] = defaultdict(list)
    for name, keys in keys_beside_id().items():
        policies[name].append(f"keyFields: by({names(keys)})")
    for name in embedded_in_objects(schema):
        # Else what one component selects of an address would drop what another has.
        policies[name].append("merge: true")
    fields: dict[str, list[str]] = defaultdict(list)
    for kind, field, arguments in pages(schema):
        fields[kind].append(f"{field}: pages({names(arguments)})")
    for kind, paged in fields.items():
        policies[kind].append(f"fields: {{ {', '.join(paged)} }}")
    written = {kind: f"{{ {', '.join(parts)} }}" for kind, parts in policies.items()}
    return _HEAD + constant("possibleTypes", possible_types(schema)) + constant("typePolicies", written)
