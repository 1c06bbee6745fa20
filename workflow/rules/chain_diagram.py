"""The chains of signatures as a picture, drawn from the rule packs themselves: one row a work and grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from workflow.rules import merge
from workflow.rules.book import RuleBook
from workflow.rules.law import ChainStep, WorkLaw
from workflow.rules.types import GRADE_WORDS, GRADES, Grade, Role
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One step of the picture."""

    text: str
    depends: bool
    """Only when a condition holds."""


def chains(book: RuleBook) -> str:
    """Every chain of every work the packs know, as Mermaid text; a dashed box is signed only when its condition holds.

    All packs are drawn together, the plant's own nodes and levels included; which of them bind on a day depends on
    that day.
    """
    lines = ["flowchart LR"]
    for work in WorkType:
        law = _law(book, work)
        if law is None or not law.chain:
            continue
        for grade in _grades(law):
            name = f"{work.value}_{grade.value}"
            title = f"{work.value} {GRADE_WORDS[grade]}".strip()
            lines.append(f'  subgraph {name}["{title}"]')
            lines += _row(name, list(_boxes(book, law, grade)))
            lines.append("  end")
    return "\n".join(lines)


def _law(book: RuleBook, work: WorkType) -> WorkLaw | None:
    plant = book.plant
    laws = [
        pack.works[work]
        for pack in book.packs
        if work in pack.works and (plant.industry in pack.industries or pack.id in plant.borrows.get(work, ()))
    ]
    if not laws:
        return None
    own = plant.tighten.get(work)
    return reduce(merge.merge, laws if own is None else [*laws, own])


def _grades(law: WorkLaw) -> tuple[Grade, ...]:
    named = {grade for step in law.chain for grade in step.roles}
    found = tuple(grade for grade in Grade if grade in named and grade is not Grade.NONE)
    return found or GRADES[law.work] or (Grade.NONE,)


def _boxes(book: RuleBook, law: WorkLaw, grade: Grade) -> Iterator[Box]:
    for step in law.chain:
        role = _role(step, grade)
        if role is None or (step.grades and grade not in step.grades):
            continue
        where = "<br/>现场" if step.at_site else ""
        posts = " / ".join(book.posts_for(role)) or "票上写明"
        yield Box(text=f"{step.label}<br/>{book.role_label(role)}<br/>{posts}{where}", depends=step.when != "always")
    for title, roles in (("开工", law.start_roles), ("验收", law.acceptance_roles)):
        yield Box(text=f"{title}<br/>{'、'.join(book.role_label(role) for role in roles)}", depends=False)


def _role(step: ChainStep, grade: Grade) -> Role | None:
    return step.roles.get(grade) or step.roles.get(Grade.NONE)


def _row(name: str, boxes: list[Box]) -> Iterator[str]:
    keys = [f"{name}_{number}" for number in range(len(boxes))]
    for key, box in zip(keys, boxes, strict=True):
        yield f'    {key}["{box.text.replace(chr(34), chr(39))}"]'
        if box.depends:
            yield f"    style {key} stroke-dasharray: 5 5"
    yield "    " + " --> ".join(keys)
