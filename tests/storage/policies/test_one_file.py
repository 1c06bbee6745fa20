"""Every mistake in a file is named with file, line and key, several at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.policy_yaml import read
from tests.support.policy_files import CS, GB30871, HOT, PLANT, Write, line_of, problems


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "message"),
    [
        (
            HOT,
            "max_age: {value: 30 min",
            "max_age: {value: half an hour",
            "gas.max_age.value",
            "应为时长",
        ),
        (HOT, "max_age: {value: 30 min", "max_age: {value: 30", "gas.max_age.value", "应为时长"),
        (HOT, 'wind_stop: {value: "8.0"', "wind_stop: {value: 8 m/s", "wind_stop.value", "不带单位的数"),
        (HOT, 'wind_stop: {value: "8.0"', "wind_stop: {vlaue: 8.0", "wind_stop.vlaue", "没有这一项"),
        (GB30871, "source: GB 30871", "sauce: GB 30871", "sauce", "没有这一项，请检查拼写"),
        (GB30871, "mark: T", "mark: X", "mark", "应为 'T', 'S', 'D', 'U' 之一"),
        (HOT, "label: 动火作业", 'label: ""', "label", "不能为空"),
        (HOT, "role: safety_dept}", "role: safety_dpt}", "chain.nodes[1].role", "之一"),
        (HOT, "at_site: yes", "at_site: true", "chain.nodes[2].at_site", "应为 yes 或 no"),
        (GB30871, "effective_from: 2022-10-01", "effective_from: 2022-13-01", "effective_from", "应为日期"),
        (
            HOT,
            "when: fire_explosion+operating",
            "when: fire and flames",
            "grading.rows[0].when",
            "条件写法不对",
        ),
        (
            HOT,
            "    - {when: always, grade: second",
            "    - {when: operating, grade: second",
            "grading",
            "when: always",
        ),
        (CS, 'low: "19.5", high: "21"', 'low: "21.5", high: "21"', "gas.limits[3]", "low 大于 high"),
        (CS, 'low: "19.5", high: "21", ', "", "gas.limits[3]", "至少写一个"),
        (GB30871, 'others: [blind], within_m: "30"', "others: [blind]", "conflicts[0]", "within_m"),
        (GB30871, "industries: [hazchem]", "industries: hazchem", "industries", "应为列表"),
        (
            HOT,
            'gas:\n  clause: "5.3"',
            'gas: yes\ngas_was:\n  clause: "5.3"',
            "gas",
            "名称: 值",
        ),
        (PLANT, "misses_to_suspend: 2", "misses_to_suspend: 0", "prompts.misses_to_suspend", "应为正整数"),
        (PLANT, "rest_days: [sat, sun]", "rest_days: [sat, sunday]", "rest_days[1]", "之一"),
        (PLANT, 'night: {from: "20:00"', "night: {from: dusk", "night.from", "应为时刻"),
        (PLANT, "every: 30 min", "every: 0", "prompts.every", "应大于 0"),
        (PLANT, "at_least: 10 min", "at_least: 30 min", "prompts", "要短于 every"),
        (PLANT, "at_least: 10 min", "at_least: 4 min", "prompts", "不能短于 5 min"),
        (PLANT, "at_least: 10 min", "tasks: {hot: {song: 1}}", "prompts.tasks.hot.song", "之一"),
        (PLANT, "at_least: 10 min", "tasks: {hot: {tap: 1}}, taps_only: [hot]", "prompts", "同时写在"),
        (PLANT, "  default: platform_session\n", "", "proofs", "要写 default"),
        (PLANT, "  approver: platform_session_at_site", "  approver: vouched_link", "proofs", "approver 不能用"),
        (PLANT, "  site: platform_session", "  site: vouched_link", "proofs", "site 不能用带班人"),
        (PLANT, "link_lives: 10 min", "link_lives: 31 min", "vouching.link_lives", "最多 30 min"),
        (PLANT, "code_tries: 5", "code_tries: 6", "vouching.code_tries", ""),
        (PLANT, "  site: platform_session", "  site: offline_pin", "proofs", "不能以离线码为最低强度"),
        (
            PLANT,
            "briefing_proof: vouched_link, link",
            "briefing_proof: offline_pin, link",
            "vouching.briefing_proof",
            "",
        ),
        (
            PLANT,
            "# offline: {replaces: platform_session_at_site, after: 10",
            "offline: {replaces: passkey, after: 4",
            "offline.after",
            "至少中断 5 min",
        ),
        (
            PLANT,
            "# offline: {replaces: platform_session_at_site",
            "offline: {replaces: offline_pin",
            "offline.replaces",
            "从 platform_session 起",
        ),
        (
            PLANT,
            "# offline: {replaces: platform_session_at_site, after: 10 min, tries: 5",
            "offline: {replaces: passkey, tries: 6",
            "offline.tries",
            "",
        ),
        (PLANT, "# offline: {replaces: platform_session_at_site, ", "offline: {", "offline.replaces", "缺少"),
        (PLANT, "presence_valid: 15 min\n", "", "presence_valid", "缺少这一项"),
        ("calendar/cn-2026.yaml", "元旦: [2026-01-01,", "元旦: ['',", "holidays.元旦[0]", "应为日期"),
        ("gases.yaml", 'lel: "5.0"', 'lel: "-5.0"', "gases.methane.lel", "不带单位的数"),
    ],
)
def test_one_mistake(folder: Path, write: Write, file: str, old: str, new: str, key: str, message: str) -> None:
    write(file, old, new)
    found = problems(folder)
    assert any(f": {key}: " in each and message in each for each in found), found
    assert all(each.startswith(f"{file}:") for each in found)


def test_the_line_is_exact(folder: Path, write: Write) -> None:
    write(HOT, 'wind_stop: {value: "8.0"', "wind_stop: {value: strong")
    (found,) = problems(folder)
    assert found == f"{HOT}:{line_of(folder, HOT, 'wind_stop:')}: wind_stop.value: 应为不带单位的数，例如 0.5"


def test_several_mistakes_at_once(folder: Path, write: Write) -> None:
    write(HOT, "max_age: {value: 30 min", "max_age: {value: soon")
    write(GB30871, "mark: T", "mark: X")
    write("gases.yaml", "molar_volume", "molar_volum")
    write(PLANT, "count_reminder: 10 min\n", "")
    found = problems(folder)
    assert [each.split(":")[0] for each in found] == ["gases.yaml", "gases.yaml", GB30871, HOT, PLANT]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("year: [", "YAML 写法不对"),
        ("- a\n- b\n", "应为“名称: 值”的列表"),
        ("", "应为“名称: 值”的列表"),
        ("year: 2028\nyear: 2029\n", "这一项写了两次"),
        ("year: &x 2028\nsource: *x\n", "不支持锚点和引用"),
        ("? [a]\n: b\n", "名称应为文字"),
        ("a: 1\n---\nb: 2\n", "YAML 写法不对"),
    ],
)
def test_broken_yaml(folder: Path, text: str, message: str) -> None:
    (folder / "calendar/cn-2028.yaml").write_text(text, encoding="utf-8")
    found = problems(folder)
    assert all(each.startswith("calendar/cn-2028.yaml:") for each in found)
    assert any(message in each for each in found)


def test_bytes_that_are_no_text(folder: Path) -> None:
    (folder / "calendar/cn-2028.yaml").write_bytes(b"year: \xff\xfe")
    assert problems(folder) == ["calendar/cn-2028.yaml:1: 不是 UTF-8 编码"]


def test_files_that_are_not_there(folder: Path, tmp_path: Path) -> None:
    (folder / "gases.yaml").unlink()
    (found,) = problems(folder)
    assert found.startswith("gases.yaml:1: 读不了这个文件")
    empty = problems(tmp_path / "nowhere")
    assert len(empty) == 5


def test_scalars_stay_what_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: no\nb: 22:30\nc: 0.20\nd: 010\ne: null\nf:\n", encoding="utf-8")
    assert read(path, tmp_path).data == {"a": "no", "b": "22:30", "c": "0.20", "d": "010", "e": "null", "f": ""}
