"""Workers without an account: who they are on a permit, what they could do now, and the question to their foreman."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cards import words_links
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.outgoing import Ask, Offer
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit.case import Case
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import LISTENS
from workflow.permit.vouching import unfit_voucher
from workflow.vouching import LinkPurpose

if TYPE_CHECKING:
    from handlers.desk import Desk

_MOST_OFFERS = 6


def offered(desk: Desk, before: Permit, after: Permit) -> None:
    """A permit was issued: workers without an account still have to sign, and the leader is asked to open links.

    Where he is not of their company, the foremen of the plant's list are.
    """
    if after.status is not Status.ISSUED or before.status is after.status or not without_account(desk, after):
        return
    if ask_for_whom(desk, after, after.leader):
        return
    directory, area = desk.tx.directory, after.what.area
    posts = desk.house.book.plant.vouching.foreman_posts
    for foreman in dict.fromkeys(one.id for post in posts for one in directory.holders(post, area)):
        ask_for_whom(desk, after, foreman)


def without_account(desk: Desk, permit: Permit) -> tuple[PersonId, ...]:
    """Workers of the permit whom no platform reaches."""
    directory = desk.tx.directory
    return tuple(
        person
        for person in dict.fromkeys(permit.what.workers)
        if person in directory.people and not directory.accounts_of(person)
    )


def ask_for_whom(desk: Desk, permit: Permit, foreman: PersonId) -> bool:
    """Ask the foreman for whom he opens a link; False when there is nobody he could open one for."""
    case = case_of(desk, permit)
    waiting = [
        person
        for person in without_account(desk, permit)
        if purpose_now(permit, person) is not None and not any(unfit_voucher(case, person, foreman))
    ]
    offers = tuple(
        Offer(
            press=Press(action=Action.VOUCH, subject=permit.id, revision=permit.revision, arg=person),
            label=words_links.VOUCH_FOR.format(name=name_of(desk, person)),
        )
        for person in waiting[:_MOST_OFFERS]
    )
    if offers:
        names = "、".join(name_of(desk, person) for person in waiting)
        args = {"number": str(permit.id), "names": names}
        ask = Ask(person=foreman, subject=f"vouch:{permit.id}", key=Say.VOUCH_ASK.value, args=args, offers=offers)
        desk.post_to(foreman, ask, purpose="vouch", permit=permit.id)
    return bool(offers)


def purpose_now(permit: Permit, person: PersonId) -> LinkPurpose | None:
    """What a link could be for now; None when there is nothing this person could do."""
    heard = LISTENS[permit.status]
    if c.SignBriefing in heard and person not in permit.briefed:
        return LinkPurpose.BRIEFING
    return LinkPurpose.STOP if c.StopWork in heard and permit.live else None


def case_of(desk: Desk, permit: Permit) -> Case:
    """The permit with the facts of now, for asking the core about it."""
    return Case(permit=permit, book=desk.house.book, facts=desk.facts_about(permit.id, permit.what), at=desk.now)


def name_of(desk: Desk, person: PersonId) -> str:
    """The person's name, or the bare id when unknown."""
    known = desk.tx.directory.person(person)
    return known.name if known is not None else str(person)
