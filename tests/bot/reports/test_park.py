"""The park's files against the dictionary as the fact sheet has it, by a model of our own: not by our own template.

Field names, codes and lengths below are written by hand from the exchange's dictionary (permits: one public repository;
hazards: several code bases that agree). They are second-hand; what the test holds is that we write what we believe.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.reports import park
from bot.reports.dictionary import park_of
from bot.settings import Settings
from cards.reports import park as facts
from cards.reports.park import KNOWN, hazard_row
from handlers.windows import Window
from storage.policies import PolicyError
from tests.support.clock import FakeClock
from tests.support.hazards import SITE as HAZARD_SITE
from tests.support.papers import paper
from tests.support.registered import database_of, number_of, settings_with
from tests.support.works import GUARDIAN, at
from workflow.hazard.state import Hazard, Kind, Sighting, Stage
from workflow.ids import HazardId, PersonId
from workflow.values import Actor, WorkType

DAY = Window(since=date(2025, 6, 11), until=date(2025, 6, 11))
POLICIES = Path(__file__).parents[3] / "policies"
TIME = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"
TEXT, DECIMAL, TYPE = r".+", r"-?\d+(\.\d+)?", r"[1-8]"

COMMON = {
    "zyzbh": r"[A-Z]{2,6}-HC-\d{8}-\d{3}", "zylx": TYPE, "sqdw": TEXT, "zysqsj": TIME, "sqr": TEXT, "zynr": TEXT,
    "zywz": TEXT,
    "zyryxx": TEXT, "zydwlx": "[12]", "zydwmc": TEXT, "zyfzr": TEXT, "zysskssj": TIME, "zyssjssj": TIME,
    "sfsjqttszy": "[01]", "sjqttszyzbh": TEXT, "fxbs": TEXT, "aqjdr": "", "jsjdr": TEXT, "jhr": TEXT, "dqzt": "[123]",
    "companycode": r"\d{9}", "tyshxydm": r"[0-9A-Z]{18}", "longitude": "", "latitude": "",
}  # fmt: skip
BY_WORK = {
    "hot": {"dhzyjb": "[123]", "dhfs": TEXT},
    "cs": {"yyjzmc": TEXT},
    "blind": {
        "zylb": "[12]",
        "gdjz": TEXT,
        "gdwd": DECIMAL,
        "gdyl": DECIMAL,
        "mbcz": TEXT,
        "mbgg": TEXT,
        "mbwztbh": TEXT,
    },
    "height": {"zygd": DECIMAL, "zyjb": "[1234]"},
    "lift": {"djmc": TEXT, "dwzl": DECIMAL, "ssr": TEXT, "dzzhr": TEXT},
    "power": {"jrdydgl": DECIMAL, "sbmedgl": TEXT, "gzdy": DECIMAL, "ydr": TEXT},
    "earth": {"zyfwfs": TEXT, "zyjt": ""},
    "road": {"dlyy": TEXT, "xgdwbm": TEXT, "dlddsyt": ""},
}
GAS = {
    "zyzbh": TEXT, "zylx": TYPE, "qtlx": "[123]", "qtmc": TEXT, "fxjg": DECIMAL, "jgdw": "[13]", "fxr": TEXT,
    "fxsj": TIME,
    "cyfxbw": TEXT,
}  # fmt: skip
APPROVAL = {"zyzbh": TEXT, "lcjd": TEXT, "clry": TEXT, "clyj": TEXT, "clsj": TIME, "qmtp": ""}
MEASURE = {"zyzbh": TEXT, "xh": TEXT, "aqcsnr": TEXT, "sfsj": "[01]", "qrr": TEXT, "qmtp": ""}
HAZARD = {
    "id", "tyshxydm", "companyCode", "dangerName", "dangerLevel", "registTime", "registrant", "dangerSrc",
    "dangerManageType", "hazardDangerType", "hazardCategory", "dangerDesc", "dangerReason", "controlMeasures", "cost",
    "liablePerson", "dangerManageDeadline", "checkAcceptPerson", "checkAcceptTime", "checkAcceptComment", "dangerState",
}  # fmt: skip


def unfit(row: dict[str, str | None], model: dict[str, str]) -> list[str]:
    """What of a row is not as the dictionary has it; nothing held is null, never an empty text."""
    wrong = [f"{name} is missing or too much" for name in row.keys() ^ model.keys()]
    for name, pattern in model.items():
        value = row.get(name)
        if value is not None and (not pattern or re.fullmatch(pattern, value, re.DOTALL) is None):
            wrong.append(f"{name}={value!r}")
    return wrong


@pytest.fixture(scope="module")
def switched_on(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Settings:
    """A site that switched the export on, with a permit of each work."""
    folder = tmp_path_factory.mktemp("park")
    shutil.copytree(POLICIES, folder / "policies")
    edited(folder / "policies", "enabled: no", "enabled: yes")
    edited(folder / "policies", 'company_code: ""', 'company_code: "320102001"')
    edited(folder / "policies", 'credit_code: ""', 'credit_code: "91320100MA1TEST001"')
    (folder / "site.sqlite3").write_bytes(migrated.read_bytes())
    settings = settings_with(f"sqlite:///{folder / 'site.sqlite3'}", *WorkType)
    return settings.model_copy(update={"policies_dir": folder / "policies"})


def edited(folder: Path, old: str, new: str) -> None:
    path = folder / "park.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def files(switched_on: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The files of the archive, read back."""
    out, said = tmp_path_factory.mktemp("out") / "park.zip", list[str]()
    code = park.main(
        settings=switched_on, window=DAY, path=out, why="园区月报", say=said.append, clock=FakeClock(at("18:00"))
    )
    assert code == 0
    assert out.stat().st_mode & 0o077 == 0
    assert "8 permits" in said[0]
    assert "0 of 91 fields are confirmed" in said[1]
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as packed:
        return {name: json.loads(packed.read(name)) for name in packed.namelist()}


def test_every_row_is_as_the_dictionary_has_it(files: dict[str, Any]) -> None:
    works = {number_of(work): work.value for work in WorkType}
    permits = files["zyp.json"]
    assert {row["zyzbh"] for row in permits} == set(works)
    wrong = [unfit(row, COMMON | BY_WORK[works[row["zyzbh"]]]) for row in permits]
    wrong += [
        unfit(row, model)
        for name, model in (("qtfx", GAS), ("spyj", APPROVAL), ("aqcs", MEASURE))
        for row in files[f"{name}.json"]
    ]
    assert [one for one in wrong if one] == []
    assert (len(files["qtfx.json"]), len(files["spyj.json"]), len(files["aqcs.json"])) == (8 * 4 * 3, 8 * 3, 8 * 20)


def test_values_are_those_of_the_journal(files: dict[str, Any]) -> None:
    by_number = {row["zyzbh"]: row for row in files["zyp.json"]}
    hot, blind = by_number[number_of(WorkType.HOT)], by_number[number_of(WorkType.BLIND)]
    assert (hot["zylx"], hot["dhzyjb"], hot["dqzt"], hot["sfsjqttszy"]) == ("1", "2", "3", "1")
    assert (hot["zysqsj"], hot["jhr"], hot["zydwlx"]) == ("2025-06-11 06:40:00", "赵敏", "1")
    assert (blind["zylb"], blind["gdwd"], blind["gdyl"], blind["mbgg"]) == ("1", "42.5", "0.62", "DN150 PN2.5 δ=16")
    assert by_number[number_of(WorkType.HEIGHT)]["zyjb"] == "4"
    assert (by_number[number_of(WorkType.LIFT)]["dwzl"], by_number[number_of(WorkType.LIFT)]["dzzhr"]) == (
        "62.4",
        "王强",
    )


def test_a_value_whose_unit_has_no_code_is_not_told_and_counted(files: dict[str, Any]) -> None:
    gas = files["qtfx.json"]
    sulphide = [row for row in gas if row["qtmc"] == "硫化氢"]
    assert sulphide
    assert {(row["fxjg"], row["jgdw"]) for row in sulphide} == {(None, None)}  # it was given in ppm
    assert {(row["qtlx"], row["fxjg"], row["jgdw"]) for row in gas if row["qtmc"] == "氧"} == {("3", "20.9", "1")}
    unit = next(one for one in files["manifest.json"]["files"]["qtfx.json"]["fields"] if one["name"] == "jgdw")
    assert unit["without_code"] == len(sulphide)


def test_the_manifest_says_of_every_field_how_sure_it_is(files: dict[str, Any]) -> None:
    manifest = files["manifest.json"]
    assert set(manifest["files"]) == files.keys() - {"manifest.json"}
    assert (manifest["confirmed"], manifest["fields"]) == (0, 91)
    told = {name: {one["name"]: one for one in file["fields"]} for name, file in manifest["files"].items()}
    assert {one["status"] for fields in told.values() for one in fields.values()} == {"unconfirmed"}
    assert set(told["t_yhzlxx.json"]) == HAZARD
    for name in ("aqjdr", "longitude"):
        assert (told["zyp.json"][name]["held"], told["zyp.json"][name]["filled"]) == (False, 0)
        assert told["zyp.json"][name]["note"]
    assert told["zyp.json"]["zysskssj"]["mark"] == "U"
    assert "没有上传到任何平台" in "".join(manifest["notes"])


def test_no_number_of_a_person_leaves_and_everybody_named_can_see_it(
    files: dict[str, Any], switched_on: Settings
) -> None:
    whole = json.dumps(files, ensure_ascii=False)
    for hidden in ("13912345678", "320102199003071234"):
        assert hidden not in whole
    with closing(sqlite3.connect(database_of(switched_on))) as raw:
        kept = raw.execute("SELECT kind, what, why FROM looks WHERE subject = ?", (GUARDIAN,)).fetchall()
    assert kept == [("export", "园区数据 2025-06-11..2025-06-11", "园区月报")]


# --- off, and wrong ---------------------------------------------------------------------------------------------------


def test_it_is_off_as_delivered(tmp_path: Path, migrated: Path) -> None:
    (tmp_path / "site.sqlite3").write_bytes(migrated.read_bytes())
    env = tmp_path / ".env"
    env.write_text(f"PERMITBOT_SITE_ID=HC\nPERMITBOT_DATABASE_URL=sqlite:///{tmp_path / 'site.sqlite3'}\n")
    out = tmp_path / "park.zip"
    told = CliRunner().invoke(app, ["export", "park", "2025-06", "-o", str(out), "--env-file", str(env)])
    assert (told.exit_code, "is off" in told.output, out.exists()) == (1, True, False)
    assert park_of(tmp_path).enabled is False  # a folder from before there was a dictionary


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("enabled: no", "enabled: yes", "18位"),
        ("label: 作业内容, from: task", "label: 作业内容, from: tasks", "没有这项数据：tasks"),
        ('{before: "1", during: "2", after: "3"}', '{before: "1", during: "2"}', "缺少代码：after"),
        ('from: employer, codes: {own: "1", contractor: "2"}', "from: employer", "要写 codes"),
        ("label: 作业内容, from: task", "label: 作业内容, from: task, confirmed: yes", "依据的文件"),
        ("{name: zynr, label", "{name: sqr, label", "字段写了两次：sqr"),
        ("beside: jgdw", "beside: unit", "beside 没有这个字段：unit"),
        ("times: yyyy-MM-dd HH:mm:ss\n", "times: iso\n", "park.yaml"),
    ],
)
def test_a_wrong_dictionary_is_told_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    shutil.copy(POLICIES / "park.yaml", tmp_path)
    edited(tmp_path, old, new)
    with pytest.raises(PolicyError) as wrong:
        park_of(tmp_path)
    assert said in str(wrong.value)
    assert re.search(r"park\.yaml:\d+", str(wrong.value))


def test_a_field_with_its_document_counts_as_confirmed(tmp_path: Path) -> None:
    shutil.copy(POLICIES / "park.yaml", tmp_path)
    edited(tmp_path, "label: 作业内容, from: task", "label: 作业内容, from: task, confirmed: yes, by: 接口文档第4页")
    (sure,) = (one for one in park_of(tmp_path).files["zyp"].fields if one.confirmed)
    assert (sure.name, sure.by) == ("zynr", "接口文档第4页")


# --- hazards ----------------------------------------------------------------------------------------------------------

NAMES = {PersonId("wang"): "王强", PersonId("qian"): "钱进", PersonId("sun"): "孙丽"}


def hazard(stage: Stage = Stage.RECTIFYING, *, named: bool = True) -> Hazard:
    return Hazard(
        id=HazardId("YH-HC-20250611-001"), site=HAZARD_SITE, stage=stage, reporter=Actor.person(PersonId("wang")),
        reported_at=at("09:00"), responsible=PersonId("qian"), accepted_by=PersonId("sun"), ended_at=at("12:00"),
        sighting=Sighting(text="护栏松动，找13912345678", place="2号罐", area=None, kind=Kind.EQUIPMENT, named=named),
    )  # fmt: skip


def test_a_hazard_is_told_without_whoever_asked_not_to_be_named(switched_on: Settings) -> None:
    fields = park_of(switched_on.policies).files["t_yhzlxx"].fields
    found = [hazard_row(hazard(named=named), NAMES) for named in (True, False)]
    rows, _ = park.table([one for one in found if one], fields, park_of(switched_on.policies), switched_on)
    assert [row["registrant"] for row in rows] == ["王强", None]
    assert set(rows[0]) == HAZARD
    first = rows[0]
    assert re.fullmatch(r"[0-9a-f]{32}", str(first["id"]))
    assert (first["hazardDangerType"], first["dangerState"], first["liablePerson"]) == ("7", "0", "钱进")
    assert (first["dangerDesc"], first["checkAcceptTime"]) == ("护栏松动，找139****5678", None)
    assert first["dangerLevel"] is None  # nobody has graded it yet: neither 0 nor 1


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        (Stage.REPORTED, "0"),
        (Stage.TO_ACCEPT, "1"),
        (Stage.ARCHIVED, "9"),
        (Stage.DISMISSED, None),
        (Stage.MERGED, None),
    ],
)
def test_the_state_of_a_hazard_is_one_of_three_or_it_is_left_out(
    switched_on: Settings, stage: Stage, state: str | None
) -> None:
    row = hazard_row(hazard(stage), NAMES)
    assert (row is None) == (state is None)
    if row is not None:
        dictionary = park_of(switched_on.policies)
        ((told,), _) = park.table([row], dictionary.files["t_yhzlxx"].fields, dictionary, switched_on)
        assert told["dangerState"] == state


def test_every_fact_that_may_be_named_is_told() -> None:
    """What the loader lets a plant name is there in every row."""
    one = paper(WorkType.HOT)
    rows: dict[str, list[Any]] = {
        "permits": [facts.permit_row(one, contractor=None)], "gas": list(facts.gas_rows(one)),
        "approvals": list(facts.approval_rows(one)), "measures": list(facts.measure_rows(one)),
        "hazards": [hazard_row(hazard(), NAMES)],
    }  # fmt: skip
    for kind, known in KNOWN.items():
        assert rows[kind.value]
        assert {frozenset(row or ()) for row in rows[kind.value]} == {frozenset(known)}
