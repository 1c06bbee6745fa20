"""The keys of the gate: what they sign, and what no other key can."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor_gate import examine_gate
from bot.gate import Foreign, Forged, GateRing, in_text, ring_of, tell
from bot.gate_install import endorse_keys
from bot.settings import Settings
from tests.support.clock import FakeClock
from tests.support.gate_site import SEED, ring
from tests.support.office import World
from tests.support.passes import LIST, PASS
from workflow.gate_keys import STREAM
from workflow.gate_pass import Pass, StatusList

NEXT = bytes(range(1, 33))


@pytest.mark.parametrize("content", [PASS, LIST])
def test_signed_is_signed_whatever_a_scanner_makes_of_it(content: Pass | StatusList) -> None:
    text = ring("HC").sign(content)
    assert ring("HC").check(text.lower()) == content


@pytest.mark.parametrize("content", [PASS, LIST])
def test_whatever_is_changed_is_forged(content: Pass | StatusList) -> None:
    keys = ring("HC")
    text = keys.sign(content)
    for place in range(len("PTG1:") + 9, len(text) - 1, 7):
        letter = "B" if text[place] != "B" else "C"
        with pytest.raises(Forged):
            keys.check(text[:place] + letter + text[place + 1 :])


def test_of_another_site_and_of_another_key() -> None:
    with pytest.raises(Foreign):
        ring("HC").check(GateRing(site="HC", seed=NEXT).sign(PASS))
    same_key = ring("XX").sign(replace(PASS, site="XX"))
    with pytest.raises(Foreign):
        ring("HC").check(same_key)


def test_paper_of_the_key_before_stays_good_until_that_key_is_taken_out() -> None:
    before, public = ring("HC"), next(iter(ring("HC").public.values()))
    after = GateRing(site="HC", seed=NEXT, earlier=[public])
    assert after.check(before.sign(PASS)) == PASS
    assert after.check(after.sign(PASS)) == PASS
    assert len(after.public) == 2
    with pytest.raises(Foreign):
        GateRing(site="HC", seed=NEXT).check(before.sign(PASS))


def test_from_the_settings() -> None:
    assert ring_of(Settings(_env_file=None)) is None
    public = in_text(next(iter(ring().public.values())))
    settings = Settings(
        _env_file=None, site_id="HC", gate_key=SecretStr(NEXT.hex()), gate_earlier_keys=f"{public}, {public}"
    )
    made = ring_of(settings)
    assert made is not None
    assert made.check(ring("HC").sign(LIST)) == LIST
    assert NEXT.hex() not in repr(settings)
    assert NEXT.hex() in settings.secrets()


@pytest.mark.parametrize("text", ["abc", "A" * 44, "!" * 43])
def test_what_is_no_public_key(text: str) -> None:
    with pytest.raises(ValueError, match="gate_earlier_keys"):
        Settings(_env_file=None, gate_earlier_keys=text)


@pytest.mark.parametrize("seed", ["", "ab", "z" * 64, SEED.hex().upper() + "0"])
def test_what_is_no_seed(seed: str) -> None:
    with pytest.raises(ValueError, match="gate_key"):
        Settings(_env_file=None, gate_key=SecretStr(seed or " "))


def test_the_keys_are_told_to_outsiders_and_to_the_operator(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "keys.json"
    settings = Settings(_env_file=None, site_id="HC", gate_key=SecretStr(NEXT.hex()))
    assert tell(settings=settings, path=path, say=said.append) == 0
    (key,) = json.loads(path.read_text())["keys"]
    assert said == [f"{key['id']}  {key['x']}  signs"]
    assert NEXT.hex() not in path.read_text()
    assert tell(settings=settings, path=path, say=said.append) == 1
    assert tell(settings=Settings(_env_file=None), path=None, say=said.append) == 1


def test_the_doctor_says_which_keys_count() -> None:
    first, second = (in_text(next(iter(ring("HC", seed).public.values()))) for seed in (SEED, bytes(32)))
    cases = (("", ["ok"]), (first, ["ok"]), (f"{first},{second}", ["ok", "note"]))
    for earlier, verdicts in cases:
        settings = Settings(_env_file=None, gate_key=SecretStr(NEXT.hex()), gate_earlier_keys=earlier)
        assert [one.verdict.value for one in examine_gate(settings)] == verdicts
    (advice,) = examine_gate(Settings(_env_file=None))
    assert "PERMITBOT_GATE_KEY" in advice.cure


async def test_the_house_keeps_on_record_which_keys_count(world: World) -> None:
    """Once for each change, whatever how often it starts; what counts no more has ended."""

    async def starts(settings: Settings) -> list[tuple[str, str]]:
        await endorse_keys(settings, writer=world.writer, house=world.house, clock=FakeClock(world.now))
        found = await world.writer.submit(lambda tx: tx.records(world.house.gate_keys, STREAM))
        return [(one.kind, json.loads(one.body)["key"]) for one in found]

    first = Settings(_env_file=None, site_id="HC", gate_key=SecretStr(SEED.hex()))
    own, public = next((name.hex(), in_text(raw)) for name, raw in ring("HC").public.items())
    after = GateRing(site="HC", seed=NEXT)
    new = next(iter(after.public)).hex()
    both = Settings(_env_file=None, site_id="HC", gate_key=SecretStr(NEXT.hex()), gate_earlier_keys=public)
    alone = Settings(_env_file=None, site_id="HC", gate_key=SecretStr(NEXT.hex()))
    named = [("GateKeyNamed", own)]
    assert await starts(first) == await starts(first) == named
    assert await starts(both) == [*named, ("GateKeyNamed", new)], "paper of the key before stays good"
    assert await starts(alone) == [*named, ("GateKeyNamed", new), ("GateKeyEnded", own)]
