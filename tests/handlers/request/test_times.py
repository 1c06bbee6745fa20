"""When. Expected intervals are written down by hand; the clock stands at Wednesday 2025-06-11 10:20 in Shanghai."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.request import present
from handlers.request.questions import QuestionKind as Q
from handlers.request.times import LONGEST, Unclear, Understood, chosen, read_times, resolve
from workflow.errors import NaiveTime
from workflow.values import Interval

TZ = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 6, 11, 10, 20, tzinfo=TZ)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=TZ)


def asked(text: str, *, now: datetime = NOW, longest: timedelta = LONGEST) -> Q:
    result = read_times(text, now=now, tz=TZ, longest=longest)
    assert isinstance(result, Unclear), present.interval(result.start, result.end, TZ)
    assert len(result.questions) == 1
    return result.questions[0].kind


def understood(text: str, *, now: datetime = NOW, longest: timedelta = LONGEST) -> tuple[datetime, datetime]:
    result = read_times(text, now=now, tz=TZ, longest=longest)
    assert isinstance(result, Understood), result.questions
    return result.start, result.end


EXACT = [
    # the kinds of sentence that other libraries got wrong, and their neighbours
    ("明早7点半到9点 2号反应釜清洗", (6, 12, 7, 30), (6, 12, 9)),
    ("明早8点到11点 2号罐", (6, 12, 8), (6, 12, 11)),
    ("后天早上八点半至下午五点", (6, 13, 8, 30), (6, 13, 17)),
    ("后天下午两点干3个小时", (6, 13, 14), (6, 13, 17)),
    ("下周三8:00~16:00", (6, 18, 8), (6, 18, 16)),
    ("周五8：00～16：00", (6, 13, 8), (6, 13, 16)),
    ("大后天14时到16时", (6, 14, 14), (6, 14, 16)),
    ("半小时后开始，干一个半小时", (6, 11, 10, 50), (6, 11, 12, 20)),
    ("3号罐区 今晚8点到10点", (6, 11, 20), (6, 11, 22)),
    ("一个半小时后干俩小时半", (6, 11, 11, 50), (6, 11, 14, 20)),
    ("中午12点到下午2点半", (6, 11, 12), (6, 11, 14, 30)),
    ("夜里11点到凌晨3点", (6, 11, 23), (6, 12, 3)),
    ("现在到11点", (6, 11, 10, 20), (6, 11, 11)),
    ("马上干2小时", (6, 11, 10, 20), (6, 11, 12, 20)),
    ("明天8点半-11点", (6, 12, 8, 30), (6, 12, 11)),
    ("明天0830-1130", (6, 12, 8, 30), (6, 12, 11, 30)),
    ("１２日８点到１１点", (6, 12, 8), (6, 12, 11)),
    ("6月23号上午八点一刻到九点三刻", (6, 23, 8, 15), (6, 23, 9, 45)),
    ("六月二十三号8点到11点", (6, 23, 8), (6, 23, 11)),
    ("2025-06-23 8:00-11:00", (6, 23, 8), (6, 23, 11)),
    ("6/12 8点到11点", (6, 12, 8), (6, 12, 11)),
    ("6.23 8点到11点", (6, 23, 8), (6, 23, 11)),
    ("23号8点到11点", (6, 23, 8), (6, 23, 11)),
    ("下个月3号8点到11点", (7, 3, 8), (7, 3, 11)),
    ("两天后8点到11点", (6, 13, 8), (6, 13, 11)),
    # crossing midnight
    ("今晚8点到明早6点", (6, 11, 20), (6, 12, 6)),
    ("晚上8点到早上6点", (6, 11, 20), (6, 12, 6)),
    ("明天22:00-6:00", (6, 12, 22), (6, 13, 6)),
    ("6月12日 周四 23:00–次日 03:00", (6, 12, 23), (6, 13, 3)),
    ("明晚10点到第二天早上6点", (6, 12, 22), (6, 13, 6)),
    ("明晚12点到凌晨3点", (6, 13, 0), (6, 13, 3)),
    ("今晚一点到三点", (6, 12, 1), (6, 12, 3)),
    ("明天凌晨2点到4点", (6, 12, 2), (6, 12, 4)),
    ("明天8点到后天8点", (6, 12, 8), (6, 13, 8)),
    # one reading left
    ("3点到5点", (6, 11, 15), (6, 11, 17)),
    ("明天上午8点到3点", (6, 12, 8), (6, 12, 15)),
    ("明天8点到16点", (6, 12, 8), (6, 12, 16)),
    ("明天早8点到晚5点", (6, 12, 8), (6, 12, 17)),
    ("明天晚8-10点", (6, 12, 20), (6, 12, 22)),
    ("明天晚 8点到10点", (6, 12, 20), (6, 12, 22)),
    ("明天3pm到5pm", (6, 12, 15), (6, 12, 17)),
    # written without 点, in pieces, in another order
    ("明早8-11 2号罐", (6, 12, 8), (6, 12, 11)),
    ("明早8点到11 动火", (6, 12, 8), (6, 12, 11)),
    ("周五八点到十一点", (6, 13, 8), (6, 13, 11)),
    ("明天 2号罐动火 8点到11点", (6, 12, 8), (6, 12, 11)),
    ("明天下午 2号罐动火 3点到5点", (6, 12, 15), (6, 12, 17)),
    ("8点到11点 明天", (6, 12, 8), (6, 12, 11)),
    ("从明天8点起干3小时", (6, 12, 8), (6, 12, 11)),
    ("每2小时检测一次 明天8点干3小时", (6, 12, 8), (6, 12, 11)),
    ("明天八点零五到九点二十", (6, 12, 8, 5), (6, 12, 9, 20)),
    ("明天8点到11点,干3小时", (6, 12, 8), (6, 12, 11)),
    ("明天11点结束 8点开始", (6, 12, 8), (6, 12, 11)),
    ("更换3/4寸阀门 明天8点到11点", (6, 12, 8), (6, 12, 11)),
    ("止回阀更换 到现场 明天8点到11点", (6, 12, 8), (6, 12, 11)),
    ("周日常巡检 明天8点到11点", (6, 12, 8), (6, 12, 11)),
    ("现在已停车 明天8点到11点", (6, 12, 8), (6, 12, 11)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), EXACT, ids=[row[0] for row in EXACT])
def test_exact(text: str, start: tuple[int, ...], end: tuple[int, ...]) -> None:
    assert understood(text) == (at(*start), at(*end))


ASKED = [
    # a wrong day that looks right is worse than no answer
    ("端午节后第一天上午8点到11点", Q.UNCLEAR_DAY),
    ("端午后8点到11点", Q.UNCLEAR_DAY),
    ("周末8点到11点", Q.UNCLEAR_DAY),
    ("月底8点到11点", Q.UNCLEAR_DAY),
    ("改天8点到11点", Q.UNCLEAR_DAY),
    ("停车检修后8点到11点", Q.UNCLEAR_DAY),
    ("周三8点到11点", Q.UNCLEAR_DAY),
    ("3号动火 8点到11点", Q.UNCLEAR_DAY),
    ("6月3号罐区动火8点到11点", Q.UNCLEAR_DAY),
    ("压力1.25 8点到11点", Q.UNCLEAR_DAY),
    ("6月12日 周五 8点到11点", Q.WEEKDAY_MISMATCH),
    ("2月30日8点到11点", Q.IMPOSSIBLE_DATE),
    ("明天后天8点到11点", Q.SEVERAL_DAYS),
    ("明天到后天", Q.SEVERAL_DAYS),
    ("每天8点到11点", Q.SEVERAL_DAYS),
    ("干3天", Q.SEVERAL_DAYS),
    # past
    ("昨天8点到11点", Q.PAST_START),
    ("6月10日8点到11点", Q.PAST_START),
    ("今天8点到11点", Q.PAST_START),
    ("8点到11点", Q.PAST_START),
    ("0830-1130", Q.PAST_START),
    ("10点19到11点", Q.PAST_START),
    ("8点到3点", Q.PAST_START),
    ("5号8点到11点", Q.UNCLEAR_DAY),
    ("明天午8点到11点", Q.UNCLEAR_TIME),
    # half said
    ("今晚", Q.MISSING_TIMES),
    ("6月23日上午", Q.MISSING_TIMES),
    ("下周一", Q.MISSING_TIMES),
    ("2号罐动火", Q.MISSING_TIMES),
    ("大后天14时", Q.MISSING_END),
    ("明早8点开始", Q.MISSING_END),
    ("半小时后", Q.MISSING_END),
    ("到11点", Q.MISSING_START),
    ("11点前", Q.MISSING_START),
    ("干3小时", Q.MISSING_START),
    # vague
    ("明天全天", Q.UNCLEAR_TIME),
    ("明天夜班", Q.UNCLEAR_TIME),
    ("明天八九点到十一点", Q.UNCLEAR_TIME),
    ("明早8点左右到11点", Q.UNCLEAR_TIME),
    ("明早大约8点到11点", Q.UNCLEAR_TIME),
    ("明早8点干两三个小时", Q.UNCLEAR_TIME),
    ("明早8点干2-3小时", Q.UNCLEAR_TIME),
    ("明早8点干3小时左右", Q.UNCLEAR_TIME),
    ("明天8点3小时", Q.UNCLEAR_TIME),
    ("明早8点20人进罐到11点", Q.UNCLEAR_TIME),
    ("明早8点到中午", Q.UNCLEAR_TIME),
    ("明天差一刻8点到11点", Q.UNCLEAR_TIME),
    ("明天晚一点开始", Q.UNCLEAR_TIME),
    ("交接班后8点到11点", Q.UNCLEAR_TIME),
    ("明天8点前开始", Q.UNCLEAR_TIME),
    ("8.30-11.30", Q.UNCLEAR_TIME),
    ("明天上午3点到5点", Q.UNCLEAR_TIME),
    # two clocks
    ("明天8点到3点", Q.AMBIGUOUS_HOUR),
    ("明天2点到5点", Q.AMBIGUOUS_HOUR),
    ("明天12点到3点", Q.AMBIGUOUS_HOUR),
    ("明天8:00-5:00", Q.AMBIGUOUS_HOUR),
    ("明天16:00-8:00", Q.AMBIGUOUS_HOUR),
    ("明天夜里2点到4点", Q.AMBIGUOUS_HOUR),
    ("明天夜里12点到3点", Q.AMBIGUOUS_HOUR),
    ("明天下午2点到1点", Q.AMBIGUOUS_HOUR),
    # contradictions
    ("明天下午2点到上午11点", Q.END_BEFORE_START),
    ("明天上午8点到11点，下午2点到5点", Q.SEVERAL_INTERVALS),
    ("明天8点到11点 干2小时", Q.CONFLICTING_TIMES),
    ("马上要检修，明天干3小时", Q.CONFLICTING_TIMES),
    ("明天8点到6月16日8点", Q.TOO_LONG),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), ASKED, ids=[row[0] for row in ASKED])
def test_asked(text: str, kind: Q) -> None:
    assert asked(text) == kind


def test_a_number_with_a_place_noun_is_never_a_date() -> None:
    for text in (
        "3号罐区8点到11点",
        "2号反应釜8点到11点",
        "12号楼 明天8点到11点",
        "3号 罐 明天8点到11点",
        "5#泵 明天8点到11点",
    ):
        result = read_times(text, now=NOW, tz=TZ)
        assert result.frame.day in {None, at(6, 12, 0).date()}, text
        assert not result.frame.doubts, text


def test_the_readings_of_a_twelve_hour_interval_are_offered() -> None:
    result = read_times("明天8点到3点", now=NOW, tz=TZ)
    assert isinstance(result, Unclear)
    assert [choice.label for choice in result.questions[0].choices] == [
        "6月12日 周四 08:00–15:00",
        "6月12日 周四 20:00–次日 03:00",
    ]
    later = chosen(result.frame, result.questions[0].choices[1].key, TZ)
    assert later is not None
    assert resolve(later, now=NOW, tz=TZ) == Interval(start=at(6, 12, 20), end=at(6, 13, 3))


def test_a_limit_may_leave_one_reading() -> None:
    assert asked("明天8点到4点", longest=timedelta(hours=8)) is Q.AMBIGUOUS_HOUR
    assert understood("明天16:00-8:00", longest=timedelta(hours=8)) == (at(6, 12, 16), at(6, 12, 20))


def test_too_long_names_the_limit_and_offers_it() -> None:
    result = read_times("明天8点到18点", now=NOW, tz=TZ, longest=timedelta(hours=8))
    assert isinstance(result, Unclear)
    question = result.questions[0]
    assert (question.kind, question.limit, question.start) == (Q.TOO_LONG, timedelta(hours=8), at(6, 12, 8))
    assert question.choices[0].label == "6月12日 周四 08:00–16:00"
    assert understood("明天8点到16点", longest=timedelta(hours=8))


def test_a_past_start_offers_tomorrow_and_does_not_choose_it() -> None:
    result = read_times("8点到11点", now=NOW, tz=TZ)
    assert isinstance(result, Unclear)
    assert [choice.label for choice in result.questions[0].choices] == ["6月12日 周四 08:00–11:00"]


def test_after_midnight_tomorrow_is_asked() -> None:
    half_past_midnight = at(6, 11, 0, 30)
    result = read_times("明早8点到11点", now=half_past_midnight, tz=TZ)
    assert isinstance(result, Unclear)
    assert [choice.label for choice in result.questions[0].choices] == [
        "6月11日 周三 08:00–11:00",
        "6月12日 周四 08:00–11:00",
    ]


def test_on_a_sunday_next_week_is_asked() -> None:
    sunday = at(6, 8, 7, 30)
    assert asked("下周三8点到11点", now=sunday) is Q.UNCLEAR_DAY
    assert understood("周三8点到11点", now=sunday) == (at(6, 11, 8), at(6, 11, 11))


def test_a_day_is_judged_in_the_zone_of_the_site() -> None:
    in_london = datetime(2025, 6, 11, 17, 30, tzinfo=ZoneInfo("Europe/London"))  # 2025-06-12 00:30 at the site
    assert understood("今天8点到11点", now=in_london) == (at(6, 12, 8), at(6, 12, 11))


def test_a_day_of_the_coming_month_is_taken_only_when_it_is_near() -> None:
    assert understood("2号8点到11点", now=at(6, 28, 9)) == (at(7, 2, 8), at(7, 2, 11))
    assert asked("20号8点到11点", now=at(6, 28, 9)) is Q.UNCLEAR_DAY


def test_the_turn_of_the_year() -> None:
    now = datetime(2025, 12, 28, 7, 30, tzinfo=TZ)
    start, _ = understood("1月3日8点到11点", now=now)
    assert start == datetime(2026, 1, 3, 8, tzinfo=TZ)


def test_a_naive_clock_is_refused() -> None:
    with pytest.raises(NaiveTime):
        read_times("明早8点到11点", now=datetime(2025, 6, 11, 10, 20), tz=TZ)  # noqa: DTZ001 — the point of the test


DIALOGUES = [
    (("今晚", "8点到10点"), (6, 11, 20), (6, 11, 22)),
    (("明天8点", "11点"), (6, 12, 8), (6, 12, 11)),
    (("明天8点", "3小时"), (6, 12, 8), (6, 12, 11)),
    (("明天2点", "下午", "5点"), (6, 12, 14), (6, 12, 17)),
    (("明天8点到3点", "早上"), (6, 12, 8), (6, 12, 15)),
    (("8点到11点", "明天"), (6, 12, 8), (6, 12, 11)),
    (("端午节后第一天上午8点到11点", "6月23号"), (6, 23, 8), (6, 23, 11)),
    (("明天8点左右到11点", "8点"), (6, 12, 8), (6, 12, 11)),
    (("明早8点到11点", "9点开始"), (6, 12, 9), (6, 12, 11)),
    (("明早8点到11点", "后天"), (6, 13, 8), (6, 13, 11)),
    (("今晚8点到明早6点", "后天"), (6, 13, 20), (6, 14, 6)),
    (("明天下午3点到5点", "4点开始"), (6, 12, 16), (6, 12, 17)),
    (("11点结束", "明天8点"), (6, 12, 8), (6, 12, 11)),
    (("明天", "8点", "到12点"), (6, 12, 8), (6, 12, 12)),
    (("明早8点到11点", "干2小时"), (6, 12, 8), (6, 12, 10)),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "start", "end"), DIALOGUES, ids=[" ｜ ".join(row[0]) for row in DIALOGUES])
def test_an_answer_completes_or_corrects(texts: tuple[str, ...], start: tuple[int, ...], end: tuple[int, ...]) -> None:
    result = read_times(texts[0], now=NOW, tz=TZ)
    for text in texts[1:]:
        result = read_times(text, now=NOW, tz=TZ, before=result.frame)
    assert isinstance(result, Understood)
    assert (result.start, result.end) == (at(*start), at(*end))


def test_a_bare_new_hour_after_an_afternoon_start_is_asked() -> None:
    before = read_times("明天20:00到22:00", now=NOW, tz=TZ).frame
    result = read_times("9点开始", now=NOW, tz=TZ, before=before)
    assert isinstance(result, Unclear)
    assert [choice.label for choice in result.questions[0].choices] == [
        "6月12日 周四 09:00–22:00",
        "6月12日 周四 21:00–22:00",
    ]


minutes = st.integers(min_value=0, max_value=60 * 24 * 60)


@given(
    now=st.integers(min_value=0, max_value=400 * 1440), wait=minutes, length=st.integers(min_value=1, max_value=72 * 60)
)
def test_a_printed_interval_reads_back_as_itself(now: int, wait: int, length: int) -> None:
    """What the card shows, typed back, means the same interval: any minute of any day, over midnight and new year."""
    clock = datetime(2026, 1, 1, tzinfo=TZ) + timedelta(minutes=now)
    start = clock + timedelta(minutes=wait)
    end = start + timedelta(minutes=length)
    printed = present.interval(start, end, TZ, today=clock.date())
    result = read_times(printed, now=clock, tz=TZ)
    assert isinstance(result, Understood), (printed, result.questions)
    assert (result.start, result.end) == (start, end), printed


_WORDS = """
明早 8点 到 11点 - ~ 今晚 半 3个小时 下周三 周日 11月23日 3号 罐 2:00 16:00 0830
1130 上午 下午 夜里 凌晨 次日 节后 第一天 开始 结束 前 后 每 小时 分钟 两 三 十 点 : . /
现在 干 , 、 今 天 日 月 年 周 末 动火 9 1 12 24 25 60 全天 大后天 昨天 至 PM 左右
"""
_PIECES = st.sampled_from([*_WORDS.split(), " ", "\n"])


@given(st.lists(_PIECES, max_size=12).map("".join) | st.text(max_size=60))
def test_any_text_gives_a_future_interval_within_the_limit_or_one_question(text: str) -> None:
    result = read_times(text, now=NOW, tz=TZ)
    if isinstance(result, Understood):
        assert result.start >= NOW
        assert timedelta() < result.end - result.start <= LONGEST
        assert result.spans
    else:
        assert len(result.questions) == 1
