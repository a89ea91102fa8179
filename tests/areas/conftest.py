"""The gateway that subscriptions are tested through."""

from tests.following import live

__all__ = ["live"]
