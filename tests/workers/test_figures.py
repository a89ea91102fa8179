"""The figures of several processes as those of one."""

from __future__ import annotations

from gateway.workers.figures import Family, combined, counts


def family(name: str, kind: str, across: str, *samples: tuple[str, str, float]) -> Family:
    return {
        "name": name,
        "help": name,
        "type": kind,
        "across": across,
        "samples": [(sample, [["label", label]], value) for sample, label, value in samples],
    }


def test_counts_add_up_and_levels_are_added_or_compared_as_they_say() -> None:
    one = [
        family("calls", "counter", "sum", ("calls_total", "a", 1.0)),
        family("open", "gauge", "sum", ("open", "a", 2.0)),
        family("failing", "gauge", "max", ("failing", "a", 0.0)),
        family("started", "gauge", "min", ("started", "a", 50.0)),
    ]
    other = [
        family("calls", "counter", "sum", ("calls_total", "a", 5.0), ("calls_total", "b", 7.0)),
        family("open", "gauge", "sum", ("open", "a", 3.0)),
        family("failing", "gauge", "max", ("failing", "a", 1.0)),
        family("started", "gauge", "min", ("started", "a", 40.0)),
    ]

    def values(report: list[Family]) -> dict[str, list[float]]:
        return {each["name"]: [value for _, _, value in each["samples"]] for each in report}

    assert values(combined([one, other])) == {"calls": [6, 7], "open": [5], "failing": [1], "started": [40]}
    # Of a process that is gone, what it had open is gone as well.
    assert values(combined([one, counts(other)])) == {"calls": [6, 7], "open": [2], "failing": [0], "started": [50]}
