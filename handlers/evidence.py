"""Photos, voices and videos: what each is for, fetching it after the commit, and taking it as evidence once it is ours.

A photo belongs to the person's open step: what was just asked for, else the next photo one of their permits wants.
What it was taken as is said, with taps to change it. Whether the platform's camera took it is told by an MD5 sum,
which may come before the picture or after it (docs/adr/0032).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cards import words_photos
from cards.buttons import Action, Press
from cards.freshness import shows_code
from handlers import hazard_steps, liveness
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.arrivals import CameraShots, MediaStored, Photo, Video, Voice
from handlers.checkins import LONGEST_LINE, figures_confirmed
from handlers.desk import Desk
from handlers.doubts import doubted
from handlers.outgoing import Ask, Fetch, Offer
from handlers.purposes import JSA, NOTE, label_of, purposes_of
from handlers.reading import clean
from handlers.sketching import takes_sketch
from handlers.talk import SHOTS_FOR, Awaiting, Expect, Pending
from workflow.effects import Lane
from workflow.ids import MediaHash, PermitId
from workflow.permit import commands as c
from workflow.permit.state import Permit, Status
from workflow.permit.tasks import PHOTO_PURPOSE
from workflow.permit.transitions import LISTENS
from workflow.rules.checklists import PHOTO, evidence_of
from workflow.rules.tasks import TaskKind
from workflow.rules.types import Role

ASKED_PHOTO, ASKED_NOTE = "photo", "note"

_BEFORE_START = frozenset({Status.PREPARING, Status.IN_REVIEW, Status.ISSUED, Status.SUSPENDED})
_MOMENTS = {**dict.fromkeys(_BEFORE_START, ("start",)), Status.ACTIVE: ("during", "close")}
"""Which photos a permit wants now; after the work, those of the end."""
_AT_THE_END = frozenset({Status.ACTIVE, Status.COMPLETED, Status.FIRE_WATCH, Status.EXPIRED, Status.VOIDED})
_CREW = frozenset({Role.WORK_LEADER.value, Role.GUARDIAN.value, Role.WORKER.value, Role.APPLICANT.value})
_KEEPERS = frozenset({Role.WORK_LEADER.value, Role.GUARDIAN.value, Role.APPLICANT.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a photo may be taken as."""

    permit: PermitId
    purpose: str
    label: str


# --- something came -------------------------------------------------------------------------------------------------


def photo(desk: Desk, arrival: Photo) -> None:
    """A picture: decide now what it is for, fetch it after the commit."""
    if arrival.permit is not None:
        use = _meant(desk, arrival.permit, arrival.purpose)
    else:
        use = None if _shows_hazard(desk) else next(uses(desk), None)
    _fetch(desk, arrival.dedup_key, arrival.handle, "photo", use, said=arrival.permit is not None)


def _shows_hazard(desk: Desk) -> bool:
    """A photo about a hazard was asked for, and none to show that work goes on safely."""
    return hazard_steps.wants_photo(desk) and not any(liveness.asked(desk, TaskKind.PHOTO))


def _meant(desk: Desk, number: PermitId, purpose: str) -> Use | None:
    """What the sender says it is for; nothing that is not theirs to show, and never something else instead."""
    crew = any(
        row.permit == number and any(person == desk.me and role in _CREW for role, person in row.people)
        for row in desk.mine()
    )
    permit = desk.known(number)
    if not crew or permit is None or c.AddPhoto not in LISTENS[permit.status] or purpose not in purposes_of(permit):
        return None
    return Use(permit=number, purpose=purpose, label=label_of(permit, purpose))


def voice(desk: Desk, arrival: Voice) -> None:
    """A voice note: kept with the permit at hand, with its text when the platform gives one."""
    _fetch(desk, arrival.dedup_key, arrival.handle, "voice", _note_use(desk), text=arrival.text)


def video(desk: Desk, arrival: Video) -> None:
    """A video: kept with the permit at hand."""
    use = None if hazard_steps.wants_photo(desk) else _note_use(desk)
    _fetch(desk, arrival.dedup_key, arrival.handle, "video", use)


def _fetch(
    desk: Desk, origin: str, handle: str, kind: str, use: Use | None, *, text: str | None = None, said: bool = False
) -> None:
    sender = desk.sender
    fetch = Fetch(
        person=desk.me,
        platform=sender.platform,
        corp=sender.corp,
        user=sender.user,
        handle=handle,
        kind=kind,
        origin=origin,
        text=text,
    )
    desk.post(fetch, purpose="fetch", lane=Lane.ACTION, permit=use.permit if use is not None else None)
    permit, purpose = (use.permit, use.purpose) if use is not None else (None, "")
    desk.talk = desk.talk.expecting(Pending(origin=origin, permit=permit, purpose=purpose, at=desk.now, said=said))


def camera(desk: Desk, arrival: CameraShots) -> None:
    """The platform's word that its camera took pictures.

    Those that came before it are looked up, the others awaited.
    """
    sums = dict.fromkeys(each.lower() for each in arrival.md5)
    awaited = tuple(md5 for md5 in sums if not _vouch(desk, md5))
    if awaited:
        desk.talk = desk.talk.with_shots(awaited, desk.now)


def _vouch(desk: Desk, md5: str) -> bool:
    """The picture is here already: say of every use this person made of it that the camera took it."""
    mine = {row.permit for row in desk.mine()}
    seen = False
    for row in desk.tx.media_with_md5(md5):
        if row.person != desk.me or desk.now - row.received_at > SHOTS_FOR:
            continue
        seen = True
        for number in mine:
            for taken in desk.permit(PermitId(number)).photos:
                if taken.media == row.sha256 and taken.by == desk.me and not taken.camera:
                    _add(desk, PermitId(number), taken.purpose, row.sha256, camera=True)
    return seen


# --- it is ours now -------------------------------------------------------------------------------------------------


def stored(desk: Desk, arrival: MediaStored) -> None:
    """The bytes are in our store (or cannot be had)."""
    pending = next((one for one in desk.talk.pending if one.origin == arrival.origin), None)
    desk.talk = replace(desk.talk, pending=tuple(one for one in desk.talk.pending if one is not pending))
    if arrival.media is None:
        desk.say(Say.MEDIA_TROUBLE, why=arrival.trouble)
    elif arrival.kind == "photo":
        _photo_stored(desk, arrival, arrival.media, pending)
    else:
        _note_stored(desk, arrival, arrival.media, pending)


def _photo_stored(desk: Desk, arrival: MediaStored, media: MediaHash, pending: Pending | None) -> None:
    camera_took_it = _was_shot(desk, arrival.md5)
    if pending is None or pending.permit is None:
        if not hazard_steps.shown(desk, media):
            hazard_steps.loose(desk, media)
            _which(desk, media)
        return
    label = label_of(desk.permit(pending.permit), pending.purpose)
    use = Use(permit=pending.permit, purpose=pending.purpose, label=label)
    awaiting = desk.talk.open_question(desk.now)
    asked = (
        pending.said or pending.purpose == PHOTO_PURPOSE or (awaiting is not None and _asked_use(desk, awaiting) == use)
    )
    if not asked:
        hazard_steps.loose(desk, media)
    if take(desk, use, media, camera=camera_took_it):
        _taken_as(desk, use, media, asked=asked)


def _was_shot(desk: Desk, md5: str) -> bool:
    """Whether the camera's word about this picture came first; it is used up by that."""
    shot = next((one for one in desk.talk.shots if one.md5 == md5 and desk.now - one.at <= SHOTS_FOR), None)
    if shot is not None:
        desk.talk = replace(desk.talk, shots=tuple(one for one in desk.talk.shots if one is not shot))
    return shot is not None


def take(desk: Desk, use: Use, media: MediaHash, *, camera: bool) -> bool:
    """Take a photo as something. False when the permit would not have it; then that was said."""
    drawn = use.purpose == words_photos.SKETCH
    elsewhere = None if drawn else _used_before(desk, use.permit, media)
    if elsewhere is not None:
        desk.say(Say.PHOTO_USED, number=elsewhere)
        return False
    if not _take(desk, use, media, camera=camera):
        return False
    for row in desk.tx.media_called(media)[:1]:
        desk.tx.add_media(replace(row, permit=use.permit, purpose=use.purpose))
        if row.copies is not None and not drawn and _counts(desk, use):
            doubted(desk, use.permit, use.purpose, use.label, media, row.copies)
            return False
    return True


def _counts(desk: Desk, use: Use) -> bool:
    """Whether the photo is to show something, rather than to be read: a sheet may well look like the last one."""
    return any(photo.purpose == use.purpose and photo.doubtful for photo in desk.permit(use.permit).photos)


def _used_before(desk: Desk, number: PermitId, media: MediaHash) -> str | None:
    """The other permit this very file served a while ago; a shot of now may serve two permits of one place."""
    for row in desk.tx.media_called(media):
        if row.permit not in {None, number} and desk.now - row.received_at > SHOTS_FOR:
            return row.permit
    return None


def _take(desk: Desk, use: Use, media: MediaHash, *, camera: bool) -> bool:
    if use.purpose == JSA:
        command = c.AttachJsa(by=desk.by, at=desk.now, text="", media=media)
        _done_with(desk, Expect.JSA, use)
        return desk.attempt(use.permit, command, Action.JSA.value) is not None
    if use.purpose == NOTE:
        note = c.AddNote(by=desk.by, at=desk.now, text="", media=media)
        return desk.attempt(use.permit, note, ASKED_NOTE) is not None
    if not _add(desk, use.permit, use.purpose, media, camera=camera):
        return False
    _done_with(desk, Expect.SKETCH, use)
    permit = desk.permit(use.permit)
    state = permit.measures.get(use.purpose)
    if (
        state is not None
        and state.involved
        and state.confirmed_by is None
        and c.ConfirmMeasure in LISTENS[permit.status]
    ):
        _confirm(desk, permit, use, media)
    return True


def _add(desk: Desk, number: PermitId, purpose: str, media: MediaHash, *, camera: bool) -> bool:
    row = next(iter(desk.tx.media_called(media)), None)
    codes, received_at = (row.codes, row.received_at) if row is not None else ((), desk.now)
    command = c.AddPhoto(
        by=desk.by,
        at=desk.now,
        purpose=purpose,
        media=media,
        camera=camera,
        code=shows_code(codes, number, received_at, secret=desk.house.secret),
        copies=row.copies if row is not None else None,
    )
    return desk.attempt(number, command, ASKED_PHOTO) is not None


def _confirm(desk: Desk, permit: Permit, use: Use, media: MediaHash) -> None:
    """The photo a confirmation was waiting for: the tap and the photo together confirm the measure."""
    awaiting = desk.talk.open_question(desk.now)
    waited = awaiting is not None and (awaiting.what, awaiting.permit, awaiting.step) == (
        (Expect.MEASURE, permit.id, use.purpose)
    )
    if awaiting is not None and waited:
        figures_confirmed(desk, permit, use.purpose, awaiting.detail, media)


def _done_with(desk: Desk, what: Expect, use: Use) -> None:
    awaiting = desk.talk.awaiting
    if awaiting is not None and awaiting.what is what and awaiting.permit == use.permit:
        desk.forget_question()


def _note_stored(desk: Desk, arrival: MediaStored, media: MediaHash, pending: Pending | None) -> None:
    if pending is None or pending.permit is None:
        video = arrival.kind == "video"
        if not (video and hazard_steps.shown(desk, media, video=True)):
            desk.say(Say.PHOTO_NOWHERE)
            if video:
                hazard_steps.loose(desk, media, video=True)
        return
    text = clean((arrival.text or "")[:LONGEST_LINE])
    command = c.AddNote(by=desk.by, at=desk.now, text=text, media=media)
    if desk.attempt(pending.permit, command, ASKED_NOTE) is not None:
        for row in desk.tx.media_called(media)[:1]:  # without a use for the permit it would be forgotten as nobody's
            desk.tx.add_media(replace(row, permit=pending.permit, purpose=NOTE))
        desk.say(Say.NOTE_TAKEN, number=pending.permit)


# --- what a photo is for --------------------------------------------------------------------------------------------


def uses(desk: Desk) -> Iterator[Use]:
    """What a photo of this person may be, most likely first: what was asked for, then what their permits still want."""
    awaiting = desk.talk.open_question(desk.now)
    asked = _asked_use(desk, awaiting) if awaiting is not None else None
    if asked is not None:
        yield asked
    on_the_way = {(one.permit, one.purpose) for one in desk.talk.pending}
    for permit, _ in liveness.asked(desk, TaskKind.PHOTO):
        if (permit.id, PHOTO_PURPOSE) not in on_the_way:
            yield Use(permit=permit.id, purpose=PHOTO_PURPOSE, label=label_of(permit, PHOTO_PURPOSE))
    for row in desk.mine():
        permit = desk.permit(PermitId(row.permit))
        roles = {role for role, person in row.people if person == desk.me}
        for use in _wanted(permit, roles):
            if use != asked and (use.permit, use.purpose) not in on_the_way:
                yield use


def _asked_use(desk: Desk, awaiting: Awaiting) -> Use | None:
    permit = desk.permit(awaiting.permit)
    if awaiting.what is Expect.JSA:
        return Use(permit=permit.id, purpose=JSA, label=words_photos.JSA_SHEET)
    if awaiting.what is Expect.SKETCH and takes_sketch(permit):
        return Use(permit=permit.id, purpose=words_photos.SKETCH, label=words_photos.SKETCH_LABEL)
    if awaiting.what is Expect.MEASURE:
        return Use(permit=permit.id, purpose=awaiting.step, label=label_of(permit, awaiting.step))
    return None


def _wanted(permit: Permit, roles: set[str]) -> Iterator[Use]:
    """Photos a permit still wants from somebody in these roles."""
    leads = {Role.WORK_LEADER.value, Role.APPLICANT.value} & roles
    if leads and permit.status is Status.PREPARING and permit.jsa is None:
        yield Use(permit=permit.id, purpose=JSA, label=words_photos.JSA_SHEET)
    if not _CREW & roles or c.AddPhoto not in LISTENS[permit.status]:
        return
    taken = {one.purpose for one in permit.photos}
    vouched = {one.purpose for one in permit.photos if one.fresh}
    if permit.status in _BEFORE_START and _KEEPERS & roles:
        for measure in permit.law.measures:
            state = permit.measures.get(measure.no)
            open_one = state is not None and state.involved and state.confirmed_by is None
            if open_one and PHOTO in evidence_of(measure) and measure.no not in taken:
                yield Use(permit=permit.id, purpose=measure.no, label=f"{measure.no} {measure.label}")
    moments = _MOMENTS.get(permit.status, ("close",))
    wanted = [need for moment in moments for need in permit.law.photos if need.moment == moment]
    for need in wanted:
        if need.key not in vouched:
            yield Use(permit=permit.id, purpose=need.key, label=need.label)


def _note_use(desk: Desk) -> Use | None:
    """The permit a note most likely belongs to: the open question's, else the only one at work, else the newest."""
    awaiting = desk.talk.open_question(desk.now)
    if awaiting is not None:
        return Use(permit=awaiting.permit, purpose=NOTE, label=words_photos.NOTE_PHOTO)
    rows = [row for row in desk.mine() if c.AddNote in LISTENS[Status(row.status)]]
    crew = [row for row in rows if any(person == desk.me and role in _CREW for role, person in row.people)]
    at_work = [row for row in crew if Status(row.status) in _AT_THE_END or Status(row.status) is Status.SUSPENDED]
    chosen = at_work or crew or rows
    if not chosen:
        return None
    newest = max(chosen, key=lambda row: row.updated_at)
    return Use(permit=PermitId(newest.permit), purpose=NOTE, label=words_photos.NOTE_PHOTO)


# --- saying it, and changing it -------------------------------------------------------------------------------------


def _taken_as(desk: Desk, use: Use, media: MediaHash, *, asked: bool) -> None:
    """Say what the photo was taken as, on the card with the next step. A guess leaves the other uses a tap away."""
    others = () if asked else _offers(desk, media, but=use)
    args = {"number": str(use.permit), "what": use.label}
    if not others:
        show_card(desk, use.permit, Say.PHOTO_TAKEN_AS, **args)
        return
    subject = _subject(media)
    desk.question(Ask(person=desk.me, subject=subject, key=Say.PHOTO_TAKEN_AS.value, args=args, offers=others))


def _which(desk: Desk, media: MediaHash) -> None:
    """Nobody knows what this photo is for: ask, or say that nothing wants one."""
    offers = _offers(desk, media, but=None)
    if not offers:
        desk.say(Say.PHOTO_NOWHERE)
        return
    desk.question(Ask(person=desk.me, subject=_subject(media), key=Say.PHOTO_WHICH.value, offers=offers))


_MOST_OFFERS = 5


def _offers(desk: Desk, media: MediaHash, *, but: Use | None) -> tuple[Offer, ...]:
    found: list[Offer] = []
    name = next((row.md5 for row in desk.tx.media_called(media) if row.md5), "")
    for use in uses(desk):
        if use != but and len(found) < _MOST_OFFERS:
            revision = desk.permit(use.permit).revision
            # The MD5 finds the file again and is short: a list's options hold 128 bytes each.
            arg = f"{use.purpose}:{name}"
            press = Press(action=Action.PHOTO, subject=use.permit, revision=revision, arg=arg)
            found.append(Offer(press=press, label=use.label))
    return tuple(found)


def _subject(media: MediaHash) -> str:
    return f"ask:photo:{media[:16]}"


def moved(desk: Desk, permit: Permit, press: Press) -> None:
    """改用途: the photo is also (or rather) this. The earlier use stays in the journal; what counts is asked by the
    rules."""
    purpose, _, name = press.arg.rpartition(":")
    mine = [row for row in desk.tx.media_with_md5(name) if row.person == desk.me]
    if not mine:
        desk.say(Say.OLD_BUTTON, number=permit.id)
        return
    media = mine[-1].sha256
    by_camera = any(
        taken.camera and taken.media == media
        for row in desk.mine()
        for taken in desk.permit(PermitId(row.permit)).photos
    )
    use = Use(permit=permit.id, purpose=purpose, label=label_of(permit, purpose))
    if take(desk, use, media, camera=by_camera):
        args = {"number": str(permit.id), "what": use.label}
        desk.settle(_subject(media), Say.PHOTO_MOVED, **args)
