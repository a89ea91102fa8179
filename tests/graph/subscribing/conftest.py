"""The gateway that subscriptions are tested through."""

from tests.following import live, told_once

__all__ = ["live", "told_once"]
