"""Load a policies directory into a `RuleBook`, or say in one message everything that is wrong with it.

::

    policies/
      packs/*.yaml          one instrument each: clause, source, mark, dates
      calendar/*.yaml       one year each: holidays with 调休
      gases.yaml            conversion figures and occupational limits
      vocabulary.yaml       roles, methods, facts and their questions
      plant.example.yaml    one plant's settings; tightens, never loosens
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from storage import policy_build as build
from storage import policy_models as m
from storage.policy_checks import Files, look
from storage.policy_yaml import PolicyError, Problem, Source, read
from workflow.rules.book import RuleBook

__all__ = ["PolicyError", "Problem", "load"]

M = TypeVar("M", bound=BaseModel)


def load(directory: Path, *, plant: Path | str) -> RuleBook:
    """Read every policy file and put the rule book together.

    ``plant`` is the plant's file, relative to ``directory`` unless absolute. Raise `PolicyError` with all problems
    found: unreadable or malformed files first, then what contradicts itself across files or loosens the law.
    """
    problems: list[Problem] = []
    files = Files(
        packs=_many(directory, "packs", m.Pack, problems),
        years=_many(directory, "calendar", m.Year, problems),
        gases=_one(directory / "gases.yaml", directory, m.Gases, problems),
        words=_one(directory / "vocabulary.yaml", directory, m.Words, problems),
        plant=_one(directory / plant, directory, m.Plant, problems),
    )
    if problems:
        raise PolicyError(problems)
    problems = look(files)
    if problems:
        raise PolicyError(problems)
    return assemble(files)


def assemble(files: Files) -> RuleBook:
    """The rule book of files that have been checked."""
    (gases, gases_source), (words, words_source), (plant, plant_source) = files.tables
    models = {model.pack: model for model, _ in files.packs}
    return RuleBook(
        packs=tuple(build.pack(model, source, models) for model, source in files.packs),
        plant=build.plant(plant, plant_source),
        calendar=build.calendar(files.years),
        gas_table=build.gas_table(gases),
        words=build.vocabulary(words),
        refs=(build.ref(gases_source, "gases"), build.ref(words_source, "vocabulary")),
    )


def _many(root: Path, folder: str, shape: type[M], problems: list[Problem]) -> tuple[tuple[M, Source], ...]:
    paths = sorted((root / folder).glob("*.yaml"))
    if not paths:
        problems.append(Problem(file=folder, line=1, key="", message=f"{root} 里没有 {folder}/*.yaml"))
    found = (_one(path, root, shape, problems) for path in paths)
    return tuple(one for one in found if one is not None)


def _one(path: Path, root: Path, shape: type[M], problems: list[Problem]) -> tuple[M, Source] | None:
    try:
        source = read(path, root)
    except PolicyError as error:
        problems.extend(error.problems)
        return None
    try:
        return shape.model_validate(source.data), source
    except ValidationError as error:
        problems.extend({_problem(source, dict(each)) for each in error.errors(include_url=False)})
        return None


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
        case "string_too_short":
            return "不能为空"
        case "string_pattern_mismatch":
            return "条件写法不对；例如 fire_explosion+operating、night|holiday、!oxygen_rich"
        case "list_type":
            return "应为列表"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "应为“名称: 值”"
        case _:
            return str(error["msg"])
