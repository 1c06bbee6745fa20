"""Every page people open, put into the service: which there are hangs on the address, the logins and the keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

import aiohttp
from aiohttp import web

from bot.chat import Chat
from bot.clock import Clock, Entropy
from bot.evidence_search import lines
from bot.gate import ring_of
from bot.proofs.install import install_key_pages
from bot.proofs.site import Ladder
from bot.reader import Reader
from bot.reports.by_chat import FilesByChat
from bot.settings import Settings
from bot.web.board_install import install_board
from bot.web.figures import FiguresPage
from bot.web.finding import FindPage
from bot.web.hazards import HazardPictures
from bot.web.home import HomePages
from bot.web.outside import OutsidePages
from bot.web.own_looks import OwnLooksPage
from bot.web.pages import Login, Pages
from bot.web.site import SitePages
from bot.web.site_gate import Ground
from bot.web.uploads import Uploads
from handlers.arrivals import Arrival
from handlers.views import Viewer
from storage.media import MediaFiles
from storage.writer import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the pages are lent. ``handle`` is the office, ``under_way`` tells the watchdog that it is busy."""

    settings: Settings
    writer: Writer
    viewer: Viewer
    media: MediaFiles
    files: FilesByChat
    uploads: Uploads
    clock: Clock
    entropy: Entropy
    key: bytes = field(repr=False)
    session: aiohttp.ClientSession
    ladder: Ladder
    handle: Callable[[Arrival], Awaitable[None]]
    under_way: Callable[[], AbstractContextManager[None]]
    chats: tuple[Chat, ...]
    reader: Reader
    more: tuple[Callable[[web.Application, Pages], None], ...] = ()
    """What else of the service shows something to whoever is signed in."""

    def install(self, app: web.Application) -> None:
        """Add them. Without an address there are none; without a platform to sign in by, only those for outsiders."""
        public = self.settings.public_url
        if public is None:
            return
        logins = [one.login for one in self.chats if one.login is not None]
        if logins:
            self._inside(app, public, logins)
        OutsidePages(
            writer=self.writer, house=self.viewer.house, clock=self.clock, entropy=self.entropy, key=self.key,
            public_url=public,
        ).install(app)  # fmt: skip

    def _inside(self, app: web.Application, public: str, logins: list[Login]) -> None:
        house, pages = self.viewer.house, self._pages(public, logins)
        pages.install(app)
        OwnLooksPage(pages=pages, writer=self.writer, house=house, clock=self.clock).install(app)
        HomePages(
            pages=pages, writer=self.writer, viewer=self.viewer, files=self.files, handle=self.handle,
            under_way=self.under_way, clock=self.clock, entropy=self.entropy, key=self.key, public_url=public,
            reach={one.name: one.corp for one in self.chats}, phone=self.settings.emergency_phone or "",
        ).install(app)  # fmt: skip
        search = partial(lines, self.settings)
        FindPage(pages=pages, writer=self.writer, house=house, clock=self.clock, search=search).install(app)
        FiguresPage(pages=pages, writer=self.writer, reader=self.reader, house=house, clock=self.clock).install(app)
        SitePages(self._ground(public), pages).install(app)
        install_board(
            app, pages, writer=self.writer, viewer=self.viewer, files=self.files, clock=self.clock,
            entropy=self.entropy, key=self.key, public_url=public,
        )  # fmt: skip
        for each in self.more:
            each(app, pages)
        HazardPictures(
            pages=pages, writer=self.writer, house=house, media=self.media, clock=self.clock
        ).install(app)  # fmt: skip
        plugs = [*self.ladder.plugs(self.session, self.clock), *(each for one in self.chats for each in one.plugs)]
        install_key_pages(
            app, pages, writer=self.writer, viewer=self.viewer, clock=self.clock, entropy=self.entropy, key=self.key,
            plugs=plugs, served=frozenset(one.name for one in self.chats),
        )  # fmt: skip

    def _ground(self, public: str) -> Ground:
        return Ground(
            writer=self.writer, viewer=self.viewer, handle=self.handle, under_way=self.under_way, uploads=self.uploads,
            clock=self.clock, entropy=self.entropy, key=self.key, public_url=public,
            reach={one.name: one.corp for one in self.chats},
            sdks=tuple(one.sdk for one in self.chats if one.sdk is not None),
            emergency_phone=self.settings.emergency_phone or "",
        )  # fmt: skip

    def _pages(self, public: str, logins: list[Login]) -> Pages:
        return Pages(
            writer=self.writer, viewer=self.viewer, media=self.media, clock=self.clock, entropy=self.entropy,
            key=self.key, public_url=public, login=logins[0], others=logins[1:], gate=ring_of(self.settings),
        )  # fmt: skip
