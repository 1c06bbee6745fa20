"""Gates of work at height (GB 30871-2022 8)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.permit.again import outdated
from workflow.permit.gates_common import Answer, Asked, bad, good


def reconfirmed(asked: Asked) -> Iterator[Answer]:
    """After a break, and each day before work, the place is looked at again: what was confirmed before does not count.

    GB 30871-2022 8.2.11.
    """
    if not asked.rules.reconfirm_after_break:
        return
    old = [measure.no for measure in outdated(asked.permit, asked.rules, asked.at, asked.facts.zone)]
    if old:
        fact = f"{'、'.join(old)} 是中断前或前一天确认的"
        yield bad(fact, "请到现场重新检查并逐项确认", "监护人", button="confirm")
    elif any(state.confirmed_at is not None for state in asked.permit.measures.values()):
        yield good("中断后、当天已重新确认")
