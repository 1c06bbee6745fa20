"""From a YAML file to a checked model: every fault in Chinese, with file, line and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from storage.policy_yaml import PolicyError, Problem, Source, joined, read

M = TypeVar("M", bound=BaseModel)


def shaped(
    path: Path, root: Path, shape: type[M], problems: list[Problem], *, parts: str = ""
) -> tuple[M, Source] | None:
    """Read a file as a ``shape``. What is wrong with it is added to ``problems`` and the answer is None.

    ``parts`` names a section that may stand one entry to a file in a folder beside it: ``packs/<pack>/<work>.yaml``.
    """
    try:
        source = read(path, root)
        beside = sorted(path.with_suffix("").glob("*.yaml")) if parts else ()
        if beside:
            source = joined(source, parts, {part.stem: read(part, root) for part in beside})
    except PolicyError as error:
        problems.extend(error.problems)
        return None
    try:
        return shape.model_validate(source.data), source
    except ValidationError as error:
        problems.extend(problems_of(source, error))
        return None


def problems_of(source: Source, error: ValidationError) -> set[Problem]:
    """Everything a validation found, each at the value it is about."""
    return {_problem(source, dict(each)) for each in error.errors(include_url=False)}


def _problem(source: Source, error: dict[str, Any]) -> Problem:
    """A validation error in Chinese, at the value it is about. Names of union members in its location are left out."""
    where: tuple[str | int, ...] = ()
    for part in error["loc"]:
        if (*where, part) in source.lines:
            where = (*where, part)
    if error["type"] == "missing":
        where = (*where, error["loc"][-1])
    return source.problem(where, _message(error))


def _message(error: dict[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "缺少这一项"
        case "extra_forbidden":
            return "没有这一项，请检查拼写"
        case "literal_error" | "enum":
            return f"应为 {context['expected'].replace(' or ', ', ')} 之一"
        case "value_error":
            return str(context["error"])
        case "string_type":
            return "应为文字"
        case "string_too_short":
            return "不能为空"
        case "string_pattern_mismatch":
            return "条件写法不对；例如 fire_explosion+operating、night|holiday、!oxygen_rich、height_m>=30"
        case "list_type" | "tuple_type":
            return "应为列表"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "应为“名称: 值”"
        case _:
            return str(error["msg"])
