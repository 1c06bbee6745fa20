"""「为什么」: worst first, at most a screenful, the passing ones counted; what nobody knows is called unknown."""

from __future__ import annotations

from dataclasses import replace

from cards.refusal import MOST, refusal, why
from workflow.findings import Finding, Severity, Verdict

NUMBER = "DHZY-HC-20261124-001"
GOOD = Finding(
    gate="jsa_done", verdict=Verdict.PASS, severity=Severity.BLOCK, rule="作业前做危害分析", clause="4.1", fact="已做"
)
NO = Finding(
    gate="gas_fresh",
    verdict=Verdict.FAIL,
    severity=Severity.BLOCK,
    rule="作业前气体分析合格",
    clause="GB 30871-2022 5.3.1",
    fact="09:20取样，已过40分钟",
    cure="请重新取样分析",
    who="分析人",
)
UNKNOWN = replace(NO, gate="weather_stop", verdict=Verdict.UNKNOWN, fact="不知道现场有没有浓雾", clause="8.2.6")
WARNS = replace(NO, gate="crew_twice", severity=Severity.WARN, fact="李强同时在别处作业")


def lines(*findings: Finding) -> list[str]:
    return why(findings, permit=NUMBER).text.splitlines()


def test_the_worst_stands_first_and_the_passing_are_counted() -> None:
    head, *told, tail = lines(GOOD, WARNS, UNKNOWN, NO, GOOD)
    assert head == f"{NUMBER}：有1项不满足，1项还不知道（不知道就不能干）。"
    assert [line[:1] for line in told] == ["×", "？", "×"]
    assert told[0] == "× 09:20取样，已过40分钟（GB 30871-2022 5.3.1）→请重新取样分析［分析人］"
    assert "李强" in told[2]
    assert tail == "已满足2项。"


def test_what_nobody_knows_is_never_called_all_right() -> None:
    assert lines(GOOD, UNKNOWN)[0] == f"{NUMBER}：有1项还不知道，不知道就不能干。"
    assert lines(GOOD, WARNS)[0] == f"{NUMBER}：没有拦住的项目。"


def test_it_fits_on_a_screen() -> None:
    many = [replace(NO, fact=f"第{n}项" + "很长" * 200) for n in range(30)]
    told = lines(*many, GOOD)
    assert len(told) == MOST + 3
    assert told[-2] == f"另有{30 - MOST}项没有列出，办好上面的再问。"
    assert sum(len(line) for line in told) < 1500
    refused = refusal("确认开工", many, permit=NUMBER).text.splitlines()
    assert len(refused) == MOST + 2
    assert refused[-1] == f"另有{30 - MOST}项，发「为什么」看。"


def test_the_same_reason_is_said_once() -> None:
    assert len(lines(NO, replace(NO, gate="gas_daily"), GOOD)) == 3
