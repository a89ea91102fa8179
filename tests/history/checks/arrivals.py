"""What reached the emulator: how often each logical write arrived, and whether its repetitions were the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

import orjson

from gateway.emulator.store.calls import Call
from tests.history.claims import Act, Claim
from tests.history.seeded_faults import WRITES

# Writes that nothing in the request marks as a repetition, and that are not the same when done twice.
ONCE = frozenset({"BulkDeleteCustomers", "UpdateCustomerGroup", "CancelLoyaltyPromotion", "DeleteLoyaltyReward"})
SET_LIKE = frozenset(
    {
        "DeleteCustomer",
        "AddGroupToCustomer",
        "RemoveGroupFromCustomer",
        "DeleteCustomerGroup",
        "DeleteCustomerCustomAttributeDefinition",
        "DeleteCustomerCustomAttribute",
    }
)


def once_only(call: Call) -> bool:
    """Whether this request must never be repeated once it may have been carried out."""
    if call.operation == "UpdateCustomer":
        return call.body.get("version") is None
    if call.operation == "BulkUpdateCustomers":
        return any(item.get("version") is None for item in call.body["customers"].values())
    return call.operation in ONCE


def check_arrivals(wire: Iterable[Call]) -> tuple[list[str], Counter[str]]:
    """What is wrong, and counts of what arrived: writes, once-only writes, repetitions.

    No two mutations of a history send the same once-only request, so that equal ones are one logical write.
    """
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    once: Counter[tuple[Hashable, ...]] = Counter()
    bodies: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
    keyed: Counter[tuple[str, str]] = Counter()
    for call in wire:
        if call.operation not in WRITES:
            continue
        counts["writes"] += 1
        content = orjson.dumps(call.body)
        if once_only(call):
            # A 429 says that nothing was done.
            once[call.operation, call.path, content] += call.status != 429
        elif call.operation not in SET_LIKE and not call.operation.endswith(("UpdateCustomer", "UpdateCustomers")):
            for key in keys_of(call.body):
                bodies[call.operation, key].add(content)
                keyed[call.operation, key] += 1
            if not keys_of(call.body):
                wrong.append(f"{call.operation} went out without an idempotency key")
    for (operation, path, _), count in once.items():
        if count > 1:
            wrong.append(f"{operation} {path} has no key and arrived {count} times")
    wrong += [f"{name} {key} came with different bodies" for (name, key), sent in bodies.items() if len(sent) > 1]
    counts["once only"] = len(once)
    counts["once only repeated"] = sum(count > 1 for count in once.values())
    counts["keyed repeated"] = sum(count > 1 for count in keyed.values())
    return wrong, counts


def keys_of(body: Any) -> list[str]:
    """The idempotency keys of a request: its own, or those of its items."""
    if "values" in body:
        return [str(item["idempotency_key"]) for item in body["values"].values() if item.get("idempotency_key")]
    if "customers" in body:
        return list(body["customers"])
    return [body["idempotency_key"]] if body.get("idempotency_key") else []


def sent_more_than_wanted(wire: Iterable[Call], claims: Iterable[Claim]) -> set[Hashable]:
    """The memberships and attributes for which more set-like requests arrived than there were mutations."""
    arrived: Counter[Hashable] = Counter()
    for call in wire:
        parts = call.path.split("/")
        if call.operation in {"AddGroupToCustomer", "RemoveGroupFromCustomer", "DeleteCustomerCustomAttribute"}:
            arrived[parts[3], parts[5]] += 1
    for claim in claims:
        if claim.act is Act.SET and (claim.sort == "member" or (claim.sort == "attribute" and claim.value is None)):
            arrived[claim.object] -= 1
    return {place for place, count in arrived.items() if count > 0}
