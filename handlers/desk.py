"""One arrival at the office: who came, when, and everything a handler may do about it, inside one transaction.

Handlers are plain functions over a desk. They never touch rows: they ask permits, post intents, and remember the
conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from handlers import attention, guardian_tag, monitoring, occupancy, silence, stills, unaccounted
from handlers import effects as outside
from handlers import neighbour_news as news
from handlers.answers import BUDGETED, URGENT, Say
from handlers.arrivals import Sender
from handlers.asked import board_people
from handlers.encoding import pack_outgoing
from handlers.facts import Ground, gather, holders_now, look
from handlers.house import House
from handlers.looking import note
from handlers.neighbours import Around
from handlers.numbers import whose_number, with_number
from handlers.outgoing import Answer, Ask, Outgoing, Refusal, Settled
from handlers.request.gazetteer import Gazetteer
from handlers.talk import Talk, pack_talk, unpack_talk
from storage.agenda import NewMessage
from storage.board import BoardRow
from storage.tx import Tx
from workflow.effects import Effect, Lane
from workflow.errors import Refused
from workflow.facts import Facts
from workflow.findings import Finding
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit import events
from workflow.permit.commands import AddNote, Command
from workflow.permit.content import Content
from workflow.permit.decide import attempt, decide
from workflow.permit.effects import effects
from workflow.permit.events import Event
from workflow.permit.state import Permit
from workflow.plant import Person
from workflow.privacy.looks import LookKind
from workflow.rules.types import Role
from workflow.values import Actor


class Desk:
    """The desk for one arrival. Valid only inside its transaction; `close` writes what was gathered."""

    __slots__ = (
        "_ground", "_handles", "_posted", "_refreshed", "_talk", "_talk_before", "actor", "cause", "house", "now",
        "sender", "tapped", "tx",
    )  # fmt: skip

    def __init__(
        self, tx: Tx, house: House, *, now: datetime, cause: str, sender: Sender, actor: PersonId | None
    ) -> None:
        self.tx = tx
        self.house = house
        self.now = now
        self.cause = cause
        """The inbox key or timer key behind everything written here."""
        self.sender = sender
        self.actor = actor
        """The person who came; None for the clock."""
        self.tapped = False
        """Whether the arrival was a press on a card: the card itself shows the answer."""
        self._ground = Ground.of(tx, house, now)
        self._refreshed: dict[PermitId, None] = {}
        self._handles: dict[PermitId, str | None] = {}
        self._posted = 0
        self._talk: Talk | None = None
        self._talk_before = Talk()

    # --- who

    @property
    def me(self) -> PersonId:
        """The id of the person who came. A bug when nobody did."""
        if self.actor is None:
            raise LookupError("nobody came: the clock has no conversation")
        return self.actor

    @property
    def person(self) -> Person:
        """The person who came."""
        return self.tx.directory.people[self.me]

    @property
    def by(self) -> Actor:
        """Who acts."""
        return Actor.clock() if self.actor is None else Actor.person(self.actor)

    @property
    def today(self) -> date:
        """The calendar day at the site."""
        return self.now.astimezone(self.house.zone).date()

    @property
    def gazetteer(self) -> Gazetteer:
        """The plant's names, as the readers of sentences know them."""
        return self.house.names.of(self.tx.directory)

    # --- permits

    def permit(self, permit_id: PermitId) -> Permit:
        """The permit as it stands; blank when nobody ever submitted it."""
        return self.tx.load(self.house.permits, permit_id)[0]

    def known(self, permit_id: PermitId) -> Permit | None:
        """The permit when it exists."""
        permit = self.permit(permit_id)
        return permit if permit.content is not None else None

    def ask(self, permit_id: PermitId, command: Command) -> tuple[Event, ...]:
        """Ask a permit: facts, decision, events, effects. Raise `Refused`; an attempt worth remembering is kept."""
        permit, version = self.tx.load(self.house.permits, permit_id)
        facts = gather(self._ground, permit, command)
        try:
            found = decide(permit, command, self.house.book, facts)
        except Refused as refused:
            tried = attempt(command, refused)
            if tried is not None and version:
                self._write(permit, version, (tried,), facts)
            raise
        if found:
            self._write(permit, version, found, facts)
        return found

    def attempt(self, permit_id: PermitId, command: Command, asked: str) -> tuple[Event, ...] | None:
        """`ask`, with a no said to the person who came: None when it was refused."""
        try:
            return self.ask(permit_id, command)
        except Refused as refused:
            self.refuse(permit_id, asked, refused.findings)
            silence.refused(self, permit_id, refused.findings)
            return None

    def keep_attempt(self, permit_id: PermitId, what: str, gate: str, text: str) -> None:
        """Keep an attempt that never became a command on the permit it was aimed at."""
        permit, version = self.tx.load(self.house.permits, permit_id)
        tried = events.AttemptRefused(by=self.by, at=self.now, command=what, gates=(gate,), text=text)
        self._write(
            permit, version, (tried,), gather(self._ground, permit, AddNote(by=self.by, at=self.now, text=what))
        )

    def holders(self, area: AreaId | None) -> Mapping[Role, tuple[PersonId, ...]]:
        """Who holds which role at a place."""
        return holders_now(self.tx, self.house.posts, area, self.now)[0]

    def facts_about(self, permit_id: PermitId, content: Content) -> Facts:
        """Everything known that may matter to this content."""
        return look(self._ground, permit_id, content)

    def around(self, permit_id: PermitId, content: Content) -> Around:
        """Everything open around a permit, or around a draft that may become one."""
        return Around(self._ground, permit_id, content)

    def mine(self) -> tuple[BoardRow, ...]:
        """Open permits that name or wait for the person who came."""
        return self.tx.open_permits_of(self.me)

    def _write(self, before: Permit, version: int, found: tuple[Event, ...], facts: Facts) -> None:
        wanted: list[Effect] = []
        state = before
        for event in found:
            attention.noted(self, before=state, event=event)
            after, version = self.tx.append(self.house.permits, before.id, version, (event,), self.now, self.cause)
            wanted += effects(event, state, after, self.now)
            if isinstance(event, events.GasRecorded):
                monitoring.typed(self, before.id, event)
            stills.noted(self, event, after)
            state = after
        if state.content is None:
            return
        self.tx.put_on_board(self._row(state, facts))
        news.spread(self, before, state)
        unaccounted.offered(self, before, state)
        monitoring.moved(self, before, state)
        guardian_tag.moved(self, before, state)
        stills.moved(self, before, state)
        occupancy.moved(self, before, state)
        situation = outside.Situation(
            permit=state, holders=facts.holders, standing_in=facts.standing_in, standby=facts.standby
        )
        for effect in wanted:
            outside.apply(self, effect, situation)

    def _row(self, permit: Permit, facts: Facts) -> BoardRow:
        content = permit.what
        return BoardRow(
            permit=permit.id,
            status=permit.status.value,
            version=permit.version,
            work=content.work.value,
            grade=permit.law.grade.value,
            area=content.area,
            place=content.place,
            equipment=content.equipment,
            planned=content.planned,
            live=permit.live,
            open=not permit.over,
            task=content.task,
            people=board_people(permit, facts.holders, self.now),
            updated_at=self.now,
        )

    # --- saying

    def post(
        self, outgoing: Outgoing, *, purpose: str, lane: Lane = Lane.ACTION, permit: PermitId | None = None
    ) -> None:
        """Put an intent for the person who came into the outbox."""
        self.post_to(self.me, outgoing, purpose=purpose, lane=lane, permit=permit)

    def post_to(
        self,
        recipient: str,
        outgoing: Outgoing,
        *,
        purpose: str,
        lane: Lane = Lane.ACTION,
        permit: PermitId | None = None,
        coalesce: str | None = None,
    ) -> None:
        """Put an intent for somebody into the outbox; its key is the arrival that caused it, and a running number."""
        self._posted += 1
        self.tx.post(
            NewMessage(
                key=f"{self.cause}#{self._posted}",
                lane=lane,
                recipient=recipient,
                purpose=purpose,
                payload=pack_outgoing(outgoing),
                at=self.now,
                permit=permit,
                coalesce_key=coalesce,
            )
        )

    def say(self, key: Say, **args: str) -> None:
        """A short plain answer to the person who came; those of the budget at most once in a while."""
        if key in BUDGETED:
            if not self.talk.may_say(key, self.now):
                return
            self.talk = self.talk.saying(key, self.now)
        lane = Lane.SAFETY if key in URGENT else Lane.ACTION
        self.post(Answer(person=self.me, key=key.value, args=args), purpose="answer", lane=lane)

    def question(self, ask: Ask) -> None:
        """A question with taps to the person who came."""
        self.post(ask, purpose="ask")

    def settle(self, subject: str, key: Say, **args: str) -> None:
        """The question with this subject is answered; its card, if any, says so."""
        if subject:
            done = Settled(person=self.me, subject=subject, key=key.value, args=args)
            self.post(done, purpose="settled")

    def refuse(self, permit_id: PermitId | None, asked: str, findings: tuple[Finding, ...]) -> None:
        """A plain no to the person who came."""
        told = tuple(with_number(self.tx.directory, self.me, finding) for finding in findings)
        for one in (whose_number(self.tx.directory, self.me, finding) for finding in findings):
            if one is not None:
                note(self.tx, self.house, one, self.me, LookKind.CONTACT, self.now, what=permit_id or asked, why="")
        refusal = Refusal(person=self.me, permit=permit_id, asked=asked, findings=told)
        self.post(refusal, purpose="refusal", permit=permit_id)

    def show_again(self, permit_id: PermitId, handle: str | None = None) -> None:
        """The person's own card of this permit is to show the state of now, spending the right the tap brought."""
        self._handles[permit_id] = handle

    def refresh_later(self, permit_id: PermitId) -> None:
        """Everybody's cards of this permit are to show the state of now; done once, at the end."""
        self._refreshed[permit_id] = None

    # --- the conversation

    @property
    def talk(self) -> Talk:
        """What is remembered of the conversation with the person who came."""
        if self._talk is None:
            self._talk = self._talk_before = self._stored()
        return self._talk

    @talk.setter
    def talk(self, talk: Talk) -> None:
        if self._talk is None:
            self._talk_before = self._stored()
        self._talk = talk

    def _stored(self) -> Talk:
        row = self.tx.draft(self.me)
        return unpack_talk(row.body if row is not None else None)

    def forget_question(self) -> None:
        """No question outside of the draft is open any more."""
        if self.talk.awaiting is not None:
            self.talk = replace(self.talk, awaiting=None)

    # --- the end

    def close(self) -> None:
        """Write the conversation and the refreshes."""
        if self._talk is not None and self._talk != self._talk_before:
            if self._talk.empty:
                self.tx.drop_draft(self.me)
            else:
                self.tx.put_draft(self.me, pack_talk(self._talk), self.now)
        for permit_id in self._refreshed:
            outside.refresh_holders(self, permit_id, but=self.actor if permit_id in self._handles else None)
        for permit_id, handle in self._handles.items():
            outside.refresh_one(self, self.me, permit_id, handle)
