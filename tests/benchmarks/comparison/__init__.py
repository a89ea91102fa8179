"""What `python -m tests.benchmarks.compare` and `growth` are made of: servers to measure, load, figures, a picture."""
