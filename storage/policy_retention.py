"""``retention.yaml`` and the plant's ``retention``: what is kept how long, or every fault with file, line and key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from storage.policy_fields import Mark, Positive, Text
from storage.policy_models_work import Model
from storage.policy_shape import problems_of, shaped
from storage.policy_yaml import PolicyError, Problem, Source, read
from workflow.privacy.retention import Line, Retention, Thing

ALWAYS = "always"
FILE = "retention.yaml"
_POSITIVE: TypeAdapter[timedelta] = TypeAdapter(Positive)


def _keep(text: object) -> timedelta | None:
    if text == ALWAYS:
        return None
    try:
        return _POSITIVE.validate_python(text)
    except ValidationError:
        raise ValueError("应为时长（例如 365 d、24 h）或 always") from None


Keep = Annotated[timedelta | None, BeforeValidator(_keep)]


class Kept(Model):
    """One line of the table."""

    label: Text
    keep: Keep
    least: Positive
    most: Positive | None = None
    clause: Text
    mark: Mark


class Table(Model):
    """``retention.yaml``."""

    kept: dict[Thing, Kept]


class _Own(Model):
    retention: dict[Thing, Keep] = Field(default={})


def load_retention(directory: Path, *, plant: Path | str) -> Retention:
    """The table with the plant's own periods in it. Raise `PolicyError` with all problems found."""
    problems: list[Problem] = []
    table = shaped(directory / FILE, directory, Table, problems)
    if table is None:
        raise PolicyError(problems)
    lines = _lines(*table, problems)
    own, source = _of_plant(directory / plant, directory, problems)
    for thing, keep in own.items():
        if thing in lines and (why := lines[thing].refuses(keep)):
            problems.append(source.problem(("retention", thing.value), why))
        elif thing in lines:
            lines[thing] = replace(lines[thing], keep=keep)
    if problems:
        raise PolicyError(problems)
    return Retention(lines)


def _lines(table: Table, source: Source, problems: list[Problem]) -> dict[Thing, Line]:
    lines: dict[Thing, Line] = {}
    for thing in Thing:
        kept = table.kept.get(thing)
        if kept is None:
            problems.append(source.problem(("kept", thing.value), "缺少这一项"))
            continue
        line = Line(
            thing=thing, label=kept.label, keep=kept.keep, least=kept.least, most=kept.most, clause=kept.clause,
            mark=kept.mark,
        )  # fmt: skip
        if why := line.refuses(kept.keep):
            problems.append(source.problem(("kept", thing.value, "keep"), why))
        lines[thing] = line
    return lines


def _of_plant(path: Path, root: Path, problems: list[Problem]) -> tuple[dict[Thing, timedelta | None], Source]:
    """The plant's ``retention``; the rest of the file is somebody else's. Raise `PolicyError` when it is unreadable."""
    source = read(path, root)
    try:
        return _Own.model_validate({"retention": source.data.get("retention") or {}}).retention, source
    except ValidationError as error:
        problems.extend(problems_of(source, error))
        return {}, source
