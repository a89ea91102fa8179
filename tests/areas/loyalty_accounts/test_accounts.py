from __future__ import annotations

from typing import Any

import pytest

from gateway.emulator.rules.loyalty import ledger as loyalty_ledger
from gateway.emulator.store.tenants import Tenants, Token
from tests.emulator import loyalty_shop as shop

ACCOUNT = """query ($id: ID!) { loyaltyAccount(id: $id) {
  id programId balance lifetimePoints customerId enrolledAt createdAt updatedAt
  mapping { id createdAt phoneNumber } expiringPointDeadlines { points expiresAt }
  program { id } customer { id phoneNumber }
} }"""


async def test_an_account_shows_everything_square_says_about_it(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator, expiration_policy={"expiration_duration": "P12M"})
    number = shop.phone()
    account_id = await shop.enroll(emulator, points=7, mapping={"phone_number": number})
    graph.reset()

    account = (await graph.data(ACCOUNT, {"id": account_id}))["loyaltyAccount"]

    assert account["id"] == account_id
    assert (account["balance"], account["lifetimePoints"]) == (7, 7)
    assert account["enrolledAt"]
    assert account["mapping"]["phoneNumber"] == number
    assert [each["points"] for each in account["expiringPointDeadlines"]] == [7]
    assert account["program"] == {"id": shop.PROGRAM}
    assert account["customer"] == {"id": account["customerId"], "phoneNumber": number}
    assert graph.calls == {"RetrieveLoyaltyAccount": 1, "BulkRetrieveCustomers": 1}


async def test_points_that_never_expire_have_no_deadlines_and_an_account_can_wait_for_its_first(
    graph: Any, emulator: Any
) -> None:
    shop.open_shop(emulator)
    account_id = await shop.enroll(emulator)

    account = (await graph.data(ACCOUNT, {"id": account_id}))["loyaltyAccount"]

    assert account["expiringPointDeadlines"] == []
    assert account["enrolledAt"] is None


async def test_an_account_that_does_not_exist_is_null_and_its_neighbour_is_not(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account_id = await shop.enroll(emulator)
    graph.reset()

    data = await graph.data(
        'query ($id: ID!) { a: loyaltyAccount(id: "nowhere") { id } b: loyaltyAccount(id: $id) { balance } '
        "c: loyaltyAccount(id: $id) { id } }",
        {"id": account_id},
    )

    assert data == {"a": None, "b": {"balance": 0}, "c": {"id": account_id}}
    assert graph.calls == {"RetrieveLoyaltyAccount": 2}


LIST = """query ($filter: LoyaltyAccountFilter, $first: Int! = 200, $after: String) {
  loyaltyAccounts(filter: $filter, first: $first, after: $after) {
    nodes { id customerId } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}"""


async def test_accounts_are_found_by_customer_and_by_phone(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    numbers = [shop.phone() for _ in range(3)]
    ids = [await shop.enroll(emulator, mapping={"phone_number": number}) for number in numbers]
    customer = (await shop.account(emulator, ids[1]))["customer_id"]
    graph.reset()

    by_phone = await graph.data(LIST, {"filter": {"phoneNumbers": [numbers[2], numbers[0]]}})
    by_customer = await graph.data(LIST, {"filter": {"customerIds": [customer, "nobody"]}})
    all_of_them = await graph.data(LIST)

    assert [node["id"] for node in by_phone["loyaltyAccounts"]["nodes"]] == [ids[0], ids[2]]
    assert by_customer["loyaltyAccounts"]["nodes"] == [{"id": ids[1], "customerId": customer}]
    assert [node["id"] for node in all_of_them["loyaltyAccounts"]["nodes"]] == ids
    assert graph.calls == {"SearchLoyaltyAccounts": 3}


async def test_nobody_found_is_an_empty_page(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    page = (await graph.data(LIST, {"filter": {"customerIds": ["nobody"]}}))["loyaltyAccounts"]

    assert page["nodes"] == []
    assert page["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None}


async def test_accounts_are_paged(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    ids = [await shop.enroll(emulator) for _ in range(5)]

    page = (await graph.data(LIST, {"first": 2}))["loyaltyAccounts"]
    rest = (await graph.data(LIST, {"first": 10, "after": page["pageInfo"]["endCursor"]}))["loyaltyAccounts"]

    assert [node["id"] for node in page["nodes"] + rest["nodes"]] == ids
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        ({"customerIds": []}, ["filter", "customerIds"]),
        ({"customerIds": [f"C{number}" for number in range(31)]}, ["filter", "customerIds"]),
        ({"phoneNumbers": ["+14155550100"] * 31}, ["filter", "phoneNumbers"]),
        ({"phoneNumbers": ["+14155550100", "415-555-0101"]}, ["filter", "phoneNumbers", "1"]),
    ],
)
async def test_a_search_that_square_would_not_take_is_refused_before_any_call(
    graph: Any, filter: dict[str, Any], path: list[str]
) -> None:
    answer = await graph(LIST, {"filter": filter})

    assert answer["data"] == {"loyaltyAccounts": None}
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": path}
    assert not graph.calls


async def test_a_search_is_by_customers_or_by_phones(graph: Any) -> None:
    answer = await graph(LIST, {"filter": {"customerIds": ["C1"], "phoneNumbers": ["+14155550100"]}})

    assert answer["errors"]
    assert not graph.calls


async def test_a_cursor_of_one_search_is_refused_by_another(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    for _ in range(2):
        await shop.enroll(emulator)
    page = (await graph.data(LIST, {"first": 1}))["loyaltyAccounts"]

    answer = await graph(LIST, {"filter": {"customerIds": ["C1"]}, "first": 1, "after": page["pageInfo"]["endCursor"]})

    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": ["after"]}


async def customers(emulator: Any, count: int) -> list[str]:
    made = {f"key-{number}": {"given_name": f"Buyer {number}"} for number in range(count)}
    _, body = await emulator.call("POST", "/v2/customers/bulk-create", {"customers": made})
    return [body["responses"][key]["customer"]["id"] for key in made]


OF_CUSTOMERS = """query ($ids: [ID!]!) {
  customersById(ids: $ids) { id loyaltyAccounts { id customerId balance } }
}"""


async def test_the_accounts_of_many_customers_are_found_thirty_a_call_oldest_first(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    ids = await customers(emulator, 35)
    older = await shop.enroll(emulator, customer_id=ids[0])
    other = await shop.enroll(emulator, customer_id=ids[34])
    newer = await shop.enroll(emulator, customer_id=ids[0])
    graph.reset()

    found = (await graph.data(OF_CUSTOMERS, {"ids": ids}))["customersById"]

    accounts = {each["id"]: [account["id"] for account in each["loyaltyAccounts"]] for each in found}
    assert accounts.pop(ids[0]) == [older, newer]
    assert accounts.pop(ids[34]) == [other]
    assert accounts == {each: [] for each in ids[1:34]}
    assert graph.calls == {"BulkRetrieveCustomers": 1, "SearchLoyaltyAccounts": 2}


async def test_accounts_found_by_customer_are_not_read_again_by_id(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    (customer,) = await customers(emulator, 1)
    account = await shop.enroll(emulator, points=20, customer_id=customer)
    await shop.reward(emulator, account)
    graph.reset()

    data = await graph.data(
        "query ($id: ID!) { customer(id: $id) { loyaltyAccounts { rewards { nodes { account { balance } } } } } }",
        {"id": customer},
    )

    (found,) = data["customer"]["loyaltyAccounts"]
    assert found["rewards"]["nodes"] == [{"account": {"balance": 10}}]
    assert graph.calls == {"BulkRetrieveCustomers": 1, "SearchLoyaltyAccounts": 1, "SearchLoyaltyRewards": 1}


async def test_a_failed_search_costs_its_field_and_not_the_customer(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    ids = await customers(emulator, 2)
    Tenants(emulator.store.db).put(Token("customers-token", scopes=("CUSTOMERS_READ",)))

    answer = await graph(OF_CUSTOMERS, {"ids": ids}, token="customers-token")

    assert answer["data"]["customersById"] == [{"id": each, "loyaltyAccounts": None} for each in ids]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}


def fill(emulator: Any, customer: str, count: int) -> None:
    """Put accounts into the store, as many as a buyer with that many phones would have."""
    accounts = [
        {
            "id": f"ACCOUNT-{number:04d}",
            "program_id": shop.PROGRAM,
            "balance": number,
            "lifetime_points": number,
            "customer_id": customer,
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "mapping": {"id": f"MAPPING-{number:04d}", "phone_number": f"+1415666{number:04d}"},
        }
        for number in range(count)
    ]
    loyalty_ledger.insert_accounts(emulator.store.db, emulator.seller, accounts)


async def test_more_accounts_than_one_page_holds_are_all_found(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    (customer,) = await customers(emulator, 1)
    fill(emulator, customer, 205)
    graph.reset()

    (found,) = (await graph.data(OF_CUSTOMERS, {"ids": [customer]}))["customersById"]

    assert [account["balance"] for account in found["loyaltyAccounts"]] == list(range(205))
    assert graph.calls == {"BulkRetrieveCustomers": 1, "SearchLoyaltyAccounts": 2}


async def test_accounts_and_rewards_of_a_list_are_not_read_again_by_id(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    await shop.reward(emulator, await shop.enroll(emulator, points=15))
    graph.reset()

    data = await graph.data(
        """{ loyaltyAccounts(first: 2) { nodes {
          rewards(first: 5) { nodes { status account { balance } } }
          events(filter: { types: [CREATE_REWARD] }) { nodes { ... on CreateRewardEvent { reward { id } } } }
        } } }"""
    )

    (account,) = data["loyaltyAccounts"]["nodes"]
    assert account["rewards"]["nodes"] == [{"status": "ISSUED", "account": {"balance": 5}}]
    assert graph.calls == {"SearchLoyaltyAccounts": 1, "SearchLoyaltyRewards": 1, "SearchLoyaltyEvents": 1}


async def test_a_customer_that_is_gone_is_null_and_its_id_stays(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account_id = await shop.enroll(emulator)
    customer = (await shop.account(emulator, account_id))["customer_id"]
    await emulator.call("DELETE", f"/v2/customers/{customer}")

    data = await graph.data(
        "query ($id: ID!) { loyaltyAccount(id: $id) { customerId customer { id } } }", {"id": account_id}
    )

    assert data["loyaltyAccount"]["customer"] is None
