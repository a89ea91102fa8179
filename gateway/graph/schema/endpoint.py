"""Rows of Square's REST operations whose results are types of the graph. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from gateway.graph.schema.decode import Convert, converter
from gateway.square import endpoint

T = TypeVar("T")


@dataclass(frozen=True)
class Endpoint(endpoint.Endpoint[T]):
    """One REST operation of Square: see `gateway.square.endpoint`."""

    def reader(self, kind: Any) -> Convert:
        """What turns a JSON value into a Strawberry type. It raises `Undecodable`."""
        return converter(kind)
