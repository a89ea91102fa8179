"""The embedded Square: a stateful server of its operations on SQLite.

It imports nothing else of the package, so that it stays a second opinion on what Square does.
Where Square documents a behaviour the rule follows it; where Square is silent the choice is
made once, in `errors.py`, and marked as a choice.
"""
