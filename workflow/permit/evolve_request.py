"""What the events of asking, preparing, reviewing and ending do to a permit."""

from __future__ import annotations

from types import MappingProxyType

from workflow.permit import events as e
from workflow.permit.changes import Changes
from workflow.permit.content import Content
from workflow.permit.evolve_common import impossible, measured, over, who
from workflow.permit.state import Closing, MeasureState, Permit, Signature
from workflow.rules.types import PermitRules


def submitted(permit: Permit, event: e.PermitSubmitted) -> Changes:
    if event.revision != permit.revision + 1:
        impossible(permit, event, f"carries revision {event.revision} after {permit.revision}")
    kept = _kept_ground(permit, event.rules) if _same_ground(permit.content, event.content) else _new_ground()
    return {
        **kept,
        "revision": event.revision,
        "content": event.content,
        "content_hash": event.content_hash,
        "rules": event.rules,
        "submitted_at": event.at,
        "accepted_by": None,
        "accepted_at": None,
        "review_requested_by": None,
        "review_requested_at": None,
        "signatures": (),
        "closing": None,
        **_asked_anew(event),
    }


def _same_ground(old: Content | None, new: Content) -> bool:
    """Whether what was found out about the place and the work still speaks of the same place and work (4.16, 4.17)."""
    if old is None:
        return False
    return (old.work, old.area, old.place, old.equipment, old.method, old.facts) == (
        (new.work, new.area, new.place, new.equipment, new.method, new.facts)
    )


def _kept_ground(permit: Permit, rules: PermitRules) -> Changes:
    numbers = {measure.no for measure in rules.measures}
    return {"measures": MappingProxyType({no: state for no, state in permit.measures.items() if no in numbers})}


def _new_ground() -> Changes:
    return {
        "jsa": None,
        "measures": MappingProxyType({}),
        "briefed": (),
        "vouched": MappingProxyType({}),
        "presence": MappingProxyType({}),
        "photos": (),
        "purge_by_hand": None,
        "gas": (),
        "gas_failed_once": False,
        "ventilation_running": None,
        "ventilation_mechanical": None,
        "mechanical_since": None,
    }


def _asked_anew(event: e.Event) -> Changes:
    """Somebody else is asked from now on: the climb begins at the bottom."""
    return {
        "waiting_since": event.at,
        "escalated_to": (),
        "escalation_level": 0,
        "reminded": False,
        "deputised": (),
        "escalation_acknowledged": False,
    }


def accepted(permit: Permit, event: e.RequestAccepted) -> Changes:
    asked: Changes = {**_asked_anew(event), "waiting_since": None}
    return {**asked, "accepted_by": who(permit, event), "accepted_at": event.at}


def jsa(_permit: Permit, event: e.JsaAttached) -> Changes:
    return {"jsa": event.text}


def answered(permit: Permit, event: e.MeasureAnswered) -> Changes:
    if all(measure.no != event.no for measure in permit.law.measures):
        impossible(permit, event, f"answers {event.no}, which is not on the list")
    state = MeasureState(involved=event.involved, answered_by=event.by, detail=event.detail)
    return measured(permit, event.no, state)


def review_requested(permit: Permit, event: e.ReviewRequested) -> Changes:
    _same_content(permit, event, event.content_hash)
    return {**_asked_anew(event), "review_requested_by": who(permit, event), "review_requested_at": event.at}


def _same_content(permit: Permit, event: e.Event, content_hash: str) -> None:
    if content_hash != permit.content_hash:
        impossible(permit, event, "signs another content")


def approved(permit: Permit, event: e.StepApproved) -> Changes:
    _same_content(permit, event, event.content_hash)
    if permit.node is None or event.node != permit.node.key:
        impossible(permit, event, f"signs {event.node}, which is not due")
    signature = Signature(
        node=event.node,
        person=who(permit, event),
        at=event.at,
        opinion=event.opinion,
        content_hash=event.content_hash,
        proof=event.proof,
        escalated=event.escalated,
        instead_of=event.instead_of,
    )
    return {**_asked_anew(event), "signatures": (*permit.signatures, signature)}


def issued(permit: Permit, event: e.PermitIssued) -> Changes:
    if not permit.law.chain or permit.node is not None:
        impossible(permit, event, "comes before every node has signed")
    return {"issued_at": event.at, "waiting_since": None}


def returned(_permit: Permit, event: e.ReturnedForChange) -> Changes:
    closing = Closing(by=event.by, at=event.at, reason=event.reason)
    return {**_asked_anew(event), "waiting_since": None, "signatures": (), "closing": closing}


def ended(permit: Permit, event: e.PermitRejected | e.PermitCancelled) -> Changes:
    if not permit.revision:
        impossible(permit, event, "ends what was never asked for")
    return {"closing": Closing(by=event.by, at=event.at, reason=event.reason), "waiting_since": None}


def voided(permit: Permit, event: e.PermitVoided) -> Changes:
    closing = Closing(by=event.by, at=event.at, reason=event.reason)
    return {**over(), "closing": closing, "was_live_at_end": permit.started_at is not None or not permit.counted_out}


def expired(_permit: Permit, event: e.PermitExpired) -> Changes:
    closing = Closing(by=event.by, at=event.at, reason=event.why)
    return {**over(), "closing": closing, "was_live_at_end": event.was_live}


def reminded(permit: Permit, event: e.NodeReminded) -> Changes:
    if permit.reminded or permit.escalation_level:
        impossible(permit, event, "comes twice, or after it is late")
    return {"reminded": True}


def escalated(permit: Permit, event: e.NodeEscalated) -> Changes:
    if event.level != permit.escalation_level + 1:
        impossible(permit, event, f"climbs to rung {event.level} from {permit.escalation_level}")
    told = permit.escalated_to
    if event.to is not None and event.to not in told:
        told = (*told, event.to)
    # Whoever was not reminded in time is so with the first rung: nobody is reminded after it.
    return {
        "escalated_to": told,
        "escalation_level": event.level,
        "reminded": True,
        "deputised": event.deputies or permit.deputised,
    }


def acknowledged(permit: Permit, event: e.EscalationAcknowledged) -> Changes:
    if permit.escalation_acknowledged:
        impossible(permit, event, "comes twice")
    return {"escalation_acknowledged": True}
