"""The ledger: every entry comes from one mutation, and every balance is the sum of its entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from tests.history.claims import Act, Claim, Fate
from tests.history.shop import Shop, details

# How an event shows which mutation it came from.
_MARKS = {
    "ACCUMULATE_POINTS": ("accumulation", "points"),
    "ADJUST_POINTS": ("adjustment", "reason"),
    "DELETE_REWARD": ("returned", "reward_id"),
    "REDEEM_REWARD": ("redeemed", "reward_id"),
}
_STATUS = {"returned": "DELETED", "redeemed": "REDEEMED"}


def check_ledger(claims: list[Claim], shop: Shop) -> list[str]:
    """Events against claims, balances against events, rewards against both."""
    events: defaultdict[tuple[str, Any], list[dict[str, Any]]] = defaultdict(list)
    wrong = []
    for event in shop.events:
        if event["type"] in _MARKS:
            sort, mark = _MARKS[event["type"]]
            events[sort, details(event)[mark]].append(event)
        elif event["type"] != "CREATE_REWARD":
            wrong.append(f"event {event['id']} of type {event['type']} comes from nowhere")
    for claim in claims:
        if claim.act is Act.MOVE:
            wrong += _entry(claim, events.pop((claim.sort, claim.value), []))
        elif claim.act is Act.END and claim.sort in _STATUS:
            wrong += _entry(claim, events.pop((claim.sort, claim.object), []), account=claim.value)
    wrong += [f"{sort} {mark} is in the ledger, and nobody wanted it" for sort, mark in events]
    return wrong + _balances(shop) + _rewards(claims, shop)


def _entry(claim: Claim, found: list[dict[str, Any]], account: Any = None) -> list[str]:
    name = f"{claim.sort} {claim.value if account is None else claim.object}"
    if claim.fate is Fate.REFUSED and found:
        return [f"{name} was refused, and is in the ledger"]
    if len(found) > 1:
        return [f"{name} is in the ledger {len(found)} times"]
    if claim.fate is Fate.OK and not found:
        return [f"{name} was acknowledged, and is not in the ledger"]
    wrong = []
    for event in found:
        if event["loyalty_account_id"] != (account or claim.object):
            wrong.append(f"{name} went to another account")
        if details(event).get("points", 0) != claim.points:
            wrong.append(f"{name} moved {details(event).get('points')} points, not {claim.points}")
        if claim.id is not None and event["id"] != claim.id:
            wrong.append(f"{name} was acknowledged as {claim.id}, and is {event['id']}")
    return wrong


def _balances(shop: Shop) -> list[str]:
    sums: Counter[str] = Counter()
    for event in shop.events:
        sums[event["loyalty_account_id"]] += details(event).get("points", 0)
    return [
        f"account {id} has {doc['balance']} points, its ledger {sums[id]}"
        for id, doc in shop.accounts.items()
        if doc["balance"] != sums[id]
    ]


def _rewards(claims: Iterable[Claim], shop: Shop) -> list[str]:
    """Rewards bear no mark of who made them: those that nobody was told of must not be more than the open questions."""
    told: set[str | None] = set()
    open_questions: Counter[Any] = Counter()
    status: dict[Any, tuple[str, Fate]] = {}
    for claim in claims:
        if claim.act is Act.MAKE and claim.sort == "reward":
            if claim.fate is Fate.OK:
                told.add(claim.id)
            open_questions[claim.object] += claim.fate is Fate.UNKNOWN
        elif claim.act is Act.END and claim.sort in _STATUS:
            status[claim.object] = (_STATUS[claim.sort], claim.fate)
    wrong = [f"reward {id} was made, and is lost" for id in told if id not in shop.rewards]
    untold = Counter(doc["loyalty_account_id"] for id, doc in shop.rewards.items() if id not in told)
    wrong += [
        f"account {account} has {count} rewards that nobody was told of, and {open_questions[account]} open questions"
        for account, count in untold.items()
        if count > open_questions[account]
    ]
    paid = Counter(details(event)["reward_id"] for event in shop.events if event["type"] == "CREATE_REWARD")
    for id, doc in shop.rewards.items():
        if paid[id] != 1:
            wrong.append(f"reward {id} was paid for {paid[id]} times")
        expected, fate = status.get(id, ("ISSUED", Fate.OK))
        allowed = {Fate.OK: {expected}, Fate.REFUSED: {"ISSUED"}, Fate.UNKNOWN: {"ISSUED", expected}}[fate]
        if doc["status"] not in allowed:
            wrong.append(f"reward {id} is {doc['status']}, and should be {' or '.join(sorted(allowed))}")
    return wrong
