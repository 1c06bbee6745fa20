"""Load a policies directory into a `RuleBook`, or say in one message everything that is wrong with it.

::

    policies/
      packs/*.yaml          one instrument each: clause, source, mark, dates
      packs/<pack>/*.yaml   its works, one to a file, where one file would be too long
      calendar/*.yaml       one year each: holidays with 调休
      gases.yaml            conversion figures and occupational limits
      vocabulary.yaml       roles, methods, facts and their questions
      plant.example.yaml    one plant's settings; tightens, never loosens
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from storage import policy_build as build
from storage import policy_build_plant
from storage import policy_models as m
from storage import policy_models_plant as p
from storage.policy_checks import Files, look
from storage.policy_shape import shaped
from storage.policy_yaml import PolicyError, Problem, Source
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
        gases=shaped(directory / "gases.yaml", directory, m.Gases, problems),
        words=shaped(directory / "vocabulary.yaml", directory, m.Words, problems),
        plant=shaped(directory / plant, directory, p.Plant, problems),
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
        plant=policy_build_plant.plant(plant, plant_source),
        calendar=build.calendar(files.years),
        gas_table=build.gas_table(gases),
        words=build.vocabulary(words),
        refs=(build.ref(gases_source, "gases"), build.ref(words_source, "vocabulary")),
    )


def _many(root: Path, folder: str, shape: type[M], problems: list[Problem]) -> tuple[tuple[M, Source], ...]:
    paths = sorted((root / folder).glob("*.yaml"))
    if not paths:
        problems.append(Problem(file=folder, line=1, key="", message=f"{root} 里没有 {folder}/*.yaml"))
    found = (shaped(path, root, shape, problems, parts="works" if folder == "packs" else "") for path in paths)
    return tuple(one for one in found if one is not None)
