"""What must hold of a customer filter before it is worth a call. No I/O."""

from typing import Any

from gateway.graph.errors import BadInput
from gateway.graph.schema.attribute_numbers import number_problem


def check_filter(filter: dict[str, Any]) -> None:
    """Refuse what Square is known to refuse, with the path of the input. Takes the filter in wire form."""
    sources = (filter.get("creation_source") or {}).get("values") or []
    if "UNKNOWN" in sources:
        place = str(sources.index("UNKNOWN"))
        raise BadInput("UNKNOWN is no source to look for.", "filter", "creationSource", "values", place)
    if filter.get("creation_source") and not sources:
        raise BadInput("Give at least one source.", "filter", "creationSource", "values")
    for name, path in (("group_ids", "groupIds"), ("segment_ids", "segmentIds")):
        # Square takes an empty list for no condition, and would answer with everybody.
        if (filter.get(name) or {}).get("any") == []:
            raise BadInput("Give at least one id.", "filter", path, "any")
    _check_segments(filter.get("segment_ids") or {})
    for name, path in (("created_at", "createdAt"), ("updated_at", "updatedAt")):
        _check_range(filter.get(name), "filter", path)
    attributes = (filter.get("custom_attribute") or {}).get("filters")
    if attributes is not None:
        _check_attributes(attributes)


def is_empty(filter: Any) -> bool:
    """Whether a filter in wire form holds no condition at all, so that it matches everybody."""
    if isinstance(filter, dict | list):
        return all(is_empty(each) for each in (filter.values() if isinstance(filter, dict) else filter))
    return False


def _check_segments(segments: dict[str, list[str]]) -> None:
    if sum(len(ids) for ids in segments.values()) > 3:
        raise BadInput("At most three segment ids can be given in all.", "filter", "segmentIds")


def _check_range(span: dict[str, str] | None, *path: str) -> None:
    # Only moments in UTC are compared here; Square compares the others.
    start, end = (span or {}).get("start_at"), (span or {}).get("end_at")
    if start and end and start.endswith("Z") == end.endswith("Z") and start[:19] > end[:19] and start[19:] == end[19:]:
        raise BadInput("The end of a time range must not be before its start.", *path)


def _check_attributes(attributes: list[dict[str, Any]]) -> None:
    if len(attributes) > 10:
        raise BadInput("At most ten custom attributes can be filtered by.", "filter", "customAttributes")
    seen = set()
    for index, each in enumerate(attributes):
        path = ("filter", "customAttributes", str(index))
        if each["key"] in seen:
            raise BadInput("Each custom attribute can be filtered by only once.", *path, "key")
        seen.add(each["key"])
        if not each.get("filter") and not each.get("updated_at"):
            raise BadInput("Give `filter`, `updatedAt` or both.", *path)
        for kind, condition in (each.get("filter") or {}).items():
            if is_empty(condition):
                raise BadInput("Give at least one condition.", *path, "filter", kind)
        _check_range(each.get("updated_at"), *path, "updatedAt")
        _check_numbers((each.get("filter") or {}).get("number") or {}, *path, "filter", "number")


def _check_numbers(span: dict[str, str], *path: str) -> None:
    for name, field in (("start_at", "startAt"), ("end_at", "endAt")):
        problem = number_problem(span[name]) if name in span else None
        if problem is not None:
            raise BadInput(problem[1], *path, field)
