"""Commands for people who try notifications on an emulator that runs elsewhere: `trigger` and `listen`."""
