"""The platforms' meters in memory."""

from __future__ import annotations

from dataclasses import replace

from storage.tx import Tx
from storage.usage import Usage
from storage.writer import Writer
from tests.support.clock import START

MARCH = Usage(platform="dingtalk", app="a1", month="2026-03", calls=25, pushes=3, calls_warned=50)


async def test_a_month_is_kept_by_app(writer: Writer) -> None:
    def work(tx: Tx) -> tuple[Usage, Usage, Usage, tuple[Usage, ...]]:
        tx.put_usage(MARCH, START)
        tx.put_usage(replace(MARCH, app="a2", calls=1), START)
        tx.put_usage(replace(MARCH, calls=50), START)
        return (
            tx.usage("dingtalk", "a1", "2026-03"),
            tx.usage("dingtalk", "a1", "2026-04"),
            tx.usage("dingtalk", "a2", "2026-03"),
            tx.usages("2026-03"),
        )

    march, april, other, both = await writer.submit(work)
    assert march == replace(MARCH, calls=50)
    assert april == Usage(platform="dingtalk", app="a1", month="2026-04")
    assert other.calls == 1
    assert both == (march, other)
