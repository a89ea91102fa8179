"""Answers that last: event streams, multipart answers, WebSockets."""
