"""A plain no: what was asked, every reason with clause and cure, and the button that cures it when there is one."""

from __future__ import annotations

from collections.abc import Sequence

from cards import words
from cards.card import Bubble
from cards.words_ways import WECOM, Ways
from workflow.findings import Finding, Verdict

MOST = 7
"""Reasons that fit on a screen; worst first, the rest is counted."""
_LONGEST = 120
"""Characters of a fact that are shown: a screenful stays one."""
_MARK = {Verdict.PASS: "○", Verdict.FAIL: "×", Verdict.UNKNOWN: "？"}


def finding_line(finding: Finding, ways: Ways = WECOM) -> str:
    """「× 气体分析已超过30分钟（GB 30871-2022 5.3.1）→ 请重新分析［分析人］」."""
    fact = finding.fact if len(finding.fact) <= _LONGEST else finding.fact[: _LONGEST - 1] + "…"
    text = f"{_MARK[finding.verdict]} {fact}"
    if finding.clause:
        text += f"（{finding.clause}）"
    if finding.cure:
        text += f"→{ways.cure(finding.cure)}"
    if finding.who:
        text += f"［{finding.who}］"
    return text


def refusal(asked: str, findings: Sequence[Finding], *, permit: str | None, ways: Ways = WECOM) -> Bubble:
    """Why the thing asked cannot be done now: the blocking reasons, worst first."""
    stops = _worst_first([finding for finding in findings if finding.stops] or list(findings))
    head = words.REFUSED.format(asked=asked, permit=f"（{permit}）" if permit else "")
    more = (words.REFUSED_MORE.format(n=len(stops) - MOST),) if len(stops) > MOST else ()
    return Bubble(text="\n".join((head, *(finding_line(finding, ways) for finding in stops[:MOST]), *more)))


def why(findings: Sequence[Finding], *, permit: str, ways: Ways = WECOM) -> Bubble:
    """「为什么」: what stops, then what nobody knows, then what only warns; the passing ones counted.

    At most a screenful.
    """
    rest = _worst_first([finding for finding in findings if finding.verdict is not Verdict.PASS])
    shown = rest[:MOST]
    more = (words.WHY_MORE.format(n=len(rest) - MOST),) if len(rest) > MOST else ()
    tail = words.WHY_PASSED.format(n=len(findings) - len(rest))
    return Bubble(
        text="\n".join((_head(rest, permit), *(finding_line(finding, ways) for finding in shown), *more, tail))
    )


def _head(rest: Sequence[Finding], permit: str) -> str:
    failing = sum(finding.stops and finding.verdict is Verdict.FAIL for finding in rest)
    unknown = sum(finding.stops and finding.verdict is Verdict.UNKNOWN for finding in rest)
    if failing and unknown:
        return words.WHY_BOTH.format(permit=permit, n=failing, m=unknown)
    if failing:
        return words.WHY_STOPPED.format(permit=permit, n=failing)
    return (words.WHY_OPEN if unknown else words.WHY_CLEAR).format(permit=permit, n=unknown)


def _worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """What stops before what warns, a no before nobody knows; said once however many gates say it."""
    said = {(finding.fact, finding.cure): finding for finding in reversed(findings)}
    once = [finding for finding in findings if said[finding.fact, finding.cure] is finding]
    return sorted(once, key=lambda finding: (not finding.stops, finding.verdict is Verdict.UNKNOWN))
