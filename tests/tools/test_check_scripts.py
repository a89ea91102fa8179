"""`gateway check` on scripts and components: documents are found where they are, and what is passed over is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import run

WRONG = "query A { customers(first: 1) { nodes { id wrong } } }"
RIGHT = "query A { customers(first: 1) { nodes { id } } }"
COMPONENT = "<p>It doesn't `matter` {{ here }}</p>\n<script>\nconst a = gql`\n  %s\n`\n</script>\n"
PLACES = {
    "a.vue": COMPONENT,
    "b.vue": '<template>\n  <ApolloQuery :query="gql => gql`%s`" />\n</template>',
    "c.vue": "<page-query>\n%s\n</page-query>",
    "a.svelte": COMPONENT,
    "a.astro": "---\nconst a = gql`%s`\n---\n<p>Hello</p>",
    "a.ts": "const a = gql`%s`",
    "b.ts": "const a = graphql(`%s`)",
    "c.ts": "const a = gql(/* GraphQL */ `%s`)",
    "d.ts": "const a = graphql<Result, Variables>(`\n%s`)",
    "m.ts": "const a = gql<Result<Names>, { n: number }>`%s`",
    "n.ts": "const a = graphql(/* the names */ `%s`)",
    "e.ts": "const a = /*GraphQL*/`%s`",
    "f.ts": "const a = `#graphql\n  %s`",
    "g.ts": 'const a = gql("%s")',
    "h.ts": "const a = graphql('%s');",
    "k.ts": r"""const a = gql("fragment F on Query { customer(id: \"a\") { id } } %s");""",
    "l.ts": r"""const a = gql`%s \n fragment F on Query { customer(id: "\\u0041") { id } }`""",
    "i.ts": 'const glob = "src/**/*.ts"; const link = "https://shop.example/"; const a = gql`%s`',
    "j.ts": "const a = gql`\n  # A \\`name\\` in a comment\r\n  %s`",
    "a.tsx": "<p>It's</p>; const a = graphql`%s`",
    "a.js": "const a = gql`%s\n${fragment}`",
    "b.js": "const a = gql`${wrap({ a: `${'}`'}` })}\n%s`",
    "a.jsx": "const a = gql`%s`",
    "a.mjs": "const a = gql`%s`",
    "a.cjs": "module.exports = gql`%s`",
    "a.mts": "const a = gql`%s`",
    "a.cts": "const a = gql`%s`",
    "a.graphql": '#import "./b.graphql"\n%s',
    "a.gql": "\ufeff%s",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_mistake_is_found_at_its_line_and_column(tmp_path: Path, name: str) -> None:
    text = PLACES[name] % WRONG
    (tmp_path / name).write_text(text, newline="")
    before = text[: text.index("wrong")]

    result = run("check", str(tmp_path))

    assert result.exit_code == 1
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    assert result.stderr.startswith(f"{tmp_path}/{name}:{place}  Cannot query field 'wrong'"), result.output


@pytest.mark.parametrize("name", PLACES)
def test_where_nothing_is_wrong_nothing_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PLACES[name] % RIGHT, newline="")

    result = run("check", str(tmp_path))

    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 files, 1 valid operations, 0 problems\n" in result.stdout


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("// const a = gql`query A { x }`", "1:18", "commented out"),
        ("  /*\n const a = gql`query A { x }`\n*/", "2:16", "commented out"),
        ("/**\n * @example gql`query A { x }`\n */", "2:17", "commented out"),
        ("const a = gql`query A { customers(first: ${N}) { nodes { id } } }`", "1:15", "`${N}` is inserted"),
        ("const a = gql`query A { customers { nodes { ...${F.name} } } }`", "1:15", "`${F.name}` is inserted"),
        ("const a = gql`query A { ${alias}: customers { nodes { id } } }`", "1:15", "`${alias}` is inserted"),
        ("const a = gql`query A { x${rest} { id } }`", "1:15", "`${rest}` is inserted"),
        ("const a = gql(text)", "1:15", "what `text` holds"),
        ('const a = gql("query A {" + fields + "}")', "1:16", "more is added to it"),
        ("// it takes gql (and graphql): gql('query A { x }')", "1:37", "commented out"),
        ("const a = gql`{ a { ... on ${T} { id } } }`", "1:15", "`${T}` is inserted"),
        ("const a = `query A { x }`", "1:12", "nothing before it says"),
        ("post('mutation($a: ID!) { x(a: $a) }')", "1:7", "nothing before it says"),
        ("const a = parse(`\n  fragment A on Customer { x }`)", "1:18", "nothing before it says"),
        ("const a = graphql.experimental`query A { x }`", "1:32", "nothing before it says"),
    ],
)
def test_what_cannot_be_checked_is_passed_over_by_name(tmp_path: Path, text: str, place: str, why: str) -> None:
    (tmp_path / "a.ts").write_text(f"{text}\n")
    (tmp_path / "b.ts").write_text(f"const b = gql`{RIGHT.replace('query A', 'query B')}`")

    result = run("check", str(tmp_path))

    assert (result.exit_code, result.stderr) == (0, "")
    [line] = [each for each in result.stdout.splitlines() if "passed over" in each and each.startswith(str(tmp_path))]
    assert line.startswith(f"{tmp_path}/a.ts:{place}  passed over: ")
    assert why in line


def test_prose_is_no_document(tmp_path: Path) -> None:
    prose = """
    console.log(`query failed for ${id}`, "mutation (optional)", 'fragment of it', `query: ${text}`)
    // it sends `query A { x }`
    """
    (tmp_path / "a.ts").write_text(f"{prose}\nconst a = gql`{RIGHT}`")

    result = run("check", str(tmp_path))

    assert result.exit_code == 0
    assert "passed over" not in result.stdout


@pytest.mark.parametrize("inserted", ["${FIELDS}", "id ${FIELDS}", "id\n${FIELDS}\n", "${FIELDS} ${MORE}"])
def test_around_fields_that_are_inserted_mistakes_are_found(tmp_path: Path, inserted: str) -> None:
    text = f"query A {{ customers(first: 1) {{ nodes {{ {inserted} }} }} }}"
    (tmp_path / "a.ts").write_text(f"const a = gql`{text}`")
    right = run("check", str(tmp_path))
    mistaken = f"const a = gql`{text.replace('nodes', 'wrong nodes')}`"
    (tmp_path / "a.ts").write_text(mistaken)
    wrong = run("check", str(tmp_path))

    assert (right.exit_code, wrong.exit_code) == (0, 1)
    assert "passed over: `${FIELDS}` is inserted: it is not checked, nor what it costs" in right.stdout
    assert wrong.stderr.startswith(f"{tmp_path}/a.ts:1:{mistaken.index('wrong') + 1}  Cannot query field 'wrong'")


def test_folders_and_files_that_are_not_read_are_named(tmp_path: Path) -> None:
    for folder in ("node_modules", "src/__generated__"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.graphql").write_text(WRONG)
    (tmp_path / "picture.ts").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "a.graphql").write_text(RIGHT)

    result = run("check", str(tmp_path))

    assert (result.exit_code, result.stderr) == (0, "")
    for place in ("node_modules", "src/__generated__", "picture.ts:1:1"):
        assert f"{tmp_path}/{place}  passed over: " in result.stdout


def test_a_file_that_is_named_and_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.ts").write_bytes(b"\xff\xfe\x00")

    assert run("check", str(tmp_path / "picture.ts")).exit_code == 2


def test_where_everything_was_passed_over_nothing_is_called_right(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("const a = gql`query A { customers(first: ${N}) { nodes { id } } }`")

    result = run("check", str(tmp_path))

    assert result.exit_code == 2
    assert "no operation" in result.stderr
    assert "passed over" in result.stdout
