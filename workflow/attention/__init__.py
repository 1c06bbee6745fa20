"""How attentively somebody approves: a measure that advises and never refuses."""

from __future__ import annotations
