"""How long a test waits for what has to come."""

# Seconds. Nothing is wrong with what takes long while a machine has much else to do: it fails only what never comes.
# What must not wait for something is held against that which lasts longer still, or never ends.
PATIENCE = 120.0
# Longer than any test waits: what ends earlier was not waiting for it.
LONG = 300.0
