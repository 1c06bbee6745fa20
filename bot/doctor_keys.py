"""The doctor's look at signing with keys, and by PIN: whether what the plant asks for can be given at this address."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor import Finding, Verdict
from bot.proofs.address import key_address
from bot.settings import Settings, variable
from workflow.rules.plant_rules import PlantRules
from workflow.values import STRENGTH, STRONGEST_TAP

SUBJECT, OFFLINE = "keys", "confirming offline"


def examine_keys(settings: Settings) -> Iterator[Finding]:
    """Where the plant asks for more than a tap, a browser must be able to keep a key: under a host name, over https."""
    from storage import policies

    try:
        plant = policies.load(settings.policies, plant=settings.plant_file).plant
    except policies.PolicyError:
        return  # already said of the policies
    asking = sorted(
        {key for (key, _), proof in plant.proofs.items() if STRENGTH[proof] > STRENGTH[STRONGEST_TAP]}
        | ({"site"} if STRENGTH[plant.site_proof] > STRENGTH[STRONGEST_TAP] else set())
    )
    yield from _screens(settings, plant)
    if not asking:
        return
    steps = ", ".join(f"proofs.{key}" for key in asking)
    if key_address(settings.public_url) is None:
        saw = (
            f"{settings.plant_file} asks at {steps} for more than a tap, but no browser keeps a key under "
            f"{variable('public_url')} as it is: these steps could be signed by nobody"
        )
        cure = "a public address with a host name, over https; WebAuthn knows neither IP numbers nor plain http"
        yield Finding(subject=SUBJECT, verdict=Verdict.BAD, saw=saw, cure=cure)
        return
    yield Finding(subject=SUBJECT, verdict=Verdict.GOOD, saw=f"asked at {steps}; pages under {settings.public_url}")


def _screens(settings: Settings, plant: PlantRules) -> Iterator[Finding]:
    """Where the plant asks for the number of a place's screen, screens must be able to open their page."""
    wanted = {key for (key, _), proof in plant.proofs.items() if proof is STRONGEST_TAP}
    wanted |= {"site"} if plant.site_proof is STRONGEST_TAP else set()
    if not wanted:
        return
    steps = ", ".join(f"proofs.{key}" for key in sorted(wanted))
    if settings.public_url is None:
        saw = f"{settings.plant_file} asks at {steps} for the number of a screen, but no page is served: no tap will do"
        cure = f"set {variable('public_url')}, and hang a screen at each place (/board/screens)"
        yield Finding(subject=SUBJECT, verdict=Verdict.BAD, saw=saw, cure=cure)
        return
    saw = (
        f"asked at {steps}: the number of a screen; a place without one can be signed for by nothing weaker than a page"
    )
    yield Finding(subject=SUBJECT, verdict=Verdict.GOOD, saw=saw)


def examine_offline(settings: Settings) -> Iterator[Finding]:
    """Where the plant lets people confirm by PIN while the chat is down, its pages must be served somewhere."""
    from storage import policies

    try:
        plant = policies.load(settings.policies, plant=settings.plant_file).plant
    except policies.PolicyError:
        return  # already said of the policies
    if plant.offline is None:
        return
    if key_address(settings.public_url) is None:
        saw = (
            f"{settings.plant_file} has `offline`, but {variable('public_url')} serves no page: nobody could enrol a "
            "PIN or confirm with one"
        )
        cure = "a public address with a host name, over https; phones at the place must reach it without the chat"
        yield Finding(subject=OFFLINE, verdict=Verdict.BAD, saw=saw, cure=cure)
        return
    saw = (
        f"confirming without the chat: pages under {settings.public_url}; that phones at the place reach it when the "
        "line to the chat is cut is not seen from here"
    )
    yield Finding(subject=OFFLINE, verdict=Verdict.GOOD, saw=saw)
