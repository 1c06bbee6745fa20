"""MEMORY: the journal, the agenda, the directory. Knows workflow, never cards."""
