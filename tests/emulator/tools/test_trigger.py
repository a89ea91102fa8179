"""`gateway emulator trigger`: an event of every type, made by something real wherever anything leads to it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from itertools import chain

import pytest
from click.testing import CliRunner

from gateway.cli import main
from gateway.emulator.seed import seed_demo, seed_empty
from gateway.emulator.tools.client import NotDone
from gateway.emulator.tools.trigger import trigger
from gateway.emulator.webhooks import event_types
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import receiving

SAMPLES = {"loyalty.account.deleted", "loyalty.program.created"}


@pytest.mark.parametrize("seed", [seed_empty, lambda *of: seed_demo(*of, customers=20)], ids=["empty", "demo"])
async def test_every_type_can_be_triggered_twice(
    emulator: Emulator, capsys: pytest.CaptureFixture[str], seed: Callable[..., bool]
) -> None:
    seed(emulator.store, emulator.clock)
    async with receiving() as receiver:
        emulator.running.subscribe(receiver.url, event_types=event_types.ALL)
        for event_type in event_types.ALL:
            for _ in range(2):
                await trigger(emulator.url, event_type)
                shown, *sent = capsys.readouterr().out.splitlines()
                assert shown.startswith(f"{event_type}: "), shown
                assert ("a sample was made" in shown) == (event_type in SAMPLES), shown
                assert f"  {event_type}  {receiver.url}  delivered: 200" in sent, event_type
                assert event_type in receiver.types
                receiver.received.clear()


async def test_who_triggers_learns_that_nobody_is_told(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    await trigger(emulator.url, "customer.created")

    assert "No subscription is told of it" in capsys.readouterr().out


async def test_who_triggers_learns_that_it_was_not_taken(
    emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    async with receiving() as receiver:
        receiver.statuses = [503]
        emulator.running.subscribe(receiver.url)
        await trigger(emulator.url, "customer.created")

    assert f"  customer.created  {receiver.url}  pending: 503" in capsys.readouterr().out.splitlines()


async def test_what_is_done_is_counted_and_is_done_for_the_seller_whose_token_asks(emulator: Emulator) -> None:
    status, answer = await emulator.call(
        "POST", "/_emulator/webhooks/trigger", {"type": "customer.updated"}, token="second-seller-token"
    )

    assert (status, answer["done"].endswith("was created and updated")) == (200, True)
    assert dict(emulator.calls) == {"CreateCustomer": 1, "UpdateCustomer": 1}
    assert (await emulator.call("GET", "/v2/customers"))[1] == {}
    assert len((await emulator.call("GET", "/v2/customers", token="second-seller-token"))[1]["customers"]) == 1


async def test_every_type_can_be_triggered_for_each_application_and_changes_nothing_of_another_seller(
    emulator: Emulator,
) -> None:
    seed_demo(emulator.store, emulator.clock, customers=5)
    path = "/v2/loyalty/programs/main"
    before = (await emulator.call("GET", path))[1]
    for event_type in event_types.ALL:
        await trigger(emulator.url, event_type, "second-seller-token")
    after = (await emulator.call("GET", path))[1]
    for token in ("test-token", "second-app-token"):
        for event_type in event_types.ALL:
            await trigger(emulator.url, event_type, token)

    assert before == after
    assert (await emulator.call("GET", path))[1] != before


async def test_a_loyalty_account_is_made_with_a_number_that_has_none(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed_empty(emulator.store, emulator.clock)
    # The same numbers are drawn each time.
    for _ in range(3):
        drawn = chain.from_iterable((0, number) for number in range(100))
        monkeypatch.setattr(secrets, "randbelow", lambda _, drawn=drawn: next(drawn))
        await trigger(emulator.url, "loyalty.account.created")

    _, found = await emulator.call("POST", "/v2/loyalty/accounts/search", {})
    numbers = sorted(each["mapping"]["phone_number"] for each in found["loyalty_accounts"])
    assert numbers == ["+12005550100", "+12005550101", "+12005550102"]


async def test_an_error_of_the_emulator_is_told_in_its_words(emulator: Emulator) -> None:
    with pytest.raises(NotDone, match="GET /v2/loyalty/programs/main: "):
        await trigger(emulator.url, "loyalty.account.created")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["trigger", "customer.born"], "'customer.born' is not one of"),
        (["trigger", "customer.created", "--url", "http://127.0.0.1:9"], "no emulator answers at http://127.0.0.1:9"),
        (["listen", "--forward-to", "http://127.0.0.1:9", "--url", "http://127.0.0.1:9"], "no emulator answers"),
        (["listen", "--forward-to", "http://127.0.0.1:9", "--types", "customer.born"], "no event type 'customer.born'"),
        (["trigger", "customer.created", "--url", "127.0.0.1:9"], "--url: expected one such as http://"),
        (["trigger", "customer.created", "--url", "localhost:9"], "--url: expected one such as http://"),
        (["listen"], "--forward-to"),
        (["--db", "shop.db", "exec", "--", "true"], "--db: options of `exec` go behind it"),
        (["nonsense"], "nonsense"),
    ],
)
def test_what_cannot_be_done_costs_one_line(given: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["emulator", *given])

    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert message in line


def test_the_commands_are_told() -> None:
    help_text = CliRunner().invoke(main, ["emulator", "--help"]).stdout

    assert all(f"\n  {name} " in help_text for name in ("listen", "trigger"))
