"""Documents made to wear out a server that reads them, each small enough to be sent in one packet or a few."""

from __future__ import annotations


def on_customer(selection: str) -> str:
    return f'{{ customer(id: "a") {{ {selection} }} }}'


def nested(levels: int, times: int, leaves: str) -> str:
    """Fragments that each contain the next one so many times, below fields of the same name."""
    inner = " ".join("loyaltyAccounts { customer { ...F{} } }" for _ in range(times))
    fragments = [f"fragment F{n} on Customer {{ {inner.replace('{}', str(n + 1))} }}" for n in range(levels)]
    return " ".join([on_customer("...F0"), *fragments, f"fragment F{levels} on Customer {{ {leaves} }}"])


def spread(count: int, selection: str) -> str:
    """So many fragments with the same selection, side by side."""
    fragments = [f"fragment F{n} on Customer {{ {selection} }}" for n in range(count)]
    return " ".join([on_customer(" ".join(f"...F{n}" for n in range(count))), *fragments])


def doubling(count: int, selection: str = "") -> str:
    """Fragments that each contain the next one twice, with nothing between them."""
    fragments = [f"fragment F{n} on Customer {{ {selection} ...F{n + 1} ...F{n + 1} }}" for n in range(count)]
    return " ".join([on_customer("...F0"), *fragments, f"fragment F{count} on Customer {{ id }}"])


# Within the limits of size, and valid: only the work they make gives them away.
REPETITIVE: dict[str, str] = {
    "one field 900 times": on_customer("id " * 900),
    "one object 230 times": on_customer("groups { id } " * 230),
    "90 equal fragments": spread(90, "id note"),
    "60 equal fragments of objects": spread(60, "groups { id } segments { id }"),
    "250 fields in 16 places": nested(1, 16, "id " * 250),
}

TOO_LARGE: dict[str, str] = {
    "a fragment bomb": doubling(30),
    "a fragment bomb of 700 bytes": doubling(14),
    "a bomb of aliases": doubling(12, "a: id"),
    "fragments that all contain all behind them": " ".join(
        [
            on_customer("...F0"),
            *(
                f"fragment F{n} on Customer {{ id {' '.join(f'...F{m}' for m in range(n + 1, 28))} }}"
                for n in range(28)
            ),
        ]
    ),
    "objects doubled on every level": nested(12, 2, "id"),
    "objects tripled on every level": nested(12, 3, "id"),
    "31 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }",
    "31 fields at the root": "{ " + "__typename " * 31 + "}",
    "51 directives": "{ " + "__typename @skip(if: false) " * 51 + "}",
    "450 directives on a field": "{ __typename " + "@x " * 450 + "}",
    "11 levels": "{ customers { nodes" + " { loyaltyAccounts { customer" * 5 + " { id }" + " } }" * 5 + " } }",
    "introspection in a wide circle": "{ __schema { types {" + " fields { type {" * 3 + " name" + " } }" * 3 + " } } }",
    "31 aliases in 140 operations": "".join(f"query Q{n} {{ ...A }} " for n in range(140))
    + "fragment A on Query { "
    + " ".join(f"a{n}: __typename" for n in range(31))
    + " }",
    "10,000 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(10_000)) + " }",
    "selections nested 50,000 deep": "{a" * 50_000,
    "lists nested 50,000 deep": "{ customersById(ids: " + "[" * 50_000,
    "types nested 50,000 deep": "query ($a: " + "[" * 50_000,
}

# Refused by the parser or by validation.
WRONG: dict[str, str] = {
    "800 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(800)) + " }",
    "selections nested 300 deep": "{a" * 300,
    "lists nested 300 deep": "{ customersById(ids: " + "[" * 300,
    "types nested 300 deep": "query ($a: " + "[" * 300 + "Int" + "]" * 300 + ") { __typename }",
    "lists nested 150 deep": "{ customersById(ids: " + "[" * 150 + "]" * 150 + ") { id } }",
    "900 unknown fields": on_customer(" ".join(f"x{n}" for n in range(900))),
    "450 unknown fragments": "{ " + " ".join(f"...X{n}" for n in range(450)) + " }",
    "140 unused fragments": "{ __typename } "
    + "".join(f"fragment F{n} on Query {{ __typename }} " for n in range(140)),
    "190 unused variables": "query (" + " ".join(f"$v{n}: Int" for n in range(190)) + ") { __typename }",
    "300 unknown arguments": "{ customer(" + " ".join(f"x{n}: 1" for n in range(300)) + ") { id } }",
    "300 unknown input fields": "{ customers(filter: {"
    + " ".join(f"x{n}: 1" for n in range(300))
    + "}) { nodes { id } } }",
    "unknown directives": "{ " + "__typename @x " * 20 + "}",
    "fragments in a circle": on_customer("...A") + " fragment A on Customer { ...B } fragment B on Customer { ...A }",
    "a fragment that contains itself": on_customer("...A") + " fragment A on Customer { id ...A }",
    "introspection in a circle": '{ __type(name: "A") { fields { type { fields { type { fields { name } } } } } } }',
    "30 calls of one name": "{ " + " ".join(f'a: customer(id: "{n}") {{ id }}' for n in range(30)) + " }",
    "a name of 14,000 letters": "{ " + "a" * 14_000 + " }",
    "deferring that is not offered": on_customer("... @defer { id }"),
    "streaming that is not offered": "{ customers { nodes @stream { id } } }",
}

# Large, and valid: they run.
LARGE: dict[str, str] = {
    "the same call 30 times": "{ " + 'customer(id: "a") { id } ' * 30 + "}",
    "objects doubled on four levels": nested(4, 2, "id"),
    "20 fields in 15 places on two levels": nested(2, 15, "id " * 20),
    "inline fragments nested 150 deep": "{" + "...{" * 150 + "__typename" + "}" * 150 + "}",
    "190 operations": "".join(f"query Q{n} {{ __typename }} " for n in range(190)),
    "900 ids": "{ customersById(ids: [" + ",".join(['"a"'] * 900) + "]) { id } }",
    "a string of 14,000 letters": '{ customer(id: "' + "a" * 14_000 + '") { id } }',
    "a block string of 7,000 lines": '{ customer(id: """' + "\n " * 7000 + '""") { id } }',
}
