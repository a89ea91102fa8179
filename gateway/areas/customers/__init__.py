"""Customer profiles: what the Customers API reads and writes."""
