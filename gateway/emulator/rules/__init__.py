"""What Square does, one file per area. Rules are synchronous functions of a `Request`."""
