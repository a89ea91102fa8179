"""The examples of a deployment, as far as they can be run or read here."""
