"""Cameras: one picture when it is asked for, or why there is none."""
