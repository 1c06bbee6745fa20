"""Typed rules: grades, validity, chains, gas limits and units, calendars. Values come from ``policies/``."""
