"""What compiled executors elsewhere have got wrong, each as the same answer both ways."""

from __future__ import annotations

from typing import Any

import pytest

from tests.differential.pitfalls import BothWays


@pytest.fixture
def both() -> BothWays:
    return BothWays()


def _paths(answer: dict[str, Any]) -> list[list[str | int]]:
    return sorted((error["path"] for error in answer["errors"]), key=str)


async def test_one_fragment_below_a_skipped_and_an_included_field(both: BothWays) -> None:
    query = """query ($only: Boolean!) { post { id } one: post @skip(if: $only) { ...F } two: post @include(if: $only) {
      ...F } } fragment F on Post { ... on Content { title } }"""

    with_it, without = await both.ask(query, {"only": True}, {"only": False})

    assert with_it["data"] == {"post": {"id": "p1"}, "two": {"title": "A post"}}
    assert without["data"] == {"post": {"id": "p1"}, "one": {"title": "A post"}}


async def test_one_fragment_at_two_places_under_other_conditions(both: BothWays) -> None:
    query = """query ($a: Boolean!, $b: Boolean!) { one: post { id ...F @skip(if: $a) } two: post { id
      ...F @include(if: $a) } three: post { ...F @skip(if: $b) ...F @include(if: $a) } }
      fragment F on Post { likes @include(if: $b) title }"""

    answers = await both.ask(query, *({"a": a, "b": b} for a in (True, False) for b in (True, False)))

    assert answers[0]["data"] == {
        "one": {"id": "p1"},
        "two": {"id": "p1", "likes": 1, "title": "A post"},
        "three": {"likes": 1, "title": "A post"},
    }
    assert answers[3]["data"] == {
        "one": {"id": "p1", "title": "A post"},
        "two": {"id": "p1"},
        "three": {"title": "A post"},
    }


async def test_the_same_fragment_inside_lists_of_several_types(both: BothWays) -> None:
    query = """query ($more: Boolean!) { contents { ...F ... on Post { related { ...F } } } }
      fragment F on Content { id title @include(if: $more) ... on Article { pages } ... on Post { likes } }"""

    more, less = await both.ask(query, {"more": True}, {"more": False})

    assert more["data"]["contents"][0] == {
        "id": "p1", "title": "A post", "likes": 1, "related": [{"id": "a1", "title": "An article", "pages": 2}, None],
    }  # fmt: skip
    assert less["data"]["contents"][1] == {"id": "a1", "pages": 2}


async def test_fields_that_several_fragments_select_are_merged(both: BothWays) -> None:
    query = """{ contents { id ...A ...B ... on Post { related { title } } } } fragment A on Post { related { id } }
      fragment B on Content { ... on Post { related { __typename } } }"""

    (answer,) = await both.ask(query)

    assert answer["data"]["contents"][0]["related"][0] == {"id": "a1", "__typename": "Article", "title": "An article"}
    assert list(answer["data"]["contents"][0]["related"][0]) == ["id", "__typename", "title"]


async def test_null_goes_up_through_several_spreads(both: BothWays) -> None:
    query = """{ level { ...A } } fragment A on Level { depth next { ...B } }
      fragment B on Level { next { ...C } may { ...C } } fragment C on Level { may { must } next { depth must } }"""

    (answer,) = await both.ask(query)

    assert answer["data"] == {"level": None}
    assert answer["errors"]


async def test_null_stops_at_the_next_place_that_may_be_null(both: BothWays) -> None:
    query = "{ level { depth may { all { depth may { must } } } all { must } } }"

    (answer,) = await both.ask(query)

    below = [{"depth": 1, "may": {"must": "here"}}, {"depth": 2, "may": None}, {"depth": 3, "may": None}]
    assert answer["data"]["level"]["may"] == {"all": below}
    assert _paths(answer) == [["level", "may", "all", 1, "may", "must"], ["level", "may", "all", 2, "may", "must"]]


async def test_null_in_a_list_that_must_have_all_takes_the_list(both: BothWays) -> None:
    (answer,) = await both.ask("{ level { depth may { all { may { all { must } } } } } }")

    # The last of the second list is too deep, and its list must have all; so must what is around it.
    assert answer["data"] == {"level": {"depth": 0, "may": {"all": [{"may": None}] * 3}}}
    assert {tuple(path[:5]) for path in _paths(answer)} == {("level", "may", "all", n, "may") for n in range(3)}


async def test_a_name_of_the_answer_is_another_field_on_another_type(both: BothWays) -> None:
    query = """query ($article: Boolean!) { contents { ... on Post { own: private n: likes } ... on Article {
      own: secret n: pages } }
      either(article: $article) { ... on Post { own: private } ... on Article { own: secret } } }"""

    one, other = await both.ask(query, {"article": True}, {"article": False})

    assert one["data"]["contents"] == [{"own": "post", "n": 1}, {"own": "article", "n": 2}]
    assert (one["data"]["either"], other["data"]["either"]) == ({"own": "article"}, {"own": "post"})


async def test_no_variable_is_kept_from_one_request_to_the_next(both: BothWays) -> None:
    query = """query ($n: Int! = 2, $show: Boolean!, $wanted: Wanted) { articles(count: $n) { id
      title @include(if: $show) }
      said(wanted: $wanted, times: $n) other: said(wanted: { text: "x", inner: $wanted }) @skip(if: $show) }"""

    answers = await both.ask(
        query,
        {"n": 1, "show": True, "wanted": {"text": None}},
        {"show": False},
        {"n": 0, "show": True, "wanted": None},
        {"n": 3, "show": False, "wanted": {"text": "y", "numbers": 7, "inner": {"text": "z"}}},
        {"n": 1, "show": True},
    )

    assert [len(answer["data"]["articles"]) for answer in answers] == [1, 2, 0, 3, 1]
    assert [("other" in answer["data"]) for answer in answers] == [False, True, False, True, False]
    assert len({answer["data"]["said"] for answer in answers}) == 5


async def test_variables_left_out_are_not_null(both: BothWays) -> None:
    query = "query ($wanted: Wanted, $text: String) { said(wanted: $wanted) other: said(wanted: { text: $text }) }"

    absent, null, given = await both.ask(query, {}, {"wanted": None, "text": None}, {"wanted": {}, "text": "t"})

    assert "default" in absent["data"]["other"]
    assert "text=None" in null["data"]["other"]
    assert "text='t'" in given["data"]["other"]


async def test_errors_with_equal_messages_are_all_told(both: BothWays) -> None:
    (answer,) = await both.ask("{ articles(count: 4) { id broken again: broken } }")

    assert len(answer["errors"]) == 8
    assert len({error["message"] for error in answer["errors"]}) == 1
    assert ["articles", 3, "again"] in _paths(answer)


async def test_typename_at_every_level(both: BothWays) -> None:
    query = """{ __typename kind: __typename contents { __typename ... on Content { kind: __typename } ... on Post {
      related { __typename ... on Article { a: __typename } } } } either(article: true) { __typename } }"""

    (answer,) = await both.ask(query)

    assert answer["data"]["kind"] == "Query"
    assert answer["data"]["contents"] == [
        {"__typename": "Post", "kind": "Post", "related": [{"__typename": "Article", "a": "Article"}, None]},
        {"__typename": "Article", "kind": "Article"},
    ]


async def test_nothing_but_typename_below_an_abstract_type(both: BothWays) -> None:
    query = "query ($a: Boolean!) { either(article: $a) { __typename } contents { ... on Post @skip(if: $a) { id } } }"

    one, other = await both.ask(query, {"a": True}, {"a": False})

    assert one["data"] == {"either": {"__typename": "Article"}, "contents": [{}, {}]}
    assert other["data"] == {"either": {"__typename": "Post"}, "contents": [{"id": "p1"}, {}]}


async def test_an_operation_of_which_everything_is_skipped_is_empty(both: BothWays) -> None:
    query = "query ($no: Boolean = true) { post @skip(if: $no) { id } ... @skip(if: $no) { level { depth } } }"

    skipped, shown = await both.ask(query, {}, {"no": False})

    assert skipped == {"data": {}}
    assert shown["data"] == {"post": {"id": "p1"}, "level": {"depth": 0}}


async def test_both_directives_on_one_field(both: BothWays) -> None:
    query = "query ($s: Boolean!, $i: Boolean!) { post { id title @skip(if: $s) @include(if: $i) } }"

    answers = await both.ask(query, *({"s": s, "i": i} for s in (True, False) for i in (True, False)))

    assert ["title" in answer["data"]["post"] for answer in answers] == [False, False, True, False]


async def test_a_field_that_is_asked_for_again_without_its_condition_is_there(both: BothWays) -> None:
    query = "query ($no: Boolean!) { post @include(if: $no) { id } post { title @skip(if: $no) likes } }"

    one, other = await both.ask(query, {"no": True}, {"no": False})

    assert one["data"]["post"] == {"id": "p1", "likes": 1}
    assert list(other["data"]["post"]) == ["title", "likes"]


async def test_hostile_names_of_the_answer(both: BothWays) -> None:
    names = ["__proto__", "self", "None", "__class__", "import", "constructor", "_0", "results", "x" * 128]
    query = "{ " + " ".join(f"{name}: post {{ {name}: title lambda: id }}" for name in names) + " }"

    (answer,) = await both.ask(query)

    assert list(answer["data"]) == names
    assert answer["data"]["import"] == {"import": "A post", "lambda": "p1"}
