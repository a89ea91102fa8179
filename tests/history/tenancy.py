"""Two sellers side by side on the same connections, under faults: neither ever sees an id of the other.

Each asks and writes through the same gateway in turn, now and then for an object of the other by its id. In the end
every id in every answer is looked up in the database: it must belong to the seller who asked.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from gateway.emulator.store.tenants import FIRST_SELLER, SECOND_SELLER
from tests.history.clients import Progress
from tests.history.seeded_faults import MIX
from tests.history.stage import Stage, stage

TOKENS = {FIRST_SELLER: "test-token", SECOND_SELLER: "second-seller-token"}
_OBJECTS = (
    "customers",
    "customer_groups",
    "customer_segments",
    "loyalty_accounts",
    "loyalty_events",
    "loyalty_rewards",
)
_WORD = re.compile(rb"[A-Za-z0-9_-]{8,}")

_CUSTOMER = "id referenceId groups { id name } segments { id } loyaltyAccounts { id events(first: 5) { nodes { id } } }"
READS = (
    f"query ($id: ID!) {{ customer(id: $id) {{ {_CUSTOMER} }} }}",
    f"query ($id: ID!) {{ customersById(ids: [$id]) {{ {_CUSTOMER} }} }}",
    "query ($id: ID!) { group(id: $id) { id name customers(first: 5) { nodes { id } } } }",
    "query ($id: ID!) { loyaltyAccount(id: $id) { id balance customer { id } rewards { nodes { id } } } }",
    "{ customers(first: 100) { nodes { id referenceId } } }",
    "{ groups { nodes { id name } } segments { nodes { id } } loyaltyProgram { id } }",
)
WRITES = (
    "mutation ($tag: String!) { createCustomer(input: {givenName: $tag, referenceId: $tag}) { customer { id } } }",
    "mutation ($tag: String!) { createCustomerGroup(input: {name: $tag}) { group { id } } }",
    "mutation ($id: ID!, $tag: String!) { updateCustomer(id: $id, input: {note: $tag}) { customer { id note } } }",
    "mutation ($phone: String!) { createLoyaltyAccount(input: {phoneNumber: $phone}) { account { id customerId } } }",
)


@dataclass
class Interleaving:
    """What two sellers were answered."""

    seed: int
    requests: int = 0
    ids: int = 0
    probes: int = 0
    foreign: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


async def interleave(*, seed: int, clients: int, requests: int, progress: Progress | None = None) -> Interleaving:
    """Send so many requests of two sellers in turn, then look up every id that was answered."""
    found = Interleaving(seed)
    async with stage(seed) as on:
        on.faults.mix = MIX["mixed"]
        asked: list[tuple[str, list[str]]] = []
        numbers = itertools.count(1)
        known: dict[str, list[str]] = {seller: [] for seller in TOKENS}

        async def client() -> None:
            while (number := next(numbers)) <= requests:
                asked.append(await _ask(on, found, known, Random(f"{seed}:{number}"), number))
                if progress is not None:
                    progress(number)

        await asyncio.gather(*(client() for _ in range(clients)))
        await on.quiet()
        owners = owners_in(on.store.db)
        found.foreign += _written_by_others(on.store.db)
    for seller, words in asked:
        found.ids += sum(word in owners for word in words)
        found.foreign += foreign(seller, words, owners)
    found.requests = len(asked)
    return found


def words_of(answer: Mapping[str, Any], variables: Mapping[str, Any]) -> list[str]:
    """What may be an id in an answer. What was asked for may be quoted in an error, and nowhere else."""
    quoted = set(_words(variables))
    return _words(answer.get("data")) + [word for word in _words(answer.get("errors")) if word not in quoted]


def foreign(seller: str, words: Iterable[str], owners: Mapping[str, str]) -> list[str]:
    """Those of the words that are another seller's."""
    return [f"{seller} was answered {word} of {owners[word]}" for word in words if owners.get(word, seller) != seller]


def _words(value: Any) -> list[str]:
    return [word.decode() for word in _WORD.findall(orjson.dumps(value))]


async def _ask(
    on: Stage, found: Interleaving, known: dict[str, list[str]], chance: Random, number: int
) -> tuple[str, list[str]]:
    seller = (FIRST_SELLER, SECOND_SELLER)[number % 2]
    other = (FIRST_SELLER, SECOND_SELLER)[(number + 1) % 2]
    query = chance.choice(WRITES if chance.random() < 0.35 else READS)
    probe = chance.random() < 0.1 and bool(known[other])
    found.probes += probe and "$id" in query
    pool = known[other if probe else seller] or ["NOBODY-YET"]
    given = {"id": chance.choice(pool), "tag": f"{seller}-{number}", "phone": f"+1415{3_000_000 + number // 2}"}
    variables = wanted(query, given)
    answer = await on.post(query, variables, TOKENS[seller])
    for error in answer.get("errors", ()):
        found.errors[error["extensions"]["code"]] += 1
    if "mutation" in query and answer.get("data"):
        known[seller] += _ids(answer["data"])
    return seller, words_of(answer, variables)


def wanted(query: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the variables that a document declares."""
    return {name: value for name, value in given.items() if f"${name}:" in query}


def _ids(value: Any) -> list[str]:
    """The ids of what a mutation made or changed."""
    if isinstance(value, dict):
        own = [value["id"]] if isinstance(value.get("id"), str) else []
        return own + [id for each in value.values() for id in _ids(each)]
    return []


def owners_in(db: sqlite3.Connection) -> dict[str, str]:
    """For each id, and for each text that a seller has put into its data, whose it is."""
    owners: dict[str, str] = {}
    for table in _OBJECTS:
        owners |= {row[0]: row[1] for row in db.execute(f"SELECT id, seller FROM {table}")}
    for seller, name in db.execute("SELECT seller, name FROM customer_groups").fetchall():
        owners[name] = seller
    return owners


def _written_by_others(db: sqlite3.Connection) -> list[str]:
    """Customers that hold what another seller wrote: every text that is written begins with the writer's id."""
    return [
        f"customer {id} of {seller} holds what {other} wrote"
        for seller, id, doc in db.execute("SELECT seller, id, doc FROM customers").fetchall()
        for other in TOKENS
        if other != seller and other in doc
    ]
