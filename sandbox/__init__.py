"""Twins: local stand-ins that speak the real protocols of the platforms. Only tests and the demo import this room."""
