"""Photos as evidence: what is taken, who may let a doubtful one count; and what the plant's own cameras showed."""

from __future__ import annotations

from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import words
from workflow.permit.case import Case, demand, no
from workflow.permit.signing import said
from workflow.permit.who import only, the_person
from workflow.rules.types import Role
from workflow.stills import Silence


def add(case: Case, command: c.AddPhoto) -> tuple[e.Event, ...]:
    """A photo for a need of the rules or a measure; the same picture for the same purpose counts once.

    The platform's word that its camera took it may come after the picture: then it is said again, as the camera's.
    A picture that was doubted once stays doubted, whoever sends it again.
    """
    the_person(case, command)
    demand([said(command.purpose, "photo.purpose", "照片用途")])
    known = [photo for photo in case.permit.photos if (photo.purpose, photo.media) == (command.purpose, command.media)]
    twice = any(photo.fresh or not (command.camera or command.code) for photo in known)
    demand([no("late.done", "这张照片已收到", cure="无需再发") if twice else None])
    doubted = next(
        (photo.copies for photo in case.permit.photos if photo.media == command.media and photo.copies), None
    )
    return (
        e.PhotoAdded(
            by=command.by,
            at=command.at,
            purpose=command.purpose,
            media=command.media,
            camera=command.camera,
            taken_at=command.taken_at,
            code=command.code,
            copies=command.copies or doubted,
        ),
    )


def accept(case: Case, command: c.AcceptPhoto) -> tuple[e.Event, ...]:
    """Somebody of the safety department who did not take it looked at it, and says why it counts."""
    person = only(case, command, Role.SAFETY_DEPT)
    meant = [photo for photo in case.permit.photos if (photo.purpose, photo.media) == (command.purpose, command.media)]
    demand([said(command.reason, "photo.reason", "认可理由")])
    demand(
        [
            no("late.done", "这张照片没有疑问，或已有人认可", cure="无需再办")
            if not any(p.doubtful for p in meant)
            else None
        ]
    )
    taker = next((photo.by for photo in meant if photo.by == person), None)
    fact = f"照片是{words.name(person, case.facts)}自己拍的"
    own = no("who.independent", fact, rule="自己拍的照片不能自己认可", cure="请安全管理部门的其他人查看")
    demand([own if taker is not None else None], remember=True)
    return (
        e.PhotoAccepted(
            by=command.by, at=command.at, purpose=command.purpose, media=command.media, reason=command.reason.strip()
        ),
    )


def record_still(case: Case, command: c.RecordStill) -> tuple[e.Event, ...]:
    """What became of a picture that was wanted. The second answer to one wish says nothing new.

    It is a line of the journal and no more: no gate asks for it, no prompt is answered by it.
    """
    if any(one.key == command.key for one in case.permit.stills):
        return ()
    if command.media is None or command.taken_at is None:
        silence = command.silence or Silence.UNANSWERED
        return (
            e.CameraSilent(
                by=command.by, at=command.at, key=command.key, occasion=command.occasion, camera=command.camera,
                name=command.name, asked_at=command.asked_at, why=silence,
            ),
        )  # fmt: skip
    return (
        e.StillTaken(
            by=command.by, at=command.at, key=command.key, occasion=command.occasion, camera=command.camera,
            name=command.name, asked_at=command.asked_at, taken_at=command.taken_at, media=command.media,
        ),
    )  # fmt: skip
