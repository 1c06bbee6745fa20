"""Simultaneous operations: how places lie to each other, which works bite there, and when they would not."""
