"""A hazard as one person may see it now: what may be pressed is what the core would listen to from this person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cards.hazard import HazardView
from cards.views import Seal
from cards.words_hazards import CAMERA, UNNAMED
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.hazards import facts_of, load
from handlers.house import House
from storage.tx import Tx
from workflow.hazard import commands as c
from workflow.hazard.effects import About
from workflow.hazard.facts import Facts, acceptors, present
from workflow.hazard.state import Hazard, Stage
from workflow.hazard.transitions import LISTENS
from workflow.ids import HazardId, PersonId
from workflow.values import Actor

_NOBODY = Sender(platform="", corp="", user="")


def hazard_view(
    tx: Tx,
    house: House,
    number: HazardId,
    person: PersonId,
    *,
    about: str,
    now: datetime,
    seal: Seal,
    page: str | None = None,
) -> HazardView | None:
    """None when nobody ever reported such a hazard, or none are taken here."""
    if house.hazard_rules is None:
        return None
    desk = Desk(tx, house, now=now, cause="view", sender=_NOBODY, actor=None)
    hazard = load(desk, number)
    if hazard.sighting is None:
        return None
    facts = facts_of(desk, hazard, c.AddNote(by=Actor.clock(), at=now, text=""))
    seen_by = None if hazard.reporter is None else hazard.reporter.as_person
    shown = hazard.shown_reporter(person, facts.safety)
    return HazardView(
        hazard=hazard,
        about=About(about) if about else None,
        mine=person == seen_by or person in hazard.witnesses,
        earned=hazard.earned if person == seen_by else 0,
        reporter=CAMERA if seen_by is None else _reporter(_name(tx, shown), named=hazard.sighting.named),
        responsible=_name(tx, hazard.responsible),
        may=tuple(may_press(hazard, facts, person)),
        now=now,
        zone=house.zone,
        seal=seal,
        page_url=page,
    )


def seen_by(tx: Tx, house: House, number: HazardId, person: PersonId, *, now: datetime) -> Hazard | None:
    """The hazard for whoever has to do with it; None for everybody else, as if there were none."""
    if house.hazard_rules is None:
        return None
    desk = Desk(tx, house, now=now, cause="view", sender=_NOBODY, actor=None)
    hazard = load(desk, number)
    if hazard.sighting is None:
        return None
    facts = facts_of(desk, hazard, c.AddNote(by=Actor.clock(), at=now, text=""))
    reporter = None if hazard.reporter is None else hazard.reporter.as_person
    concerned = {
        reporter, hazard.responsible, hazard.charge, hazard.accepted_by, *hazard.witnesses, *hazard.told, *hazard.hands,
        *facts.safety, *facts.leadership, *facts.owners, *(desk.permit(one).guardian for one in hazard.permits),
    }  # fmt: skip
    return hazard if person in concerned else None


def _reporter(name: str, *, named: bool) -> str:
    """Whoever may know it is reminded that the others do not."""
    return name if named or not name else f"{name}（{UNNAMED}）"


def _name(tx: Tx, person: PersonId | None) -> str:
    known = None if person is None else tx.directory.people.get(person)
    return "" if person is None else known.name if known is not None else str(person)


def may_press(hazard: Hazard, facts: Facts, person: PersonId) -> Iterator[str]:
    """Keys of the buttons for this person. The core decides again when one is pressed."""
    listens = LISTENS[hazard.stage]
    responsible = person == hazard.responsible
    if responsible and hazard.stage is Stage.RECTIFYING:
        if hazard.taken_at is None:
            yield "take"
        yield "rectify"
        if hazard.extension is None and hazard.extensions < hazard.ruling[0].extensions:
            yield "extend"
    if c.Accept in listens and person in acceptors(hazard, facts):
        yield "accept"
        yield "back"
    if hazard.extension is not None and not responsible and person in _grant(hazard, facts):
        yield "grant"
        yield "refuse"
    if c.Assign in listens and person in _assigns(hazard, facts):
        yield "assign"
    if hazard.open and person in hazard.told and not responsible and hazard.charge != person:
        yield "charge"


def _grant(hazard: Hazard, facts: Facts) -> tuple[PersonId, ...]:
    major = hazard.ruling[1].major
    return present(facts.leadership if major else (*facts.safety, *facts.leadership), facts)


def _assigns(hazard: Hazard, facts: Facts) -> tuple[PersonId, ...]:
    below = None if hazard.responsible is None else facts.people.get(hazard.responsible)
    above = () if below is None or below.superior is None else (below.superior,)
    return (*present((*facts.safety, *facts.leadership), facts), *above)
