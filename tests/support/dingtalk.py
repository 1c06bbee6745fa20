"""DingTalk's payloads as the platform writes them, sharing nothing with the product."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "dingtalk"

CORP = "ding0123456789abcdef"
ROBOT_TOPIC = "/v1.0/im/bot/messages/get"
CARD_TOPIC = "/v1.0/card/instances/callback"


def sample(kind: str, name: str) -> dict[str, Any]:
    """A payload: ``messages``, ``clicks`` or ``events``."""
    said: dict[str, Any] = json.loads((SAMPLES / kind / f"{name}.json").read_text(encoding="utf-8"))
    return said


def names(kind: str) -> list[str]:
    """Every sample of a kind."""
    return sorted(path.stem for path in (SAMPLES / kind).glob("*.json"))


def frame(topic: str, data: object, *, kind: str = "CALLBACK", **headers: str) -> str:
    """A frame of the stream: ``data`` is JSON inside a string."""
    head = {"topic": topic, "messageId": "212b9d7c_165f_19bfa1a500a_1461def", "time": "1690362102194", **headers}
    written = {"specVersion": "1.0", "type": kind, "headers": head, "data": json.dumps(data, ensure_ascii=False)}
    return json.dumps(written, ensure_ascii=False)


def message(name: str, **changed: object) -> str:
    """The frame of a robot message; a field changed to None is left out."""
    data = sample("messages", name) | changed
    return frame(ROBOT_TOPIC, {key: value for key, value in data.items() if value is not None})


def click(name: str, **changed: object) -> str:
    """The frame of a card click."""
    return frame(CARD_TOPIC, sample("clicks", name) | changed)


def event(name: str, **changed: str) -> str:
    """The frame of an event."""
    said = sample("events", name)
    headers = said["headers"] | changed
    return frame(headers.pop("topic"), said["data"], kind="EVENT", **headers)
