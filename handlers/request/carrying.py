"""吊装路径: the areas a load is carried over, from words to places of the register, and when it is asked for (X8)."""

from __future__ import annotations

import re

from cards import words_draft as say
from handlers.desk import Desk
from handlers.request.details import DetailKey, DetailSaid
from handlers.request.drafts import Asked
from handlers.request.lifting import OWN, read_path
from storage.directory import Directory
from workflow.ids import AreaId, PermitId
from workflow.permit.content import Content
from workflow.permit.details import LiftDetails
from workflow.rules.situation import frozen, holds
from workflow.rules.types import PermitRules
from workflow.values import WorkType

_TAIL = re.compile("(?:的?上空|上方|上面|就位|位置|处|里面|内|里)$")
_BETWEEN = re.compile("、|和|到|至|再到|然后到|及|与|->|-+>|→")


def path_of(directory: Directory, words: str, own: AreaId) -> tuple[AreaId, ...]:
    """The areas these words name, in their order; empty when any of them is not one place of the register.

    Half a path is none: what is left out would count as free.
    """
    if words == OWN:
        return (own,)
    found: list[AreaId] = []
    for name in filter(None, (_TAIL.sub("", part.strip()) for part in _parts(directory, words))):
        area = _area(directory, name)
        if area is None:
            return ()
        found.append(area)
    return tuple(dict.fromkeys(found))


def _parts(directory: Directory, words: str) -> list[str]:
    """A name may hold a word that joins names elsewhere: 和平罐区."""
    return [words] if _area(directory, words) is not None else _BETWEEN.split(words)


def _area(directory: Directory, name: str) -> AreaId | None:
    areas = {one.id for one in directory.areas_called(name)}
    areas = areas or {one.area for one in directory.equipment_called(name)}
    return areas.pop() if len(areas) == 1 else None


def ask_path(desk: Desk, content: Content, rules: PermitRules, said: str) -> Asked | None:
    """Where the load goes: wanted when a plan is (9.2.1), when others are at work near by at that time, and when what
    was ``said`` is no place of the register."""
    lift = content.details.lift or LiftDetails()
    if content.work is not WorkType.LIFT or lift.path:
        return None
    if not (said or _planned(rules) or desk.around(PermitId(""), content).others()):
        return None
    text = say.PATH_UNKNOWN.format(said=said) if said else say.PATH
    return Asked(key="path", text=text, options=((OWN, OWN),))


def _planned(rules: PermitRules) -> bool:
    known = frozen(rules)
    return any(one.gate == _PLAN and holds(one.trigger, known) for one in rules.measures)


_PLAN = "lift.plan"


def path_answered(desk: Desk, own: AreaId | None, answer: str) -> DetailSaid | None:
    """An answer to the question: a phrase of a path or bare names; None for what the register does not know."""
    claims = read_path(answer)
    words = claims[0].detail.text if claims else answer.strip()
    if own is None or not path_of(desk.tx.directory, words, own):
        return None
    return DetailSaid(key=DetailKey.PATH, said=answer, text=words)
