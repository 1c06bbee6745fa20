"""Attack × page: what somebody tries who stands at the fence, tried on every page and every port of the whole service.

`PAGES` names every route and what guards it; a route without a line fails the first test. Each attack below is one test
that walks along all lines, so that its failure names the pages it got through. What needs a life of its own is tried
elsewhere: signatures that were bent, replayed, cloned (`test_keys.py`), codes said aloud (`test_outside.py`), answers
of face services (`tests/bot/proofs`), bodies no platform signed (`tests/bot/wecom`, `tests/bot/dingtalk`).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from cards.pictures.qr import BOARD_PREFIX
from handlers.keys import ENROL, LINKS, SIGN, EnrolLink, SignLink, hash_of
from storage.desk import Link
from storage.tx import Tx
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY
from tests.support.office import Stage, World
from tests.support.whole_site import PUBLIC, WholeSite, put_link, whole_site
from workflow.ids import PersonId
from workflow.permit import events as e


class Guard(Enum):
    """What stands between a stranger and a page."""

    SESSION = auto()
    """The platform's login, and a part in this very permit."""
    LINK = auto()
    """A one-time link of one person to one decision or one enrolment."""
    TICKET = auto()
    """A sealed ticket and a code said aloud."""
    SCREEN = auto()
    """A secret that a safety officer gave to one screen on a wall."""
    PIN = auto()
    """Two people's PINs, while the chat is down and where the plant lets anybody (`../proofs/test_offline.py`)."""
    BOARD = auto()
    """The code on a board: everybody before it sees what works there and whom to call."""
    SIGNED = auto()
    """What a platform, an equipment system or a gate code signs: unsigned it is worth nothing."""
    OPEN = auto()
    """The same for everybody; of a permit it says nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """One route."""

    guard: Guard
    html: bool = False
    """Whether a person looks at it; else a script or a machine does."""
    own: bool = False
    """It shows whoever is signed in his own things, and nobody else's: a stranger to the permit may open it."""


PAGES: Mapping[str, Page] = {
    "GET /p/{permit}": Page(Guard.SESSION, html=True),
    "GET /p/{permit}/photo/{media}": Page(Guard.SESSION),
    "GET /p/{permit}/form": Page(Guard.SESSION),
    "GET /h/{permit}": Page(Guard.SESSION),
    "GET /h/{permit}/pair": Page(Guard.SESSION),
    "GET /h/{permit}/video/{media}": Page(Guard.SESSION),
    "GET /board": Page(Guard.SESSION, html=True, own=True),
    "GET /board/changes": Page(Guard.SESSION, own=True),
    "GET /board/back": Page(Guard.SESSION, html=True, own=True),
    "GET /board/permit/{permit}": Page(Guard.SESSION, html=True),
    "GET /board/permit/{permit}/gas": Page(Guard.SESSION),
    "GET /board/trends": Page(Guard.SESSION, html=True, own=True),
    "GET /board/screens": Page(Guard.SESSION, html=True, own=True),
    "POST /board/screens": Page(Guard.SESSION, html=True, own=True),
    "POST /board/screens/end": Page(Guard.SESSION, html=True, own=True),
    "GET /wall": Page(Guard.SCREEN, html=True),
    "GET /wall/changes": Page(Guard.SCREEN),
    "GET /wall/in/{token}": Page(Guard.SCREEN, html=True),
    "POST /wall/in/{token}": Page(Guard.SCREEN, html=True),
    "GET /plate": Page(Guard.SCREEN, html=True),
    "GET /plate/now": Page(Guard.SCREEN),
    "GET /plate/picture": Page(Guard.SCREEN),
    "GET /keys": Page(Guard.SESSION, html=True, own=True),
    "POST /keys/lost": Page(Guard.SESSION, html=True, own=True),
    "GET /home": Page(Guard.SESSION, html=True, own=True),
    "POST /home/do": Page(Guard.SESSION, html=True, own=True),
    "GET /report": Page(Guard.SESSION, html=True, own=True),
    "GET /find": Page(Guard.SESSION, html=True, own=True),
    "GET /figures": Page(Guard.SESSION, html=True, own=True),
    "GET /watch": Page(Guard.SESSION, html=True, own=True),
    "GET /watch/file": Page(Guard.SESSION, own=True),
    "GET /seen": Page(Guard.SESSION, html=True, own=True),
    "GET /site/{board}": Page(Guard.BOARD, html=True),
    "GET /site/{board}/public": Page(Guard.BOARD, html=True),
    "GET /site/{board}/in": Page(Guard.BOARD, html=True),
    "GET /site/{board}/{permit}": Page(Guard.SESSION, html=True),
    "POST /site/{board}/do": Page(Guard.SESSION),
    "POST /site/{board}/stop": Page(Guard.SESSION, html=True),
    "POST /site/{board}/up/{upload}": Page(Guard.SESSION),
    "POST /site/{board}/sdk": Page(Guard.SESSION),
    "GET /sign/{token}": Page(Guard.LINK, html=True),
    "POST /sign/{token}/begin": Page(Guard.LINK),
    "POST /sign/{token}/finish": Page(Guard.LINK),
    "GET /sign/{token}/by/face": Page(Guard.LINK, html=True),
    "GET /sign/{token}/by/face/back": Page(Guard.LINK, html=True),
    "POST /sign/{token}/by/face/begin": Page(Guard.LINK),
    "POST /sign/{token}/by/face/finish": Page(Guard.LINK),
    "GET /sign/{token}/by/live": Page(Guard.LINK, html=True),
    "GET /sign/{token}/by/live/back": Page(Guard.LINK, html=True),
    "POST /sign/{token}/by/live/begin": Page(Guard.LINK),
    "POST /sign/{token}/by/live/finish": Page(Guard.LINK),
    "GET /key/{token}": Page(Guard.LINK, html=True),
    "GET /key/{token}/code": Page(Guard.LINK, html=True),
    "POST /key/{token}/begin": Page(Guard.LINK),
    "POST /key/{token}/finish": Page(Guard.LINK),
    "GET /pin/{token}": Page(Guard.LINK, html=True),
    "GET /pin/{token}/code": Page(Guard.LINK, html=True),
    "POST /pin/{token}": Page(Guard.PIN, html=True),
    "GET /offline/{board}": Page(Guard.PIN, html=True),
    "POST /offline/{board}": Page(Guard.PIN, html=True),
    "GET /offline/{board}/{token}": Page(Guard.LINK, html=True),
    "POST /offline/{board}/{token}": Page(Guard.PIN, html=True),
    "GET /v/{token}": Page(Guard.TICKET, html=True),
    "POST /v/{token}": Page(Guard.TICKET, html=True),
    "GET /v/looks/page.css": Page(Guard.OPEN),
    "GET /login/back": Page(Guard.OPEN, html=True),
    "GET /login/back/{way}": Page(Guard.OPEN, html=True),
    "GET /dingtalk/login": Page(Guard.OPEN, html=True),
    "GET /dingtalk/login.js": Page(Guard.OPEN),
    "GET /gate": Page(Guard.OPEN, html=True),
    "GET /gate/status": Page(Guard.OPEN),
    "POST /gate/check": Page(Guard.SIGNED),
    "POST /gate/read": Page(Guard.SIGNED),
    "GET /gate/gate.js": Page(Guard.OPEN),
    "GET /gate/gate_law.js": Page(Guard.OPEN),
    "GET /gate/worker.js": Page(Guard.OPEN),
    "GET /gate/gate.css": Page(Guard.OPEN),
    "GET /favicon.ico": Page(Guard.OPEN),
    "GET /static": Page(Guard.OPEN),
    "GET /wecom/callback": Page(Guard.SIGNED),
    "POST /wecom/callback": Page(Guard.SIGNED),
    "POST /equipment/state": Page(Guard.SIGNED),
    "POST /devices/gateway": Page(Guard.SIGNED),
    "GET /healthz": Page(Guard.OPEN),
}
CLOSED = (Guard.SESSION, Guard.LINK, Guard.TICKET, Guard.SCREEN, Guard.PIN)
"""Nobody opens these without something of his own."""
PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
GUESSED = "A" * 43
START_LINK, ENROL_LINK = "s" * 43, "e" * 43
EVIL_HOST = "evil.example"
SECRETS = (NUMBER, "换法兰", "王强", "赵敏", "二号罐区")
"""What a stranger must not learn: number, task, people and place of the permit."""


def on_its_way(route: str, *, token: str = GUESSED, permit: str = NUMBER) -> tuple[str, str]:
    """Method and path of a route with something in every gap."""
    method, path = route.split(" ", 1)
    given = {"permit": permit, "media": "a" * 64, "token": token, "way": "1"}
    given |= {"board": BOARD.removeprefix(BOARD_PREFIX), "upload": "b" * 32}
    return method, re.sub(r"\{(\w+)\}", lambda gap: quote(given[gap.group(1)]), path)


def routes(*guards: Guard, method: str = "") -> list[str]:
    return [route for route, page in PAGES.items() if page.guard in guards and route.startswith(method)]


# --- the site -------------------------------------------------------------------------------------------------------


def link(
    world: World, token: str, what: SignLink | EnrolLink, person: PersonId, *, since: timedelta = timedelta(0)
) -> Link:
    """A link sent ``since`` ago; five minutes later it is over."""
    kind, payload = LINKS.encode(what)
    return Link(
        token_hash=hash_of(token), purpose=SIGN if kind == "SignLink" else ENROL, person=person,
        permit=NUMBER if kind == "SignLink" else None, payload=payload, created_at=world.now - since,
        expires_at=world.now - since + timedelta(minutes=5),
    )  # fmt: skip


async def decision(world: World, content_hash: str | None = None) -> SignLink:
    shown = content_hash or (await world.permit(NUMBER)).content_hash
    return SignLink(content_hash=shown, verdict="start", step="guardian")


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[WholeSite]:
    """A permit ready for its start, one good link to it and one to an enrolment."""
    world = at_stage("ready")
    await put_link(world, link(world, START_LINK, await decision(world), GUARD))
    await put_link(world, link(world, ENROL_LINK, EnrolLink(officer=SAFETY), GUARD))
    async with whole_site(world, tmp_path) as made:
        yield made


async def test_every_route_of_the_service_has_its_line(site: WholeSite) -> None:
    assert site.routes() == set(PAGES), "write down what guards the new route"


# --- guessing, and other people's things ----------------------------------------------------------------------------


async def test_a_stranger_learns_nothing_anywhere(site: WholeSite) -> None:
    """Without a session or link, with guessed ones; and not even whether a permit exists."""
    through = {}
    for route in PAGES:
        for headers in ({}, {"Cookie": "ptw_session=bGlhcg.00"}, {"Cookie": "ptw_link=x; ptw_link_start=y"}):
            method, path = on_its_way(route)
            answer, text = await site.ask(method, path, headers)
            hidden = PAGES[route].guard is not Guard.BOARD
            if (hidden and any(secret in text for secret in SECRETS)) or answer.status >= 500:
                through[route] = answer.status
            if PAGES[route].guard in CLOSED and answer.status == 200:
                through[route] = answer.status
    assert through == {}


async def test_another_persons_permit_and_none_at_all_are_answered_alike(site: WholeSite) -> None:
    """Signed in, but with no part in it (IDOR)."""
    stranger = {"Cookie": site.cookie(PersonId("hc0001"))}
    told = {}
    for route in routes(Guard.SESSION, method="GET"):
        if PAGES[route].own:
            continue
        theirs, text = await site.ask(*on_its_way(route), stranger)
        none, other = await site.ask(*on_its_way(route, permit="DHZY-HC-19990101-001"), stranger)
        told[route] = (theirs.status, none.status, text == other, any(secret in text for secret in SECRETS))
    assert set(told.values()) == {(404, 404, True, False)}, told


# --- links: shared, used, late, bent --------------------------------------------------------------------------------


async def dead_links(world: World) -> dict[str, str]:
    """A link for every way of being no longer, or never, good."""
    good, over = await decision(world), timedelta(minutes=5)
    dead = {
        "late": link(world, "", good, GUARD, since=over),
        "altered decision": link(world, "", await decision(world, "0" * 64), GUARD),
        "step no longer due": link(world, "", replace(good, verdict="accept", step="site_unit"), GUARD),
        "whose person has left": link(world, "", good, PersonId("nobody")),
        "used": link(world, "", good, GUARD),
        "late enrolment": link(world, "", EnrolLink(officer=SAFETY), GUARD, since=over),
        "used enrolment": link(world, "", EnrolLink(officer=SAFETY), GUARD),
    }
    tokens = {}
    for place, (why, row) in enumerate(dead.items()):
        tokens[why] = f"{place:043}"
        await put_link(world, replace(row, token_hash=hash_of(tokens[why])), used=why.startswith("used"))
    return tokens


async def test_no_dead_guessed_or_misplaced_link_opens_anything(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("ready")
    tokens = await dead_links(world) | {"guessed": GUESSED}
    await put_link(world, link(world, START_LINK, await decision(world), GUARD))
    await put_link(world, link(world, ENROL_LINK, EnrolLink(officer=SAFETY), GUARD))
    own = {"Origin": PUBLIC, "Content-Type": "application/json"}
    through = {}
    async with whole_site(world, tmp_path) as site:
        before = await site.records()
        for route in routes(Guard.LINK):
            misplaced = ENROL_LINK if "/sign/" in route else START_LINK
            for why, token in (tokens | {"of another purpose": misplaced}).items():
                method, path = on_its_way(route, token=token)
                answer, text = await site.ask(method, path, own, "{}" if method == "POST" else None)
                opened = answer.status != 410 if method == "GET" else '"ok": false' not in text
                if opened or any(secret in text for secret in SECRETS):
                    through[f"{why}: {route}"] = answer.status
        assert await site.records() == before
    assert through == {}


async def test_the_good_links_are_good(site: WholeSite) -> None:
    """Else the test above would pass for the wrong reason."""
    for token, path in ((START_LINK, "/sign/{}"), (ENROL_LINK, "/key/{}"), (ENROL_LINK, "/key/{}/code")):
        answer, _ = await site.ask("GET", path.format(token))
        assert answer.status == 200, path


# --- requests of other sites ----------------------------------------------------------------------------------------

FOREIGN: tuple[Mapping[str, str], ...] = (
    {"Origin": f"https://{EVIL_HOST}", "Content-Type": "application/json"},
    {"Origin": "null", "Content-Type": "application/x-www-form-urlencoded"},
    {"Origin": f"https://{EVIL_HOST}", "Content-Type": "application/x-www-form-urlencoded"},
    {"Origin": f"{PUBLIC}.{EVIL_HOST}", "Content-Type": "application/json"},
    {"Content-Type": "text/plain"},
    {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"},
)


async def test_no_other_site_posts_in_somebodys_name(site: WholeSite) -> None:
    """CSRF: the browser brings the victim's cookies and the good link along."""
    through, before = {}, await site.records()
    for route in routes(*Guard, method="POST"):
        for headers in FOREIGN:
            token = START_LINK if "/sign/" in route else ENROL_LINK if "/key/" in route else GUESSED
            body = "form=x&key=y" if headers["Content-Type"].endswith("urlencoded") else "{}"
            method, path = on_its_way(route, token=token)
            answer, text = await site.ask(method, path, {**headers, "Cookie": site.cookie(GUARD)}, body)
            guarded = PAGES[route].guard in CLOSED
            if (guarded and answer.status < 400) or answer.status >= 500 or any(one in text for one in SECRETS):
                through[f"{route} {dict(headers)}"] = answer.status
    assert through == {}
    assert await site.records() == before, "nothing was written, not even an attempt"


async def test_a_get_changes_nothing(site: WholeSite) -> None:
    """Chats fetch links they show, and pictures in foreign pages are GETs."""
    before = await site.records()
    for route in routes(*Guard, method="GET"):
        token = START_LINK if "/sign/" in route else ENROL_LINK
        await site.ask(*on_its_way(route, token=token), {"Cookie": site.cookie(LEADER)})
    assert await site.records() == before


ASTRAY = ("next", "return", "url", "back", "redirect_uri", "to", "state", "lost", "code")
LEADS = (f"https://{EVIL_HOST}/", f"//{EVIL_HOST}", f"/\\{EVIL_HOST}", f"javascript:alert('{EVIL_HOST}')")


async def test_no_page_sends_anybody_astray(site: WholeSite) -> None:
    """Open redirects: whatever a link asks for, browsers are sent to our own paths or to the platform's login."""
    through = {}
    for route in routes(*Guard, method="GET"):
        for lead in LEADS:
            query = "&".join(f"{name}={quote(lead, safe='')}" for name in ASTRAY)
            method, path = on_its_way(route)
            for cookie in ("", site.cookie(LEADER)):
                answer, text = await site.ask(
                    method, f"{path}?{query}", {"Cookie": cookie, "X-Forwarded-Host": EVIL_HOST}
                )
                target = urlsplit(answer.headers.get("Location", ""))
                if target.hostname == EVIL_HOST or f'"{lead}' in text or (target.scheme == "javascript"):
                    through[route] = lead
    assert through == {}


async def test_no_session_can_be_pressed_on_anybody(site: WholeSite) -> None:
    """Session fixation: what a browser brings along never becomes what counts."""
    pressed = {name: f"attacker-{name}" for name in ("ptw_session", "ptw_login", "ptw_link", "ptw_link_start")}
    through = {}
    for route in PAGES:
        cookies = "; ".join(f"{name}={value}" for name, value in pressed.items())
        answer, _ = await site.ask(*on_its_way(route), {"Cookie": cookies})
        for name, given in answer.cookies.items():
            if given.value in pressed.values() or not given["httponly"]:
                through[route] = name
    assert through == {}


# --- what a page may do to a browser --------------------------------------------------------------------------------


async def test_no_page_is_framed_sniffed_stored_or_given_foreign_scripts(site: WholeSite) -> None:
    """Clickjacking and its kin, on good and bad answers alike."""
    through = {}
    for route, page in PAGES.items():
        for token in (GUESSED, START_LINK, ENROL_LINK):
            for cookie in ("", site.cookie(LEADER)):
                answer, text = await site.ask(*on_its_way(route, token=token), {"Cookie": cookie})
                if answer.content_type != "text/html":
                    continue
                policy = answer.headers.get("Content-Security-Policy", "")
                kept = answer.headers.get("Cache-Control") == "no-store" or page.guard is Guard.OPEN
                framed = "frame-ancestors 'none'" not in policy or answer.headers.get("X-Frame-Options") != "DENY"
                loose = "unsafe" in policy or "default-src 'none'" not in policy or re.search(r"\son\w+=", text)
                if framed or loose or not kept or answer.headers.get("X-Content-Type-Options") != "nosniff":
                    through[route] = dict(answer.headers)
    assert through == {}


async def test_what_stands_in_an_address_stays_text(site: WholeSite) -> None:
    """Reflected XSS: the payload in every gap, query and header."""
    through = {}
    for route in PAGES:
        method, path = on_its_way(route, token=PAYLOAD, permit=PAYLOAD)
        headers = {"User-Agent": "<script>alert(1)</script>", "Referer": "https://x/<script>alert(1)</script>"}
        for cookie in ("", site.cookie(LEADER)):
            answer, text = await site.ask(
                method, f"{path}?lost={quote(PAYLOAD)}&state={quote(PAYLOAD)}", headers | {"Cookie": cookie}
            )
            if "<script>alert" in text or "<img src=x" in text or answer.status >= 500:
                through[route] = answer.status
    assert through == {}


# --- what people write ----------------------------------------------------------------------------------------------

BENT = "DHZY-HC-20260318-666"


def bent(field: str) -> str:
    return f"{field}{PAYLOAD}"


def escaped(field: str) -> str:
    """How a page shows the beginning of it."""
    return f"name-{GUARD}-&lt;script&gt;" if field == "name-" else f"{field}&lt;script&gt;"


def mischievous(event: e.Event) -> e.Event:
    """The same event with the payload in everything a person writes."""
    match event:
        case e.PermitSubmitted(content=what):
            return replace(
                event,
                content=replace(
                    what, task=bent("task"), place=bent("place"), applicant_unit=bent("unit"), work_unit=bent("firm")
                ),
            )
        case e.JsaAttached():
            return replace(event, text=bent("jsa"))
        case e.MeasureAnswered():
            return replace(event, detail=bent("answer"))
        case e.MeasureConfirmed():
            return replace(event, detail=bent("detail"))
        case e.StepApproved():
            return replace(event, opinion=bent("opinion"))
        case _:
            return event


async def full_of_mischief(world: World) -> None:
    """A permit and a register in which every word a person may choose is the payload."""
    events = tuple(map(mischievous, await world.events(NUMBER)))

    def write(tx: Tx) -> None:
        tx.append(world.house.permits, BENT, 0, events, world.now, "mischief")
        row = tx.on_board(NUMBER)
        assert row is not None
        tx.put_on_board(replace(row, permit=BENT, place=bent("place"), task=bent("task")))
        register = tx.directory.register
        tx.put_register(
            replace(
                register,
                people=tuple(replace(one, name=bent(f"name-{one.id}-")) for one in register.people),
                areas=tuple(replace(one, name=bent("area")) for one in register.areas),
                equipment=tuple(replace(one, name=bent("vessel")) for one in register.equipment),
                contractors=tuple(replace(one, name=bent("contractor")) for one in register.contractors),
            )
        )

    await world.writer.submit(write)
    what = replace(await decision(world), text=bent("cause"))
    await put_link(world, replace(link(world, START_LINK, what, GUARD), permit=BENT))
    await put_link(world, link(world, ENROL_LINK, EnrolLink(officer=SAFETY), GUARD))


SHOWN: Mapping[str, tuple[str, ...]] = {
    "GET /p/{permit}": ("task", "place", "jsa", "opinion", "detail", "name-", "area"),
    "GET /board": ("task", "place", "area", "name-"),
    "GET /board/permit/{permit}": ("task", "place", "jsa", "opinion", "detail", "name-", "area"),
    "GET /sign/{token}": ("task", "place", "unit", "firm", "jsa", "opinion", "cause", "name-"),
    "GET /key/{token}": ("name-",),
    "GET /key/{token}/code": ("name-",),
    "GET /keys": ("name-",),
    "GET /site/{board}": ("task", "place", "area", "name-"),
    "GET /site/{board}/public": ("area", "name-"),
    "GET /site/{board}/{permit}": ("task", "place", "detail", "area"),
}
"""What is seen to stand on each page; every page is opened all the same."""


async def test_what_people_write_stays_text_on_every_page(at_stage: Stage, tmp_path: Path) -> None:
    """Stored XSS: the payload in every field a person fills in."""
    world = at_stage("ready")
    await full_of_mischief(world)
    through, seen = {}, {}
    async with whole_site(world, tmp_path) as site:
        for route in routes(*Guard, method="GET"):
            token = ENROL_LINK if "/key/" in route else START_LINK
            for person in (LEADER, CHIEF, SAFETY, GUARD):
                answer, text = await site.ask(
                    *on_its_way(route, token=token, permit=BENT), {"Cookie": site.cookie(person)}
                )
                if "<script>alert" in text or "<img src=x" in text or answer.status >= 500:
                    through[route] = answer.status
                if answer.status == 200 and route in SHOWN:
                    seen[route] = tuple(field for field in SHOWN[route] if escaped(field) in text)
    assert through == {}
    assert seen == SHOWN, "a page that shows nothing proves nothing"
