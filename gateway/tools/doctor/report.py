"""How results are shown: a table on a terminal, one line each elsewhere, or JSON for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import orjson

from gateway import __version__
from gateway.tools.doctor.check import Result, State

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "bold red", "not checked": "dim"}
_ORDER: tuple[State, ...] = ("problem", "warning", "ok", "not checked")


def healthy(results: Sequence[Result]) -> bool:
    """Whether there is no problem."""
    return all(each.finding.state != "problem" for each in results)


def as_json(results: Sequence[Result]) -> str:
    """An object with `healthy` and the `checks`, each with name, state, found and next."""
    checks = [
        {"name": each.name, "state": each.finding.state, "found": each.finding.found, "next": each.finding.next}
        for each in results
    ]
    whole = {"version": __version__, "healthy": healthy(results), "checks": checks}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode()


def lines(results: Sequence[Result]) -> str:
    """One line for each check."""
    told = []
    for each in results:
        line = f"{each.finding.state:<11}  {each.name}: {each.finding.found}"
        told.append(f"{line} -> {each.finding.next}" if each.finding.next else line)
    return "\n".join([*told, summary(results)])


def show(results: Sequence[Result]) -> None:
    """A table for people, the lines when nobody looks."""
    from rich.console import Console  # noqa: PLC0415 - other commands need no tables
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    # What was found is text, and no markup.
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.print(lines(results), soft_wrap=True)
        return
    table = Table("", "Check", "Found", "What to do next")
    for each in results:
        state = each.finding.state
        colour = _COLOURS[state]
        table.add_row(Text(state, style=colour), each.name, each.finding.found, each.finding.next)
    console.print(table)
    console.print(summary(results))


def summary(results: Sequence[Result]) -> str:
    """How many there are of each state."""
    count = Counter(each.finding.state for each in results)
    return ", ".join(f"{count[state]} {state}" for state in _ORDER)
