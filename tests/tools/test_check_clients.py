"""`gateway check` on documents as clients write them: what libraries keep is taken out, what is wrong is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result

from tests.test_cli import run

RELAY = Path(__file__).parent.parent / "clients" / "relay"


def check(folder: Path, **files: str) -> Result:
    """What the command says of these files; `__` in a name stands for the dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return run("check", str(folder))


def operation(result: Result, name: str) -> str:
    """What is said of one operation."""
    [said] = re.findall(rf" {name}: (.*)", result.stdout)
    return str(said)


def test_relays_own_documents_are_valid_as_they_are() -> None:
    result = run("check", str(RELAY))

    assert (result.exit_code, result.stderr) == (0, "")
    assert operation(result, "CustomersQuery") == operation(result, "CustomersPaginationQuery") == "at most 12 calls"
    for line, name in ((5, "argumentDefinitions"), (6, "refetchable"), (7, "connection")):
        assert re.search(rf"Customers\.js:{line}:\d+.*  passed over: `@{name}`", result.stdout)


@pytest.mark.parametrize(
    "directive",
    [
        "@required(action: LOG)", "@catch(to: RESULT)", "@waterfall", "@connection(key: \"a_b\")",
        "@connection(key: \"a\", filter: [\"first\"])", "@nonreactive", "@_optional", "@_required",
        "@_relayPagination(mergeMode: \"before\")", "@populate", "@nonnull", "@paginate", "@list(name: \"All\")",
        "@optional(if: true)", "@cache(policy: CacheOnly)", "@loading",
    ],
)  # fmt: skip
def test_a_directive_on_a_field_that_stays_with_the_client_is_named_and_no_mistake(
    tmp_path: Path, directive: str
) -> None:
    text = f"query A {{ customers(first: 1) {directive} {{ nodes {{ id }} }} }}"
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 0, result.stderr
    assert f"a.graphql:1:{text.index('@') + 1}  passed over: " in result.stdout


OTHERS = [
    "query A @throwOnFieldError @preloadable @raw_response_type { customers(first: 1) { nodes { id } } }",
    """query A { customers(first: 1) { nodes {
      ...F @relay(mask: false) @alias(as: "f") @unmask(mode: "migrate") @dangerously_unaliased_fixme @_unmask
      ... @alias(as: "x") { id }
    } } }
    fragment F on Customer @inline @argumentDefinitions @_unmask @no_inline { id __id }""",
    "fragment F on Customer @assignable { __typename } query A { customers(first: 1) { nodes { id } } }",
    """mutation A($c: [ID!]!, $i: CreateCustomerInput!) { createCustomer(input: $i) {
      customer @appendNode(connections: $c, edgeTypeName: "E") @prependNode(connections: $c, edgeTypeName: "E") { id }
    } }""",
    """mutation A($c: [ID!]!) { deleteCustomer(id: "a") {
      userErrors @deleteRecord @deleteEdge(connections: $c) @appendEdge(connections: $c) { message }
    } }""",
]


@pytest.mark.parametrize("text", OTHERS)
def test_other_directives_of_libraries_are_no_mistake_nor_are_their_variables(tmp_path: Path, text: str) -> None:
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 0, result.stderr
    assert "1 valid operations, 0 problems" in result.stdout


@pytest.mark.parametrize(
    ("directive", "message"),
    [
        ("@defer", "'@defer' is not supported: an answer comes whole."),
        ("@stream(initialCount: 1)", "'@stream' is not supported: an answer comes whole."),
        ('@stream_connection(key: "k")', "Unknown directive '@stream_connection'."),
        ("@cached", "Unknown directive '@cached'."),
    ],
)
def test_a_directive_that_is_sent_and_not_known_is_a_mistake(tmp_path: Path, directive: str, message: str) -> None:
    text = f"query A {{ customers(first: 1) {{ nodes {{ ... {directive} {{ id }} }} }} }}"
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 1
    assert f"a.graphql:1:{text.index('@') + 1}  {message}" in result.stderr


ARGUED = """
query A($n: Int = 3) {
  few: customers(first: 1) { nodes { ...F @arguments(n: $n) } }
  many: customers(first: 200) { nodes { ...F @arguments(n: 2, withGroups: true) } }
}
fragment F on Customer @argumentDefinitions(
  n: { type: "Int!" }, withGroups: { type: "Boolean!", defaultValue: false }, unknown: { type: "String" }
) {
  groups @include(if: $withGroups) { name }
  loyaltyAccounts { rewards(first: $n, after: $unknown) { nodes { id } } }
}
"""


def test_a_fragment_has_the_arguments_it_is_spread_with(tmp_path: Path) -> None:
    inlined = """
    query B($n: Int = 3) {
      few: customers(first: 1) { nodes {
        groups @include(if: false) { name }
        loyaltyAccounts { rewards(first: $n) { nodes { id } } }
      } }
      many: customers(first: 200) { nodes {
        groups @include(if: true) { name }
        loyaltyAccounts { rewards(first: 2) { nodes { id } } }
      } }
    }
    """
    limit = {"GATEWAY_MAX_CALLS": "100000"}
    (tmp_path / "a.graphql").write_text(ARGUED)
    (tmp_path / "b.graphql").write_text(inlined)
    result = run("check", str(tmp_path), env=limit)

    assert result.exit_code == 0, result.stderr
    assert operation(result, "A") == operation(result, "B")


@pytest.mark.parametrize(
    ("right", "wrong", "pointer", "message"),
    [
        ("(n: $n)", "(m: $n)", "m: $n", "has no argument `m`"),
        (" @arguments(n: $n)", "", "...F }", "needs the argument `n`"),
        ("n: 2", 'n: "2"', '"2"', "Int cannot represent"),
        ("defaultValue: false", "defaultValue: 5", "5 }", "Boolean cannot represent"),
        ("$n: Int = 3", "$n: String!", "$n: String!", "expecting type 'Int"),
        ("groups @", "grups @", "grups @", "'grups'"),
        ("$withGroups)", "$withGroup)", "$withGroup)", "'$withGroup' is not defined"),
    ],
)
def test_what_is_wrong_with_arguments_is_found_where_it_is(
    tmp_path: Path, right: str, wrong: str, pointer: str, message: str
) -> None:
    text = ARGUED.replace(right, wrong)
    before = text[: text.index(pointer)]
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 1
    assert any(
        line.startswith(f"{tmp_path}/a.graphql:{place}  ") and message in line for line in result.stderr.splitlines()
    ), result.stderr


def test_a_fragment_that_spreads_itself_with_ever_more_arguments_ends(tmp_path: Path) -> None:
    fragment = 'fragment F on Customer @argumentDefinitions(a: {type: "[String]"}) { id ...F @arguments(a: [$a]) }'
    result = check(tmp_path, a__graphql="query A { customers(first: 1) { nodes { ...F } } }" + fragment)

    assert result.exit_code == 1


def test_houdini_defines_and_gives_arguments_by_other_names(tmp_path: Path) -> None:
    fragment = (
        'fragment F on Query @arguments(n: {type: "Int", default: 250}) { customers(first: $n) { nodes { id } } }'
    )
    text = f"query A {{ ...F }} query B {{ ...F @with(n: 1) }} query C {{ ...F @with(m: 1) }} {fragment}"
    result = check(tmp_path, a__graphql=text)

    assert operation(result, "A") == "at most 3 calls"
    assert operation(result, "B") == "at most 1 call"
    assert result.stderr == f"{tmp_path}/a.graphql:1:{text.index('m: 1') + 1}  Fragment `F` has no argument `m`.\n"


def test_variables_that_relay_provides_are_declared_by_it(tmp_path: Path) -> None:
    fragment = """fragment F on Customer @argumentDefinitions(p: {type: "Boolean!", provider: "../p.relayprovider"}) {
      groups @include(if: $p) { name } }"""
    result = check(tmp_path, a__graphql="query A { customers(first: 1) { nodes { ...F } } } " + fragment)

    assert result.exit_code == 0, result.stderr


APOLLO = """
query Cart($id: ID!, $currency: String!) {
  isLoggedIn @client
  cart @client(always: true) { ...Line total(currency: $currency) }
  customer(id: $id) { isSelected @client ...Local }
  weather @rest(type: "Weather", path: "/weather") { degrees }
}
fragment Line on CartLine { amount }
fragment Local on Customer { draft @client }
"""


def test_fields_that_apollo_answers_itself_are_named_and_not_checked(tmp_path: Path) -> None:
    result = check(tmp_path, a__graphql=APOLLO)

    assert (result.exit_code, result.stderr) == (0, "")
    assert operation(result, "Cart") == "at most 1 call"
    assert "a.graphql:3:3, 4:3, 5:23, 9:30  passed over: what has `@client` is answered by Apollo" in result.stdout
    assert "a.graphql:6:3  passed over: what has `@rest`" in result.stdout


def test_beside_them_mistakes_are_found(tmp_path: Path) -> None:
    result = check(tmp_path, a__graphql=APOLLO.replace("isSelected @client", "isSelected @client nam"))

    assert result.exit_code == 1
    assert f"{tmp_path}/a.graphql:5:42  Cannot query field 'nam'" in result.stderr


@pytest.mark.parametrize(
    "text",
    ["query A { here @client there @client { far } }", 'query A @updatable { customer(id: "a") { givenName } }'],
)
def test_an_operation_that_asks_the_gateway_for_nothing_is_valid_and_says_so(tmp_path: Path, text: str) -> None:
    result = check(tmp_path, a__graphql=text)

    assert result.exit_code == 0
    assert operation(result, "A") == "asks the gateway for nothing"


def test_a_variable_that_a_client_exports_may_be_used(tmp_path: Path) -> None:
    text = 'query A($id: ID!) { me @client { id @export(as: "id") } customer(id: $id) { givenName } }'

    assert check(tmp_path, a__graphql=text).exit_code == 0


def test_a_variable_that_nothing_uses_is_a_mistake_all_the_same(tmp_path: Path) -> None:
    result = check(tmp_path, a__graphql="query A($used: ID!, $not: ID!) { local(id: $used) @client __typename }")

    assert result.exit_code == 1
    assert "'$not' is never used" in result.stderr
    assert "$used" not in result.stderr


def test_a_field_of_both_schemas_is_the_gateways(tmp_path: Path) -> None:
    extension = "extend type Customer { givenName: Int } "
    text = extension + "query A { customers(first: 1) { nodes { givenName { first } } } }"

    assert "must not have a selection" in check(tmp_path, a__graphql=text).stderr


def test_fields_of_the_clients_own_schema_are_named_and_not_checked(tmp_path: Path) -> None:
    result = check(
        tmp_path,
        schema__graphql="extend type Customer { draft: String }\nextend type Query { online: Boolean }",
        new__ts="/** @RelayResolver Customer.fullName: String */",
        old__ts="/**\n * @RelayResolver\n * @fieldName initials\n * @onType Customer\n */",
        a__graphql="query A { online customers(first: 1) { nodes { draft fullName initials id } } }",
    )

    assert result.exit_code == 0, result.stderr
    for name in ("Query.online", "Customer.draft", "Customer.fullName", "Customer.initials"):
        assert f"passed over: `{name}` is a field of the client's own schema" in result.stdout
    assert "schema.graphql:1:1  passed over: definitions of types" in result.stdout
