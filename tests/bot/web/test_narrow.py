"""Every page people open, on a screen as wide as a phone: nothing has to be scrolled aside to be read or pressed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from handlers.keys import ENROL, LINKS, SIGN, EnrolLink, SignLink, hash_of
from storage.desk import Link
from tests.support.hot_work import BOARD, CHIEF, NUMBER, SAFETY, UNIT
from tests.support.key_site import browsing
from tests.support.office import Stage, World
from tests.support.whole_site import WholeSite, put_link, whole_site
from workflow.ids import PersonId

pytestmark = pytest.mark.browser
LINKED = {"sign": "s" * 43, "key": "k" * 43}
UNSEEN_ELSEWHERE = ("/p/{permit}", "/home", "/keys", "/find", "/figures", "/seen", "/board/screens", "/board/trends")
"""Pages whose own tests do not ask how wide they are: looked at each day."""
LEAST = frozenset(
    {
        *UNSEEN_ELSEWHERE, "/board", "/board/permit/{permit}", "/site/{board}", "/site/{board}/public",
        "/site/{board}/{permit}", "/sign/{token}", "/key/{token}", "/gate",
    }
)  # fmt: skip
"""Pages that must be among those looked at when all are: a test that opens none finds nothing."""


def filled(path: str) -> str:
    token = LINKED.get(path.split("/")[1], "t" * 43)
    given = {"permit": NUMBER, "board": BOARD.partition(":")[2], "token": token}
    return re.sub(r"\{(\w+)\}", lambda gap: quote(given.get(gap.group(1), "1" * 64)), path)


async def linked(world: World, what: SignLink | EnrolLink, person: PersonId, purpose: str) -> None:
    kind, payload = LINKS.encode(what)
    token = LINKED["sign" if kind == "SignLink" else "key"]
    await put_link(
        world,
        Link(
            token_hash=hash_of(token), purpose=purpose, person=person, permit=NUMBER if kind == "SignLink" else None,
            payload=payload, created_at=world.now, expires_at=world.now + timedelta(minutes=5),
        ),
    )  # fmt: skip


async def pages(site: WholeSite, cookie: str) -> list[str]:
    """The routes that answer an officer with a page."""
    found = []
    for route in sorted(site.routes()):
        method, path = route.split(" ", 1)
        if method == "GET" and not path.endswith("/changes"):  # these never end
            answer, _ = await site.ask("GET", filled(path), {"Cookie": cookie})
            if (answer.status, answer.content_type) == (200, "text/html"):
                found.append(path)
    return found


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.deep)], ids=["some", "all"])
async def test_pages_fit_a_phone(at_stage: Stage, tmp_path: Path, *, every: bool) -> None:
    world = at_stage("review")
    shown = (await world.permit(NUMBER)).content_hash
    await linked(world, SignLink(content_hash=shown, verdict="approve", step="site_unit"), UNIT, SIGN)
    await linked(world, EnrolLink(officer=SAFETY), CHIEF, ENROL)
    async with whole_site(world, tmp_path) as site, browsing() as context:
        name, _, value = site.cookie(SAFETY).partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": site.service.base_url}])
        page, wide = await context.new_page(), {}
        found = await pages(site, f"{name}={value}") if every else list(UNSEEN_ELSEWHERE)
        assert not every or not LEAST - set(found), LEAST - set(found)
        for path in found:
            answer = await page.goto(f"{site.service.base_url}{filled(path)}", wait_until="load")
            assert answer is not None
            assert answer.status == 200, path
            across = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if across > 0:
                wide[path] = across
        assert not wide
