"""The doctor's look at the rungs of the ladder a site has set up beside taps and keys.

Nobody is asked anything: the face service bills every run that is opened.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from bot.doctor import Finding, Verdict
from bot.proofs.address import key_address
from bot.proofs.site import ladder_of
from bot.settings import Settings, SettingsError, variable

SUBJECT = "confirming"


def examine_rungs(settings: Settings) -> Iterator[Finding]:
    """Is the access whole, can the papers be read, by nobody else, and is there an address for the pages?"""
    try:
        ladder = ladder_of(settings)
    except SettingsError as wrong:
        for problem in wrong.problems:
            yield Finding(subject=SUBJECT, verdict=Verdict.BAD, saw=problem)
        return
    if settings.dingtalk_live_check:
        yield Finding(subject=SUBJECT, verdict=Verdict.GOOD, saw="DingTalk's live check")
    if settings.soter_openids is not None:
        yield Finding(subject=SUBJECT, verdict=Verdict.GOOD, saw="SOTER in the plant's mini-program")
        yield from _readable(settings.soter_openids)
    if settings.faceid_identities is not None:
        yield Finding(subject=SUBJECT, verdict=Verdict.GOOD, saw=f"face service, papers of {ladder.papers} people")
        yield from _readable(settings.faceid_identities)
    if ladder.rungs() and key_address(settings.public_url) is None:
        saw = f"no page can be served under {variable('public_url')}, so none of these is offered"
        yield Finding(subject=SUBJECT, verdict=Verdict.BAD, saw=saw, cure="set a host name over https")


def _readable(path: Path) -> Iterator[Finding]:
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH):
        saw = f"{path} says who people are and can be read by other users of this machine"
        yield Finding(subject=SUBJECT, verdict=Verdict.BAD, saw=saw, cure=f"chmod 600 {path}")
