"""Keys of groups that were used before: Square answers with what was written then, which is not what is asked now."""

from __future__ import annotations

from gateway.square.clock import seconds_since_1970
from tests.areas.used_keys import GROUP, WRONG, answer, refusal
from tests.conftest import Graph
from tests.square.identity_shop import open_shop


async def test_a_key_of_another_group_makes_none_and_shows_none(graph: Graph) -> None:
    await answer(graph, GROUP, name="Regulars", key="k")

    other = await answer(graph, GROUP, name="Friends", key="k")

    assert other == {"group": None, "userErrors": refusal()}
    assert (await graph.data("{ groups { nodes { name } } }"))["groups"]["nodes"] == [{"name": "Regulars"}]
    assert graph.calls["CreateCustomerGroup"] == 2


async def test_a_group_is_answered_again_though_it_was_renamed_but_not_when_it_is_gone(graph: Graph) -> None:
    first = await answer(graph, GROUP, name="Regulars", key="k")
    assert graph.calls == {"CreateCustomerGroup": 1}
    id = first["group"]["id"]
    rename = f'updateCustomerGroup(id: "{id}", input: {{ name: "Old" }})'
    await graph.data(f"mutation {{ {rename} {{ userErrors {{ code }} }} }}")

    again = await answer(graph, GROUP, name="Regulars", key="k")
    await graph.data(f'mutation {{ deleteCustomerGroup(id: "{id}") {{ userErrors {{ code }} }} }}')
    gone = await answer(graph, GROUP, name="Regulars", key="k")

    assert again == first
    assert gone == {"group": None, "userErrors": refusal()}
    assert graph.calls["RetrieveCustomerGroup"] == 2


async def test_two_fields_of_a_mutation_with_one_key_and_other_data_are_one_write_and_one_error(graph: Graph) -> None:
    query = f"""mutation {{
      a: createCustomerGroup(input: {{ name: "A" }}, idempotencyKey: "k") {{ group {{ name }} {WRONG} }}
      b: createCustomerGroup(input: {{ name: "B" }}, idempotencyKey: "k") {{ group {{ name }} {WRONG} }}
      c: createCustomerGroup(input: {{ name: "A" }}, idempotencyKey: "k") {{ group {{ name }} {WRONG} }}
    }}"""

    data = await graph.data(query)

    assert data == {
        "a": {"group": {"name": "A"}, "userErrors": []},
        "b": {"group": None, "userErrors": refusal()},
        "c": {"group": {"name": "A"}, "userErrors": []},
    }


async def test_a_clock_that_is_ahead_hides_no_used_key_however_long_an_answer_takes() -> None:
    async with open_shop() as shop:
        await shop.ask(GROUP, name="Regulars", key="k")
        [group] = (await shop.ask("{ groups { nodes { id updatedAt } } }"))["data"]["groups"]["nodes"]
        await shop.ask(f'mutation {{ deleteCustomerGroup(id: "{group["id"]}") {{ userErrors {{ code }} }} }}')
        written = seconds_since_1970(group["updatedAt"])

        async def pass_by() -> None:
            shop.time.wall = written + 0.5

        # By Square's clock the group was written while its key is used again.
        shop.time.wall = written - 0.5
        shop.delayed["/v2/customers/groups"] = pass_by
        again = (await shop.ask(GROUP, name="Regulars", key="k"))["data"]["answer"]

        assert again == {"group": None, "userErrors": refusal()}
