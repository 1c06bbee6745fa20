"""EDGE and wiring: settings, clock, platform adapters, relay, timer loop, command line."""
