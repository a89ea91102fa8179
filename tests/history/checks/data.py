"""Whether the data can have come from the history: what was made, what was ended, and who wrote last.

Every check answers sentences about what is wrong. Points are checked in `ledger`, the wire in `arrivals`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from tests.history.claims import Act, Claim, Fate
from tests.history.shop import Shop

ABSENT = object()


def check_shop(claims: list[Claim], shop: Shop) -> list[str]:
    """Everything but points and the wire."""
    made: dict[str, Mapping[str, Any]] = {
        "customer": {id: doc.get("reference_id") for id, doc in shop.customers.items()},
        "group": shop.groups,
        "definition": {key: key for key in shop.definitions},
        "account": {id: doc["mapping"]["phone_number"] for id, doc in shop.accounts.items()},
        "promotion": {id: doc["name"] for id, doc in shop.promotions.items()},
    }
    wrong = [sentence for sort, stored in made.items() for sentence in check_made(sort, claims, stored)]
    canceled = {id for id, doc in shop.promotions.items() if doc.get("canceled_at")}
    going = {**made, "promotion": {id: name for id, name in made["promotion"].items() if id not in canceled}}
    wrong += [sentence for sort, stored in going.items() for sentence in check_ended(sort, claims, stored)]
    names: dict[str | None, Any] = {claim.id: claim.value for claim in claims if claim.act is Act.MAKE and claim.id}
    registers: dict[str, dict[Any, Any]] = {
        "note": {id: doc.get("note") for id, doc in shop.customers.items()},
        "name": dict(shop.groups),
        "description": {key: doc.get("description") for key, doc in shop.definitions.items()},
        "member": {(c, g): (c, g) in shop.members for c in shop.customers for g in shop.groups},
        "attribute": {(c, key): shop.attributes.get((c, key)) for c in shop.customers for key in shop.definitions},
    }
    first = {"note": None, "member": False, "attribute": None}
    for sort, values in registers.items():
        wrong += check_registers(sort, claims, values, first, names)
    return wrong + check_versions(claims)


def check_made(sort: str, claims: Iterable[Claim], stored: Mapping[str, Any]) -> list[str]:
    """Every acknowledged object is there once, no refused one, of unknown ones at most one."""
    wrong = []
    by_tag: defaultdict[Any, list[str]] = defaultdict(list)
    for id, tag in stored.items():
        by_tag[tag].append(id)
    ended = {claim.object for claim in claims if _may_end(sort, claim)}
    for claim in claims:
        if claim.act is not Act.MAKE or claim.sort != sort:
            continue
        found = by_tag[claim.value]
        others = [id for id in found if id != claim.id]
        if claim.fate is Fate.REFUSED and found:
            wrong.append(f"{sort} {claim.value} was refused, and is there as {found}")
        elif claim.fate is Fate.UNKNOWN and len(found) > 1:
            wrong.append(f"{sort} {claim.value} is there {len(found)} times")
        elif claim.fate is Fate.OK:
            if others:
                wrong.append(f"{sort} {claim.value} was made as {claim.id}, and is also there as {others}")
            if claim.id not in stored and claim.id not in ended:
                wrong.append(f"{sort} {claim.value} was made as {claim.id}, and is lost")
    return wrong


def check_ended(sort: str, claims: Iterable[Claim], going: Mapping[str, Any]) -> list[str]:
    """What was acknowledged as deleted or canceled is so; what no client ended goes on."""
    return [
        f"{sort} {claim.object} was ended, and goes on"
        for claim in claims
        if claim.act is Act.END and claim.sort == sort and claim.fate is Fate.OK and claim.object in going
    ]


def _may_end(sort: str, claim: Claim) -> bool:
    # A promotion that was canceled is still there.
    return claim.act is Act.END and claim.sort == sort and claim.fate is not Fate.REFUSED and sort != "promotion"


def check_registers(
    sort: str,
    claims: Iterable[Claim],
    values: Mapping[Hashable, Any],
    first: Mapping[str, Any],
    names: Mapping[str | None, Any],
) -> list[str]:
    """Every value was written by somebody who was not refused, and by nobody before an acknowledged later write."""
    writes: defaultdict[Hashable, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.act is Act.SET and claim.sort == sort:
            writes[claim.object].append(claim)
    wrong = []
    for register, given in writes.items():
        found = values.get(register, ABSENT)
        if found is ABSENT:
            continue  # its object is gone
        start = first[sort] if sort in first else names.get(str(register), ABSENT)
        beginning = Claim(Act.SET, sort, register, start, fate=Fate.OK, begun=-1, ended=0)
        if not any(_may_be_last(claim, found, given) for claim in (beginning, *given)):
            wrong.append(f"{sort} of {register} is {found!r}, which no possible last write has written")
    return wrong


def _may_be_last(claim: Claim, found: Any, given: Iterable[Claim]) -> bool:
    if claim.value != found or claim.fate is Fate.REFUSED:
        return False
    return not any(other.fate is Fate.OK and other.begun > claim.ended for other in given)


def check_versions(claims: Iterable[Claim]) -> list[str]:
    """Of several changes meant for one version, one is acknowledged at most."""
    seen: dict[tuple[Hashable, int], Claim] = {}
    wrong = []
    for claim in claims:
        if claim.expected_version is not None and claim.fate is Fate.OK:
            place = (claim.object, claim.expected_version)
            if place in seen:
                wrong.append(f"{claim.value} and {seen[place].value} both changed version {place[1]} of {place[0]}")
            seen[place] = claim
    return wrong


def let_linger(claims: Iterable[Claim], objects: set[Hashable] | None) -> None:
    """Take back the end of set-like writes of which an earlier attempt may still take effect (None: of all of them).

    Setting a membership twice does no harm by itself, but the first of two requests may be carried out last.
    """
    for claim in claims:
        repeated = claim.sort == "member" or (claim.sort == "attribute" and claim.value is None)
        if claim.act is Act.SET and repeated and (objects is None or claim.object in objects):
            claim.ended = math.inf
