"""TRANSLATION: arrivals become commands; the office is the only writer."""
