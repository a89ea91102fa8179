"""Where events are kept: each module is an `EventLog`, and `choice` knows which one the settings name."""
