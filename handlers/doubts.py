"""A photo that resembles an earlier one: its taker is told at once, and may ask the safety department to look.

Nobody is asked unasked: most doubtful photos are simply taken again.
"""

from __future__ import annotations

from cards import words_photos
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.asked import who
from handlers.desk import Desk
from handlers.outgoing import Ask, Offer
from handlers.purposes import label_of
from workflow.ids import MediaHash, PermitId
from workflow.permit import commands as c
from workflow.permit.state import Permit, Photo
from workflow.rules.types import Role


def doubted(desk: Desk, number: PermitId, purpose: str, label: str, media: MediaHash, copies: MediaHash) -> None:
    """Tell the taker, with a tap to have it looked at."""
    permit = desk.permit(number)
    press = Press(action=Action.ASK_PHOTO, subject=number, revision=permit.revision, arg=_arg(purpose, media))
    args = {"number": str(number), "what": label, "earlier": _earlier(desk, copies)}
    desk.question(
        Ask(
            person=desk.me,
            subject=_subject(media),
            key=Say.PHOTO_DOUBTED.value,
            args=args,
            offers=(Offer(press=press),),
        )
    )


def ask(desk: Desk, permit: Permit, press: Press) -> None:
    """请安环部看: every holder of the department but those of the team is shown the doubt, with reasons to tap."""
    photo = _meant(permit, press.arg)
    if photo is None or photo.copies is None or not photo.doubtful:
        desk.say(Say.OLD_BUTTON, number=permit.id)
        return
    judges = who(permit, Role.SAFETY_DEPT, desk.facts_about(permit.id, permit.what).holders)
    names = {person.id: person.name for person in desk.tx.directory.register.people}
    args = {
        "number": str(permit.id),
        "what": label_of(permit, photo.purpose),
        "name": names.get(photo.by, photo.by),
        "earlier": _earlier(desk, photo.copies),
    }
    for judge in judges:
        offers = tuple(
            Offer(
                press=Press(
                    action=Action.ACCEPT_PHOTO, subject=permit.id, revision=permit.revision, arg=f"{press.arg}:{key}"
                ),
                label=reason,
            )
            for key, reason in words_photos.PHOTO_REASONS.items()
        )
        question = Ask(person=judge, subject=_subject(photo.media), key=Say.PHOTO_JUDGE.value, args=args, offers=offers)
        desk.post_to(judge, question, purpose="ask", permit=permit.id)
    shown = "、".join(names.get(judge, judge) for judge in judges)
    desk.settle(_subject(photo.media), Say.PHOTO_SHOWN, number=str(permit.id), names=shown)
    desk.say(Say.PHOTO_SHOWN, number=permit.id, names=shown)


def accepted(desk: Desk, permit: Permit, press: Press) -> None:
    """A reason was tapped: the photo counts by this person's word."""
    arg, _, key = press.arg.rpartition(":")
    photo, reason = _meant(permit, arg), words_photos.PHOTO_REASONS.get(key)
    if photo is None or reason is None:
        desk.say(Say.OLD_BUTTON, number=permit.id)
        return
    command = c.AcceptPhoto(by=desk.by, at=desk.now, purpose=photo.purpose, media=photo.media, reason=reason)
    if desk.attempt(permit.id, command, Action.ACCEPT_PHOTO.value) is not None:
        args = {"number": str(permit.id), "what": label_of(permit, photo.purpose), "reason": reason}
        desk.settle(_subject(photo.media), Say.PHOTO_JUDGED, **args)


def _meant(permit: Permit, arg: str) -> Photo | None:
    purpose, _, start = arg.rpartition(":")
    return next((one for one in permit.photos if one.purpose == purpose and one.media.startswith(start)), None)


def _earlier(desk: Desk, copies: MediaHash) -> str:
    """The permit the earlier photo served, else only that it is an earlier one."""
    number = next((row.permit for row in desk.tx.media_called(copies) if row.permit), None)
    return number or words_photos.BEFORE


def _arg(purpose: str, media: MediaHash) -> str:
    return f"{purpose}:{media[:16]}"  # a list's options hold 128 bytes each


def _subject(media: MediaHash) -> str:
    return f"ask:doubt:{media[:16]}"
