"""The permit's page over a real socket: who gets in, what a stranger learns, what mischief in a permit does to it."""

from __future__ import annotations

import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pypdf
import pytest
from aiohttp import web

from bot.clock import Clock
from bot.web.pages import HEADERS, Login, Pages
from bot.web.session import LASTS, seal_session
from bot.wecom.errors import WeComTrouble
from bot.wecom.identity import oauth_link
from cards import words
from cards.views import PermitView
from handlers.house import house
from handlers.views import Viewer
from storage.directory import Account, Register
from storage.media import MediaFiles
from storage.policies import load
from storage.tx import Tx
from storage.writer import Writer
from tests.support.clock import FakeClock, FakeEntropy
from tests.support.hot_work import GUARD, LEADER, NUMBER, UNIT, WORKER
from tests.support.office import POLICIES, SECRET, SITE, ZONE, Stage, World
from tests.support.permits import GUARD as ZHAO
from tests.support.permits import content, permit, rules, view
from tests.support.pictures import jpeg, opened
from tests.support.wecom_plant import Plant, connected
from tests.support.wecom_twin import AGENT, CORP
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import MediaHash, NodeKey, PersonId
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Closing, MeasureState, Photo, Signature, Status, Suspension
from workflow.plant import Person
from workflow.rules.types import Role
from workflow.values import Actor, ProofMethod

OUTSIDER = PersonId("hc0001")
MISSING = "DHZY-HC-19990101-001"
EVIL = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>"


@dataclass(slots=True)
class Site:
    """The pages, served, and a way to look at them."""

    base: str
    clock: FakeClock
    codes: dict[str, PersonId | None] = field(default_factory=dict)
    """What the platform's one-time codes mean."""

    def cookie(self, person: PersonId, *, key: bytes = SECRET) -> dict[str, str]:
        return {"ptw_session": seal_session(person, key=key, now=self.clock.now())}

    async def get(
        self, path: str, *, person: PersonId | None = None, cookies: dict[str, str] | None = None, agent: str = "test"
    ) -> tuple[aiohttp.ClientResponse, str]:
        """Look at one page, following nothing."""
        cookies = self.cookie(person) if person is not None else cookies
        async with aiohttp.ClientSession(cookies=cookies, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())}
            headers["User-Agent"] = agent
            async with session.get(f"{self.base}{path}", allow_redirects=False, headers=headers) as answer:
                return answer, (await answer.read()).decode("utf-8", "replace")


@asynccontextmanager
async def served(
    writer: Writer, viewer: Viewer, media: Path, clock: Clock, login: Login, door: socket.socket, *, https: bool = False
) -> AsyncIterator[str]:
    """Serve the pages at an address that is known before they are made."""
    base = f"http://127.0.0.1:{door.getsockname()[1]}"
    pages = Pages(
        writer=writer,
        viewer=viewer,
        media=MediaFiles(media),
        clock=clock,
        entropy=FakeEntropy(),
        key=SECRET,
        public_url=base.replace("http:", "https:") if https else base,
        login=login,
        others=(Login(link=_elsewhere, who=login.who, agent="DingTalk"),),
    )
    app = web.Application()
    pages.install(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        yield base
    finally:
        await runner.cleanup()


def _elsewhere(back: str, state: str) -> str:
    """The login of a second platform."""
    return f"https://elsewhere.example/?back={back}&state={state}"


def door() -> socket.socket:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


@asynccontextmanager
async def site_of(
    world: World, media: Path, *, viewer: Viewer | None = None, https: bool = False
) -> AsyncIterator[Site]:
    clock = FakeClock(world.now)
    made = Site(base="", clock=clock)

    async def who(code: str) -> PersonId | None:
        return made.codes.pop(code, None)

    login = Login(link=lambda back, state: f"https://login.example/?back={back}&state={state}", who=who)
    async with served(
        world.writer, viewer or Viewer(house=world.house), media, clock, login, door(), https=https
    ) as base:
        made.base = base
        yield made


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[Site]:
    async with site_of(at_stage("ready"), tmp_path) as made:
        yield made


# --- getting in ------------------------------------------------------------------------------------------------------


async def test_whoever_comes_from_another_platform_signs_in_there(site: Site) -> None:
    phone = "Mozilla/5.0 (Linux; Android 14) AliApp(DingTalk/7.6.5)"
    answer, _ = await site.get(f"/p/{NUMBER}", agent=phone)
    asked = urlsplit(answer.headers["Location"])
    query = parse_qs(asked.query)
    assert (asked.netloc, query["back"]) == ("elsewhere.example", [f"{site.base}/login/back/1"])
    kept = {"ptw_login": answer.cookies["ptw_login"].value}
    site.codes["code-1"] = WORKER
    back, _ = await site.get(f"/login/back/1?code=code-1&state={query['state'][0]}", cookies=kept, agent=phone)
    assert (back.status, back.headers["Location"]) == (302, f"/p/{NUMBER}")
    nowhere, _ = await site.get(f"/login/back/2?code=code-1&state={query['state'][0]}", cookies=kept)
    assert nowhere.status == 403


async def test_without_a_session_the_platform_is_asked_and_leads_back(site: Site) -> None:
    answer, _ = await site.get(f"/p/{NUMBER}")
    assert answer.status == 302
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["back"] == [f"{site.base}/login/back"]
    (state,) = query["state"]
    kept = {"ptw_login": answer.cookies["ptw_login"].value}
    site.codes["code-1"] = WORKER
    back, _ = await site.get(f"/login/back?code=code-1&state={state}", cookies=kept)
    assert (back.status, back.headers["Location"]) == (302, f"/p/{NUMBER}")
    page, text = await site.get(f"/p/{NUMBER}", cookies={"ptw_session": back.cookies["ptw_session"].value})
    assert page.status == 200
    assert NUMBER in text


async def test_the_cookies_are_for_the_server_alone(site: Site) -> None:
    answer, _ = await site.get(f"/p/{NUMBER}")
    login = answer.cookies["ptw_login"]
    assert (login["httponly"], login["samesite"], login["path"], login["secure"]) == (True, "Lax", "/", "")


async def test_over_https_no_other_host_can_set_them(at_stage: Stage, tmp_path: Path) -> None:
    async with site_of(at_stage("ready"), tmp_path, https=True) as site:
        answer, _ = await site.get(f"/p/{NUMBER}")
        login = answer.cookies["__Host-ptw_login"]
        assert (login["secure"], login["path"], login["domain"]) == (True, "/", "")
        page, _ = await site.get(f"/p/{NUMBER}", person=WORKER)
        assert page.status == 302, "a cookie without the prefix counts for nothing"


async def test_a_login_another_browser_began_ends_nowhere(site: Site) -> None:
    """Somebody sends a victim his own link back, to have him work in a foreign session."""
    answer, _ = await site.get(f"/p/{NUMBER}")
    (state,) = parse_qs(urlsplit(answer.headers["Location"]).query)["state"]
    site.codes["code-1"] = WORKER
    for cookies in (
        None,
        {"ptw_login": "made.up"},
        {"ptw_session": seal_session(WORKER, key=SECRET, now=site.clock.now())},
    ):
        back, text = await site.get(f"/login/back?code=code-1&state={state}", cookies=cookies)
        assert (back.status, words.PAGE_LOGIN_BROKEN in text) == (400, True)
        assert "ptw_session" not in back.cookies


@pytest.mark.parametrize("state", ["", "0" * 32, "<script>"])
async def test_another_state_than_was_sent_ends_nowhere(site: Site, state: str) -> None:
    answer, _ = await site.get(f"/p/{NUMBER}")
    kept = {"ptw_login": answer.cookies["ptw_login"].value}
    back, text = await site.get(f"/login/back?code=x&state={state}", cookies=kept)
    assert back.status == 400
    assert "<script>" not in text


async def test_a_code_that_does_not_hold_opens_nothing(site: Site) -> None:
    answer, _ = await site.get(f"/p/{NUMBER}")
    (state,) = parse_qs(urlsplit(answer.headers["Location"]).query)["state"]
    kept = {"ptw_login": answer.cookies["ptw_login"].value}
    back, text = await site.get(f"/login/back?code=wrong&state={state}", cookies=kept)
    assert (back.status, words.PAGE_STRANGER in text) == (403, True)
    assert "ptw_session" not in back.cookies


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/p",
        "/p//evil.example",
        "/p/https:%2F%2Fevil.example",
        "/p/%0d%0aSet-Cookie:%20x=1",
        f"/p/{NUMBER}%0a",
        f"/p/{NUMBER.lower()}",
        "/p/..%2f..%2flogin%2fback",
        "/p/'%20OR%201=1--",
    ],
)
async def test_no_path_makes_the_login_lead_elsewhere(site: Site, path: str) -> None:
    answer, _ = await site.get(path)
    assert answer.status == 404
    assert "Location" not in answer.headers
    assert "ptw_login" not in answer.cookies


# --- sessions --------------------------------------------------------------------------------------------------------


async def test_a_foreign_an_altered_and_an_old_session_must_sign_in_again(site: Site) -> None:
    whole = seal_session(WORKER, key=SECRET, now=site.clock.now())
    altered = whole[:-1] + ("0" if whole[-1] != "0" else "1")
    foreign = seal_session(WORKER, key=b"another key", now=site.clock.now())
    for cookie in (foreign, altered, whole.partition(".")[0], "", "."):
        answer, _ = await site.get(f"/p/{NUMBER}", cookies={"ptw_session": cookie})
        assert answer.status == 302, cookie
    site.clock.advance(LASTS)
    answer, _ = await site.get(f"/p/{NUMBER}", cookies={"ptw_session": whole})
    assert answer.status == 302


async def test_who_left_the_plant_sees_nothing_although_the_session_lasts(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("ready")

    def leave(tx: Tx) -> None:
        gone = replace(tx.directory.people[WORKER], active=False)
        tx.put_register(Register(people=(gone,)))

    async with site_of(world, tmp_path) as site:
        assert (await site.get(f"/p/{NUMBER}", person=WORKER))[0].status == 200
        await world.writer.submit(leave)
        assert (await site.get(f"/p/{NUMBER}", person=WORKER))[0].status == 404


# --- strangers -------------------------------------------------------------------------------------------------------


async def test_a_stranger_learns_not_even_whether_it_exists(site: Site) -> None:
    there, seen = await site.get(f"/p/{NUMBER}", person=OUTSIDER)
    missing, nothing = await site.get(f"/p/{MISSING}", person=OUTSIDER)
    nobody, unknown = await site.get(f"/p/{NUMBER}", person=PersonId("nobody at all"))
    assert there.status == missing.status == nobody.status == 404
    assert seen == nothing == unknown
    assert words.PAGE_NOT_FOUND in seen
    assert dict(there.headers) | {"Date": ""} == dict(missing.headers) | {"Date": ""}


@pytest.mark.parametrize("person", [WORKER, LEADER, GUARD])
async def test_whoever_has_to_do_with_it_gets_in(site: Site, person: PersonId) -> None:
    page, text = await site.get(f"/p/{NUMBER}", person=person)
    assert page.status == 200
    assert "二号罐区 2号罐" in text


# --- every answer ----------------------------------------------------------------------------------------------------


async def test_no_page_can_be_framed_cached_or_scripted(site: Site) -> None:
    answers = [
        (await site.get(f"/p/{NUMBER}", person=WORKER))[0],
        (await site.get(f"/p/{NUMBER}", person=OUTSIDER))[0],
        (await site.get(f"/p/{NUMBER}"))[0],
        (await site.get("/login/back"))[0],
        (await site.get(f"/p/{NUMBER}/photo/{'0' * 64}", person=WORKER))[0],
    ]
    assert [answer.status for answer in answers] == [200, 404, 302, 400, 404]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
    policy = HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


class Elements(HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


async def test_the_page_needs_nothing_its_policy_forbids(site: Site) -> None:
    _, text = await site.get(f"/p/{NUMBER}", person=GUARD)
    page = Elements(text)
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name == "style" or name.startswith("on")]
    assert not [value for name, value in page.attributes if name in {"src", "href"} and not value.startswith("/")]
    style, css = await site.get("/static/page.css")
    assert (style.status, style.content_type) == (200, "text/css")
    assert "@import" not in css


# --- mischief in a permit --------------------------------------------------------------------------------------------


def poisoned() -> PermitView:
    """A permit in which every free word is an attack."""
    evil = replace(content(), task=EVIL, place=EVIL, applicant_unit=EVIL, work_unit=EVIL)
    law = rules()
    law = replace(
        law,
        grade_why=EVIL,
        grade_clause=EVIL,
        chain=tuple(replace(node, label=EVIL) for node in law.chain),
        measures=tuple(replace(measure, label=EVIL) for measure in law.measures),
        photos=tuple(replace(need, label=EVIL) for need in law.photos),
    )
    signature = Signature(
        node=NodeKey("site_unit"), person=ZHAO, at=FakeClock().now(), opinion=EVIL, content_hash="x", proof=None
    )
    stop = Suspension(since=FakeClock().now(), reasons=(SuspendReason.STOP_WORK,), text=EVIL, by=Actor.person(ZHAO))
    shown = permit(
        Status.SUSPENDED,
        content=evil,
        rules=law,
        jsa=EVIL,
        signatures=(signature,),
        suspension=stop,
        closing=Closing(by=Actor.person(ZHAO), at=FakeClock().now(), reason=EVIL),
        measures={
            "H1": MeasureState(
                involved=True, confirmed_by=ZHAO, confirmed_at=FakeClock().now(), detail=EVIL, confirm_detail=EVIL
            )
        },
        photos=(Photo(purpose="scene", media=MediaHash("0" * 64), by=ZHAO, at=FakeClock().now(), camera=True),),
    )
    finding = Finding(
        gate="x", verdict=Verdict.FAIL, severity=Severity.BLOCK, rule=EVIL, clause=EVIL, fact=EVIL, cure=EVIL, who=EVIL
    )
    return view(
        shown, ZHAO, {Role.GUARDIAN}, names=dict.fromkeys((ZHAO, *view(shown, ZHAO, ()).names), EVIL), area_name=EVIL,
        findings=(finding,), note=EVIL,
    )  # fmt: skip


async def test_words_of_people_stay_words(at_stage: Stage, tmp_path: Path) -> None:
    class Poisoned(Viewer):
        """Shows one poisoned permit to everybody."""

        def permit(self, *_: Any, **__: Any) -> PermitView:
            return poisoned()

    world = at_stage("ready")
    async with site_of(world, tmp_path, viewer=Poisoned(house=world.house)) as site:
        page, text = await site.get(f"/p/{NUMBER}", person=WORKER)
    assert page.status == 200
    elements = Elements(text)
    assert set(elements.tags) <= {
        "html", "head", "meta", "title", "link", "body", "header", "h1", "p", "main", "dl", "dt", "dd", "section", "h2",
        "ul", "ol", "li", "b", "small", "figure", "img", "figcaption", "svg", "path", "a",
    }  # fmt: skip
    links = [value for name, value in elements.attributes if name == "href" and not str(value).startswith("/static/")]
    assert links == ["/p/DHZY-HC-20261124-003/form"]
    assert not [name for name, _ in elements.attributes if name.startswith("on")]
    assert {value for name, value in elements.attributes if name == "src"} == {
        f"/p/DHZY-HC-20261124-003/photo/{'0' * 64}"
    }
    assert elements.words.count("<script>alert('x')</script>") >= 12, "it is shown as what was written"


async def test_a_signature_is_called_no_better_than_it_is(at_stage: Stage, tmp_path: Path) -> None:
    async with site_of(at_stage("ready"), tmp_path) as site:
        _, text = await site.get(f"/p/{NUMBER}", person=WORKER)
    assert text.count("聊天账号点按（未核验指纹人脸）") >= 3
    assert set(words.PROOF) == set(ProofMethod)
    assert "未核验" in words.PROOF[ProofMethod.PLATFORM_SESSION]
    assert "未核验" in words.PROOF[ProofMethod.PLATFORM_SESSION_AT_SITE]


async def test_why_work_was_stopped_stands_in_red_as_on_the_card(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("active")
    await world.says(WORKER, f"停工 {NUMBER} 有异味")
    async with site_of(world, tmp_path) as site:
        _, text = await site.get(f"/p/{NUMBER}", person=WORKER)
        _, css = await site.get("/static/page.css")
    (quote,) = [line for line in text.splitlines() if 'class="quote danger"' in line]
    assert "有异味" in quote
    assert ".quote.danger {" in css


async def test_who_started_the_work_and_how_he_confirmed_stands_on_the_page(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("active")
    async with site_of(world, tmp_path) as site:
        _, text = await site.get(f"/p/{NUMBER}", person=WORKER)
    section = text.split("开工、复工、验收确认")[1].split("</section>")[0]
    given = (await world.permit(NUMBER)).start_signatures
    assert section.count("<li>") == len(given) == 2
    assert section.count("开工·") == 2
    assert section.count("在现场用聊天账号点按（未核验指纹人脸）") == 2
    assert str(GUARD) not in section, "people have names"
    await world.says(WORKER, "停工 着火了")
    assert (await world.permit(NUMBER)).start_signatures == ()
    async with site_of(world, tmp_path) as site:
        _, stopped = await site.get(f"/p/{NUMBER}", person=WORKER)
    assert section in stopped, "who began it stays on the page when it is stopped"
    assert "有人叫停：着火了" in stopped


# --- photos ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Album:
    """A permit with one photo, whose bytes a test may choose."""

    media: MediaHash
    site: Site


@asynccontextmanager
async def album(world: World, folder: Path, raw: bytes) -> AsyncIterator[Album]:
    stored = MediaFiles(folder).save(raw)
    taken = Photo(purpose="scene", media=stored.sha256, by=GUARD, at=world.now, camera=True)

    class WithPhoto(Viewer):
        """Shows the permit as it is, with one more photo."""

        def permit(self, *args: Any, **more: Any) -> PermitView | None:
            shown = super().permit(*args, **more)
            return None if shown is None else replace(shown, permit=replace(shown.permit, photos=(taken,)))

    async with site_of(world, folder, viewer=WithPhoto(house=world.house)) as site:
        yield Album(media=stored.sha256, site=site)


async def test_a_photo_is_shown_with_its_mark_to_those_concerned(at_stage: Stage, tmp_path: Path) -> None:
    async with album(at_stage("ready"), tmp_path, jpeg()) as one:
        path = f"/p/{NUMBER}/photo/{one.media}"
        _, text = await one.site.get(f"/p/{NUMBER}", person=WORKER)
        assert path in text
        async with aiohttp.ClientSession() as session:
            headers = {"Cookie": f"ptw_session={one.site.cookie(WORKER)['ptw_session']}"}
            async with session.get(f"{one.site.base}{path}", headers=headers) as answer:
                assert (answer.status, answer.content_type) == (200, "image/jpeg")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                shown = await answer.read()
        assert opened(shown).size == (1200, 900)
        assert shown != jpeg()
        for person in (OUTSIDER, None):
            assert (await one.site.get(path, person=person))[0].status == 404


@pytest.mark.parametrize("media", ["0" * 64, "../../permitbot.sqlite3", "..%2f..%2fetc%2fpasswd", "A" * 64, "x"])
async def test_nothing_but_this_permit_s_photos_is_served(at_stage: Stage, tmp_path: Path, media: str) -> None:
    async with album(at_stage("ready"), tmp_path, jpeg()) as one:
        other = MediaFiles(tmp_path).save(jpeg(orientation=6)).sha256
        assert (await one.site.get(f"/p/{NUMBER}/photo/{media}", person=WORKER))[0].status == 404
        assert (await one.site.get(f"/p/{NUMBER}/photo/{other}", person=WORKER))[0].status == 404
        assert (await one.site.get(f"/p/{MISSING}/photo/{one.media}", person=WORKER))[0].status == 404


async def test_an_original_that_was_touched_is_said_not_shown(at_stage: Stage, tmp_path: Path) -> None:
    async with album(at_stage("ready"), tmp_path, jpeg()) as one:
        MediaFiles(tmp_path).path_of(one.media).write_bytes(jpeg(orientation=3))
        answer, text = await one.site.get(f"/p/{NUMBER}/photo/{one.media}", person=WORKER)
        assert (answer.status, words.PAGE_PHOTO_GONE in text) == (410, True)


# --- the printed form


@pytest.mark.parametrize(
    ("person", "copy"), [(GUARD, "第一联"), (LEADER, "第二联"), (WORKER, "第二联"), (UNIT, "第三联")]
)
async def test_everybody_concerned_gets_the_copy_that_is_theirs(site: Site, person: PersonId, copy: str) -> None:
    _, text = await site.get(f"/p/{NUMBER}", person=person)
    assert f'href="/p/{NUMBER}/form"' in text
    async with aiohttp.ClientSession() as session:
        headers = {"Cookie": f"ptw_session={site.cookie(person)['ptw_session']}"}
        async with session.get(f"{site.base}/p/{NUMBER}/form", headers=headers) as answer:
            assert (answer.status, answer.content_type) == (200, "application/pdf")
            assert {name: answer.headers[name] for name in HEADERS} == HEADERS
            page = await answer.read()
    shown = pypdf.PdfReader(io.BytesIO(page)).pages[0].extract_text()
    assert copy in shown
    assert NUMBER in shown


async def test_a_stranger_gets_no_form(site: Site) -> None:
    for person, number in ((OUTSIDER, NUMBER), (None, NUMBER), (WORKER, MISSING), (WORKER, "..")):
        answer, text = await site.get(f"/p/{number}/form", person=person)
        assert answer.status == 404
        assert "%PDF" not in text


# --- through the twin ------------------------------------------------------------------------------------------------


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    async with connected() as made:
        yield made


@asynccontextmanager
async def behind_the_twin(plant: Plant, writer: Writer, media: Path, *, trusted: bool = True) -> AsyncIterator[str]:
    """The pages with the real login of the platform, for the twin's people."""

    def enter(tx: Tx) -> None:
        people = tuple(
            Person(id=PersonId(name), site=SITE, name=name, department="x", active=name != "ligong")
            for name in ("wangqiang", "ligong")
        )
        accounts = tuple(Account(platform="wecom", corp=CORP, userid=one.id, person=one.id) for one in people)
        tx.put_register(Register(people=people, accounts=accounts))

    await writer.submit(enter)

    class OnlyWang(Viewer):
        """Wang has to do with the permit, nobody else has."""

        def permit(self, *args: Any, **_: Any) -> PermitView:
            person: PersonId = args[2]
            return view(permit(Status.ACTIVE), person, {Role.WORKER} if person == "wangqiang" else ())

    async def who(code: str) -> PersonId | None:
        try:
            visitor = await plant.client.visitor(code)
        except WeComTrouble:
            return None
        person = await writer.submit(lambda tx: tx.person_by_account("wecom", CORP, visitor.userid or ""))
        return person.id if person is not None and person.active else None

    def link(back: str, state: str) -> str:
        return oauth_link(corp_id=CORP, agent_id=AGENT, redirect_to=back, state=state, base_url=plant.twin.base_url)

    book = load(POLICIES, plant="plant.example.yaml")
    viewer = OnlyWang(house=house(site=SITE, zone=ZONE, book=book, secret=SECRET))
    bound = door()
    if trusted:
        plant.twin.trust_domain(f"127.0.0.1:{bound.getsockname()[1]}", AGENT, corpid=CORP)
    async with served(writer, viewer, media, plant.clock, Login(link=link, who=who), bound) as base:
        yield base


async def test_a_phone_signs_in_silently_and_lands_on_the_permit(plant: Plant, writer: Writer, tmp_path: Path) -> None:
    async with behind_the_twin(plant, writer, tmp_path) as base:
        page = await plant.phone().open_link(f"{base}/p/{NUMBER}")
        assert page.status == 200
        assert page.url == f"{base}/p/{NUMBER}"
        assert "code=" not in page.url, "the one-time code does not stay in the address"
        assert len(page.hops) == 4
        again = await plant.phone().open_link(f"{base}/p/{NUMBER}")
        assert (again.status, len(again.hops)) == (200, 1), "the session lasts"


async def test_members_who_have_nothing_to_do_with_it(plant: Plant, writer: Writer, tmp_path: Path) -> None:
    async with behind_the_twin(plant, writer, tmp_path) as base:
        stranger = await plant.phone("ZhaoMin").open_link(f"{base}/p/{NUMBER}")
        assert (stranger.status, words.PAGE_STRANGER in stranger.text) == (403, True)
        left = await plant.phone("LiGong").open_link(f"{base}/p/{NUMBER}")
        assert left.status == 403, "registered, but not active"


async def test_a_domain_the_platform_does_not_trust_gets_nobody(plant: Plant, writer: Writer, tmp_path: Path) -> None:
    async with behind_the_twin(plant, writer, tmp_path, trusted=False) as base:
        page = await plant.phone().open_link(f"{base}/p/{NUMBER}")
        assert page.status != 200
        assert not page.url.startswith(base)


async def test_a_code_is_good_once(plant: Plant, writer: Writer, tmp_path: Path) -> None:
    async with behind_the_twin(plant, writer, tmp_path) as base:
        page = await plant.phone().open_link(f"{base}/p/{NUMBER}")
        (back,) = [hop for hop in page.hops if "code=" in hop]
        again = await plant.phone().open_link(back)
        assert again.status == 400, "the login it belonged to is over"
