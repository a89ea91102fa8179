"""Commands for an emulator that runs elsewhere: `trigger`, `listen` and `snapshot`."""
