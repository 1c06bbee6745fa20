"""Who people are by their papers: name and number, for the one service that compares a face with them.

The numbers live in one file that the plant keeps beside its secrets, and nowhere else: no table, no journal, no log, no
page. The file is read when the service starts::

    {"p-wang": {"name": "王强", "id_number": "11010519491231002X"}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from workflow.ids import PersonId

_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


class BadIdentities(Exception):
    """The file with people's papers cannot be used; the message names the person's code, never a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One person's papers. Neither field is ever printed."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)


class Identities:
    """Everybody whose papers are known."""

    def __init__(self, known: Mapping[PersonId, Identity]) -> None:
        self._known = dict(known)

    def __len__(self) -> int:
        return len(self._known)

    def papers(self, person: PersonId) -> Identity | None:
        """A person's papers."""
        return self._known.get(person)

    def of(self, person: PersonId, name: str) -> Identity | None:
        """A person's papers; None where there are none, or where they are of somebody with another name."""
        found = self._known.get(person)
        return found if found is not None and found.name == name else None


def read_identities(path: Path) -> Identities:
    """Read the file. Raise `BadIdentities`."""
    try:
        raw = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])
    except OSError as trouble:
        raise BadIdentities(f"cannot read {path.name}: {trouble.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadIdentities(f"{path.name} is not of the shape {{code: {{name, id_number}}}}") from None
    known = {}
    for person, papers in raw.items():
        name, number = papers.get("name", ""), papers.get("id_number", "").upper()
        if not name or not valid(number):
            raise BadIdentities(f"{path.name}: name or number of {person} is missing or mistyped")
        known[PersonId(person)] = Identity(name=name, id_number=number)
    return Identities(known)


def read_openids(path: Path) -> Mapping[PersonId, str]:
    """Which WeChat account is whose: ``{"p-wang": "o…"}``; an account is one person's. Raise `BadIdentities`."""
    try:
        raw = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except OSError as trouble:
        raise BadIdentities(f"cannot read {path.name}: {trouble.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadIdentities(f"{path.name} is not of the shape {{code: openid}}") from None
    if len(set(raw.values())) != len(raw) or not all(raw.values()):
        raise BadIdentities(f"{path.name}: an openid is missing, or stands there twice")
    return {PersonId(person): openid for person, openid in raw.items()}


def valid(number: str) -> bool:
    """Whether a citizen's number is well formed (GB 11643: 17 digits and a check character)."""
    if not _NUMBER.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17] == _CHECK[total % 11]
