"""The one way in which a caller is not who it should be. Says nothing about why, as that would help to guess."""

from __future__ import annotations


class Unauthorized(Exception):
    """The request does not say who is calling, or not in a form that is accepted."""
