"""What the clients of a history know of the shop: the ids they were answered, and what they would do next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Any

from tests.history.claims import Act, Claim, Fate, Plan
from tests.history.plans import attributes, loyalty, people
from tests.history.plans.documents import DOCUMENTS

MakePlan = Callable[["World", Random, str], Plan]

PLANS: dict[str, tuple[int, MakePlan]] = {**people.PLANS, **attributes.PLANS, **loyalty.PLANS}
assert set(PLANS) == set(DOCUMENTS)


class World:
    """The ids that clients may use. One that is about to end is taken, so that it ends once at most."""

    def __init__(self, seed: int, location_id: str, tier_id: str, tier_points: int) -> None:
        self.seed = seed
        self.location_id = location_id
        self.tier_id = tier_id
        self.tier_points = tier_points
        self.known: defaultdict[str, list[Any]] = defaultdict(list)
        self.versions: dict[str, int] = {}

    def plan(self, number: int) -> Plan:
        """The mutation with this number: chosen by the seed, aimed at what is known by then."""
        chance = Random(f"{self.seed}:{number}")
        fields = list(PLANS)
        (field,) = chance.choices(fields, [PLANS[each][0] for each in fields])
        plan = PLANS[field][1](self, chance, f"h{number}")
        if plan.keyed and chance.random() < 0.5:
            plan.key = f"client-{self.seed}-{number}"
        return plan

    def pick(self, sort: str, chance: Random) -> Any:
        """Something known, or None."""
        return chance.choice(self.known[sort]) if self.known[sort] else None

    def take(self, sort: str, chance: Random, keep: int = 2) -> Any:
        """Something known that nobody is to use again, or None; the last few are kept."""
        known = self.known[sort]
        return known.pop(chance.randrange(len(known))) if len(known) > keep else None

    def learn(self, claim: Claim, shown: Any) -> None:
        """Remember what a write answered."""
        if claim.act is Act.MAKE and claim.fate is Fate.OK and claim.id is not None:
            known = (claim.id, claim.object) if claim.sort == "reward" else claim.id
            self.known[claim.sort].append(known)
        customer = shown.get("customer") if isinstance(shown, dict) else None
        if customer:
            self.versions[customer["id"]] = max(customer["version"], self.versions.get(customer["id"], -1))
