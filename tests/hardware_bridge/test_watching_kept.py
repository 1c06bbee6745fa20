"""What the bridge keeps of its sensors, and what it lets go: of other devices, other limits, other places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from handlers.monitoring import Served
from hardware_bridge.judging import Judge
from hardware_bridge.sample import DeviceKey, Flag, Sample, SourceKind, Unit, quantity_named
from hardware_bridge.watching import Watching, Wish
from storage.directory import Device
from tests.support.detectors import WATCH, clean, device, gas_rules, register, sample, served
from workflow.ids import AreaId, DeviceId, PermitId, PersonId
from workflow.permit.commands import LookAround, RecordGas
from workflow.permit.state import Status

NOW = datetime(2026, 5, 12, 3, tzinfo=UTC)
P = PermitId("P-1")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class Site:
    def __init__(self, permit: Served, *rows: Device) -> None:
        self.watching = Watching()
        self.registered(permit, *rows)

    def registered(self, permit: Served, *rows: Device) -> None:
        """The register says this from now on."""
        self.devices = register(*rows)
        self.judge = Judge(self.devices, UTC)
        self.watching.bind((permit,), self.devices)

    def hears(self, *said: Sample, now: datetime = NOW) -> list[Wish]:
        for one in said:
            self.watching.take(self.judge.judge(one, now))
        self.watching.look(now)
        return self.wishes()

    def wishes(self) -> list[Wish]:
        found = list(self.watching.wishes())
        for wish in found:
            self.watching.heard(wish)
        return found


def test_a_fault_after_a_cry_takes_nothing_back() -> None:
    voting = replace(WATCH, votes=2, detectors=2, alone_for=seconds(30))
    site = Site(served(NOW, watch=voting), *map(device, "ABC"))
    assert site.hears(*clean("A"), *clean("B"), *clean("C")) == []
    assert site.hears(sample("flammable", "20", key="A")) == []
    faulty = sample("flammable", "0", key="A", flags=frozenset({Flag.FAULT}))
    assert site.hears(faulty, now=NOW + seconds(1)) == []
    (wish,) = site.hears(*clean("B"), *clean("C"), now=NOW + seconds(31))
    assert wish.topic == "gas"
    assert P not in site.watching.aired()


def test_a_tightened_limit_is_held_against_a_value_that_was_good_before() -> None:
    site = Site(served(NOW), device())
    assert site.hears(sample("flammable", "8"), sample("flammable", "8")) == []
    gas = gas_rules()
    limits = tuple(replace(one, high=Decimal(5)) if one.gas == "flammable" else one for one in gas.limits)
    site.watching.bind((served(NOW, gas=replace(gas, limits=limits)),), site.devices)
    assert [wish.topic for wish in site.hears(sample("flammable", "8"), now=NOW + seconds(1))] == ["gas"]


def test_a_sample_is_as_old_as_its_oldest_value() -> None:
    site = Site(served(NOW, status=Status.ISSUED, sampled=None), device())
    o2, *others = clean(at=NOW - seconds(2))
    (wish,) = site.hears(replace(o2, device_time=NOW - seconds(20)), *others)
    assert isinstance(wish.command, RecordGas)
    assert wish.command.sample.sampled_at == NOW - seconds(20)


def test_work_that_was_stopped_gets_its_new_sample_at_once() -> None:
    site = Site(served(NOW), device())
    site.hears(*clean())
    site.watching.bind((served(NOW, status=Status.SUSPENDED, stopped=NOW),), site.devices)
    assert [wish.topic for wish in site.hears(*clean(), now=NOW + seconds(5))] == ["sample:"]


def test_danger_is_asked_before_samples() -> None:
    site = Site(served(NOW, status=Status.ISSUED, sampled=None), device("A"), device("B", permit="P-1"))
    watching = site.watching
    for one in clean("A"):
        watching.take(site.judge.judge(one, NOW))
    watching.look(NOW)
    watching.take(site.judge.judge(sample("o2", "18", key="B"), NOW))
    watching.look(NOW)
    assert [wish.topic for wish in watching.wishes()] == ["gas", "sample:"]


def test_who_is_no_longer_of_the_crew_takes_his_detector_with_him() -> None:
    people = frozenset({PersonId("zhaomin"), PersonId("wugang")})
    worn = device(area=None, person="wugang", bump_tested_at="2026-05-12T00:00:00Z")
    site = Site(served(NOW, people=people), worn)
    site.hears(*clean())
    assert site.watching.aired() == {P: NOW}
    site.watching.bind((served(NOW),), site.devices)
    assert site.watching.aired() == {}
    site.watching.bind((served(NOW, people=people),), site.devices)
    assert site.watching.aired() == {}, "it has said nothing since"
    assert site.hears(*clean(), now=NOW + seconds(1)) == []
    assert site.watching.aired() == {P: NOW + seconds(1)}


def test_an_alarm_goes_with_the_device_that_raised_it() -> None:
    """Nobody would ever take it back here, and the door would stay shut however good the air."""
    site = Site(served(NOW), device("A"), device("B"))
    (wish,) = site.hears(*clean("B"), sample("co", "0", key="A", flags=frozenset({Flag.ALARM})))
    assert wish.topic == "alarm:A"
    assert site.watching.aired() == {}
    site.registered(served(NOW), device("A", area="A-9"), device("B"))
    assert site.watching.aired() == {P: NOW}
    site.registered(served(NOW), device("A"), device("B"))
    again = site.hears(sample("co", "0", key="A", flags=frozenset({Flag.ALARM})), now=NOW + seconds(1))
    assert [wish.topic for wish in again] == ["alarm:A"]


def test_an_anemometer_that_is_moved_into_a_storm_is_asked_about_there() -> None:
    """Its force is the same as before; the work it now speaks for has never been asked."""
    channels = (("wind_speed", "m/s", "0", "60"),)
    site = Site(served(NOW), device("W", area="A-9", channels=channels))
    storm = Sample(
        source=SourceKind.REPLAY, device=DeviceKey("W"), quantity=quantity_named("wind_speed"), value=Decimal(22),
        unit=Unit.M_S,
    )  # fmt: skip
    assert site.hears(storm) == []
    site.registered(served(NOW), device("W", area="A-1", channels=channels))
    (wish,) = site.hears(storm, now=NOW + seconds(1))
    assert isinstance(wish.command, LookAround)
    assert site.hears(storm, now=NOW + seconds(2)) == []


def test_moved_means_where_it_stands_and_nothing_else() -> None:
    site = Site(served(NOW), device("A", area="A-1"))
    site.hears(*clean("A"))
    site.registered(served(NOW), replace(device("A", area="A-1"), name="another name"))
    assert site.watching.aired() == {P: NOW}
    assert site.watching.pairs() == {(P, DeviceId("A"))}
    assert site.devices.by_id[DeviceId("A")].area == AreaId("A-1")
