"""For the tests of programs that use the gateway: it and an emulator on free ports, and a fork for each test."""
