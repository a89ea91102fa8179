"""How notifications get to where the subscriptions say: signed, again when they fail, and wrongly when asked to."""
