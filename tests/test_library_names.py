"""What libraries promise to nobody is used in few places, listed, and looked for before the gateway starts."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import gateway
from gateway.library_names import LIBRARIES, Library, Name, UnsupportedLibrary, check_libraries

ROOT = Path(__file__).parent.parent
LIBRARY_PACKAGES = ("aiohttp", "graphql", "strawberry")
NAMES = [(library, name) for library in LIBRARIES for name in library.names]


def without(path: str) -> Callable[[str], object]:
    """Libraries that lack one of the names."""

    def find(asked: str) -> object:
        if asked == path:
            raise AttributeError(asked)
        return pkgutil.resolve_name(asked)

    return find


def otherwise(path: str, found: object) -> Callable[[str], object]:
    """Libraries in which one of the names is something else."""
    return lambda asked: found if asked == path else pkgutil.resolve_name(asked)


def test_the_installed_libraries_have_all_of_it() -> None:
    check_libraries()


@pytest.mark.parametrize(("library", "name"), NAMES, ids=[name.text for _, name in NAMES])
def test_what_is_missing_is_named_with_the_versions(library: Library, name: Name) -> None:
    with pytest.raises(UnsupportedLibrary) as refused:
        check_libraries(without(name.path), lambda distribution: "9.9.9")

    message = str(refused.value)
    assert f"{library.distribution} 9.9.9 does not have " in message
    assert name.text in message
    assert f"{library.lowest} to {library.highest}" in message
    assert "\n" not in message


@pytest.mark.parametrize(("library", "name"), NAMES, ids=[name.text for _, name in NAMES])
def test_what_has_another_shape_is_missing(library: Library, name: Name) -> None:
    if name.parameters is None and name.mentions is None:
        assert name.is_there(otherwise(name.path, SimpleNamespace()))
        return

    def another(self: object, another_parameter: object) -> None: ...

    with pytest.raises(UnsupportedLibrary, match=re.escape(name.text)):
        check_libraries(otherwise(name.path, another))


# What Python documents in spite of its name.
DOCUMENTED = frozenset({"os._exit"})


def private_names() -> dict[str, set[str]]:
    """The listed names with an underscore, each with the files that it is used in."""
    found: dict[str, set[str]] = {}
    for _, name in NAMES:
        last = name.mentions or name.path.rpartition(".")[2]
        if last.startswith("_"):
            found.setdefault(last, set()).update((name.used_in,) if isinstance(name.used_in, str) else name.used_in)
    return found


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.glob("gateway/**/*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def stored_names(tree: ast.AST) -> set[str]:
    """The private names that objects of this code give to what is theirs."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and is_private(node.attr)
    }


def test_private_names_of_libraries_are_used_only_where_the_list_says() -> None:
    listed = private_names()
    trees = dict(modules())
    ours = {
        node.attr
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    } | {node.name for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    used: dict[str, set[str]] = {name: set() for name in listed}
    strangers = []
    for file, tree in trees.items():
        own = stored_names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARY_PACKAGES:
                strangers += [(file, each.name) for each in node.names if is_private(each.name)]
            if not isinstance(node, ast.Attribute) or not is_private(node.attr) or ast.unparse(node) in DOCUMENTED:
                continue
            if node.attr in own and file not in listed.get(node.attr, ()) and ast.unparse(node.value) == "self":
                continue
            if node.attr in listed:
                used[node.attr].add(file)
            elif node.attr not in ours:
                strangers.append((file, node.attr))

    assert not strangers
    assert used == listed


def subclasses() -> Iterator[type]:
    """The package's classes that extend one of a library's."""
    for module in pkgutil.walk_packages(gateway.__path__, "gateway."):
        if module.name.endswith("__main__"):
            continue
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if found.__module__ == module.name and any(
                base.__module__.split(".")[0] in LIBRARY_PACKAGES for base in found.__mro__[1:]
            ):
                yield found


def test_no_class_gives_a_name_of_its_own_to_what_its_library_has_already() -> None:
    """A connection that called something `_paused` would never write again: aiohttp has that name too."""
    listed = set(private_names())
    clashes = []
    for kind in subclasses():
        own = stored_names(ast.parse(inspect.getsource(kind)))
        theirs = {
            name
            for base in kind.__mro__[1:]
            if base.__module__.split(".")[0] in LIBRARY_PACKAGES
            for name in (*vars(base), *_set_by(base))
        }
        clashes += [(kind.__name__, name) for name in (own & theirs) - listed]

    assert not clashes


def _set_by(base: type) -> tuple[str, ...]:
    code = getattr(base.__init__, "__code__", None)
    return () if code is None else code.co_names


def test_only_tested_versions_can_be_installed() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]

    for library in LIBRARIES:
        *rest, patch = library.highest.split(".")
        beyond = ".".join([*rest, str(int(patch) + 1)])
        assert f"{library.distribution}>={library.lowest},<{beyond}" in wanted
