"""The gateway as several processes on one port: the parent, its workers, and the one embedded Square of all of them."""
