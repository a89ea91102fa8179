"""What `extensions.cost.throttleStatus` says while nothing of a tenant is under way and Square has refused nothing."""

from __future__ import annotations

UNUSED = {"maximumAvailable": 8, "currentlyAvailable": 8, "pauseSeconds": 0}
