"""YAML with an address for every value: what was written, on which line, and nothing guessed.

Every scalar stays the text that was typed: ``no`` is not False, ``22:30`` is not a number, ``0.2`` is not a float.
Types come from the models that read the result. Anchors, aliases and repeated keys are refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml's parser where it is there: the same nodes and lines, some ten times faster."""

Path_ = tuple[str | int, ...]
"""Where a value stands, e.g. ``("works", "hot", "gas", "limits", 0, "high")``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a policy file."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.message) if part)


class PolicyError(Exception):
    """The policies cannot be used as they are written; every problem found is listed with file, line and key."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.key)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file as read: its values, their lines, and the SHA-256 of its bytes."""

    name: str
    data: dict[str, Any]
    sha256: str
    lines: dict[Path_, int] = field(repr=False)
    parts: tuple[tuple[Path_, Source], ...] = field(default=(), repr=False)
    """Sections that stand in files of their own, by where they belong."""

    def problem(self, where: Path_, message: str) -> Problem:
        """A problem at a value, or at the nearest thing around it that was written."""
        for place, part in self.parts:
            if where[: len(place)] == place:
                return part.problem(where[len(place) :], message)
        known = where
        while known not in self.lines:
            known = known[:-1]
        return Problem(file=self.name, line=self.lines[known], key=spoken(where), message=message)


def spoken(where: Path_) -> str:
    """A place in the file for people: ``works.hot.gas.limits[0].high``."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(path: Path, root: Path) -> Source:
    """Read one policy file. Raise `PolicyError` when it is not there, not UTF-8, or not one plain YAML mapping."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    try:
        raw = path.read_bytes()
        node = yaml.compose(raw.decode("utf-8"), Loader=_LOADER)
    except OSError as error:
        raise PolicyError([Problem(file=name, line=1, key="", message=f"读不了这个文件：{error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise PolicyError([Problem(file=name, line=1, key="", message="不是 UTF-8 编码")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        problem = Problem(file=name, line=line, key="", message=f"YAML 写法不对：{error.problem or error.context}")
        raise PolicyError([problem]) from error
    if not isinstance(node, yaml.MappingNode):
        raise PolicyError([Problem(file=name, line=1, key="", message="应为“名称: 值”的列表")])
    reader = _Reader(name)
    data = reader.mapping(node, ())
    if reader.problems:
        raise PolicyError(reader.problems)
    return Source(name=name, data=data, sha256=hashlib.sha256(raw).hexdigest(), lines=reader.lines)


def joined(head: Source, section: str, parts: dict[str, Source]) -> Source:
    """A file and the parts of one of its sections, one file each, as one source.

    The hash is that of the lines ``<sha256>  <name>`` of all files in order, as ``sha256sum`` prints them. Raise
    `PolicyError` when a part says what the head says already.
    """
    inside = head.data.get(section) or {}
    twice = [name for name in parts if name in inside]
    if twice:
        raise PolicyError([parts[name].problem((), f"{head.name} 里已有 {section}.{name}") for name in twice])
    lines: dict[Path_, int] = {}
    for name, part in parts.items():
        lines |= {(section, name, *where): line for where, line in part.lines.items()}
    files = "".join(f"{each.sha256}  {each.name}\n" for each in (head, *parts.values()))
    return Source(
        name=head.name,
        data={**head.data, section: {**inside, **{name: part.data for name, part in parts.items()}}},
        sha256=hashlib.sha256(files.encode()).hexdigest(),
        lines={**head.lines, (section,): head.lines.get((section,), 1), **lines},
        parts=tuple(((section, name), part) for name, part in parts.items()),
    )


class _Reader:
    """Turns nodes into plain values and remembers where each stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path_, int] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, where: Path_) -> Any:
        if id(node) in self._seen:
            self._complain(node, where, "不支持锚点和引用(& *)，请写全")
            return ""
        self._seen.add(id(node))
        self.lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
        return node.value

    def mapping(self, node: yaml.MappingNode, where: Path_) -> dict[str, Any]:
        self.lines.setdefault(where, node.start_mark.line + 1)
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._complain(key, where, "名称应为文字")
                continue
            here = (*where, key.value)
            if key.value in found:
                self._complain(key, here, "这一项写了两次")
                continue
            self.lines[here] = key.start_mark.line + 1
            found[key.value] = self.value(value, here)
        return found

    def _complain(self, node: yaml.Node, where: Path_, message: str) -> None:
        line = node.start_mark.line + 1
        self.problems.append(Problem(file=self.name, line=line, key=spoken(where), message=message))
