"""The picture of the permit's life, drawn from the tables of the law, so that picture and code cannot part."""

from __future__ import annotations

from workflow.permit.state import Status
from workflow.permit.transitions import FOLLOWS, LISTENS, MOVES
from workflow.permit.words import STATUS

_HEAD = """# The life of a permit

Drawn from `workflow/permit/transitions.py`; `tests/workflow/test_diagram.py` holds the two together. To draw it anew:

    python -c "from workflow.permit.diagram import page; print(page(), end='')" > docs/state-diagram.md

An arrow is an event that moves the permit. A label *(by itself)* names what must hold for the event to follow without
being asked for; whatever leads towards work follows only from a named person's signature.
"""


def mermaid() -> str:
    """The states and moves as Mermaid text."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.DRAFT}"]
    lines += [f"    {status}: {status} {STATUS[status]}" for status in Status]
    for (start, event), goal in MOVES.items():
        lines += [f"    {start} --> {goal}: {event.__name__}{_because(start, event.__name__)}"]
    moved_from = {start for start, _ in MOVES}
    lines += [f"    {status} --> [*]" for status in Status if status not in moved_from]
    return "\n".join(lines)


def _because(start: Status, event: str) -> str:
    reasons = [follow.because for follow in FOLLOWS[start] if follow.event.__name__ == event]
    return f" (by itself - {' / '.join(reasons)})" if reasons else ""


def heard() -> str:
    """Which status hears which command, as a table."""
    rows = ["| status | hears |", "|---|---|"]
    for status in Status:
        names = ", ".join(sorted(command.__name__ for command in LISTENS[status])) or "nothing"
        rows.append(f"| {status} {STATUS[status]} | {names} |")
    return "\n".join(rows)


def page() -> str:
    """The whole page ``docs/state-diagram.md``."""
    return f"{_HEAD}\n```mermaid\n{mermaid()}\n```\n\n## Who hears what\n\n{heard()}\n"
