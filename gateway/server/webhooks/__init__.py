"""Where Square's notifications come in."""
