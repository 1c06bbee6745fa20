"""TWINS of the platforms and devices. Nothing in production imports this room."""
