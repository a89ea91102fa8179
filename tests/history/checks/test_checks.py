"""The checks themselves: each finds the harm that was done to a sound history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from copy import deepcopy

import pytest

from gateway.emulator.store.calls import Call
from tests.history.checks.arrivals import check_arrivals
from tests.history.checks.data import check_shop
from tests.history.checks.ledger import check_ledger
from tests.history.claims import Act, Claim, Fate
from tests.history.shop import Shop, details
from tests.history.writes import Report, write_history


@pytest.fixture(scope="module")
def sound() -> Report:
    report = asyncio.run(write_history(seed=11, clients=8, operations=250))
    assert report.violations == []
    return report


def made(report: Report, sort: str) -> Claim:
    """An object that was made for certain, is still there, and that nobody may have ended."""
    stored = {"customer": report.shop.customers, "reward": report.shop.rewards}[sort]
    ended = {claim.object for claim in report.history.claims if claim.act is Act.END and claim.sort == sort}
    return next(
        claim
        for claim in report.history.claims
        if (claim.act, claim.sort, claim.fate) == (Act.MAKE, sort, Fate.OK)
        and claim.id in stored
        and claim.id not in ended
    )


def lose_customer(report: Report) -> None:
    del report.shop.customers[str(made(report, "customer").id)]


def double_customer(report: Report) -> None:
    id = str(made(report, "customer").id)
    report.shop.customers["another"] = report.shop.customers[id]


def carry_out_refused_customer(report: Report) -> None:
    made(report, "customer").fate = Fate.REFUSED


def forget_deletion(report: Report) -> None:
    customer = made(report, "customer")
    report.history.claims.append(Claim(Act.END, "customer", customer.id, fate=Fate.OK))


def restore_earlier_note(report: Report) -> None:
    notes = [claim for claim in report.history.claims if claim.sort == "note" and claim.fate is Fate.OK]
    first, *_ = [claim for claim in notes if claim.object in report.shop.customers]
    later = Claim(Act.SET, "note", first.object, "later", fate=Fate.OK, begun=10**6, ended=10**6 + 1)
    report.history.claims.append(later)
    report.shop.customers[str(first.object)]["note"] = first.value


def change_one_version_twice(report: Report) -> None:
    change = Claim(Act.SET, "note", "X", "a", expected_version=3, fate=Fate.OK)
    report.history.claims += [change, deepcopy(change)]


def change_balance(report: Report) -> None:
    next(iter(report.shop.accounts.values()))["balance"] += 1


def book(report: Report, kind: str) -> int:
    return next(place for place, event in enumerate(report.shop.events) if event["type"] == kind)


def lose_entry(report: Report) -> None:
    del report.shop.events[book(report, "ADJUST_POINTS")]


def double_entry(report: Report) -> None:
    report.shop.events.append(report.shop.events[book(report, "ACCUMULATE_POINTS")])


def change_entry(report: Report) -> None:
    details(report.shop.events[book(report, "ADJUST_POINTS")])["points"] += 1


def lose_reward(report: Report) -> None:
    del report.shop.rewards[str(made(report, "reward").id)]


def invent_reward(report: Report) -> None:
    reward = report.shop.rewards[str(made(report, "reward").id)]
    for number in range(100):
        report.shop.rewards[f"invented-{number}"] = reward


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lose_customer, "is lost"),
        (double_customer, "is also there"),
        (carry_out_refused_customer, "was refused, and is there"),
        (forget_deletion, "was ended, and goes on"),
        (restore_earlier_note, "no possible last write"),
        (change_one_version_twice, "both changed version 3"),
        (change_balance, "its ledger"),
        (lose_entry, "is not in the ledger"),
        (double_entry, "2 times"),
        (change_entry, "points, not"),
        (lose_reward, "is lost"),
        (invent_reward, "nobody was told of"),
    ],
)
def test_harm_to_a_sound_history_is_found(sound: Report, harm: Callable[[Report], None], sentence: str) -> None:
    report = deepcopy(sound)
    assert [*check_shop(report.history.claims, report.shop), *check_ledger(report.history.claims, report.shop)] == []

    harm(report)

    wrong = [*check_shop(report.history.claims, report.shop), *check_ledger(report.history.claims, report.shop)]
    assert any(sentence in each for each in wrong), wrong


def rename(status: int | None) -> Call:
    return Call("UpdateCustomerGroup", "PUT", "/v2/customers/groups/G1", "", {"group": {"name": "x"}}, status)


def create(key: str | None, name: str) -> Call:
    body = {"given_name": name} | ({} if key is None else {"idempotency_key": key})
    return Call("CreateCustomer", "POST", "/v2/customers", "", body, None)


@pytest.mark.parametrize(
    ("wire", "sentence"),
    [
        ([rename(None), rename(200)], "arrived 2 times"),
        ([rename(503), rename(200)], "arrived 2 times"),
        ([create(None, "Ada")], "without an idempotency key"),
        ([create("key-1", "Ada"), create("key-1", "Bob")], "different bodies"),
    ],
)
def test_unsafe_repetitions_are_found(wire: list[Call], sentence: str) -> None:
    wrong, _ = check_arrivals(wire)

    assert any(sentence in each for each in wrong)


def test_safe_repetitions_are_not() -> None:
    wrong, _ = check_arrivals([rename(429), rename(200), create("key-1", "Ada"), create("key-1", "Ada")])

    assert wrong == []


def test_the_shop_of_the_sound_history_is_not_empty(sound: Report) -> None:
    shop: Shop = sound.shop
    assert shop.customers
    assert shop.members
    assert shop.attributes
    assert shop.events
