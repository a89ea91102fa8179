"""The environment of a program that a test starts."""

from __future__ import annotations

import os


def without_settings() -> dict[str, str]:
    """What is set where tests run, but for the settings of a gateway: a test gives its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "SQUARE_"))}
