"""A plain no: what was asked, every reason with clause and cure, and the button that cures it when there is one."""

from __future__ import annotations

from collections.abc import Sequence

from cards import words
from cards.card import Bubble
from workflow.findings import Finding, Verdict

_MARK = {Verdict.PASS: "○", Verdict.FAIL: "×", Verdict.UNKNOWN: "？"}


def finding_line(finding: Finding) -> str:
    """「× 气体分析已超过30分钟（GB 30871-2022 5.3.1）→ 请重新分析［分析人］」."""
    text = f"{_MARK[finding.verdict]} {finding.fact}"
    if finding.clause:
        text += f"（{finding.clause}）"
    if finding.cure:
        text += f"→{finding.cure}"
    if finding.who:
        text += f"［{finding.who}］"
    return text


def refusal(asked: str, findings: Sequence[Finding], *, permit: str | None) -> Bubble:
    """Why the thing asked cannot be done now, blocking reasons first."""
    stops = [finding for finding in findings if finding.stops] or list(findings)
    head = words.REFUSED.format(asked=asked, permit=f"（{permit}）" if permit else "")
    return Bubble(text="\n".join((head, *(finding_line(finding) for finding in stops))))


def why(findings: Sequence[Finding], *, permit: str) -> Bubble:
    """「为什么」: every gate that was asked, the ones that stop first, the ones that pass counted."""
    stops = [finding for finding in findings if finding.stops]
    warns = [finding for finding in findings if not finding.stops and finding.verdict is not Verdict.PASS]
    passed = sum(finding.verdict is Verdict.PASS for finding in findings)
    head = words.WHY_STOPPED.format(permit=permit, n=len(stops)) if stops else words.WHY_CLEAR.format(permit=permit)
    tail = words.WHY_PASSED.format(n=passed)
    return Bubble(text="\n".join((head, *(finding_line(finding) for finding in (*stops, *warns)), tail)))
