"""Whether a body is one that Square would answer with."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs

from tests.square_spec import load


class Answers:
    """Square's response bodies, taken strictly: no field that Square does not list, no null."""

    def __init__(self, document: dict[str, Any]) -> None:
        for schema in document["components"]["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False
        self._validators = {
            (method.upper(), tuple(path.split("/"))): jsonschema_rs.validator_for(
                {
                    "$schema": "http://json-schema.org/draft-04/schema#",
                    "allOf": [operation["responses"]["200"]["content"]["application/json"]["schema"]],
                    "components": document["components"],
                }
            )
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def check(self, method: str, path: str, body: Any) -> None:
        """Raise unless the body may answer this request."""
        segments = path.split("/")
        fitting = [
            template
            for wanted, template in self._validators
            if wanted == method
            and len(template) == len(segments)
            and all(part.startswith("{") or part == segment for part, segment in zip(template, segments, strict=True))
        ]
        if fitting:
            template = min(fitting, key=lambda each: sum(part.startswith("{") for part in each))
            self._validators[method, template].validate(body)


@cache
def answers() -> Answers:
    """What Square answers, read once."""
    return Answers(load())
