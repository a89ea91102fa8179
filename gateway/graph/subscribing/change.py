"""What all changes have in common that subscriptions tell of. No I/O."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from gateway.events.family import Change
from gateway.graph.schema.scalars import DateTime


@strawberry.enum(description="What happened to an object.")
class ChangeKind(Enum):
    """What happened to an object, as the graph shows it."""

    CREATED = strawberry.enum_value("CREATED", description="It is new.")
    UPDATED = strawberry.enum_value("UPDATED", description="Something about it changed.")
    DELETED = strawberry.enum_value("DELETED", description="It is gone. The object itself is null.")


@strawberry.type(description="What every change tells.")
class ChangeFields:
    """What the types of changes have in common. Not in the graph."""

    kind: ChangeKind = strawberry.field(description="What happened.")
    occurred_at: DateTime = strawberry.field(
        description="When Square told of it. Of changes that follow each other quickly, the last one's."
    )
    position: str = strawberry.field(
        description="Where this change stands among all that the caller may learn of: pass it as `after` to go on from "
        "here, with whatever token of the same seller and application. It means nothing else."
    )


def told(change: Change, position: str) -> dict[str, Any]:
    """The values of `ChangeFields` for a change."""
    return {"kind": ChangeKind[change.kind.name], "occurred_at": change.event.created_at, "position": position}
