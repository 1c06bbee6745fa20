"""Read the mutants out of the files mutmut wrote: their names, their source, how they differ, what the types say."""

from __future__ import annotations

import ast
import difflib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"__mutmut_\d+$")
_ERROR: Final = re.compile(r"^(?P<file>[^:]+):(?P<line>\d+): error: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One function as mutmut spelled it."""

    lines: tuple[str, ...]
    owner: str | None
    """The class it stands in."""


@cache
def _functions(file: Path) -> dict[str, Source]:
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    owners: list[tuple[str | None, ast.AST]] = [(None, tree)]
    owners += [(node.name, node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {
        node.name: Source(lines=tuple(lines[node.lineno - 1 : node.end_lineno]), owner=owner)
        for owner, home in owners
        for node in ast.iter_child_nodes(home)
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name
    }


def _file(root: Path, module: str) -> Path:
    plain = root / (module.replace(".", "/") + ".py")
    return plain if plain.exists() else root / module.replace(".", "/") / "__init__.py"


def names(mutated: Path, room: str) -> Iterator[str]:
    """Every mutant of a room: ``room.module.function__mutmut_7``."""
    for file in sorted((mutated / room).rglob("*.py")):
        module = ".".join(file.relative_to(mutated).with_suffix("").parts).removesuffix(".__init__")
        yield from (f"{module}.{name}" for name in _functions(file) if _NAME.search(name))


def source(mutated: Path, mutant: str) -> Source:
    """The mutated function."""
    module, _, name = mutant.rpartition(".")
    return _functions(_file(mutated, module))[name]


def difference(mutated: Path, mutant: str) -> list[str]:
    """The changed lines, with one line around them."""
    sound = source(mutated, _NAME.sub("__mutmut_orig", mutant)).lines
    lines = difflib.unified_diff(sound, source(mutated, mutant).lines, n=1, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@")) and "__mutmut_" not in line]


def _planted(mutated: Path, text: str, mutants: Iterable[str]) -> tuple[str, dict[int, str]]:
    """The sound module with the mutants as further functions, and which line is whose. Nothing else in it changes."""
    ends = {node.name: node.end_lineno or 0 for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef)}
    lines = text.splitlines()
    found = [(source(mutated, mutant), mutant) for mutant in mutants]
    at = {mutant: len(lines) if each.owner is None else ends[each.owner] for each, mutant in found}
    whole: list[str] = []
    whose: dict[int, str] = {}
    for number in range(len(lines) + 1):
        whole += lines[number - 1 : number] if number else []
        for each, mutant in found:
            if at[mutant] == number:
                whole.append("")
                whose |= {len(whole) + step: mutant for step in range(1, len(each.lines) + 1)}
                whole += each.lines
    return "\n".join(whole) + "\n", whose


def refused_by_types(tree: Path, mutants: Iterable[str], work: Path) -> set[str]:
    """Those the type checker refuses. A constructor is not judged: a second one beside the first is refused anyhow."""
    by_module: dict[str, list[str]] = {}
    for mutant in mutants:
        if "__init____mutmut_" not in mutant:
            by_module.setdefault(mutant.rpartition(".")[0], []).append(mutant)
    if not by_module:
        return set()
    work.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(work / "workflow", ignore_errors=True)
    shutil.copytree(tree / "workflow", work / "workflow")
    shutil.copy2(tree / "pyproject.toml", work / "pyproject.toml")
    whose: dict[tuple[str, int], str] = {}
    for module, ours in by_module.items():
        file = _file(work, module)
        text, lines = _planted(tree / "mutants", file.read_text(encoding="utf-8"), ours)
        file.write_text(text, encoding="utf-8")
        whose |= {(str(file.relative_to(work)), line): mutant for line, mutant in lines.items()}
    asked = subprocess.run(
        [sys.executable, "-m", "mypy", "workflow"], cwd=work, capture_output=True, text=True, check=False
    )
    errors = [match for line in asked.stdout.splitlines() if (match := _ERROR.match(line))]
    if asked.returncode and not errors:
        raise RuntimeError(asked.stdout + asked.stderr)
    return {whose[match["file"], int(match["line"])] for match in errors}
