"""From the model of a plant's file to the core's records: its settings, and what it tightens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import cast

from storage import policy_models_plant as p
from storage.policy_build import kind_of, measure, ref, weights
from storage.policy_fields import Level
from storage.policy_models_people import CameraAlarmSaid, OccupancySaid, Stills
from storage.policy_yaml import Source
from workflow.camera_alarms import CameraAlarmRule
from workflow.ids import NodeKey
from workflow.manners import Manners
from workflow.monitoring import Watch
from workflow.occupancy import OccupancyRule
from workflow.presence import TagRule
from workflow.rules import law, plant_rules
from workflow.rules.analysts import AnalystRule
from workflow.rules.roles import OVERSEERS
from workflow.rules.tasks import TaskWeight
from workflow.rules.types import GRADES, Grade, Ladder, PhotoNeed, Role
from workflow.stills import StillRule
from workflow.values import ProofMethod, WorkType

OWN = "本厂规定"
"""The clause of what the plant sets itself."""


def plant(model: p.Plant, source: Source) -> plant_rules.PlantRules:
    """The plant's settings and what it tightens."""
    works = {*model.tighten, *model.fire_watch, *model.raise_level, *(node.work for node in model.extra_nodes)}
    return plant_rules.PlantRules(
        id=model.plant,
        name=model.name,
        industry=model.industry,
        ref=ref(source, f"plant.{model.plant}"),
        roles={role: tuple(posts) for role, posts in model.roles.items()},
        borrows={work: tuple(packs) for work, packs in model.borrow.items()},
        night_from=model.night.from_,
        night_to=model.night.to,
        rest_days=frozenset(model.rest_days),
        node_wait=model.nodes.wait,
        node_wait_near_start=model.nodes.wait_near_start,
        near_start=model.nodes.near_start,
        ladder=_ladder(model.nodes.ladder),
        standby={role: tuple(posts) for role, posts in model.standby.items()},
        start_within=model.start_within,
        prompt_every=model.prompts.every,
        misses_to_suspend=model.prompts.misses_to_suspend,
        prompt_earliest=model.prompts.at_least or model.prompts.every / 3,
        prompt_tasks=_tasks(model.prompts),
        presence_valid=model.presence_valid,
        signatures_within=model.signatures_within,
        site_proof=cast("ProofMethod", model.proofs["site"]),
        warn_before_end=tuple(sorted(model.warn_before_end, reverse=True)),
        count_reminder=model.count_reminder,
        green_channel=model.green_channel,
        vouching=_vouching(model.vouching),
        manners=_manners(model.manners),
        overseers=OVERSEERS if model.overseers is None else frozenset(model.overseers),
        offline=None if model.offline is None else _offline(model.offline),
        interlock=model.interlock.max_age if model.interlock is not None else None,
        monitoring=tuple(_watch(one) for one in model.monitoring),
        analysts=tuple(AnalystRule(works=frozenset(one.works), grades=frozenset(one.grades)) for one in model.analysts),
        guardian_tag=tuple(_tag(one) for one in model.guardian_tag),
        stills=tuple(_still(one) for one in model.stills),
        crowd=tuple(_occupancy(one) for one in model.crowd),
        seen=tuple(_camera_alarm(one) for one in model.seen),
        duty_posts=tuple(model.duty_leader),
        at_site=tuple(NodeKey(key) for key in model.at_site),
        proofs=_proofs(model),
        tighten={work: tightening(model, work) for work in works},
        shifts=tuple(sorted(model.shifts)),
        validity={work: law.Span(value=value, clause=OWN) for work, value in model.validity.items()},
    )


def _vouching(said: p.Vouching) -> plant_rules.Vouching:
    return plant_rules.Vouching(
        briefing_proof=said.briefing_proof,
        link_lives=said.link_lives,
        code_tries=said.code_tries,
        people_a_minute=said.people_a_minute,
        foreman_posts=tuple(said.foreman_posts),
    )


def _manners(said: p.WhenTold) -> Manners:
    return Manners(gap=said.gap, quiet_from=said.quiet.from_, quiet_to=said.quiet.to, storm=said.storm)


def _offline(said: p.Offline) -> plant_rules.Offline:
    return plant_rules.Offline(replaces=said.replaces, after=said.after, tries=said.tries)


def _watch(said: p.Monitoring) -> Watch:
    return Watch(
        works=frozenset(said.works),
        grades=frozenset(said.grades),
        quantities=tuple(said.quantities),
        detectors=said.detectors,
        votes=said.votes,
        silent_after=said.silent_after,
        alone_for=said.alone_for,
    )


def _tag(said: p.GuardianTag) -> TagRule:
    return TagRule(
        works=frozenset(said.works),
        grades=frozenset(said.grades),
        outside_readings=said.outside_readings,
        silent_after=said.silent_after,
        accuracy_m=None if said.accuracy_m is None else Decimal(said.accuracy_m),
    )


def _occupancy(said: OccupancySaid) -> OccupancyRule:
    return OccupancyRule(
        kind=said.kind,
        then=said.then,
        works=frozenset(said.works),
        grades=frozenset(said.grades),
        after=said.after,
        most=said.most,
    )


def _camera_alarm(said: CameraAlarmSaid) -> CameraAlarmRule:
    return CameraAlarmRule(
        kinds=frozenset(said.kinds), then=said.then, works=frozenset(said.works), grades=frozenset(said.grades)
    )


def _still(said: Stills) -> StillRule:
    chance = said.random
    return StillRule(
        works=frozenset(said.works),
        grades=frozenset(said.grades),
        earliest=None if chance is None else chance.at_least,
        every=None if chance is None else chance.every,
        silent=said.silent,
    )


def _ladder(shares: list[int]) -> Ladder:
    remind, _, superior, further = shares
    return Ladder(remind=remind, superior=superior, further=further - superior)


def _tasks(model: p.Prompts) -> dict[WorkType, tuple[TaskWeight, ...]]:
    """The plant's own lists; works it wants nothing but taps for have an empty one."""
    own = {work: weights(each) for work, each in model.tasks.items()}
    return {**own, **dict.fromkeys(model.taps_only, ())}


def tightening(model: p.Plant, work: WorkType) -> law.WorkLaw:
    """What the plant adds to the law of one work, in the law's own shape: merging it can only tighten."""
    tight = model.tighten.get(work, p.Tight())
    watch = model.fire_watch.get(work)
    return law.WorkLaw(
        work=work,
        validity=_levels(tight.validity, work),
        chain=(
            *(_extra(node) for node in model.extra_nodes if node.work is work),
            *(_raised(key, roles) for key, roles in model.raise_level.get(work, {}).items()),
        ),
        measures=tuple(measure(each, each.clause or OWN) for each in tight.measures),
        gas=None if tight.gas is None else _tight_gas(tight.gas, work),
        wind_stop=None if tight.wind_stop is None else law.Figure(value=tight.wind_stop, clause=OWN),
        fire_watch=None if watch is None else law.Span(value=watch, clause=OWN),
        photos=tuple(
            PhotoNeed(key=each.key, label=each.label, moment=each.moment, clause=OWN) for each in tight.photos
        ),
        closing_note=law.Duty(when="always", clause=OWN) if tight.closing_note else None,
    )


def _levels(spans: Mapping[Level, timedelta], work: WorkType) -> dict[Grade, law.Span]:
    found: dict[Grade, law.Span] = {}
    for level, value in spans.items():
        for grade in (*GRADES[work], Grade.NONE) if level == "all" else (Grade(level),):
            found[grade] = law.Span(value=value, clause=OWN)
    return found


def _tight_gas(tight: p.TightGas, work: WorkType) -> law.GasLaw:
    return law.GasLaw(
        max_age=None if tight.max_age is None else law.Span(value=tight.max_age, clause=OWN),
        retest=_levels(tight.retest_after_break, work),
        record_every=None if tight.record_every is None else law.Span(value=tight.record_every, clause=OWN),
        limits=tuple(
            law.LimitLaw(
                gas=each.gas,
                kind=kind_of(each.gas),
                unit=each.unit,
                low=each.low,
                high=each.high,
                when=each.when,
                clause=OWN,
            )
            for each in tight.limits
        ),
    )


def _extra(node: p.ExtraNode) -> law.ChainStep:
    return law.ChainStep(
        key=NodeKey(node.key),
        label=node.label,
        roles={Grade.NONE: node.role},
        when="always",
        at_site=node.at_site,
        clause=OWN,
        statutory=False,
        after=node.after,
        grades=tuple(node.grades),
    )


def _raised(key: str, roles: Mapping[Grade, Role]) -> law.ChainStep:
    return law.ChainStep(
        key=NodeKey(key), label="", roles=dict(roles), when="always", at_site=False, clause=OWN, statutory=False
    )  # fmt: skip


def _proofs(model: p.Plant) -> dict[tuple[str, Grade | None], ProofMethod]:
    found: dict[tuple[str, Grade | None], ProofMethod] = {}
    for key, value in model.proofs.items():
        if isinstance(value, ProofMethod):
            found[key, None] = value
        else:
            found |= {(key, None if level == "all" else Grade(level)): method for level, method in value.items()}
    return found
