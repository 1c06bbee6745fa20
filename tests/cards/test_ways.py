"""What a person reads on DingTalk asks for nothing that is not there: no menu, no camera of the chat, no position."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cards.answers import ANSWERS, answer_text
from cards.permit import permit_card
from cards.refusal import refusal, why
from cards.words_ways import DINGTALK, WECOM, Ways, ways_of
from handlers.answers import ARGS, Say
from tests.support.permits import GUARD, permit, view
from workflow.findings import Finding, Severity, Verdict
from workflow.permit.state import Status
from workflow.rules.types import Role

NOT_THERE = re.compile("菜单|「扫码」|企业微信|「现场拍照」|系统相机|发送位置|定位签到")
WORKFLOW = Path(__file__).parents[2] / "workflow"


def test_no_answer_read_on_dingtalk_names_what_is_not_there() -> None:
    for key in Say:
        text = answer_text(key.value, dict.fromkeys(ARGS[key], "x"), DINGTALK)
        if key is not Say.OUTSIDE_FENCES:  # answers a position, and none comes from there
            assert not NOT_THERE.search(text), key


def test_no_hint_of_dingtalk_names_what_is_not_there() -> None:
    for one in fields(Ways):
        said = getattr(DINGTALK, one.name)
        for text in (said,) if isinstance(said, str) else said.values() if isinstance(said, dict) else ():
            assert not NOT_THERE.search(text), one.name


def test_every_cure_of_the_rules_that_only_wecom_can_follow_is_said_otherwise_on_dingtalk() -> None:
    cures = set(re.findall('"(请[^"{}]*)"', "".join(path.read_text("utf-8") for path in WORKFLOW.rglob("*.py"))))
    only_wecom = {cure for cure in cures if NOT_THERE.search(cure) or "扫码" in cure}
    assert only_wecom == set(DINGTALK.cures)


def test_only_what_differs_is_written_twice() -> None:
    assert set(DINGTALK.answers) <= set(ANSWERS)
    assert not WECOM.answers
    assert not WECOM.cures
    assert all(ANSWERS[key] != text for key, text in DINGTALK.answers.items())


def test_help_names_what_is_typed_where_nothing_is_scanned() -> None:
    assert "签到" in answer_text("help", {"name": "赵敏"}, DINGTALK)
    assert "签到" not in answer_text("help", {"name": "赵敏"})


def test_a_guardian_before_the_start_reads_how_it_is_done_where_they_read_it() -> None:
    seen = view(permit(Status.ISSUED, briefed=(GUARD,)), GUARD, {Role.GUARDIAN})
    assert "菜单「扫码」" in permit_card(seen).body
    there = permit_card(view(permit(Status.ISSUED, briefed=(GUARD,)), GUARD, {Role.GUARDIAN}, ways=DINGTALK)).body
    assert "签到 A1B2" in there
    assert not NOT_THERE.search(there)


def test_a_no_names_the_cure_that_can_be_followed() -> None:
    finding = Finding(
        gate="photos", verdict=Verdict.FAIL, severity=Severity.BLOCK, rule="", clause="", fact="缺照片",
        cure="请用系统相机重拍", who="监护人",
    )  # fmt: skip
    for said in (
        refusal("开工", [finding], permit="1", ways=DINGTALK).text,
        why([finding], permit="1", ways=DINGTALK).text,
        permit_card(view(permit(Status.ISSUED), GUARD, {Role.GUARDIAN}, ways=DINGTALK, findings=(finding,))).quote,
    ):
        assert "验证码一起入镜" in said
        assert "系统相机" not in said


def test_an_unknown_platform_is_a_bug() -> None:
    with pytest.raises(KeyError):
        ways_of("feishu")
