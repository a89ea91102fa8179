"""Who hears of a change, through real webhooks: families, applications, visibilities and the states of tokens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.emulator.store.tenants import ALL_SCOPES, SECOND_APPLICATION
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import DEFINITIONS, HIDDEN, OTHER, READ_ONLY, READ_WRITE, customer, define, done, put
from tests.following import Live


@dataclass(frozen=True)
class Happening:
    """A field that tells of changes, the permission it needs, and two changes one after the other."""

    field: str
    scope: str
    first: Callable[[Any], Awaitable[Any]]
    second: Callable[[Any, Any], Awaitable[Any]]

    @property
    def query(self) -> str:
        return f"subscription {{ {self.field} {{ kind }} }}"


async def _changed_profile(emulator: Any, made: Any) -> None:
    await done(emulator.call("PUT", f"/v2/customers/{made}", {"given_name": "Eve"}))


async def _deleted_profile(emulator: Any, made: Any) -> None:
    await done(emulator.call("DELETE", f"/v2/customers/{made}"))


async def _value(emulator: Any) -> str:
    await define(emulator, "size", visibility=READ_ONLY)
    ada = await customer(emulator)
    await put(emulator, ada, "size", "L")
    return ada


async def _deleted_value(emulator: Any, made: Any) -> None:
    await done(emulator.call("DELETE", f"/v2/customers/{made}/custom-attributes/size"))


async def _defined(emulator: Any) -> None:
    await define(emulator, "color", visibility=READ_WRITE)


async def _deleted_definition(emulator: Any, made: Any) -> None:
    await done(emulator.call("DELETE", f"{DEFINITIONS}/color"))


async def _program(emulator: Any, made: Any = None) -> None:
    await done(emulator.call("PUT", "/_emulator/program", {"terminology": {"one": "S" if made else "P", "other": "O"}}))


async def _promotion(emulator: Any) -> str:
    promotion = {"name": "Happy hour", "incentive": shop.DOUBLE, "available_time": shop.ALWAYS}
    body = {"idempotency_key": shop.key(), "loyalty_promotion": promotion}
    made = await shop.succeed(emulator, "POST", f"/programs/{shop.PROGRAM}/promotions", body)
    return f"/programs/{shop.PROGRAM}/promotions/{made['loyalty_promotion']['id']}/cancel"


async def _canceled(emulator: Any, made: Any) -> None:
    await shop.succeed(emulator, "POST", made)


async def _adjusted(emulator: Any, made: Any) -> None:
    await shop.adjust(emulator, made, 7)


async def _enrolled(emulator: Any) -> Any:
    return await shop.enroll(emulator)


async def _first_points(emulator: Any) -> Any:
    made = await shop.enroll(emulator)
    await shop.adjust(emulator, made, 5)
    return made


HAPPENINGS = [
    Happening("customerChanged", "CUSTOMERS_READ", customer, _changed_profile),
    Happening("customerChanged", "CUSTOMERS_READ", customer, _deleted_profile),
    Happening("customAttributeChanged", "CUSTOMERS_READ", _value, _deleted_value),
    Happening("customAttributeDefinitionChanged", "CUSTOMERS_READ", _defined, _deleted_definition),
    Happening("loyaltyAccountChanged", "LOYALTY_READ", _enrolled, _adjusted),
    Happening("loyaltyEventCreated", "LOYALTY_READ", _first_points, _adjusted),
    Happening("loyaltyProgramChanged", "LOYALTY_READ", _program, lambda emulator, made: _program(emulator, True)),
    Happening("loyaltyPromotionChanged", "LOYALTY_READ", _promotion, _canceled),
]


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda each: f"{each.field}{each.second.__name__}")
async def test_only_tokens_that_square_takes_now_hear_of_a_change(live: Live, happening: Happening) -> None:
    shop.open_shop(live.emulator)
    states = {
        "revoked": {"state": "revoked"},
        "expired": {"state": "expired"},
        "poorer": {"scopes": [scope for scope in ALL_SCOPES if scope != happening.scope]},
    }
    for token in states:
        await live.emulator.call("POST", "/_emulator/tokens", {"token": token})
    await live.emulator.call("POST", "/_emulator/tokens", {"token": "other-app", "application": SECOND_APPLICATION})
    async with AsyncExitStack() as stack:

        async def follow(token: str) -> Any:
            return await stack.enter_async_context(live.follow(happening.query, token=token))

        ending = {token: await follow(token) for token in states}
        staying = [await follow(token) for token in ("test-token", "read-only-token", "other-app")]
        made = await happening.first(live.emulator)
        heard = [await each.change() for each in (*ending.values(), *staying)]
        assert len(heard) == 6
        for token, state in states.items():
            await live.emulator.call("POST", "/_emulator/tokens", {"token": token, **state})

        await happening.second(live.emulator, made)

        for each in staying:
            assert (await each.change())["kind"] in {"CREATED", "UPDATED", "DELETED"}
        codes = {token: (await each.refusal())["extensions"]["code"] for token, each in ending.items()}
        assert codes == {"revoked": "UNAUTHENTICATED", "expired": "UNAUTHENTICATED", "poorer": "FORBIDDEN"}


@pytest.mark.parametrize("visibility", [HIDDEN, READ_ONLY, READ_WRITE])
@pytest.mark.parametrize("owner", ["test-token", OTHER], ids=["first application", "second application"])
async def test_an_application_hears_of_what_it_owns_or_may_see(live: Live, owner: str, visibility: str) -> None:
    ada = await customer(live.emulator)
    other = OTHER if owner == "test-token" else "test-token"
    await live.emulator.call("POST", "/_emulator/tokens", {"token": "elsewhere", "seller": "MLEMULATORSELLER2"})
    values = "subscription { customAttributeChanged { kind key } }"
    kinds = "subscription { customAttributeDefinitionChanged { kind key } }"
    async with AsyncExitStack() as stack:

        async def follow(token: str) -> tuple[Any, Any]:
            both = [await stack.enter_async_context(live.follow(query, token=token)) for query in (values, kinds)]
            return both[0], both[1]

        own, others, elsewhere = [await follow(token) for token in (owner, other, "elsewhere")]
        heard = (own, others) if visibility != HIDDEN else (own,)
        await define(live.emulator, "size", token=owner, visibility=visibility)
        assert [(await kind.change())["kind"] for _, kind in heard] == ["CREATED"] * len(heard)
        await put(live.emulator, ada, "size", "L", token=owner)
        assert [(await value.change())["kind"] for value, _ in heard] == ["UPDATED"] * len(heard)
        path = f"/v2/customers/{ada}/custom-attributes/size"
        await done(live.emulator.call("DELETE", path, token=owner))
        assert [(await value.change())["kind"] for value, _ in heard] == ["DELETED"] * len(heard)
        await done(live.emulator.call("DELETE", f"{DEFINITIONS}/size", token=owner))
        assert [(await kind.change())["kind"] for _, kind in heard] == ["DELETED"] * len(heard)

        # The next that the others hear is the next that they may.
        for token, (value, kind) in ((owner, others), ("elsewhere", elsewhere)):
            await define(live.emulator, "open", token=token, visibility=READ_ONLY)
            assert (await kind.change())["key"].endswith("open")
            bea = await _customer(live, token)
            await put(live.emulator, bea, "open", "L", token=token)
            assert (await value.change())["key"].endswith("open")


async def _customer(live: Live, token: str) -> str:
    made = await done(live.emulator.call("POST", "/v2/customers", {"given_name": "Bea"}, token=token))
    found: str = made["customer"]["id"]
    return found
