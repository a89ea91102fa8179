"""What subscriptions take beside other operations: what their fields follow, and the rounds in which it is read."""
