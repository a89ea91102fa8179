"""How the command `gateway` reads its words, whatever command they name."""
