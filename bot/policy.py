"""`permitbot policy check`, `explain`, `diff` and `diagram`: the rules, read and told. Nothing is changed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from bot.clock import SystemClock
from bot.reports.dictionary import park_of
from bot.settings import Settings
from storage import policies
from storage.policies import PolicyError
from storage.policy_hazards import load_hazards
from storage.policy_radar import load_radar
from storage.policy_retention import load_retention
from workflow.ids import SiteId
from workflow.permit.diagram import mermaid
from workflow.rules.book import RuleBook
from workflow.rules.chain_diagram import chains
from workflow.rules.differ import Difference, Kind, differences
from workflow.rules.explain import Explanation, Unreadable, explain, imagine
from workflow.rules.types import GRADE_WORDS, GasLimit, Node, PermitRules
from workflow.rules.validity import spoken
from workflow.values import WorkType

Say = Callable[[str], None]


def book_of(settings: Settings, folder: Path | None, plant: str | None) -> RuleBook:
    """The rule book of a folder, or of the settings. Raise `storage.policies.PolicyError`."""
    return policies.load(folder or settings.policies, plant=plant or settings.plant_file)


# --- check ----------------------------------------------------------------------------------------------------------


def check(*, settings: Settings, folder: Path | None, plant: str | None, say: Say) -> int:
    """Load a folder; 1 with every problem when it cannot be used."""
    try:
        book = book_of(settings, folder, plant)
        load_retention(folder or settings.policies, plant=plant or settings.plant_file)
        load_radar(folder or settings.policies)
        own = plant or settings.plant_file
        load_hazards(folder or settings.policies, plant=own, industry=book.plant.industry)
        park_of(folder or settings.policies)
    except PolicyError as wrong:
        for problem in wrong.problems:
            say(str(problem))
        say(f"{len(wrong.problems)} problem{'s' if len(wrong.problems) > 1 else ''}; the service would not start so.")
        return 1
    works = ", ".join(work.value for work in WorkType if work in book.plant.start_within)
    say(f"Sound: {len(book.packs)} packs, plant {book.plant.id} ({book.plant.industry}), offered: {works}.")
    for pack in book.packs:
        span = f"{pack.effective_from or 'always'} – {pack.effective_to or 'open'}"
        say(f"  {pack.id}  {span}  sha256 {pack.ref.hash[:12]}…")
    return 0


# --- explain --------------------------------------------------------------------------------------------------------


def tell(
    *,
    settings: Settings,
    work: str,
    facts: list[str],
    folder: Path | None,
    plant: str | None,
    say: Say,
    at: datetime | None = None,
) -> int:
    """Say what the rules ask of a work; 2 for a fact nobody knows. Raise `storage.policies.PolicyError`."""
    if work not in set(WorkType):
        say(f"{work!r} is no work: {', '.join(WorkType)}")
        return 2
    said = dict(fact.partition("=")[::2] for fact in facts)
    book = book_of(settings, folder, plant)
    now = (at or SystemClock().now()).astimezone(settings.zone).replace(second=0, microsecond=0)
    try:
        content = imagine(book, WorkType(work), said, site=SiteId(settings.site_id), at=now, zone=settings.zone)
    except Unreadable as wrong:
        name = str(wrong).partition(":")[0]
        near = difflib.get_close_matches(name, wrong.known, n=3)
        say(str(wrong) + (f"; did you mean {', '.join(near)}?" if near else ""))
        if wrong.known:
            say("known: " + ", ".join(wrong.known))
        return 2
    for line in _told(explain(book, content, zone=settings.zone), book, settings):
        say(line)
    return 0


def _told(found: Explanation, book: RuleBook, settings: Settings) -> Iterator[str]:
    start, end = (one.astimezone(settings.zone) for one in (found.content.planned.start, found.content.planned.end))
    yield f"{found.content.work.value}, planned {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} ({settings.timezone})"
    if found.rules is None:
        yield "The rules cannot be told yet:"
        for one in found.refused:
            yield f"  - {one.fact}  [{one.clause}]"
    else:
        yield from _rules(found.rules, book)
        yield "gates:"
        for gate in found.gates:
            when = ",".join(moment.value for moment in gate.moments)
            yield f"  {gate.key} ({'stops' if gate.stops else 'warns'}; {when}) {gate.rule}  [{gate.clause}]"
    if found.questions:
        yield "would be asked:"
        for name, question in found.questions:
            yield f"  {name}: {question}"


def _rules(rules: PermitRules, book: RuleBook) -> Iterator[str]:
    yield f"grade: {GRADE_WORDS[rules.grade] or 'none'}  {rules.grade_why}  [{rules.grade_clause}]"
    yield f"validity: at most {spoken(rules.max_validity)}  [{rules.validity_clause}]"
    yield "chain:"
    for number, node in enumerate(rules.chain, 1):
        yield f"  {number}. {_node(node, book)}"
    for name, roles in (
        ("start", rules.start_roles),
        ("resume", rules.resume_roles),
        ("accept", rules.acceptance_roles),
    ):
        yield f"{name}: " + ", ".join(book.role_label(role) for role in roles)
    if rules.gas is not None:
        yield from _gas(rules)
    if rules.wind_stop_ms is not None:
        yield f"wind: stops at {rules.wind_stop_ms} m/s  [{rules.wind_clause}]"
    if rules.fire_watch is not None:
        yield f"fire watch: {spoken(rules.fire_watch)}"
    yield f"measures: {len(rules.measures)} (" + " ".join(one.no for one in rules.measures) + ")"
    for need in rules.certificates:
        when = f" when {' or '.join(need.when)}" if need.when else ""
        yield f"certificate: {book.role_label(need.role)} {need.label}{when}  [{need.clause}]"
    for notice in rules.notices:
        yield f"notice: {notice}"
    for change in rules.changes:
        yield f"rules change at {change.at:%Y-%m-%d %H:%M}: {change.title} {'begins' if change.starts else 'ends'}"


def _node(node: Node, book: RuleBook) -> str:
    posts = "/".join(book.posts_for(node.role)) or "named in the permit"
    place = ", at the site" if node.at_site else ""
    own = "" if node.statutory else ", the plant's own"
    return (
        f"{node.key} {node.label}: {book.role_label(node.role)} = {posts}; proof ≥ {node.proof.value}{place}{own}; "
        f"climbs after {spoken(node.wait)}  [{node.clause}]"
    )


def _gas(rules: PermitRules) -> Iterator[str]:
    gas = rules.gas
    if gas is None:
        return
    yield f"gas: {', '.join(gas.required)}; not older than {spoken(gas.max_age)}  [{gas.age_clause or gas.clause}]"
    broken = spoken(gas.retest_after_break) if gas.retest_after_break else "any length"
    yield f"  new test after a break of {broken}  [{gas.retest_clause or gas.clause}]"
    if gas.record_every is not None:
        yield f"  a record every {spoken(gas.record_every)}  [{gas.record_clause or gas.clause}]"
    for limit in gas.limits:
        yield f"  limit {_limit(limit)}  [{limit.clause}]"


def _limit(limit: GasLimit) -> str:
    low = f"{limit.low} ≤ " if limit.low is not None else ""
    high = f" ≤ {limit.high}" if limit.high is not None else ""
    case = f" (LEL ≥ {limit.lel_from} %)" if limit.lel_from is not None else ""
    case = f" (LEL < {limit.lel_below} %)" if limit.lel_below is not None else case
    return f"{low}{limit.gas}{high} {limit.unit.value}" + (case or (" (gas unknown)" if limit.unknown_gas else ""))


# --- diff -----------------------------------------------------------------------------------------------------------


def compare(*, settings: Settings, before: Path, after: Path, plant: str | None, say: Say) -> int:
    """Say every difference; 1 when there is one. Raise `storage.policies.PolicyError`."""
    found = differences(book_of(settings, before, plant), book_of(settings, after, plant))
    for one in found:
        say(line_of(one))
    counts = {kind: sum(one.kind is kind for one in found) for kind in Kind}
    told = ", ".join(f"{count} {kind.value}" for kind, count in counts.items() if count)
    say(told or "No difference.")
    return 1 if found else 0


def line_of(one: Difference) -> str:
    """``loosened   cn.gb30871.2022  hot 一级  validity.value: 8小时 → 12小时``."""
    where = " ".join(filter(None, (one.work.value if one.work else "", GRADE_WORDS[one.grade] if one.grade else "")))
    values = " → ".join(filter(None, (one.before, one.after)))
    return f"{one.kind.value:<10} {one.source}  {where + '  ' if where else ''}{one.key}: {values}"


# --- diagram --------------------------------------------------------------------------------------------------------


def draw(*, settings: Settings, folder: Path | None, plant: str | None, say: Say) -> int:
    """Print the pictures as Mermaid text. Raise `storage.policies.PolicyError`."""
    book = book_of(settings, folder, plant)
    say("```mermaid\n" + mermaid() + "\n```\n")
    say("```mermaid\n" + chains(book) + "\n```")
    return 0
