"""What has changed since a permit was asked for: rules, people and their certificates, the place. Line by line.

A copy saves typing, not thinking: whoever copies sees what is no longer as it was before he sends anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cards import words_draft as say
from handlers.desk import Desk
from workflow.errors import Refused
from workflow.findings import Verdict
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Permit
from workflow.rules.types import GRADE_WORDS, PermitRules
from workflow.rules.validity import spoken

_PEOPLE = frozenset({"people_known", "certs_valid", "guardian_qualified"})
_PLACE = frozenset({"place_facts", "purged"})
MOST_LINES = 12


def changed_since(desk: Desk, permit: Permit) -> tuple[str, ...]:
    """One line for each thing that is not as it was; empty when all is the same."""
    book, content = desk.house.book, permit.what
    try:
        now = book.rules_for(content, at=desk.now, zone=desk.house.zone)
    except Refused as refused:
        return tuple(f"{say.SINCE_RULES}{finding.fact}" for finding in refused.findings)
    found = [*_rules(desk, permit.law, now), *_site(desk, permit, now)]
    return tuple(dict.fromkeys(found))[:MOST_LINES]


def _rules(desk: Desk, old: PermitRules, new: PermitRules) -> Iterator[str]:
    titles = {pack.id: pack.title for pack in desk.house.book.packs}
    before, after = ({ref.id: ref.hash for ref in rules.packs} for rules in (old, new))
    for pack in after:
        if pack in titles and pack not in before:
            yield f"{say.SINCE_RULES}{say.SINCE_NEW_PACK.format(title=titles[pack])}"
        elif before.get(pack, after[pack]) != after[pack]:
            yield f"{say.SINCE_RULES}{say.SINCE_PACK_CHANGED.format(title=titles.get(pack, say.SINCE_PLANT))}"
    for pack in before:
        if pack in titles and pack not in after:
            yield f"{say.SINCE_RULES}{say.SINCE_PACK_ENDED.format(title=titles[pack])}"
    if old.grade is not new.grade:
        grades = f"{GRADE_WORDS[old.grade]}→{GRADE_WORDS[new.grade]}"
        yield f"{say.SINCE_GRADE}{grades}，{new.grade_why}"
    if old.max_validity != new.max_validity:
        yield f"{say.SINCE_VALIDITY}{spoken(old.max_validity)}→{spoken(new.max_validity)}"
    yield from _added(say.SINCE_NODE, {one.key: one.label for one in old.chain}, {o.key: o.label for o in new.chain})
    yield from _added(
        say.SINCE_MEASURE,
        {one.no: one.label for one in old.measures},
        {one.no: f"{one.no} {one.label}" for one in new.measures},
    )
    yield from _added(
        say.SINCE_CERTIFICATE,
        {(one.role, one.kinds): one.label for one in old.certificates},
        {(one.role, one.kinds): one.label for one in new.certificates},
    )
    if old.gas is not None and new.gas is not None and old.gas.limits != new.gas.limits:
        yield say.SINCE_GAS


def _added(what: str, old: Mapping[Any, str], new: Mapping[Any, str]) -> Iterator[str]:
    for key, label in new.items():
        if key not in old:
            yield f"{what}{label}"


def _site(desk: Desk, permit: Permit, rules: PermitRules) -> Iterator[str]:
    """What the gates say today of the same people at the same place."""
    facts = desk.facts_about(permit.id, permit.what)
    for finding in evaluate(Moment.REQUEST, permit, rules, facts):
        if finding.verdict is Verdict.PASS:
            continue
        if finding.gate in _PEOPLE:
            yield f"{say.SINCE_PEOPLE}{finding.fact}"
        elif finding.gate in _PLACE:
            yield f"{say.SINCE_PLACE}{finding.fact}"
