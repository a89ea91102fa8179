"""What is between the event log and its subscribers: rounds of reading, in which each object is read once."""
