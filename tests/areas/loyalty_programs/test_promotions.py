from __future__ import annotations

from typing import Any

from tests.emulator import loyalty_shop as shop

NEXT_CENTURY = {"time_periods": ["DTSTART:20990101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY"]}

PAGES = """query ($status: LoyaltyPromotionStatus, $first: Int! = 30, $after: String) {
  loyaltyProgram { promotions(status: $status, first: $first, after: $after) {
    nodes { id status } pageInfo { hasNextPage endCursor }
  } }
}"""


async def test_promotions_are_paged_newest_first(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    ids = [(await shop.promote(emulator))["id"] for _ in range(5)][::-1]
    graph.reset()

    page = (await graph.data(PAGES, {"first": 3}))["loyaltyProgram"]["promotions"]
    rest = (await graph.data(PAGES, {"first": 3, "after": page["pageInfo"]["endCursor"]}))["loyaltyProgram"]

    assert [node["id"] for node in page["nodes"]] == ids[:3]
    assert page["pageInfo"]["hasNextPage"] is True
    assert [node["id"] for node in rest["promotions"]["nodes"]] == ids[3:]
    assert rest["promotions"]["pageInfo"]["hasNextPage"] is False
    assert graph.calls["ListLoyaltyPromotions"] == 2


async def test_promotions_are_chosen_by_status(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    await shop.promote(emulator)
    later = await shop.promote(emulator, available_time=NEXT_CENTURY)

    page = (await graph.data(PAGES, {"status": "SCHEDULED"}))["loyaltyProgram"]["promotions"]

    assert page["nodes"] == [{"id": later["id"], "status": "SCHEDULED"}]


async def test_a_status_that_square_cannot_look_for_is_refused(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    graph.reset()
    answer = await graph(PAGES, {"status": "UNKNOWN"})

    assert not graph.calls
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": ["status"]}


async def test_a_cursor_of_one_status_is_refused_with_another(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    await shop.promote(emulator)
    page = (await graph.data(PAGES, {"status": "ACTIVE"}))["loyaltyProgram"]["promotions"]

    answer = await graph(PAGES, {"after": page["pageInfo"]["endCursor"]})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_one_promotion_is_retrieved_and_several_are_listed(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    one, two = [(await shop.promote(emulator))["id"] for _ in range(2)]
    query = "query ($p: ID!, $a: ID!, $b: ID!) { a: loyaltyPromotion(programId: $p, id: $a) { name } %s }"
    second = "b: loyaltyPromotion(programId: $p, id: $b) { name } c: loyaltyPromotion(programId: $p, id: $a) { id }"
    variables = {"p": shop.PROGRAM, "a": one, "b": two}
    graph.reset()

    await graph.data((query % "").replace(", $b: ID!", ""), variables)
    assert graph.calls == {"RetrieveLoyaltyPromotion": 1}

    graph.reset()
    data = await graph.data(query % second, variables)
    assert data == {"a": {"name": "Happy hour"}, "b": {"name": "Happy hour"}, "c": {"id": one}}
    assert graph.calls == {"ListLoyaltyPromotions": 1}


async def test_a_promotion_that_does_not_exist_is_null_and_its_neighbour_is_not(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    promotion_id = (await shop.promote(emulator))["id"]

    data = await graph.data(
        'query ($id: ID!) { a: loyaltyPromotion(programId: "main", id: "loypromo_nowhere") { id } '
        'b: loyaltyPromotion(programId: "main", id: $id) { program { id terminology { one } } } }',
        {"id": promotion_id},
    )

    assert data == {"a": None, "b": {"program": {"id": shop.PROGRAM, "terminology": {"one": "Bean"}}}}
    assert graph.calls["RetrieveLoyaltyProgram"] == 1


ENTITIES = """query ($references: [_Any!]!) {
  _entities(representations: $references) { ... on LoyaltyPromotion { id name } }
}"""


async def test_promotions_of_which_another_subgraph_knows_the_id_are_found_in_the_sellers_program(
    graph: Any, emulator: Any
) -> None:
    shop.open_shop(emulator)
    ids = [(await shop.promote(emulator, name=name))["id"] for name in ("One", "Two")]
    references = [{"__typename": "LoyaltyPromotion", "id": each} for each in [*ids, "loypromo_nowhere"]]
    graph.reset()

    data = await graph.data(ENTITIES, {"references": references})

    assert data["_entities"] == [{"id": ids[0], "name": "One"}, {"id": ids[1], "name": "Two"}, None]
    # The third is retrieved before it is said not to exist.
    assert graph.calls == {"RetrieveLoyaltyProgram": 1, "ListLoyaltyPromotions": 1, "RetrieveLoyaltyPromotion": 1}


async def test_without_a_program_no_promotion_is_looked_for(graph: Any) -> None:
    references = [{"__typename": "LoyaltyPromotion", "id": "loypromo_1"}]

    assert await graph.data(ENTITIES, {"references": references}) == {"_entities": [None]}
    assert graph.calls == {"RetrieveLoyaltyProgram": 1}
