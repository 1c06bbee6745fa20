"""The cases behind each figure, as SQL over the journal and the boards.

A figure is one statement of cases: subject, group, value, remark. Counting, dividing and listing are wrapped around
it, so that a figure and its list can never disagree. What each case is, `workflow.figures` says.

The journal is asked through two small indexes that hold only what ends up in a figure (`storage.schema.milestone`):
by kind and time for the stretch asked about, by stream and version for what went before in the same life.
"""
# ruff: noqa: S608 - every piece is a constant of this file; what anybody says comes as a parameter

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.schema import milestone
from storage.sql import Backend
from workflow.figures import OF, OF_NODES, OWN, STOPPED_FOR, UNKNOWN, Cut, Key, Outcome, Violation
from workflow.rules.types import Role

PERMIT, HAZARD, DEVIATION = "permit/", "hazard/", "deviation/"
"""How the stored names of streams begin (`storage.fold.Fold.name`)."""
_PASSES = "'PermitSubmitted', 'RequestAccepted', 'ReviewRequested', 'StepApproved'"
"""The events that hand a permit on to its next step."""
_SIGNS = "'RequestAccepted', 'ReviewRequested', 'StepApproved'"
_CLIMB = "'NodeEscalated'"
_ON_FILE = "'HazardAccepted'"
_STOPS = ", ".join(f"'{one.value}'" for one in STOPPED_FOR)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two databases spell differently."""

    backend: Backend

    def seconds(self, column: str) -> str:
        """Whole seconds of a stored instant, since some moment long ago."""
        match self.backend:
            case Backend.SQLITE:
                return f"CAST(strftime('%s', {column}) AS INTEGER)"
            case Backend.POSTGRESQL:
                return f"CAST(extract(epoch FROM date_trunc('second', CAST({column} AS timestamptz))) AS BIGINT)"

    def field(self, event: str, *path: str) -> str:
        """A text of an event's body."""
        match self.backend:
            case Backend.SQLITE:
                return f"json_extract(CAST({event}.body AS TEXT), '$.{'.'.join(path)}')"
            case Backend.POSTGRESQL:
                return f"(CAST(convert_from({event}.body, 'UTF8') AS jsonb) #>> '{{{','.join(path)}}}')"

    def truth(self, event: str, name: str) -> str:
        """A yes of an event's body."""
        return f"{self.field(event, name)} = {'1' if self.backend is Backend.SQLITE else chr(39) + 'true' + chr(39)}"


def _of_kind(event: str, kinds: str) -> str:
    """The condition of the small indexes comes first, spelled as they spell it; then the kinds that are wanted."""
    return f"{milestone(event + '.')} AND {event}.kind IN ({kinds})"


def _happened(event: str, kinds: str) -> str:
    """Events of these kinds in the stretch of time asked about."""
    return f"{event}.site = :site AND {_of_kind(event, kinds)} AND {event}.at >= :since AND {event}.at < :until"


def _before(column: str, event: str, kinds: str, order: str = "DESC") -> str:
    """A column of the nearest (or first) event of these kinds earlier in the same stream."""
    return (
        f"(SELECT p.{column} FROM journal p WHERE p.site = :site AND p.stream = {event}.stream"
        f" AND p.version < {event}.version AND {_of_kind('p', kinds)} ORDER BY p.version {order} LIMIT 1)"
    )


def _permit(event: str) -> str:
    return f"substr({event}.stream, {len(PERMIT) + 1})"


def _signer(event: str, d: Dialect) -> str:
    return f"(SELECT s.department FROM people s WHERE s.site = :site AND s.id = {d.field(event, 'by', 'id')})"


def _node(event: str, d: Dialect) -> str:
    return (
        f"CASE {event}.kind WHEN 'RequestAccepted' THEN 'accept' WHEN 'ReviewRequested' THEN 'prepare'"
        f" ELSE {d.field(event, 'node')} END"
    )


_EMPLOYER = f"""coalesce((
    SELECT coalesce(m.employer, '{OWN}') FROM board_people l JOIN people m ON m.site = l.site AND m.id = l.person
    WHERE l.site = :site AND l.permit = b.permit AND l.role = '{Role.WORK_LEADER.value}' ORDER BY m.id LIMIT 1
), '{UNKNOWN}')"""


def _group(cut: Cut, d: Dialect, event: str) -> str:
    """The group of a permit's case; ``b`` is its row of the board."""
    if cut in OF_NODES:
        return f"{_node(event, d)} || '{OF}' || {_group(OF_NODES[cut], d, event)}"
    groups: Mapping[Cut, Callable[[], str]] = {
        Cut.WHOLE: lambda: "''",
        Cut.AREA: lambda: f"coalesce(b.area, '{UNKNOWN}')",
        Cut.WORK: lambda: f"coalesce(b.work, '{UNKNOWN}')",
        Cut.GRADE: lambda: f"coalesce(b.work || '/' || b.grade, '{UNKNOWN}')",
        Cut.CONTRACTOR: lambda: _EMPLOYER,
        Cut.NODE: lambda: _node(event, d),
        Cut.DEPARTMENT: lambda: f"coalesce({_signer(event, d)}, '{UNKNOWN}')",
    }
    return groups[cut]()


def _on_board(event: str) -> str:
    return f"LEFT JOIN board b ON b.site = :site AND b.permit = {_permit(event)}"


# --- permits --------------------------------------------------------------------------------------------------------


def _approval_time(cut: Cut, d: Dialect) -> str:
    asked = _before("at", "i", "'PermitSubmitted'", "ASC")
    return f"""
        SELECT {_permit("i")} AS subject, {_group(cut, d, "i")} AS grp,
               {d.seconds("i.at")} - {d.seconds(asked)} AS value, '' AS remark
        FROM journal i {_on_board("i")} WHERE {_happened("i", "'PermitIssued'")}"""


def _node_time(cut: Cut, d: Dialect) -> str:
    asked = _before("at", "i", _PASSES)
    return f"""
        SELECT {_permit("i")} AS subject, {_group(cut, d, "i")} AS grp,
               {d.seconds("i.at")} - {d.seconds(asked)} AS value, {_node("i", d)} AS remark
        FROM journal i {_on_board("i")} WHERE {_happened("i", _SIGNS)}"""


def _closed_loop(cut: Cut, d: Dialect) -> str:
    ends = {
        "PermitClosed": Outcome.CLOSED, "PermitCancelled": Outcome.CANCELLED, "PermitVoided": Outcome.VOIDED,
        "PermitExpired": Outcome.EXPIRED,
    }  # fmt: skip
    kinds = ", ".join(f"'{kind}'" for kind in ends)
    said = " ".join(f"WHEN '{kind}' THEN '{outcome.value}'" for kind, outcome in ends.items())
    ended = (
        f"(SELECT z.kind FROM journal z WHERE z.site = :site AND z.stream = i.stream AND z.version > i.version"
        f" AND {_of_kind('z', kinds)} AND z.at <= :as_of ORDER BY z.version LIMIT 1)"
    )
    return f"""
        SELECT subject, grp, CASE WHEN remark = '{Outcome.CLOSED.value}' THEN 1 ELSE 0 END AS value, remark
        FROM (
            SELECT {_permit("i")} AS subject, {_group(cut, d, "i")} AS grp, b.ends_at AS ends_at,
                   CASE {ended} {said} ELSE '{Outcome.LATE.value}' END AS remark
            FROM journal i {_on_board("i")} WHERE {_happened("i", "'PermitIssued'")}
        ) o WHERE remark <> '{Outcome.LATE.value}' OR ends_at IS NULL OR ends_at <= :as_of"""


def _certified(cut: Cut, d: Dialect) -> str:
    return f"""
        SELECT i.permit AS subject, {_group(cut, d, "i")} AS grp, CASE WHEN i.held THEN 1 ELSE 0 END AS value,
               i.lacked AS remark
        FROM certified i LEFT JOIN board b ON b.site = :site AND b.permit = i.permit
        WHERE i.site = :site AND i.at >= :since AND i.at < :until"""


def _cooperation(cut: Cut, d: Dialect) -> str:
    climbed = (
        f"EXISTS (SELECT 1 FROM journal c WHERE c.site = :site AND c.stream = i.stream AND c.version < i.version"
        f" AND {_of_kind('c', _CLIMB)} AND c.version > {_before('version', 'i', _PASSES)})"
    )
    return f"""
        SELECT {_permit("i")} AS subject, {_group(cut, d, "i")} AS grp,
               CASE WHEN {climbed} THEN 0 ELSE 1 END AS value, {_node("i", d)} AS remark
        FROM journal i {_on_board("i")}
        JOIN board_people a ON a.site = :site AND a.permit = {_permit("i")} AND a.role = '{Role.APPLICANT.value}'
        JOIN people q ON q.site = :site AND q.id = a.person
        WHERE {_happened("i", "'RequestAccepted', 'StepApproved'")} AND {_signer("i", d)} <> q.department"""


def _violations(cut: Cut, d: Dialect) -> str:
    sort = f"""CASE i.kind WHEN 'AttemptRefused' THEN '{Violation.REFUSED.value}'
        WHEN 'PermitVoided' THEN '{Violation.VOIDED.value}' WHEN 'PermitExpired' THEN '{Violation.OVERRUN.value}'
        ELSE {d.field("i", "reason")} END"""
    group = sort if cut is Cut.KIND else _group(cut, d, "i")
    counted = f"""(i.kind IN ('AttemptRefused', 'PermitVoided')
        OR (i.kind = 'PermitExpired' AND {d.truth("i", "was_live")})
        OR (i.kind = 'WorkSuspended' AND {d.field("i", "reason")} IN ({_STOPS})))"""
    emergency = {Cut.KIND: f"'{Violation.NO_PERMIT.value}'", Cut.WHOLE: "''", Cut.AREA: "e.area"}
    return f"""
        SELECT {_permit("i")} AS subject, {group} AS grp, 1 AS value, {sort} AS remark
        FROM journal i {_on_board("i")}
        WHERE {_happened("i", "'AttemptRefused', 'PermitVoided', 'PermitExpired', 'WorkSuspended'")}
          AND i.stream LIKE '{PERMIT}%' AND {counted}
        UNION ALL
        SELECT e.id, {emergency.get(cut, f"'{UNKNOWN}'")}, 1, '{Violation.NO_PERMIT.value}'
        FROM deviations e WHERE e.site = :site AND e.opened_at >= :since AND e.opened_at < :until"""


# --- hazards --------------------------------------------------------------------------------------------------------

_NONE = "('merged', 'dismissed')"
"""Stages of what turned out to be no hazard of its own."""


def _hazard_group(cut: Cut) -> str:
    return {Cut.WHOLE: "''", Cut.AREA: f"CASE h.area WHEN '' THEN '{UNKNOWN}' ELSE h.area END", Cut.KIND: "h.kind"}[cut]


def _archived(alias: str, hazard: str) -> str:
    return f"{alias}.site = :site AND {alias}.stream = '{HAZARD}' || {hazard}.id AND {_of_kind(alias, _ON_FILE)}"


def _rectification_time(cut: Cut, d: Dialect) -> str:
    return f"""
        SELECT h.id AS subject, {_hazard_group(cut)} AS grp,
               {d.seconds("max(i.at)")} - {d.seconds("h.reported_at")} AS value, h.kind AS remark
        FROM journal i JOIN hazards h ON h.site = :site AND h.id = substr(i.stream, {len(HAZARD) + 1})
        WHERE {_happened("i", _ON_FILE)} AND h.stage NOT IN {_NONE}
        GROUP BY h.id, h.area, h.kind, h.reported_at"""


def _rectified(cut: Cut, _: Dialect) -> str:
    done = f"EXISTS (SELECT 1 FROM journal z WHERE {_archived('z', 'h')} AND z.at <= :as_of)"
    return f"""
        SELECT h.id AS subject, {_hazard_group(cut)} AS grp, CASE WHEN {done} THEN 1 ELSE 0 END AS value,
               h.stage AS remark
        FROM hazards h
        WHERE h.site = :site AND h.reported_at >= :since AND h.reported_at < :until AND h.stage NOT IN {_NONE}
          AND ({done} OR h.due_at IS NULL OR h.due_at <= :as_of)"""


def _repeated(cut: Cut, _: Dialect) -> str:
    return f"""
        SELECT h.id AS subject, {_hazard_group(cut)} AS grp, CASE WHEN EXISTS (
                   SELECT 1 FROM hazards o JOIN journal z ON {_archived("z", "o")}
                   WHERE o.site = :site AND o.area = h.area AND o.kind = h.kind AND o.id <> h.id
                     AND o.stage NOT IN {_NONE} AND z.at < h.reported_at AND z.at >= :back
               ) THEN 1 ELSE 0 END AS value, h.kind AS remark
        FROM hazards h
        WHERE h.site = :site AND h.reported_at >= :since AND h.reported_at < :until AND h.stage NOT IN {_NONE}
          AND h.area <> ''"""


CASES: Mapping[Key, Callable[[Cut, Dialect], str]] = {
    Key.APPROVAL_TIME: _approval_time,
    Key.NODE_TIME: _node_time,
    Key.CLOSED_LOOP: _closed_loop,
    Key.CERTIFIED: _certified,
    Key.COOPERATION: _cooperation,
    Key.VIOLATIONS: _violations,
    Key.RECTIFICATION_TIME: _rectification_time,
    Key.RECTIFIED: _rectified,
    Key.REPEATED: _repeated,
}
"""The cases of each figure. Parameters: ``site``, ``since``, ``until``, and of ``as_of`` and ``back`` what it needs."""

SPREAD = """
    WITH c AS MATERIALIZED ({cases}),
    o AS (SELECT grp, value, row_number() OVER (PARTITION BY grp ORDER BY value) AS place FROM c WHERE value >= 0),
    g AS (SELECT grp, count(*) AS many, sum(value) AS total, max(value) AS longest FROM c WHERE value >= 0 GROUP BY grp)
    SELECT g.grp, g.many, g.total, g.longest, o.value FROM g JOIN o ON o.grp = g.grp AND o.place = (g.many + 1) / 2
    ORDER BY g.grp"""
"""Group, number, sum, longest and middle. A clock that was set back makes durations below nothing: left out."""
SHARE = "SELECT grp, sum(value), count(*) FROM ({cases}) c GROUP BY grp ORDER BY grp"
COUNT = "SELECT grp, remark, count(*) FROM ({cases}) c GROUP BY grp, remark ORDER BY grp, remark"
LIST = """
    SELECT subject, grp, value, remark FROM ({cases}) c
    WHERE CAST(:everything AS INTEGER) = 1 OR grp = CAST(:grp AS TEXT)
    ORDER BY {order}, subject, remark LIMIT :most OFFSET :skip"""
TALLY = f"""
    SELECT i.kind, count(*) FROM journal i
    WHERE i.site = :site AND {milestone("i.")} AND i.at >= :since AND i.at < :until GROUP BY i.kind"""
