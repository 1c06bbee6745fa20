"""The core: the permit law as tables and pure functions.

Nothing in this room does I/O, reads a clock or draws randomness; it imports the standard library only.
"""
