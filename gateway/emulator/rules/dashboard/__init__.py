"""What a seller does in Square's Dashboard or point of sale, for which the operations have no endpoint.

Rules like the others, of a `Request` whose application is Square itself. What Square answers here is nowhere
documented, so the forms are the emulator's own, made of Square's objects.
"""
