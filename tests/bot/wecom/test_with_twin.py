"""The adapter against the twin: two readings of the same pages, written apart, over real sockets."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bot.platform import TryLater
from bot.wecom import errors
from bot.wecom.budget import Budget
from bot.wecom.client import TicketKind, WeComClient
from bot.wecom.identity import FoundBy, oauth_link, read_directory
from bot.wecom.menu import menu_body
from bot.wecom.messages import GreyOut, MediaKind, ReplaceCard, Text, To
from cards.card import Button, Card, Choice, Line, Option
from cards.wecom import encode
from handlers.arrivals import (
    CameraShots,
    Entered,
    Location,
    MembershipChanged,
    MenuPressed,
    Photo,
    PlatformNotice,
    Scan,
    Tap,
    Unsupported,
    Video,
    Voice,
)
from handlers.arrivals import Text as Words
from sandbox.wecom import MemberStatus, Outage, Outcome, PhotoOrder
from tests.support.wecom_plant import BOTH, WANG, Plant, connected
from tests.support.wecom_twin import AGENT, CORP, JPEG, START
from workflow.effects import Lane

CARD = Card(
    subject="permit:1",
    key="k",
    title="待您会签｜二级动火 2号罐",
    lines=(Line(label="作业人", value="王强"),),
    buttons=(Button(text="现场签字", token="p1.approve"), Button(text="退回补正", token="p1.return")),
)
TICKS = Card(
    subject="permit:1",
    key="k",
    title="逐条确认安全措施",
    choices=(
        Choice(
            key="measures",
            title="已落实",
            many=True,
            options=(Option(id="1", text="已加盲板"), Option(id="2", text="已置换"), Option(id="3", text="已清理")),
        ),
    ),
    submit=Button(text="已逐条确认", token="p1.measures"),
)


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    async with connected() as made:
        yield made


# --- in --------------------------------------------------------------------------------------------------------------


async def test_the_address_check_of_another_page_fails(plant: Plant) -> None:
    assert not (await plant.twin.save_callback(f"{plant.address}/elsewhere", AGENT, corpid=CORP)).ok


async def test_everything_a_person_can_do_arrives(plant: Plant) -> None:
    await plant.client.create_menu(menu_body())
    phone = plant.phone()
    assert (await phone.type_text("明早8点 2号罐 二级动火")).outcome is Outcome.ACCEPTED
    await phone.send_photo(JPEG)
    await phone.send_voice(b"#!AMR\n" + bytes(40))
    await phone.send_video(b"\0\0\0\x18ftypmp42")
    await phone.send_location("31.237049", "121.500877", label="2号罐区")
    await phone.send_link(title="方案", description="第三版", url="https://a.example/?a=1&b=2")
    await phone.press_menu("tasks")
    await phone.scan_code("scan", "PB1:area:tank-2")
    for delivery in phone.enter_app(at=("31.2", "121.5")):
        await delivery
    await plant.twin.system_event("inactive_alert", ("EffectTime", "1775000000"), agentid=AGENT, corpid=CORP)
    await plant.twin.settled()
    assert [type(arrival) for arrival in plant.office.arrivals] == [
        Words,
        Photo,
        Voice,
        Video,
        Location,
        Unsupported,
        MenuPressed,
        Scan,
        Entered,
        Location,
        PlatformNotice,
    ]
    words = plant.office.arrivals[0]
    assert isinstance(words, Words)
    assert (words.text, words.sender.user, words.sent_at) == ("明早8点 2号罐 二级动火", "wangqiang", START)
    assert plant.twin.counters[Outcome.HTTP_ERROR] == 0


@pytest.mark.parametrize("order", PhotoOrder)
async def test_camera_shots_name_the_photos_that_arrive(plant: Plant, order: PhotoOrder) -> None:
    plant.twin.quirks.photo_order = order
    await plant.client.create_menu(menu_body())
    for delivery in plant.phone().take_system_photo("shoot", JPEG, JPEG + b"2"):
        await delivery
    await plant.twin.settled()
    shots = [arrival for arrival in plant.office.arrivals if isinstance(arrival, CameraShots)]
    photos = [arrival for arrival in plant.office.arrivals if isinstance(arrival, Photo)]
    assert len(shots) == 1
    found = {(await plant.client.download(one.handle, io.BytesIO(), max_bytes=1000)).md5 for one in photos}
    assert (
        found
        == set(shots[0].md5)
        == {hashlib.md5(data, usedforsecurity=False).hexdigest() for data in (JPEG, JPEG + b"2")}
    )


async def test_who_leaves_the_range_is_reported(plant: Plant) -> None:
    for delivery in plant.twin.set_status("ZhaoMin", MemberStatus.DISABLED, corpid=CORP):
        await delivery
    await plant.twin.settled()
    changes = [one for one in plant.office.arrivals if isinstance(one, MembershipChanged)]
    assert [(one.sender.user, one.joined) for one in changes] == [("zhaomin", False)]


@pytest.mark.parametrize("fault", ["duplicate", "replay", "reorder", "late_200"])
async def test_whatever_the_platform_repeats_is_known_again(plant: Plant, fault: str) -> None:
    setattr(plant.twin.faults, fault, 1)
    phone = plant.phone()
    phone.type_text("一")
    phone.type_text("二")
    await plant.twin.settled()
    assert sorted(one.text for one in plant.office.once if isinstance(one, Words)) == ["一", "二"]
    assert len(plant.office.once) == 2


async def test_events_of_one_second_are_told_apart(plant: Plant) -> None:
    await plant.client.create_menu(menu_body())
    await plant.send_card(CARD, BOTH)
    plant.twin.faults.same_second = True
    for name in ("WangQiang", "ZhaoMin"):
        phone = plant.phone(name)
        await phone.press_button(phone.cards[-1], "p1.approve")
        await phone.press_button(phone.cards[-1], "p1.approve")
    await plant.twin.settled()
    assert len([one for one in plant.office.once if isinstance(one, Tap)]) == 4


@pytest.mark.parametrize("fault", ["wrong_signature", "wrong_receiveid", "truncated_body"])
async def test_what_is_spoilt_on_the_way_is_refused_and_comes_again(plant: Plant, fault: str) -> None:
    setattr(plant.twin.faults, fault, 1)
    delivery = await plant.phone().type_text("停工")
    assert delivery.outcome is Outcome.ACCEPTED
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.HTTP_ERROR, Outcome.ACCEPTED]
    assert len(plant.office.arrivals) == 1


async def test_a_bug_of_ours_loses_nothing(plant: Plant) -> None:
    plant.office.bugs = 2
    delivery = await plant.phone().type_text("停工")
    assert [attempt.status for attempt in delivery.attempts] == [500, 500, 200]
    assert len(plant.office.arrivals) == 1


# --- out -------------------------------------------------------------------------------------------------------------


async def test_a_tap_pays_for_its_own_answer_and_the_sent_code_stays(plant: Plant) -> None:
    kept = await plant.send_card(CARD, BOTH)
    phone = plant.phone()
    await phone.press_button(phone.cards[-1], "p1.approve")
    (tap,) = plant.office.arrivals
    assert isinstance(tap, Tap)
    assert (tap.token, tap.card, tap.chosen) == ("p1.approve", "ptw_1", {})
    assert tap.update_handle is not None
    done = Card(subject="permit:1", key="k2", title="已签发｜二级动火 2号罐", done="已由王强 08:30 通过")
    body = encode(done, task_id="ptw_1", notice_url="https://a.example")
    missed = await plant.client.update_card(
        ReplaceCard(card=body), response_code=tap.update_handle, users=["wangqiang"]
    )
    assert missed == frozenset()
    assert phone.cards[-1]["card"]["main_title"]["title"] == "已签发｜二级动火 2号罐"
    with pytest.raises(errors.CodeSpent):
        await plant.client.update_card(GreyOut(words="x"), response_code=tap.update_handle)
    await plant.client.update_card(GreyOut(words="已由王强 08:30 通过"), response_code=kept)
    assert plant.phone("ZhaoMin").cards[-1]["greyed"] == "已由王强 08:30 通过"


async def test_ticks_come_back_as_chosen(plant: Plant) -> None:
    await plant.send_card(TICKS)
    phone = plant.phone()
    await phone.submit(phone.cards[-1], {"measures": ["1", "3"]})
    await phone.submit(phone.cards[-1], {"measures": ["2"]})
    taps = [one.chosen for one in plant.office.arrivals if isinstance(one, Tap)]
    assert taps == [{"measures": ("1", "3")}, {"measures": ("2",)}]


async def test_a_code_dies_after_72_hours(plant: Plant) -> None:
    code = await plant.send_card(CARD)
    plant.clock.advance(timedelta(hours=72, seconds=1))
    with pytest.raises(errors.CodeSpent):
        await plant.client.update_card(GreyOut(words="x"), response_code=code)


async def test_a_card_sent_twice_under_one_task_is_refused(plant: Plant) -> None:
    await plant.send_card(CARD)
    with pytest.raises(errors.CardRejected):
        await plant.send_card(CARD)


async def test_a_lost_answer_and_a_second_try_make_one_message(plant: Plant) -> None:
    plant.twin.faults.lose_answer("message/send")
    with pytest.raises(errors.NetworkTrouble):
        await plant.send(Text(content="立即停工"), key="row-1")
    await plant.send(Text(content="立即停工"), key="row-1")
    assert len(plant.phone().screen) == 1


async def test_the_same_words_on_purpose_are_heard_again(plant: Plant) -> None:
    await plant.send(Text(content="立即停工"), key="row-1")
    await plant.send(Text(content="立即停工"), key="row-2")
    assert len(plant.phone().screen) == 2


async def test_revoked_tokens_are_replaced_once(plant: Plant) -> None:
    await plant.send(Text(content="一"))
    plant.twin.revoke_tokens(AGENT, corpid=CORP)
    await plant.send(Text(content="二"))
    plant.clock.advance(timedelta(hours=3))
    await plant.send(Text(content="三"))
    assert len([one for one in plant.twin.requests if one.api == "gettoken"]) == 3


async def test_a_platform_that_knows_no_token_is_not_stormed(plant: Plant) -> None:
    plant.twin.faults.token_always_invalid = True
    with pytest.raises(errors.TokenDead):
        await plant.send(Text(content="x"))
    assert len(plant.twin.requests) == 4  # two tokens, two tries


@pytest.mark.parametrize(
    ("outage", "kind"),
    [
        (Outage.BAD_GATEWAY, errors.NetworkTrouble),
        (Outage.DISCONNECT, errors.NetworkTrouble),
        (Outage.BUSY, errors.PlatformBusy),
    ],
)
async def test_an_outage_is_named(plant: Plant, outage: Outage, kind: type[Exception]) -> None:
    plant.twin.faults.outage = outage
    with pytest.raises(kind):
        await plant.send(Text(content="x"))
    plant.twin.faults.clear()
    await plant.send(Text(content="x"))


async def test_who_gets_nothing_is_named(plant: Plant) -> None:
    to = To(users=("WangQiang", "Unlicensed", "Nobody"))
    sent = await plant.client.send(Text(content="x"), to, key="k")
    assert sent.missed == {"unlicensed", "nobody"}
    with pytest.raises(errors.NotVisible):
        await plant.client.send(Text(content="x"), To(users=("Nobody",)), key="k2")


async def test_a_recall_is_for_a_day(plant: Plant) -> None:
    sent = await plant.client.send(Text(content="x"), WANG, key="k")
    await plant.client.recall(sent.message_id)
    late = await plant.client.send(Text(content="y"), WANG, key="k2")
    plant.clock.advance(timedelta(hours=25))
    with pytest.raises(errors.Gone):
        await plant.client.recall(late.message_id)


async def test_within_our_budget_the_platform_drops_nothing(plant: Plant) -> None:
    """An alarm storm of 200: paced by the budget all of it arrives, half as fast as the platform would allow."""
    budget, started = Budget(), plant.clock.now()
    for number in range(200):
        while True:
            try:
                budget.take(plant.clock.now(), "WangQiang", Lane.SAFETY)
                break
            except TryLater as later:
                plant.clock.advance(later.wait)
        await plant.send(Text(content=f"报警 {number}"))
    assert plant.twin.dropped == []
    assert len(plant.phone().screen) == 200
    assert plant.clock.now() - started == timedelta(minutes=13)


async def test_without_a_budget_the_platform_drops_in_silence(plant: Plant) -> None:
    for number in range(40):
        await plant.send(Text(content=f"报警 {number}"))
    assert len(plant.twin.dropped) == 10


# --- media and people ------------------------------------------------------------------------------------------------


async def test_a_file_goes_up_and_a_photo_comes_down(plant: Plant) -> None:
    uploaded = await plant.client.upload(MediaKind.IMAGE, JPEG, filename="二维码.jpg", content_type="image/jpeg")
    sink = io.BytesIO()
    found = await plant.client.download(uploaded.media_id, sink, max_bytes=1000)
    assert (sink.getvalue(), found.filename) == (JPEG, "二维码.jpg")
    plant.clock.advance(timedelta(days=3, seconds=1))
    with pytest.raises(errors.Gone):
        await plant.client.download(uploaded.media_id, io.BytesIO(), max_bytes=1000)


async def test_the_directory_gives_superiors_in_order(plant: Plant) -> None:
    found = await read_directory(plant.client, known=["left", "WangQiang"])
    assert {"wangqiang", "zhaomin", "ligong"} <= set(found.members)
    assert found.gone == {"left"}
    assert [(one.userid, one.found_by) for one in found.superiors("WANGQIANG")][:1] == [
        ("ligong", FoundBy.DIRECT_LEADER)
    ]
    assert [(one.userid, one.found_by) for one in found.superiors("zhaomin")][:1] == [
        ("ligong", FoundBy.DEPARTMENT_LEADER)
    ]


@pytest.mark.parametrize("spelling", ["userid", "UserId"])
async def test_a_sign_in_link_names_its_visitor(plant: Plant, spelling: str) -> None:
    plant.twin.quirks.userid_key = spelling
    plant.twin.trust_domain(urlsplit(plant.address).netloc, AGENT, corpid=CORP)
    link = oauth_link(
        corp_id=CORP,
        agent_id=AGENT,
        redirect_to=f"{plant.address}/page?permit=1&step=2",
        state="s1",
        base_url=plant.twin.base_url,
    )
    page = await plant.phone().open_link(link)
    query = parse_qs(urlsplit(page.url).query)
    assert (query["permit"], query["step"], query["state"]) == (["1"], ["2"], ["s1"])
    (code,) = query["code"]
    assert (await plant.client.visitor(code)).userid == "wangqiang"
    with pytest.raises(errors.CodeInvalid):
        await plant.client.visitor(code)


@pytest.mark.parametrize(("kind", "agent"), [(TicketKind.CORP, None), (TicketKind.APP, AGENT)])
async def test_a_signed_page_is_believed(plant: Plant, kind: TicketKind, agent: int | None) -> None:
    signed = await plant.client.sign_page(kind, "https://a.example/p?x=1#top", nonce="n1", at=START)
    assert plant.twin.js_signature_holds(
        noncestr=signed.nonce,
        timestamp=str(signed.timestamp),
        url="https://a.example/p?x=1",
        signature=signed.signature,
        agentid=agent,
        corpid=CORP,
    )


async def test_a_secret_of_another_app_is_a_misconfiguration(plant: Plant) -> None:
    async with aiohttp.ClientSession() as session:
        wrong = WeComClient(
            session,
            plant.clock,
            corp_id=CORP,
            agent_id=AGENT,
            secret=SecretStr("not-the-secret"),
            base_url=plant.twin.base_url,
        )
        with pytest.raises(errors.Misconfigured):
            await wrong.send(Text(content="x"), WANG, key="k")
