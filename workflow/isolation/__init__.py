"""Isolations: every blind, lock and tag that keeps energy away from people, with a life of its own."""

from __future__ import annotations
