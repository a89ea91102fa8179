"""The switches of the emulator and what it remembers, which no client of Square uses."""
