"""What the card of a draft says: its facts in absolute words, and everything the rules already know against it."""

from __future__ import annotations

from cards import words
from cards import words_draft as say
from handlers.asked import who
from handlers.desk import Desk
from handlers.numbers import telephone
from handlers.request import present
from handlers.request.composing import Composed
from handlers.request.details import DetailKey
from handlers.request.drafts import Asked, RequestDraft, Shown
from handlers.request.forms import told
from handlers.request.lexicon import WORK_LABELS
from handlers.request.slots import offer
from handlers.request.understand import Understanding, task_of
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import PermitId
from workflow.permit.content import Content
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Permit, Status
from workflow.rules.types import GRADE_WORDS, Grade, PermitRules, Role

LONGEST_VALUE = 30
_MOST_WARNINGS = 4


def shown(desk: Desk, draft: RequestDraft, found: Composed, *, note: str = "") -> Shown:
    """The words of the card, as of now."""
    content, rules = found.content, found.rules
    findings = _advice(desk, draft, content, rules) if content is not None and rules is not None else ()
    question = found.question
    if question is not None:
        # What is still unknown is being asked; only what is wrong is said already.
        findings = tuple(one for one in findings if one.verdict is Verdict.FAIL and one.gate not in _ASKED_YET)
    stops = (*found.stops, *(finding for finding in findings if finding.stops))
    if question is None and content is not None and rules is not None:
        question = offer(desk, draft, content, rules, findings)
    if question is None and stops:
        question = Asked(key="blocked", text=say.BLOCKED)
    warnings = [note] if note else []
    warnings += [_told(desk, finding) for finding in (*stops, *(one for one in findings if not one.stops))]
    if content is not None:
        warnings += _about_others(desk, draft, content)
    if rules is not None and rules.raised_by:
        warnings.append(say.GRADED.format(grade=GRADE_WORDS[rules.grade], why=rules.grade_why))
    return Shown(
        heading=_heading(found.understanding, rules),
        lines=_lines(desk, found),
        question=question,
        warnings=tuple(dict.fromkeys(warnings))[:_MOST_WARNINGS],
        complete=question is None and content is not None and rules is not None,
        leftovers=found.understanding.draft.leftovers,
        details=_details(found.understanding),
        why=_why(rules),
    )


_ASKED_YET = frozenset({"each_special_work_has_permit", "required_fields"})
"""Gates whose no hangs on questions that are still to come."""


def _heading(found: Understanding, rules: PermitRules | None) -> str:
    if rules is not None:
        return words.work_name(rules.work, rules.grade)
    works = found.draft.works
    return say.HEADING[works[0].work] if len(works) == 1 else say.HEADING_OPEN


def _details(found: Understanding) -> str:
    """The cells of the work's own form, in the form's words."""
    works = found.draft.works
    work = works[0].work if works and (len(works) == 1 or found.draft.linked) else None
    return "；".join(told(work, found, say.DETAIL, say.ACTION)) if work is not None else ""


def _why(rules: PermitRules | None) -> str:
    """Why it has this grade, unless a warning tells it already."""
    if rules is None or rules.grade is Grade.NONE or rules.raised_by:
        return ""
    return say.GRADED.format(grade=GRADE_WORDS[rules.grade], why=rules.grade_why)


def _lines(desk: Desk, found: Composed) -> tuple[tuple[str, str], ...]:
    """What is understood so far; what is open has no line."""
    understood, zone = found.understanding, desk.house.zone
    lines: list[tuple[str, str]] = []
    if understood.interval is not None:
        planned = understood.interval
        lines.append((say.LINE_TIME, present.interval(planned.start, planned.end, zone, desk.today)))
    if understood.place is not None and understood.place.entry is not None:
        lines.append((say.LINE_PLACE, _place(desk, found)))
    if task := task_of(understood.draft):
        lines.append((say.LINE_TASK, task))
    workers = [one.name for one in understood.who(Role.WORKER)]
    leaders = [one.name for one in understood.who(Role.WORK_LEADER)]
    leaders += [one.name for one in understood.on_duty(DetailKey.COMMANDER)]
    if workers:
        lead = leaders[0] if leaders else desk.person.name
        lines.append((say.LINE_WORKERS, "、".join(workers) + say.LEADS.format(name=lead)))
    guardians = [one.name for one in understood.who(Role.GUARDIAN)]
    if guardians:
        lines.append((say.LINE_GUARDIAN, "、".join(guardians)))
    if found.rules is not None and found.content is not None:
        lines.append((say.LINE_CHAIN, _chain(desk, found.rules, found.content)))
    return tuple((label, value if label in _NEVER_CUT else value[:LONGEST_VALUE]) for label, value in lines)


_NEVER_CUT = frozenset({say.LINE_TIME})
"""A line too long for the card's table goes into its text, whole: half a time is another time."""


def _place(desk: Desk, found: Composed) -> str:
    place = found.understanding.place
    if place is None or place.entry is None:
        return ""
    area = desk.gazetteer.area_of(place.entry)
    name = f"{place.entry.name}{place.detail}"
    return name if area is None or area.name in name else f"{area.name} {name}"


def _chain(desk: Desk, rules: PermitRules, content: Content) -> str:
    """Who will sign, in order: the people where one holds the post alone, otherwise the step."""
    holders = desk.house.posts.holders(desk.tx.directory, content.area)
    preview = _preview(desk, content, rules)
    steps = []
    for node in rules.chain:
        people = who(preview, node.role, holders)
        name = desk.tx.directory.people[people[0]].name if len(people) == 1 else ""
        steps.append(name or node.label)
    return "→".join(steps)


def _preview(desk: Desk, content: Content, rules: PermitRules, number: PermitId | None = None) -> Permit:
    """The permit this draft would become."""
    return Permit(
        id=number or PermitId(""),
        site=desk.house.site,
        status=Status.SUBMITTED,
        revision=1,
        content=content,
        rules=rules,
        submitted_at=desk.now,
    )


# --- advice ---------------------------------------------------------------------------------------------------------


def _advice(desk: Desk, draft: RequestDraft, content: Content, rules: PermitRules) -> tuple[Finding, ...]:
    """The gates of the request, asked before it is one: whoever must change something hears it now."""
    number = draft.revises or PermitId("")
    facts = desk.facts_about(number, content)
    found = evaluate(Moment.REQUEST, _preview(desk, content, rules, number), rules, facts)
    return tuple(one for one in found if one.verdict is not Verdict.PASS and one.severity is not Severity.INFO)


def _told(desk: Desk, finding: Finding) -> str:
    """What is wrong, what cures it, and the number to call where this person may see it."""
    number = telephone(desk.tx.directory, desk.me, finding) if finding.call else ""
    return "；".join(part for part in (finding.fact, finding.cure, number) if part)


def _about_others(desk: Desk, draft: RequestDraft, content: Content) -> list[str]:
    """A request that is alive already, permits of the same job, works still to follow."""
    told = []
    for row in desk.tx.overlapping((content.area,), content.planned, desk.now):
        same_place = row.equipment == content.equipment and (row.equipment is not None or row.place == content.place)
        askers = {person for role, person in row.people if role in _ASKERS}
        mine = askers & {content.applicant, content.leader}
        if row.work == content.work.value and same_place and mine and row.permit != draft.revises:
            told.append(say.DUPLICATE.format(number=row.permit, status=words.STATUS[Status(row.status)]))
    if draft.linked:
        told.append(say.LINKED.format(numbers="、".join(draft.linked)))
    if draft.queue:
        told.append(say.MORE_FOLLOWS.format(works="、".join(WORK_LABELS[work] for work in draft.queue)))
    return told


_ASKERS = frozenset({Role.APPLICANT.value, Role.WORK_LEADER.value})
