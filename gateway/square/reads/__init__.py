"""How reads are answered without a request of their own: joined, remembered, and decoded in turns."""
