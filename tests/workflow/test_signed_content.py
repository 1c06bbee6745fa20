"""One changed character of a permit, in any field at any depth, voids every approval given before."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from tests.support.works import PERMIT, SAFETY, UNIT_HEAD, Desk, at, content
from workflow.ids import NodeKey
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.content import Content, content_hash
from workflow.permit.evolve import evolve
from workflow.permit.signing import decision_hash
from workflow.permit.state import Status
from workflow.values import Actor, Interval


def filled(hint: Any, number: int = 0) -> Any:
    """A value of this type in which nothing is left out."""
    if isinstance(hint, NewType):
        return filled(hint.__supertype__, number)
    if get_origin(hint) is tuple:
        return tuple(filled(get_args(hint)[0], one) for one in (1, 2))
    if get_origin(hint) in (Union, types.UnionType):
        return filled(next(one for one in get_args(hint) if one is not type(None)), number)
    if hint is Interval:
        return Interval(start=at("08:00"), end=at("11:00"))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: filled(hints[field.name]) for field in fields(hint)})  # type: ignore[operator]  # it is a class
    if issubclass(hint, Enum):
        return next(iter(hint))
    return {str: f"值{number}", int: 3, bool: True, Decimal: Decimal("1.5")}[hint]


def bent(value: Any) -> Iterator[Any]:
    """The value with one thing in it changed, for everything that can be."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            inner = getattr(value, field.name)
            changes = [*bent(inner), *([None] if "None" in str(field.type) else [])]
            for other in changes:
                yield replace(value, **{field.name: other})
    elif isinstance(value, tuple) and value:
        yield from (value[:-1], (*value, value[0]), value[::-1])
        for place, inner in enumerate(value):
            yield from ((*value[:place], other, *value[place + 1 :]) for other in bent(inner))
    elif isinstance(value, Enum):
        yield from (one for one in type(value) if one is not value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, datetime):
        yield value + timedelta(seconds=1)
    elif isinstance(value, str):
        yield from (value + " ", value[:-1], "x" + value[1:])
    elif isinstance(value, int | Decimal):
        yield value + 1


FULL: Content = filled(Content)


def test_every_field_at_every_depth_is_bent() -> None:
    """Whoever adds a field to the content, or a form to its details, is looked at here without saying so."""
    reached = {field.name for other in bent(FULL) for field in fields(Content) if differs(other, field.name)}
    assert reached == {field.name for field in fields(Content)}
    assert len(list(bent(FULL))) > 200


def differs(other: Content, name: str) -> bool:
    return bool(getattr(other, name) != getattr(FULL, name))


def test_no_two_contents_share_a_hash() -> None:
    found: dict[str, Content] = {}
    for other in (FULL, *bent(FULL)):
        assert found.setdefault(content_hash(PERMIT, 1, other), other) == other
    assert len(found) > 200


def approved() -> Desk:
    desk = Desk().reach(Status.IN_REVIEW)
    for who, step in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept")):
        desk.ask(desk.check_in(who))
        desk.ask(desk.approve(who, step))
    return desk


def test_what_was_approved_is_void_with_the_change_and_speaks_for_nothing_new() -> None:
    desk = approved()
    given = [event for event in desk.events if isinstance(event, e.StepApproved)]
    desk.ask(desk.by(UNIT_HEAD, c.ReturnForChange, node=NodeKey("approver"), reason="改内容"))
    before = desk.permit
    for other in (one for one in bent(content()) if one != content()):
        hashed = content_hash(before.id, before.revision + 1, other)
        again = e.PermitSubmitted(
            by=Actor.person(other.applicant), at=desk.now, revision=before.revision + 1, content=other,
            content_hash=hashed, rules=before.law,
        )  # fmt: skip
        after = evolve(before, again)
        assert after.signatures == ()
        for old in given:
            step, who = old.node, UNIT_HEAD if old.node == "site_unit" else SAFETY
            asked = decision_hash(permit=PERMIT, content_hash=hashed, verdict="approve", step=step, person=who)
            assert old.content_hash != hashed
            assert old.proof is None or old.proof.decision_hash != asked
