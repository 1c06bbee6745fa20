"""Gates of preparation and of the site: analysis, checklist, photos, signatures, and the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.permit.state import MeasureState
from workflow.rules.checklists import GAS, JSA, NUMBERS, PERMITS, PHOTO, TEXT, evidence_of, propose_one
from workflow.rules.types import Measure, PhotoNeed, Role

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
MEASURES_CONFIRMED = "measures_confirmed"


def jsa_done(asked: Asked) -> Iterator[Answer]:
    """The hazard analysis is there (4.1)."""
    if asked.permit.jsa:
        yield good("已做作业危害分析")
    else:
        yield bad("还没有作业危害分析(JSA)", "请填写或拍照上传", "作业负责人", button="jsa")


# --- checklist ------------------------------------------------------------------------------------------------------


def measures_answered(asked: Asked) -> Iterator[Answer]:
    """是否涉及 of every item; what the permit itself says cannot be answered away."""
    unknown, denied = [], []
    for measure in asked.rules.measures:
        state = asked.permit.measures.get(measure.no)
        if state is None or state.involved is None:
            unknown.append(measure.no)
        elif not state.involved and propose_one(measure, asked.rules).involved is True:
            denied.append(measure.no)
    if denied:
        fact = f"{'、'.join(denied)} 按票面内容必须落实，却选了不涉及"
        yield bad(fact, "请改为涉及", "作业负责人", button="measures")
    if unknown:
        yield open_(f"还没有回答是否涉及：{'、'.join(unknown)}", "请逐项回答", "作业负责人", button="measures")
    if not denied and not unknown:
        yield good("安全措施已逐项回答")


def measures_confirmed(asked: Asked) -> Iterator[Answer]:
    """Every item that applies is confirmed on site, with its evidence; some items answer under a gate of their own."""
    groups: dict[str, list[Measure]] = {}
    for measure in asked.rules.measures:
        groups.setdefault(measure.gate, []).append(measure)
    for gate, measures in groups.items():
        yield from _group(asked, gate, measures)


def _group(asked: Asked, gate: str, measures: list[Measure]) -> Iterator[Answer]:
    clause = "；".join(dict.fromkeys(each.clause for each in measures if each.clause))
    gate = "" if gate == MEASURES_CONFIRMED else gate
    clause = clause if gate else ""
    lacking = {measure.no: reason for measure in measures if (reason := _lacks(asked, measure)) is not None}
    unknown = [no for no, reason in lacking.items() if not reason]
    unmet = [f"{no}{reason}" for no, reason in lacking.items() if reason]
    if unmet:
        yield bad(f"{'；'.join(unmet)}", "请到现场逐项落实并确认", "监护人", button="confirm", gate=gate, clause=clause)
    if unknown:
        fact = f"还没有回答是否涉及：{'、'.join(unknown)}"
        yield open_(fact, "请逐项回答", "作业负责人", button="measures", gate=gate, clause=clause)
    if not lacking and any(_applies(asked, measure) for measure in measures):
        yield good(f"{'、'.join(measure.no for measure in measures)} 已落实", gate=gate, clause=clause)


def _applies(asked: Asked, measure: Measure) -> bool:
    state = asked.permit.measures.get(measure.no)
    return state is not None and state.involved is True


def _lacks(asked: Asked, measure: Measure) -> str | None:
    """None when all is well; an empty text when nobody has said whether the item applies; else what is missing."""
    state = asked.permit.measures.get(measure.no)
    if state is None or state.involved is None:
        return ""
    if not state.involved:
        return None
    if state.confirmed_by is None:
        return "未确认"
    missing = [text for kind in evidence_of(measure) if (text := _EVIDENCE[kind](asked, measure, state))]
    return "、".join(missing) or None


def _photo(asked: Asked, measure: Measure, state: MeasureState) -> str:
    """A photo for it, or the one it was confirmed with; one made from an earlier photo shows nothing."""
    given = [photo for photo in asked.permit.photos if photo.purpose == measure.no or photo.media == state.media]
    if state.media is None and not given:
        return "缺照片"
    return "照片像是旧照片" if given and all(photo.doubtful for photo in given) else ""


def written(state: MeasureState) -> str:
    """What a person wrote about an item; the reason of an automatic proposal is nobody's word."""
    by_person = state.answered_by is not None and state.answered_by.as_person is not None
    return state.confirm_detail.strip() or (state.detail.strip() if by_person else "")


def _text(_: Asked, __: Measure, state: MeasureState) -> str:
    return "" if written(state) else "缺说明"


def _numbers(_: Asked, measure: Measure, state: MeasureState) -> str:
    found = [Decimal(number) for number in _NUMBER.findall(state.confirm_detail)]
    if len(found) < max(1, len(measure.at_least)):
        return "缺数字"
    low = [f"{number}<{bound}" for number, bound in zip(found, measure.at_least, strict=False) if number < bound]
    return f"数值不够({'、'.join(low)})" if low else ""


def _gas(asked: Asked, _: Measure, __: MeasureState) -> str:
    records = asked.permit.gas
    return "" if records and all(record.passed for record in records) else "缺合格的气体分析"


def _jsa(asked: Asked, _: Measure, __: MeasureState) -> str:
    return "" if asked.permit.jsa else "缺JSA"


def _permits(asked: Asked, _: Measure, state: MeasureState) -> str:
    return "" if asked.content.linked or written(state) else "缺关联票编号"


_EVIDENCE = {PHOTO: _photo, TEXT: _text, NUMBERS: _numbers, GAS: _gas, JSA: _jsa, PERMITS: _permits}


# --- photos and signatures ------------------------------------------------------------------------------------------


def photos_at_start(asked: Asked) -> Iterator[Answer]:
    """The photos without which work does not start."""
    yield from _photos(asked, tuple(need for need in asked.rules.photos if need.moment == "start"))


def photos_at_close(asked: Asked) -> Iterator[Answer]:
    """The photos without which the permit is not closed."""
    yield from _photos(asked, tuple(need for need in asked.rules.photos if need.moment == "close"))


def _photos(asked: Asked, needs: tuple[PhotoNeed, ...]) -> Iterator[Answer]:
    """Missing fails; a picture that may come from an album, or was made from an earlier one, shows nothing."""
    taken = {need.key: [photo for photo in asked.permit.photos if photo.purpose == need.key] for need in needs}
    missing = [need.label for need in needs if not taken[need.key]]
    good_ones = {key for key, photos in taken.items() if any(each.fresh and not each.doubtful for each in photos)}
    doubted = [
        need.label for need in needs if need.key not in good_ones and any(each.doubtful for each in taken[need.key])
    ]
    unsure = [
        need.label for need in needs if taken[need.key] and need.key not in good_ones and need.label not in doubted
    ]
    if doubted:
        fact = f"像是以前用过的照片：{'、'.join(doubted)}"
        yield bad(fact, "请现场重拍；确是新照片的，请安全管理部门查看后认可", "监护人", button="photo")
    if missing:
        yield bad(f"缺照片：{'、'.join(missing)}", "请现场拍照", "监护人", button="photo")
    if unsure:
        yield open_(f"不能确认是现场拍的：{'、'.join(unsure)}", "请用系统相机重拍", "监护人", button="photo")
    if needs and not missing and not unsure and not doubted:
        yield good("照片齐全")


def approvals_complete(asked: Asked) -> Iterator[Answer]:
    """Every node of the chain has signed, under the stricter of the old and the present rules (4.6, 4.11)."""
    signed = {signature.node for signature in asked.permit.signatures}
    missing = [node.label for node in asked.rules.chain if node.key not in signed]
    if missing:
        yield bad(f"缺少签字：{'、'.join(missing)}", "审批没有完成或规则已更新，请重新申请", "申请人")
    else:
        yield good("审批签字齐全")


def no_alteration(asked: Asked) -> Iterator[Answer]:
    """Every signature covers exactly the content that stands there now (4.18)."""
    strange = [each.person for each in asked.permit.signatures if each.content_hash != asked.permit.content_hash]
    if strange:
        yield bad(f"{asked.names(strange)}签的不是现在的内容", "票面不得涂改，请重新办票", "申请人")
    else:
        yield good("签字与票面内容一致")


# --- the end --------------------------------------------------------------------------------------------------------


def space_empty(asked: Asked) -> Iterator[Answer]:
    """By the last count nobody and nothing is inside."""
    people, tools = asked.permit.people_inside, asked.permit.tools_inside
    if people is None and tools is None:
        yield open_("还没有清点过人员和工具", "请清点后完工", "监护人", button="count")
    elif people or tools:
        yield bad(
            f"最近一次清点：人员{people or 0}人、工具{tools or 0}件未出",
            "请全部撤出并重新清点",
            "监护人",
            button="count",
        )
    else:
        yield good("人员、工具已清点撤出")


def counted_out(asked: Asked) -> Iterator[Answer]:
    """People and tools are counted out (4.14; GB 46768 7.1.1)."""
    if asked.permit.counted_out:
        yield good("人员、工具已清点撤出")
    else:
        yield bad("人员或工具尚未清点撤出", "请先清点并完工", "作业负责人", button="count")


def fire_watch_done(asked: Asked) -> Iterator[Answer]:
    """The watch is over and residual fire ruled out (5.2.14)."""
    if asked.rules.fire_watch is None or asked.permit.started_at is None:
        return
    if asked.permit.fire_watch_ended:
        yield good("留守观察已完成，确认无残火")
    elif asked.permit.fire_watch_minutes_over:
        yield bad("留守时间已到，还没有确认无残火", "请监护人现场确认", "监护人", button="end_watch")
    else:
        yield bad("留守观察还没有结束", "请继续留守", "监护人")


def closing_confirmed(asked: Asked) -> Iterator[Answer]:
    """Everything that must be put right at the end is confirmed, and the note is there where one is asked (4.14; 7.12;
    10.8; 12.5).
    """
    permit, rules = asked.permit, asked.rules
    if not rules.closing and not rules.closing_note:
        return
    named = {Role.WORK_LEADER: (asked.leader,), Role.GUARDIAN: (asked.guardian,)}
    left = permit.closing_open(rules.closing)
    team = {asked.leader, asked.guardian, *asked.content.workers}
    for need in left:
        holders = (one for one in asked.facts.holders.get(need.role, ()) if one not in team)
        who = asked.names(named.get(need.role) or holders)
        cure = f"请{who or '负责的人'}看过现场后确认"
        yield bad(f"还没有确认：{need.label}", cure, who, button="closing", clause=need.clause)
    silent = bool(rules.closing_note) and permit.end_note_at is None
    if silent:
        cure = "请发一段语音，或发「完工说明 …」"
        yield bad("还缺一段完工说明（语音或一句话）", cure, "作业方", clause=rules.closing_note)
    if not left and not silent:
        yield good("收尾事项都已确认")
