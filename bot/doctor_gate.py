"""The doctor's look at the keys of the gate."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor import Finding, Verdict
from bot.gate import ring_of
from bot.settings import Settings, variable

SUBJECT = "gate"


def examine_gate(settings: Settings) -> Iterator[Finding]:
    """Say which keys count."""
    ring = ring_of(settings)
    if ring is None:
        cure = f"set {variable('gate_key')} (`openssl rand -hex 32`), or leave it: permits are then checked by people"
        yield Finding(subject=SUBJECT, verdict=Verdict.ADVICE, saw="no key: there is no gate page", cure=cure)
        return
    own, *others = (name.hex() for name in ring.public)
    kept = f", {len(others)} earlier still count" if others else ""
    yield Finding(subject=SUBJECT, verdict=Verdict.GOOD, saw=f"key {own} signs{kept}")
    if len(others) > 1:
        cure = f"take out of {variable('gate_earlier_keys')} what no paper in use was signed with"
        yield Finding(subject=SUBJECT, verdict=Verdict.ADVICE, saw="more than one earlier key still counts", cure=cure)
