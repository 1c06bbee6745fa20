"""What the house says of itself while tests run."""

from __future__ import annotations

import structlog


def plain_log() -> None:
    """Log as structlog does by itself, but with plain tracebacks: drawing all values of a whole office takes
    seconds."""
    structlog.reset_defaults()
    *before, _ = structlog.get_config()["processors"]
    last = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, last])
