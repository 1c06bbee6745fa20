"""People's task lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Todo:
    """One task. ``executors`` are userids; ``done`` those who ticked it off."""

    id: str
    client_id: str
    corp_id: str
    source_id: str
    subject: str
    executors: list[str]
    detail: Json
    due: int | None
    priority: int
    dings: bool
    done: set[str] = field(default_factory=set)

    def view(self, userid: str) -> Json:
        """The task in somebody's list."""
        return {
            "id": self.id,
            "source_id": self.source_id,
            "subject": self.subject,
            "url": self.detail["appUrl"],
            "due": self.due,
            "priority": self.priority,
            "done": userid in self.done,
        }


class Todos:
    """All tasks."""

    def __init__(self) -> None:
        self.all: dict[str, Todo] = {}

    def of(self, corp_id: str, userid: str) -> list[Todo]:
        """Somebody's tasks, oldest first."""
        return [each for each in self.all.values() if each.corp_id == corp_id and userid in each.executors]
