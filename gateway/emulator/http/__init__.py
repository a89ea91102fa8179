"""Square's HTTP server: routing, parameters, answers, and the emulator's own switches. Holds no rules."""
