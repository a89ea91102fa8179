"""The emulator's state: SQLite, identifiers, time, and who may see what."""
