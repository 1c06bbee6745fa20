"""The signature chain of one permit (domain 1.4; GB 30871-2022 4.6, 4.11, 4.18 with the informative annex B).

The statutory nodes come from the packs and cannot be dropped; the plant adds nodes and says who holds each role. 验票
by the shift leader and the entry confirmation by the work leader are start signatures, not nodes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from workflow.permit.content import Content
from workflow.rules.law import ChainStep
from workflow.rules.plant_rules import PlantRules
from workflow.rules.situation import Known, holds
from workflow.rules.types import Grade, Node, PermitRules, Role
from workflow.values import STRENGTH, ProofMethod

DEFAULT_PROOF = "default"
START, RESUME, ACCEPTANCE = "start", "resume", "acceptance"
"""Names of the steps after the issue for which a plant may ask a stronger proof, beside the nodes of the chain."""


def resolve(steps: tuple[ChainStep, ...], grade: Grade, known: Known, plant: PlantRules) -> tuple[Node, ...]:
    """The nodes in signing order. A node whose condition cannot be told stays in."""
    ordered: list[ChainStep] = []
    for step in steps:
        if step.grades and grade not in step.grades:
            continue
        if holds(step.when, known) is False:
            continue
        keys: list[str] = [other.key for other in ordered]
        place = keys.index(step.after) + 1 if step.after in keys else len(ordered)
        ordered.insert(place, step)
    return tuple(_node(step, grade, plant) for step in ordered)


def role_of(step: ChainStep, grade: Grade) -> Role:
    """Who signs a node at this grade; a node that names no grades is signed alike at all."""
    return step.roles[grade] if grade in step.roles else step.roles[Grade.NONE]


def weakest_proof(key: str, grade: Grade, plant: PlantRules) -> ProofMethod:
    """The weakest proof the plant accepts for a node: the strongest of what it says for the node and by default."""
    wanted = [plant.proofs.get((name, level)) for name in (key, DEFAULT_PROOF) for level in (grade, None)]
    return max((proof for proof in wanted if proof is not None), key=STRENGTH.__getitem__)


def weakest_for_work(step: str, grade: Grade, plant: PlantRules) -> ProofMethod:
    """The weakest proof the plant accepts for `START`, `RESUME` or `ACCEPTANCE`; a bare tap where it says nothing."""
    wanted = (plant.proofs.get((step, level)) for level in (grade, None))
    return max(
        (ProofMethod.PLATFORM_SESSION, *(proof for proof in wanted if proof is not None)), key=STRENGTH.__getitem__
    )


def waits(node: Node, rules: PermitRules, content: Content, at: datetime) -> timedelta:
    """How long the node may wait from ``at``: less when the planned start is near (or past)."""
    if node.wait_near_start is not None and content.planned.start - at < rules.near_start:
        return node.wait_near_start
    return node.wait


def _node(step: ChainStep, grade: Grade, plant: PlantRules) -> Node:
    return Node(
        key=step.key,
        label=step.label,
        role=role_of(step, grade),
        wait=plant.node_wait,
        clause=step.clause,
        at_site=step.at_site or step.key in plant.at_site,
        proof=weakest_proof(step.key, grade, plant),
        statutory=step.statutory,
        wait_near_start=plant.node_wait_near_start,
    )
