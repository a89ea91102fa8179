"""One history from beginning to end: clients under faults, then every check, then a report.

The seed decides what every mutation is and what befalls the n-th request of every REST operation. Which client
comes first is the machine's choice, so that a run with one client is repeated exactly, and one with several nearly.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.history.checks.arrivals import check_arrivals, sent_more_than_wanted
from tests.history.checks.data import check_shop, let_linger
from tests.history.checks.ledger import check_ledger
from tests.history.clients import Clients, History, Progress
from tests.history.seeded_faults import MIX
from tests.history.shop import Shop, read_shop
from tests.history.stage import stage


@dataclass
class Report:
    """What a history was, and what is wrong with it."""

    seed: int
    violations: list[str]
    history: History
    shop: Shop
    struck: Counter[str] = field(default_factory=Counter)
    arrived: Counter[str] = field(default_factory=Counter)

    def summary(self) -> list[str]:
        """Some lines for people."""
        history, shop = self.history, self.shop
        kinds, total = len(history.fields), sum(history.fields.values())
        return [
            f"seed {self.seed}: {total} mutations of {kinds} kinds, {history.replays} sent again by their clients",
            f"writes {dict(history.fates)}, errors {dict(history.codes)}",
            f"faults {dict(self.struck)}" if self.struck else "faults drawn by the emulator",
            f"arrived {dict(self.arrived)}" if self.arrived else "arrivals not counted across a crash",
            f"left {len(shop.customers)} customers, {len(shop.accounts)} accounts, {len(shop.events)} loyalty events",
            f"violations {len(self.violations)}",
            *self.violations[:20],
        ]


async def write_history(
    *, seed: int, clients: int, operations: int = 0, injections: int = 0, progress: Progress | None = None
) -> Report:
    """Mutate until so many operations were sent, or so many resets and timeouts have struck writes; then check."""
    # With so many faults in a row an ordinary breaker would be open most of the time.
    patience = {"gateway_breaker_failures": 1000} if injections else {}
    async with stage(seed, **patience) as on:
        writers = Clients(on.post, seed)
        await writers.prepare()
        on.calls.clear()
        on.faults.mix = MIX["injections" if injections else "mixed"]

        def enough(done: int) -> bool:
            return on.faults.injected >= injections if injections else done >= operations

        def tell(done: int) -> None:
            if progress is not None:
                progress(on.faults.injected if injections else done)

        await writers.run(clients, enough, tell)
        await on.quiet()
        history = writers.history
        wrong, arrived = check_arrivals(on.wire)
        let_linger(history.claims, sent_more_than_wanted(on.wire, history.claims))
        shop = read_shop(on.store.db)
        violations = [
            *history.violations,
            *wrong,
            *check_shop(history.claims, shop),
            *check_ledger(history.claims, shop),
        ]
        return Report(seed, violations, history, shop, on.faults.struck, arrived)
