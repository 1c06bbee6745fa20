"""A whole office on a real SQLite file: the demo plant's people, the real rules, a clock that stands still, no
platform.

People speak by arrivals; what the office leaves in the outbox is read back as intents. Nothing is patched.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cards.buttons import Action, Press, pack
from handlers.arrivals import (
    Arrival,
    CameraShots,
    Location,
    MediaStored,
    MenuPressed,
    Photo,
    Scan,
    Sender,
    Tap,
    Text,
    Voice,
)
from handlers.due import due_of
from handlers.encoding import unpack_outgoing
from handlers.facts import Ground, look
from handlers.house import House, house
from handlers.office import Office
from handlers.outgoing import Answer, Ask, Fetch, Outgoing, PermitCard, Refusal
from handlers.talk import Talk, unpack_talk
from sandbox.plant import areas, companies, equipment, everybody, groups
from storage.agenda import AgendaKind, Claimed
from storage.cards_sent import CardSent
from storage.directory import Account, Contractor, Register
from storage.engine import open_database
from storage.media import MediaRow
from storage.migrate import upgrade
from storage.policy_hazards import HazardRules, load_hazards
from storage.tx import Tx
from storage.writer import Writer
from tests.support.rulebook import chemical
from workflow.facts import Facts
from workflow.ids import MediaHash, SiteId
from workflow.permit.events import Event
from workflow.permit.state import Permit, Status
from workflow.values import Datum, Position

ZONE = ZoneInfo("Asia/Shanghai")
SITE = SiteId("hc")
CORP = "wwcorp"
SECRET = b"0123456789abcdef0123456789abcdef"
POLICIES = Path(__file__).parents[2] / "policies"
TODAY = date(2026, 3, 18)
"""A Wednesday, no holiday near."""
Kind = TypeVar("Kind")


def at(clock: str, day: str = TODAY.isoformat()) -> datetime:
    """A time of day at the site."""
    hour, minute = (int(part) for part in clock.split(":"))
    year, month, on = (int(part) for part in day.split("-"))
    return datetime(year, month, on, hour, minute, tzinfo=ZONE)


def template(folder: Path) -> Path:
    """A migrated, seeded database file, to be copied for each test."""
    path = folder / "office.sqlite3"
    upgrade(f"sqlite:///{path}")
    writer = Writer(open_database(f"sqlite:///{path}"), SITE)
    writer.start_blocking()
    people = everybody(TODAY)
    named = [one for one in people if not one.id.startswith("hc0")]
    register = Register(
        people=people,
        accounts=tuple(Account(platform="wecom", corp=CORP, userid=one.id, person=one.id) for one in people),
        areas=areas(),
        equipment=equipment(),
        groups=groups(),
        contractors=tuple(Contractor(id=one, name=name, valid_to=until) for one, name, until in companies(TODAY)),
    )
    assert len(named) >= 18
    writer.submit_blocking(lambda tx: tx.put_register(register))
    writer.stop_blocking()
    return path


@dataclass(slots=True)
class Rows:
    """What the office posted since it was last asked."""

    claimed: list[tuple[Claimed, Outgoing]]

    def to(self, person: str) -> list[Outgoing]:
        return [intent for row, intent in self.claimed if row.recipient == person]

    def of(self, kind: type[Kind], person: str | None = None) -> list[Kind]:
        return [
            intent
            for row, intent in self.claimed
            if isinstance(intent, kind) and (person is None or row.recipient == person)
        ]

    def said(self, person: str) -> list[str]:
        """Keys of the answers, questions and notes on cards a person got."""
        keys = [intent.note if isinstance(intent, PermitCard) else intent.key for intent in self._speaking(person)]
        return [key for key in keys if key]

    def _speaking(self, person: str) -> list[Answer | Ask | PermitCard]:
        return [intent for intent in self.to(person) if isinstance(intent, Answer | Ask | PermitCard)]

    def refused(self, person: str) -> list[str]:
        """Gates of the refusals a person got."""
        return [gate.gate for intent in self.of(Refusal, person) for gate in intent.findings]

    def pushed(self, person: str) -> list[str]:
        """Purposes of the cards pushed to a person."""
        return [str(intent.purpose) for intent in self.of(PermitCard, person) if intent.purpose is not None]

    def lanes(self, kind: type[Any]) -> set[str]:
        return {row.lane for row, intent in self.claimed if isinstance(intent, kind)}


@dataclass(slots=True)
class World:
    """The office, its clock, and everybody's phone."""

    writer: Writer
    house: House
    office: Office
    now: datetime
    count: int = 0
    inbox: list[Arrival] = field(default_factory=list)

    # --- people

    def sender(self, who: str) -> Sender:
        return Sender(platform="wecom", corp=CORP, user=who)

    def head(self, who: str, key: str | None) -> dict[str, Any]:
        self.count += 1
        return {
            "site": SITE,
            "sender": self.sender(who),
            "dedup_key": key or f"a{self.count}",
            "received_at": self.now,
            "sent_at": self.now,
        }

    async def take(self, arrival: Arrival) -> Rows:
        self.inbox.append(arrival)
        await self.office.handle(arrival)
        return await self.rows()

    async def says(self, who: str, text: str, *, key: str | None = None) -> Rows:
        return await self.take(Text(**self.head(who, key), text=text))

    async def taps(
        self,
        who: str,
        action: Action,
        subject: str,
        arg: str = "",
        *,
        revision: int = 1,
        chosen: dict[str, tuple[str, ...]] | None = None,
        owner: str | None = None,
        key: str | None = None,
        handle: str | None = "code",
    ) -> Rows:
        """Press a button made for ``owner`` (by default the one who presses)."""
        press = Press(action=action, subject=subject, revision=revision, arg=arg)
        token = pack(press, person=owner or who, secret=SECRET)
        return await self.token(who, token, chosen=chosen, key=key, handle=handle)

    async def token(
        self,
        who: str,
        token: str,
        *,
        chosen: dict[str, tuple[str, ...]] | None = None,
        key: str | None = None,
        handle: str | None = "code",
    ) -> Rows:
        head = self.head(who, key)
        handle = f"{handle}-{self.count}" if handle is not None else None
        return await self.take(Tap(**head, token=token, card=f"card-{who}", update_handle=handle, chosen=chosen or {}))

    async def scans(self, who: str, code: str) -> Rows:
        return await self.take(Scan(**self.head(who, None), menu_key="scan", code=code))

    async def menu(self, who: str, key: str) -> Rows:
        return await self.take(MenuPressed(**self.head(who, None), key=key))

    async def locates(self, who: str, latitude: str, longitude: str, *, asked: bool = True) -> Rows:
        position = Position(
            latitude=Decimal(latitude), longitude=Decimal(longitude), datum=Datum.WGS84, accuracy_m=Decimal(10)
        )
        return await self.take(Location(**self.head(who, None), position=position, label="这里", asked=asked))

    async def photographs(self, who: str, *, camera: str = "before", name: str | None = None) -> Rows:
        """A photo with its whole way: the camera's word before or after it, the picture, the fetch, the store."""
        name = name or f"photo-{self.count}"
        md5 = self.md5(name)
        if camera == "before":
            await self.shots(who, md5)
        rows = await self.take(Photo(**self.head(who, None), handle=name))
        (fetch,) = rows.of(Fetch, who)
        rows = await self.stores(fetch, md5)
        if camera == "after":
            await self.shots(who, md5)
        return rows

    @staticmethod
    def md5(name: str) -> str:
        """The MD5 of a picture's bytes, here made of its name."""
        return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()

    async def shots(self, who: str, md5: str) -> Rows:
        return await self.take(CameraShots(**self.head(who, None), menu_key="shoot", md5=(md5,)))

    async def speaks(self, who: str, text: str | None) -> Rows:
        rows = await self.take(Voice(**self.head(who, None), handle=f"voice-{self.count}", format="amr", text=text))
        (fetch,) = rows.of(Fetch, who)
        return await self.stores(fetch, "0" * 32)

    async def stores(
        self, fetch: Fetch, md5: str, *, copies: MediaHash | None = None, codes: tuple[str, ...] = ()
    ) -> Rows:
        """The fetcher has done its job."""
        media = MediaHash(hashlib.sha256(fetch.handle.encode()).hexdigest())
        row = MediaRow(
            sha256=media,
            mime="image/jpeg",
            size=1,
            path="x",
            received_at=self.now,
            person=fetch.person,
            md5=md5,
            copies=copies,
            codes=codes,
        )
        await self.writer.submit(lambda tx: tx.add_media(row))
        head = self.head(fetch.user, f"stored:{fetch.origin}")
        return await self.take(
            MediaStored(**head, kind=fetch.kind, media=media, md5=md5, text=fetch.text, origin=fetch.origin)
        )

    # --- time

    async def passes(self, **by: int) -> Rows:
        """Let time pass, firing every timer at its moment."""
        until = self.now + timedelta(**by)
        found: list[tuple[Claimed, Outgoing]] = []
        while True:
            due = await self.writer.submit(lambda tx: tx.next_due(AgendaKind.TIMER))
            if due is None or due > until:
                break
            self.now = max(self.now, due.astimezone(ZONE))
            found += (await self.fires()).claimed
        self.now = until
        return Rows(found)

    async def until_asked(self, number: str) -> Rows:
        """Let time pass until the guardian of a permit is asked: nobody knows when, within half an hour."""
        latest = self.now + timedelta(minutes=30)
        found: list[tuple[Claimed, Outgoing]] = []
        while (await self.permit(number)).prompt_open is None:
            due = await self.writer.submit(lambda tx: tx.next_due(AgendaKind.TIMER))
            assert due is not None
            assert due <= latest, "nobody was asked in time"
            self.now = max(self.now, due.astimezone(ZONE))
            found += (await self.fires()).claimed
        return Rows(found)

    async def fires(self) -> Rows:
        """Fire what is due now."""

        def claim(tx: Tx) -> tuple[Claimed, ...]:
            return tx.claim_due(AgendaKind.TIMER, now=self.now, limit=50, lease=timedelta(seconds=1), worker="test")

        found: list[tuple[Claimed, Outgoing]] = []
        for row in await self.writer.submit(claim):
            found += (await self.take(due_of(row, site=SITE, now=self.now))).claimed
            await self.writer.submit(partial(_mark, row=row, now=self.now))
        return Rows(found)

    # --- looking

    async def rows(self) -> Rows:
        """Everything in the outbox; taken out of it."""

        def claim(tx: Tx) -> tuple[Claimed, ...]:
            rows = tx.claim_due(AgendaKind.MESSAGE, now=self.now, limit=200, lease=timedelta(days=900), worker="test")
            for row in rows:
                tx.mark_done(row, self.now)
            return rows

        rows = await self.writer.submit(claim)
        for row in rows:
            intent = unpack_outgoing(row.payload)
            if isinstance(intent, PermitCard):
                await self._hold(f"permit:{intent.permit}", intent.person)
        return Rows([(row, unpack_outgoing(row.payload)) for row in rows])

    async def _hold(self, subject: str, person: str) -> None:
        """What the relay does after a push: the person now holds a card."""
        self.count += 1
        card = CardSent(
            platform="wecom", task_id=f"task-{self.count}", subject=subject, person=person, shown_version=1,
            content_hash="", sent_at=self.now, updated_at=self.now,
        )  # fmt: skip
        await self.writer.submit(lambda tx: tx.record_card(card))

    async def permit(self, number: str) -> Permit:
        return await self.writer.submit(lambda tx: tx.load(self.house.permits, number)[0])

    async def status(self, number: str) -> Status:
        return (await self.permit(number)).status

    async def events(self, number: str) -> list[Event]:
        records = await self.writer.submit(lambda tx: tx.records(self.house.permits, number))
        return [self.house.permits.codec.decode(record.kind, record.body) for record in records]

    async def kinds(self, number: str) -> list[str]:
        return [type(event).__name__ for event in await self.events(number)]

    async def talk(self, who: str) -> Talk:
        row = await self.writer.submit(lambda tx: tx.draft(who))
        return unpack_talk(row.body) if row is not None else Talk()

    async def shown(self, who: str) -> Any:
        """What the person's draft card says now."""
        draft = (await self.talk(who)).draft
        assert draft is not None
        return draft.shown

    async def answers(self, who: str, value: str | tuple[str, ...] = ()) -> Rows:
        """Tap an answer under the open question of the draft."""
        draft = (await self.talk(who)).draft
        assert draft is not None
        asked = draft.shown.question
        assert asked is not None
        if isinstance(value, str):
            return await self.taps(who, Action.ANSWER, draft.id, f"{asked.key}={value}", revision=draft.version)
        return await self.taps(
            who, Action.ANSWER, draft.id, asked.key, revision=draft.version, chosen={asked.key: value}
        )

    async def submits(self, who: str) -> Rows:
        draft = (await self.talk(who)).draft
        assert draft is not None
        return await self.taps(who, Action.SUBMIT, draft.id, revision=draft.version)

    async def offered(self, rows: Rows, who: str, number: int = 0) -> Rows:
        """Tap one of the offers of the question a person has just got."""
        (ask,) = rows.of(Ask, who)
        press = ask.offers[number].press
        return await self.token(who, pack(press, person=who, secret=SECRET))


async def facts_of(world: World, number: str) -> Facts:
    """What the plant knows about one permit now."""

    def gather(tx: Tx) -> Facts:
        permit = tx.load(world.house.permits, number)[0]
        ground = Ground(
            tx=tx,
            permits=world.house.permits,
            deviations=world.house.deviations,
            hazards=world.house.hazards,
            posts=world.house.posts,
            now=world.now,
            zone=world.house.zone,
        )
        return look(ground, permit.id, permit.what)

    return await world.writer.submit(gather)


def _mark(tx: Tx, *, row: Claimed, now: datetime) -> None:
    tx.mark_done(row, now)


Stage = Callable[[str], World]
"""Opens an office in which one permit has reached a stage (`tests.support.hot_work.STAGES`)."""


@cache
def _hazard_rules() -> HazardRules:
    return load_hazards(POLICIES, plant="plant.example.yaml", industry=chemical().plant.industry)


def open_world(path: Path, now: datetime) -> World:
    """Start an office on a copy of the seeded database. Stop its writer afterwards."""
    writer = Writer(open_database(f"sqlite:///{path}"), SITE)
    writer.start_blocking()
    furniture = house(site=SITE, zone=ZONE, book=chemical(), secret=SECRET, hazard_rules=_hazard_rules())
    world = World(writer=writer, house=furniture, office=None, now=now)  # type: ignore[arg-type]
    world.office = Office(writer=writer, house=furniture, clock=lambda: world.now)
    return world


def copied(seed: Path, folder: Path) -> Path:
    """A fresh copy of the seeded database."""
    path = folder / "office.sqlite3"
    shutil.copy(seed, path)
    return path
