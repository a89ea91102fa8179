"""What urql's graphcache must know of the graph, as a module of JavaScript that is ready to use.

Pages go together in `edges` and in `nodes`. The schema holds what graphcache reads of it: objects, interfaces, unions
and the types of their fields, without arguments, inputs and descriptions.
https://nearform.com/open-source/urql/docs/graphcache
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson
from graphql import GraphQLSchema, introspection_from_schema

from gateway.tools.schema_files.objects import constant, keys_beside_id, names, pages, possible_types, without_key
from gateway.tools.sdl import public_schema

_HEAD = """\
// Written by `gateway schema --urql-cache`: cacheExchange({ keys, resolvers, schema })
import { relayPagination } from "@urql/exchange-graphcache/extras";

/** An object without its whole key is kept where it was read. @param {...string} names */
const by = (...names) => (/** @type {Record<string, any>} */ object) =>
  names.every((name) => object[name] != null) ? names.map((name) => object[name]).join(":") : null;
const embedded = () => null;

/**
 * The pages of a list together, each part of them from those that have it: what was not read yet is fetched, and not
 * taken for empty. relayPagination passes over a list that was read without arguments.
 */
const pages = () => {
  const together = relayPagination();
  return (/** @type {any} */ parent, /** @type {any} */ args, /** @type {any} */ cache, /** @type {any} */ info) => {
    const { parentKey, fieldName } = info;
    const given = (/** @type {any} */ values) => (values && Object.keys(values).length ? values : undefined);
    const resolve = (/** @type {any} */ entity, /** @type {string} */ field, /** @type {any} */ values) =>
      cache.resolve(entity, field, given(values));
    const partOf = (/** @type {any} */ list, /** @type {string} */ name) =>
      resolve(resolve(parentKey, list.fieldKey), name);
    const lists = cache.inspectFields(parentKey).filter((/** @type {any} */ each) => each.fieldName === fieldName);
    /** @type {any} */
    const found = {};
    for (const part of ["edges", "nodes", "pageInfo"]) {
      const having = lists.filter((/** @type {any} */ each) => partOf(each, part) !== undefined);
      const known = having.map((/** @type {any} */ each) => ({ ...each, arguments: each.arguments ?? {} }));
      const read = Object.create(cache, { inspectFields: { value: () => known }, resolve: { value: resolve } });
      const merged = together(parent, args, read, info);
      if (merged) Object.assign(found, { __typename: merged.__typename, [part]: merged[part] });
      for (const name of part === "pageInfo" && merged ? ["endCursor", "hasNextPage"] : []) {
        const unknown = (/** @type {any} */ each) => resolve(partOf(each, part), name) === undefined;
        if (having.some(unknown)) delete found.pageInfo[name];
      }
    }
    return found.__typename ? found : resolve(parentKey, fieldName, args);
  };
};
"""
_READ = {
    "OBJECT": ("fields", "interfaces"),
    "INTERFACE": ("fields", "interfaces", "possibleTypes"),
    "UNION": ("possibleTypes",),
}


def urql_cache() -> str:
    """The module with `keys`, `resolvers`, `possibleTypes` and `schema` for urql's `cacheExchange`."""
    schema = public_schema()
    keys = dict.fromkeys(without_key(schema), "embedded")
    keys |= {name: f"by({names(found)})" for name, found in keys_beside_id().items()}
    fields: dict[str, list[str]] = defaultdict(list)
    for kind, field, _ in pages(schema):
        fields[kind].append(f"{field}: pages()")
    resolvers = {kind: f"{{ {', '.join(paged)} }}" for kind, paged in fields.items()}
    return (
        _HEAD
        + constant("keys", keys)
        + constant("resolvers", resolvers)
        + constant("possibleTypes", possible_types(schema))
        + _introspection(schema)
    )


def _introspection(schema: GraphQLSchema) -> str:
    found: Any = introspection_from_schema(schema, descriptions=False)["__schema"]
    roots = [f"    {name}: {_json({'name': found[name]['name']})},\n" for name in found if name.endswith("Type")]
    types = [_json(_read(each)) for each in sorted(found["types"], key=_name) if _is_read(each)]
    lines = "".join(f"      {each},\n" for each in types)
    return f"\nexport const schema = {{\n  __schema: {{\n{''.join(roots)}    types: [\n{lines}    ],\n  }},\n}};\n"


def _is_read(kind: dict[str, Any]) -> bool:
    return kind["kind"] in _READ and not kind["name"].startswith("__")


def _read(kind: dict[str, Any]) -> dict[str, object]:
    read: dict[str, object] = {"kind": kind["kind"], "name": kind["name"]}
    for part in _READ[kind["kind"]]:
        if part == "fields":
            read[part] = [{"name": each["name"], "type": _type(each["type"]), "args": []} for each in kind[part]]
        else:
            read[part] = [_type(each) for each in kind[part]]
    return read


def _type(reference: dict[str, Any]) -> dict[str, object]:
    if reference["ofType"] is not None:
        return {"kind": reference["kind"], "ofType": _type(reference["ofType"])}
    return {"kind": reference["kind"], "name": reference["name"]}


def _name(kind: dict[str, Any]) -> str:
    return str(kind["name"])


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
