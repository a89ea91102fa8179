"""Clients that mutate side by side, and the record of what they were told."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from gateway.emulator.seed.shops import COFFEE_SHOP, Shop
from tests.history.claims import EVER_AFTER, Act, Claim, Fate, Plan, id_in, read_answer
from tests.history.plans.attributes import STANDING
from tests.history.plans.documents import DOCUMENTS
from tests.history.plans.world import World

Post = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


class Progress(Protocol):
    """One who wants to know how far a run is."""

    def __call__(self, done: int, /) -> object: ...


@dataclass
class History:
    """What all clients did, and what the gateway told them."""

    seed: int
    claims: list[Claim] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    replays: int = 0


class Clients:
    """So many clients of one gateway, who share what they know."""

    def __init__(self, post: Post, seed: int, shop: Shop = COFFEE_SHOP) -> None:
        tier = shop.program["reward_tiers"][0]
        self._post = post
        self._world = World(seed, shop.location_ids[0], tier["id"], tier["points"])
        self._steps = itertools.count(1)
        self._numbers = itertools.count(1)
        self._done = 0
        self.history = History(seed)

    @property
    def known(self) -> Mapping[str, Sequence[Any]]:
        """The ids that clients were answered so far, by what they name."""
        return self._world.known

    async def prepare(self) -> None:
        """Define the attributes whose values will be set; to be called before anything goes wrong."""
        for key in STANDING:
            given = {"key": key, "name": key, "description": key, "dataType": "STRING"}
            variables = {"input": given, "key": f"prepare-{key}"}
            answer = await self._post(DOCUMENTS["createCustomerCustomAttributeDefinition"], variables)
            # A machine may be slower than the gateway is patient.
            while {error["extensions"]["code"] for error in answer.get("errors", ())} == {"UPSTREAM_TIMEOUT"}:
                answer = await self._post(DOCUMENTS["createCustomerCustomAttributeDefinition"], variables)
            assert "errors" not in answer, answer

    async def run(self, clients: int, enough: Callable[[int], bool], progress: Progress | None = None) -> None:
        """Mutate until `enough` of the number of mutations sent; every client ends with its last answer."""
        await asyncio.gather(*(self._client(enough, progress) for _ in range(clients)))

    async def _client(self, enough: Callable[[int], bool], progress: Progress | None) -> None:
        while not enough(self._done):
            self._done += 1
            await self._mutate(next(self._numbers))
            if progress is not None:
                progress(self._done)

    async def _mutate(self, number: int) -> None:
        plan = self._world.plan(number)
        self.history.fields[plan.field] += 1
        self.history.claims.extend(plan.claims)
        begun = next(self._steps)
        for claim in plan.claims:
            claim.begun = begun
        answer = await self._send(plan)
        self._settle(plan, answer)
        if plan.keyed and plan.key is None:
            plan.key = key_in(plan, answer)
        again = Random(f"{self.history.seed}:{number}:again").random()
        fates = {claim.fate for claim in plan.claims}
        if plan.key is not None and ((Fate.UNKNOWN in fates and again < 0.5) or (fates == {Fate.OK} and again < 0.1)):
            self.history.replays += 1
            self._settle_again(plan, await self._send(plan))
        for claim in plan.claims:
            claim.ended = EVER_AFTER if claim.fate is Fate.UNKNOWN else next(self._steps)
            self.history.fates[claim.fate.value] += 1

    async def _send(self, plan: Plan) -> dict[str, Any]:
        variables = {**plan.variables, "key": plan.key} if plan.keyed and plan.key else plan.variables
        answer = await self._post(DOCUMENTS[plan.field], variables)
        for error in answer.get("errors", ()):
            self.history.codes[error["extensions"]["code"]] += 1
        return answer

    def _settle(self, plan: Plan, answer: dict[str, Any]) -> None:
        for claim, (fate, shown) in zip(plan.claims, read_answer(plan, answer), strict=True):
            claim.fate = fate
            claim.id = id_in(shown) if fate is Fate.OK else None
            self._world.learn(claim, shown)

    def _settle_again(self, plan: Plan, answer: dict[str, Any]) -> None:
        """The same mutation with the same key: a first success is repeated, and an open question may be settled.

        What was not sent the first time, as another part of a bulk mutation failed, may be sent now. What has been
        deleted meanwhile may be refused: its answer can be told from that of another object no longer.
        """
        for claim, (fate, shown) in zip(plan.claims, read_answer(plan, answer), strict=True):
            if claim.fate is Fate.OK:
                if key_is_used(shown) and may_be_gone(claim, self.history.claims):
                    continue
                if speaks(fate, shown) and (fate, id_in(shown)) != (Fate.OK, claim.id):
                    self.history.violations.append(
                        f"{plan.field} with key {plan.key} answered {fate.value} {id_in(shown)} after ok {claim.id}"
                    )
            elif claim.fate is not Fate.OK and fate is Fate.OK:
                claim.fate, claim.id = fate, id_in(shown)
                self._world.learn(claim, shown)
            elif claim.fate is Fate.REFUSED:
                claim.fate = fate


def speaks(fate: Fate, shown: Any) -> bool:
    """Whether an answer tells what became of a claim: not when it was lost, or another part kept it from being sent."""
    errors = shown.get("userErrors", ()) if isinstance(shown, dict) else ()
    unsent = any(error["code"] == "NOT_ATTEMPTED" for error in errors)
    return shown is not None and fate is not Fate.UNKNOWN and not unsent


def key_is_used(shown: Any) -> bool:
    """Whether an answer says that its idempotency key was used for something else."""
    errors = shown.get("userErrors", ()) if isinstance(shown, dict) else ()
    return any(error["code"] == "IDEMPOTENCY_KEY_REUSED" for error in errors)


def may_be_gone(claim: Claim, claims: Iterable[Claim]) -> bool:
    """Whether any of these claims may have removed what a claim wrote, or that which it belongs to, since it began."""
    parts = claim.object if isinstance(claim.object, tuple) else ()
    places = {claim.id, claim.object, *parts} - {None}
    return any(
        each.object in places
        and (each.act is Act.END or (each.act is Act.SET and each.value is None))
        and each.fate is not Fate.REFUSED
        and each.ended > claim.begun
        for each in claims
    )


def key_in(plan: Plan, answer: dict[str, Any]) -> str | None:
    """The idempotency key that the gateway made, from the payload or from an error that advises to use it."""
    for error in answer.get("errors", ()):
        if "idempotencyKey" in error["extensions"]:
            return str(error["extensions"]["idempotencyKey"])
    payload = (answer.get("data") or {}).get(plan.field) or {}
    return payload.get("idempotencyKey")
