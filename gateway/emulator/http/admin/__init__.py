"""The emulator's own paths under `/_emulator`, which no client of Square uses: switches for tests."""
