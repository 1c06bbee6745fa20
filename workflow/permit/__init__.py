"""The special-work permit: its tables, gates and pure decisions.

Read `transitions` first; then `decide`.
"""
