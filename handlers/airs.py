"""Gas values typed on site, with their units: for which permit, at which point, and what became of them.

A number without a unit is never taken. Whether a value is dangerous is judged by the core.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from cards import words
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.arrivals import GasEntered
from handlers.checkins import on_site
from handlers.desk import Desk
from handlers.outgoing import Ask, Offer
from handlers.request.gasvalues import GasRefused, parse_gas
from handlers.talk import HeldGas
from storage.board import BoardRow
from workflow.ids import AreaId, PermitId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.content import GasReading, GasSample
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import LISTENS
from workflow.plant import Equipment
from workflow.rules import sampling
from workflow.rules.gas import drifted, label
from workflow.rules.types import GasRules, Grade, Role
from workflow.values import WorkType

TAKE = "take"
"""Argument of a tap under 「这是哪张票的」."""
ASKED_GAS = "gas"
_MOST_CHOICES = 6


def gas_help(desk: Desk, permit: Permit, press: Press) -> None:
    """怎么报气体; or, with values waiting, the answer to which permit they are for."""
    held = desk.talk.gas
    if press.arg == TAKE:
        if held is not None:
            desk.talk = replace(desk.talk, gas=None)
            desk.settle(_subject(desk), Say.GAS_HELP, **_wanted(desk, permit))
            _record(desk, permit, held)
        else:
            desk.say(Say.OLD_BUTTON, number=permit.id)
        return
    desk.say(Say.GAS_HELP, **_wanted(desk, permit))


def _wanted(desk: Desk, permit: Permit) -> dict[str, str]:
    gas = permit.law.gas
    gases = "、".join(label(gas, name) for name in gas.required) if gas is not None else ""
    return {"number": str(permit.id), "gases": gases, "points": _spoken(desk, permit) or words.WORK_POINT}


def _equipment(desk: Desk, permit: Permit) -> Equipment | None:
    code = permit.what.equipment
    return None if code is None else desk.tx.directory.equipment.get(code)


def points_of(desk: Desk, permit: Permit) -> tuple[sampling.Point, ...]:
    """The points a test of this permit must cover, by the shape of what stands there."""
    return sampling.points(permit.law, _equipment(desk, permit))


def _spoken(desk: Desk, permit: Permit) -> str:
    """``上部（距顶不超过1 m）、中部、下部（距底不超过1 m）``."""
    thing = _equipment(desk, permit)
    named = [(name, sampling.place(permit.law, thing, key)) for key, name in points_of(desk, permit)]
    return "、".join(f"{name}（{where}）" if where else name for name, where in named)


def gas_typed(desk: Desk, held: HeldGas) -> None:
    """Values were typed: record them where they surely belong, else ask."""
    rows = _candidates(desk)
    if not rows:
        desk.say(Say.GAS_NOWHERE)
        return
    waiting = [row for row in rows if desk.permit(PermitId(row.permit)).prompt_wants_gas]
    sure = rows if len(rows) == 1 else waiting
    if len(sure) == 1:
        _record(desk, desk.permit(PermitId(sure[0].permit)), held)
        return
    offers = tuple(
        Offer(press=Press(action=Action.GAS_HELP, subject=row.permit, revision=0, arg=TAKE), label=_label(row))
        for row in rows[:_MOST_CHOICES]
    )
    desk.talk = replace(desk.talk, gas=held)
    desk.question(Ask(person=desk.me, subject=_subject(desk), key=Say.GAS_WHICH.value, offers=offers))


def gas_entered(desk: Desk, entered: GasEntered) -> None:
    """Values were filled in for one permit: read as a typed line is, so that nothing is taken here that a chat would
    not take."""
    permit = desk.known(entered.permit)
    if permit is None or not wants_gas(permit):
        desk.say(Say.GAS_NOWHERE)
        return
    read = parse_gas(" ".join(f"{name}{value}{unit}" for name, value, unit in entered.values))
    if read.refused:
        _say_unclear(desk, read.refused[0])
        return
    if not read.readings:
        desk.say(Say.GAS_HELP, **_wanted(desk, permit))
        return
    sampled = entered.sent_at if entered.sent_at is not None else desk.now
    _record(desk, permit, HeldGas(readings=read.readings, said=entered.point, sampled_at=min(sampled, desk.now)))


def _subject(desk: Desk) -> str:
    return f"ask:gas:{desk.me}"


def _label(row: BoardRow) -> str:
    return f"{row.place} {words.work_name(WorkType(row.work), Grade(row.grade))}"


def _candidates(desk: Desk) -> list[BoardRow]:
    """Permits that want gas values and may have them from this person."""
    mine = on_site(desk, Role.GUARDIAN, Role.WORK_LEADER, Role.APPLICANT)
    early = [row for row in desk.mine() if row.status in {Status.PREPARING.value, Status.IN_REVIEW.value}]
    rows = {row.permit: row for row in (*mine, *_as_analyst(desk))}
    if not rows:
        rows = {row.permit: row for row in early}
    return [row for row in rows.values() if wants_gas(desk.permit(PermitId(row.permit)))]


def _as_analyst(desk: Desk) -> Iterable[BoardRow]:
    if not any(post.key in desk.house.book.posts_for(Role.GAS_ANALYST) for post in desk.person.posts):
        return
    for row in desk.tx.open_permits():
        if not _hears(Status(row.status)):
            continue
        holders = desk.house.posts.holders(desk.tx.directory, AreaId(row.area))
        if desk.me in holders[Role.GAS_ANALYST]:
            yield row


def _hears(status: Status) -> bool:
    return c.RecordGas in LISTENS[status]


def wants_gas(permit: Permit) -> bool:
    return _hears(permit.status) and permit.law.gas is not None


def _record(desk: Desk, permit: Permit, held: HeldGas) -> None:
    gas = permit.law.gas
    wanted = points_of(desk, permit)
    point = point_named(wanted, held.said)
    if point is None:
        desk.say(Say.GAS_POINT, number=permit.id, points=_spoken(desk, permit))
        return
    sample = GasSample(sampled_at=held.sampled_at, point=point, readings=held.readings, analyst=desk.me)
    found = desk.attempt(permit.id, c.RecordGas(by=desk.by, at=desk.now, sample=sample), ASKED_GAS)
    for event in found or ():
        if isinstance(event, e.GasRecorded):
            _told(desk, permit, gas, event, dict(wanted))
    desk.show_again(permit.id)


POINTS: Mapping[str, re.Pattern[str]] = {
    "upper": re.compile("上[部层边面]|顶部?|上(?=[ :：])"),
    "middle": re.compile("中[部层间]|中(?=[ :：])"),
    "lower": re.compile("下[部层边面]|底部?|下(?=[ :：])"),
    "around_10m": re.compile("周围|四周|外围|周边|动火点"),
    "inside": re.compile("内部?|里面?"),
    "welder_machine": re.compile("焊机"),
    "near": re.compile("近[端处口]|人孔口|开口处"),
    "far": re.compile("远[端处]|最深处|最里面"),
    "left": re.compile("左[边侧部端]"),
    "right": re.compile("右[边侧部端]"),
    "line_start": re.compile("首端|起点|上游端"),
    "line_end": re.compile("末端|终点|下游端"),
}
"""What people call the points of the rules."""


def point_named(wanted: tuple[sampling.Point, ...], said: str) -> str | None:
    """The point a line names, as the rules call it; where they ask for several it must be said. None: it was not."""
    if not wanted:
        return words.WORK_POINT
    if len(wanted) == 1:
        return wanted[0][0]
    named = [(key, name) for key, name in wanted if name in said]
    # 中部2 names 中部, too: the longest name is the one that was meant.
    named = [one for one in named if not any(one[1] in other and one[1] != other for _, other in named)]
    if not named:
        named = [one for one in wanted if one[0] in POINTS and POINTS[one[0]].search(said)]
    return named[0][0] if len(named) == 1 else None


# --- trouble, and air -----------------------------------------------------------------------------------------------


def unclear(desk: Desk, refused: GasRefused) -> bool:
    """A value that was not taken is said with its reason, when this person has a permit that wants gas values."""
    if not _candidates(desk):
        return False
    _say_unclear(desk, refused)
    return True


def _say_unclear(desk: Desk, refused: GasRefused) -> None:
    desk.say(Say.GAS_UNCLEAR, said=refused.said, why=words.GAS_WHY[refused.why.value])


_AIR_ON = re.compile("(?:机械|强制)通风.{0,4}(?:开|启动|运行)")
_AIR_OFF = re.compile("通风.{0,4}(?:停|坏|跳|没)|(?:风机|通风机).{0,3}(?:停|坏|跳)")


def air_said(desk: Desk, text: str) -> bool:
    """机械通风已开, 通风停了: said by somebody on site of a permit that must be ventilated."""
    off = _AIR_OFF.search(text) is not None
    if not off and _AIR_ON.search(text) is None:
        return False
    rows = [row for row in on_site(desk, *_CREW) if _wants_air(desk.permit(PermitId(row.permit)))]
    for row in rows:
        command = c.ReportVentilation(by=desk.by, at=desk.now, running=not off, mechanical=not off)
        desk.attempt(PermitId(row.permit), command, Action.VENTILATION.value)
        desk.show_again(PermitId(row.permit))
        desk.say(Say.AIR_OFF if off else Say.AIR_ON, number=row.permit)
    return bool(rows)


_CREW = (Role.GUARDIAN, Role.WORK_LEADER, Role.WORKER, Role.APPLICANT)


def _wants_air(permit: Permit) -> bool:
    gas = permit.law.gas
    return gas is not None and (gas.ventilation_always or gas.ventilate_after_failure or gas.mechanical)


def _told(desk: Desk, permit: Permit, gas: GasRules | None, event: e.GasRecorded, names: Mapping[str, str]) -> None:
    values = "，".join(_spelled(gas, reading) for reading in event.sample.readings)
    point = names.get(event.sample.point, event.sample.point)
    if event.passed:
        drift = gas is not None and any(drifted(reading, gas) for reading in event.sample.readings)
        show_card(
            desk, permit.id, Say.GAS_DRIFT if drift else Say.GAS_TAKEN, number=permit.id, values=values, point=point
        )
    else:
        why = "；".join(event.failures)
        show_card(desk, permit.id, Say.GAS_FAILED, number=permit.id, values=values, point=point, why=why)


def _spelled(gas: GasRules | None, reading: GasReading) -> str:
    name = label(gas, reading.gas) if gas is not None else reading.gas
    return f"{name}{format(reading.value, 'f')}{reading.unit.value}"
