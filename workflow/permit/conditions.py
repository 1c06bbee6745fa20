"""When something follows by itself, and what it then says: the words `workflow.permit.transitions` is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.permit import events as e
from workflow.permit.commands_base import CheckInWay, SuspendReason
from workflow.permit.content import GasSample
from workflow.permit.life import HandoverSignature
from workflow.permit.state import Permit, RoleSignature
from workflow.permit.tasks import PHOTO_PURPOSE, Asking
from workflow.rules.tasks import TaskKind
from workflow.rules.types import PermitRules, Role
from workflow.values import Actor, WorkType

_OUT_AT_ONCE = frozenset(
    {SuspendReason.GAS, SuspendReason.DEVICE_ALARM, SuspendReason.SUDDEN_RELEASE, SuspendReason.EMERGENCY}
)


def evacuates(work: WorkType, reason: SuspendReason) -> bool:
    """Whether a stop orders everyone out: any stop in a confined space (GB 46768 6.2.5), and what may kill anywhere."""
    return work is WorkType.CONFINED_SPACE or reason in _OUT_AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The moment a condition is asked at: by whose act, when, and under which rules (the stricter of then and now)."""

    by: Actor
    at: datetime
    rules: Callable[[], PermitRules]


def wanted_to_resume(permit: Permit, rules: PermitRules) -> tuple[Role, ...]:
    """Whose signatures end a stop: those who may resume; before work ever started, those who may start as well."""
    before = rules.start_roles if permit.started_at is None else ()
    return tuple(dict.fromkeys((*before, *rules.resume_roles)))


def all_signed(wanted: tuple[Role, ...], signatures: tuple[RoleSignature, ...], now: Now) -> bool:
    """Every wanted role has signed within the window. Nobody wanted is nobody signed: an empty list never completes."""
    limit = now.rules().signatures_within
    fresh = {signature.role for signature in signatures if now.at - signature.at <= limit}
    return bool(wanted) and fresh.issuperset(wanted)


def chain_complete(permit: Permit, now: Now) -> bool:
    if not permit.signatures or permit.node is not None:
        return False
    signed = {signature.node for signature in permit.signatures}
    return signed.issuperset(node.key for node in now.rules().chain)


def start_complete(permit: Permit, now: Now) -> bool:
    return bool(permit.start_signatures) and all_signed(now.rules().start_roles, permit.start_signatures, now)


def resume_complete(permit: Permit, now: Now) -> bool:
    if not permit.resume_signatures:
        return False
    return all_signed(wanted_to_resume(permit, now.rules()), permit.resume_signatures, now)


def guardian_silent(permit: Permit, now: Now) -> bool:
    return permit.prompts_missed > 0 and permit.prompts_missed >= now.rules().misses_to_suspend


def guardian_gone(permit: Permit, _: Now) -> bool:
    return permit.guardian not in permit.presence


def heads(permit: Permit) -> int | None:
    """How many people are inside: by the log where names are logged, else by the last count; None = nobody counted."""
    return len(permit.inside) if permit.log_kept else permit.people_inside


def task_shown(permit: Permit, now: Now) -> bool:
    """The guardian himself, by what he did at this very moment, has shown what the open prompt asked to be done."""
    asking = permit.asking
    if asking is None or asking.task is None or now.by.as_person != permit.guardian:
        return False
    shown = _SHOWN.get(asking.task.kind)
    return shown is not None and shown(permit, asking, now)


def answered(permit: Permit, now: Now) -> e.Event:
    """The prompt is answered by what was done."""
    if permit.prompt_open is None:
        raise LookupError("`task_shown` has seen that a prompt is open")
    return e.PromptAnswered(by=now.by, at=now.at, number=permit.prompt_open)


def _counted(permit: Permit, _: Asking, now: Now) -> bool:
    return permit.counted_at == now.at and not miscounted(permit, now)


def _photographed(permit: Permit, asking: Asking, _: Now) -> bool:
    return any(
        photo.purpose == PHOTO_PURPOSE
        and photo.by == permit.guardian
        and photo.at >= asking.at
        and photo.fresh
        and not photo.doubtful
        for photo in permit.photos
    )


_AT_THE_BOARD = frozenset({CheckInWay.BOARD_CODE, CheckInWay.FRESH_CODE})


def _at_the_board(permit: Permit, asking: Asking, _: Now) -> bool:
    seen = permit.presence.get(permit.guardian)
    return seen is not None and seen.way in _AT_THE_BOARD and seen.at >= asking.at


_SHOWN: Mapping[TaskKind, Callable[[Permit, Asking, Now], bool]] = {
    TaskKind.COUNT: _counted,
    TaskKind.PHOTO: _photographed,
    TaskKind.BOARD: _at_the_board,
}
"""What is shown by doing it. Gas values answer where they are recorded; what is told or pressed is told or pressed."""


def miscounted(permit: Permit, _: Now) -> bool:
    """The guardian counted others than the log holds."""
    return permit.log_kept and (permit.people_inside or 0) != len(permit.inside)


def miscount(permit: Permit) -> str:
    """「清点3人，进出记录2人」."""
    return f"清点{permit.people_inside or 0}人，进出记录{len(permit.inside)}人，对不上"


def fresh_handover(signature: HandoverSignature, at: datetime, rules: PermitRules) -> bool:
    """Whether a signature under a hand-over still counts while the others are awaited."""
    return at - signature.at <= rules.signatures_within


def all_handed_over(permit: Permit, now: Now) -> bool:
    """Everybody who hands over or takes over has signed the open record lately."""
    if permit.handover is None:
        return False
    signed = {each.person for each in permit.handover.signed if fresh_handover(each, now.at, now.rules())}
    return signed.issuperset(permit.handing_over)


def relieve(permit: Permit, now: Now) -> e.Event:
    """The record takes effect."""
    if permit.handover is None:
        raise LookupError("`all_handed_over` has seen that there is one")
    record = permit.handover
    return e.ShiftHandedOver(
        by=now.by, at=now.at, number=record.number, guardian=record.record.guardian, leader=record.record.leader
    )


def gas_fails(permit: Permit, _: Now) -> bool:
    return any(not record.passed for record in permit.gas)


def gas_fails_anew(permit: Permit, now: Now) -> bool:
    known = permit.suspension is not None and SuspendReason.GAS in permit.suspension.reasons
    return not known and gas_fails(permit, now)


def air_stands(permit: Permit, now: Now) -> bool:
    gas = now.rules().gas
    return gas is not None and gas.ventilation_always and permit.ventilation_running is not True


def over(permit: Permit, at: datetime) -> bool:
    """The last minute is over."""
    return permit.valid_until is not None and at >= permit.valid_until


def never_started_in_time(permit: Permit, now: Now) -> bool:
    return permit.started_at is None and permit.start_until is not None and now.at >= permit.start_until


def watch_due(permit: Permit, now: Now) -> bool:
    worked = permit.started_at is not None and permit.finished_at is not None
    return worked and permit.fire_watch_until is None and now.rules().fire_watch is not None


def put_right(permit: Permit, now: Now) -> bool:
    """Everything the rules want at the end is confirmed, and the note is there where one is asked."""
    rules = now.rules()
    noted = not rules.closing_note or permit.end_note_at is not None
    return noted and not permit.closing_open(rules.closing)


def accepted(permit: Permit, now: Now) -> bool:
    signed = {signature.role for signature in permit.acceptance}
    wanted = now.rules().acceptance_roles
    done = permit.counted_out and not permit.watch_open and put_right(permit, now)
    return bool(wanted) and signed.issuperset(wanted) and done


def suspend(reason: SuspendReason, text: Callable[[Permit], str]) -> Callable[[Permit, Now], e.Event]:
    def then(permit: Permit, now: Now) -> e.Event:
        evacuate = evacuates(permit.what.work, reason)
        return e.WorkSuspended(by=now.by, at=now.at, reason=reason, text=text(permit), evacuate=evacuate)

    return then


def failures(permit: Permit) -> str:
    """「硫化氢 12mg/m³，限值 ≤10mg/m³（GBZ 2.1 MAC，检测仪A-103）」: who measured it is the place people run from."""
    failing = [record for record in permit.gas if not record.passed]
    return "；".join(f"{'；'.join(each.failures)}{measured_by(each.sample)}" for each in failing)


def measured_by(sample: GasSample) -> str:
    """「（检测仪A-103）」; nothing where a person measured."""
    return f"（检测仪{sample.device.replace(',', '、')}）" if sample.device else ""


def expire(why: str) -> Callable[[Permit, Now], e.Event]:
    def then(permit: Permit, now: Now) -> e.Event:
        was_live = permit.started_at is not None or not permit.counted_out
        return e.PermitExpired(by=Actor.clock(), at=now.at, why=why, was_live=was_live)

    return then


def watch(_: Permit, now: Now) -> e.Event:
    minutes = now.rules().fire_watch or timedelta(0)  # `watch_due` has seen that there is one
    return e.FireWatchStarted(by=now.by, at=now.at, until=now.at + minutes)
