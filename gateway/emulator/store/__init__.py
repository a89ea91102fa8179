"""The state of a running emulator: SQLite, the calls recorded, the faults switched on."""
