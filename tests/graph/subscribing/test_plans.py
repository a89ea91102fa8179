"""What one event costs, as it is known before anything happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import run

GROUPS = "customer { groups { name } }"


@pytest.mark.parametrize(
    ("field", "calls"),
    [
        ("customerChanged { kind }", {"BulkRetrieveCustomers": 1}),
        (f"customerChanged {{ {GROUPS} }}", {"BulkRetrieveCustomers": 1, "ListCustomerGroups": 16}),
        ("customAttributeChanged { customAttribute { rawValue } }", {"RetrieveCustomerCustomAttribute": 1}),
        (
            "customAttributeDefinitionChanged { customAttributeDefinition { name } }",
            {"RetrieveCustomerCustomAttributeDefinition": 1},
        ),
        ("loyaltyAccountChanged { account { balance program { id } } }", {"RetrieveLoyaltyAccount": 1}),
        (
            f"loyaltyAccountChanged {{ account {{ {GROUPS} }} }}",
            {"RetrieveLoyaltyAccount": 1, "BulkRetrieveCustomers": 1, "ListCustomerGroups": 16},
        ),
        ("loyaltyEventCreated { event { account { id } } }", {"SearchLoyaltyEvents": 1}),
        (
            "loyaltyEventCreated { event { account { balance } } }",
            {"SearchLoyaltyEvents": 1, "RetrieveLoyaltyAccount": 1},
        ),
        ("loyaltyProgramChanged { program { id } }", {"RetrieveLoyaltyProgram": 1}),
        ("loyaltyPromotionChanged { promotion { name } }", {"RetrieveLoyaltyPromotion": 1}),
    ],
)
def test_one_event_is_planned_with_the_read_of_its_object(field: str, calls: dict[str, int]) -> None:
    shown = run("explain", f"subscription {{ {field} }}").stdout
    total = sum(calls.values())

    assert f"at most {total} call{'s' if total > 1 else ''} to Square for each event" in shown
    assert all(name in shown for name in calls)


def test_documents_with_subscriptions_are_checked_and_priced(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text(
        "subscription Balance($id: ID!) { loyaltyAccountChanged(ids: [$id]) { account { customer { note } } } }\n"
    )
    result = run("check", str(tmp_path / "a.graphql"))

    assert result.exit_code == 0, result.output
    assert "subscription Balance: at most 2 calls" in result.stdout
