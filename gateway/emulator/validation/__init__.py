"""What Square accepts as a value, whichever operation it is sent to."""
