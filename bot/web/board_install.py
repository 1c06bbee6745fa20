"""The board put into a service: one reader, one feed, and the pages in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from aiohttp import web

from bot.clock import Clock, Entropy, steady
from bot.reports.by_chat import FilesByChat
from bot.web.board import BoardPages
from bot.web.board_feed import AsideReader, Feed
from bot.web.board_permit import BoardPermit
from bot.web.board_push import Pusher
from bot.web.board_trends import BoardTrends
from bot.web.board_wall import WallPages
from bot.web.pages import Pages
from bot.web.watch import WatchPage
from handlers.views import Viewer
from storage.writer import Writer


def install_board(
    app: web.Application,
    pages: Pages,
    *,
    writer: Writer,
    viewer: Viewer,
    files: FilesByChat,
    clock: Clock,
    entropy: Entropy,
    key: bytes,
    public_url: str,
    steady: Callable[[], float] = steady,
) -> None:
    """Serve it; it looks at the database only while somebody looks at it."""
    house = viewer.house
    # Long questions have a thread of their own: the live board waits for none of them.
    reader, archive = AsideReader(writer.database, house), AsideReader(writer.database, house)
    feed = Feed(reader=reader, writer=writer, clock=clock, steady=steady)
    pusher = Pusher(feed=feed, house=house)
    BoardPages(pages=pages, pusher=pusher, reader=reader, archive=archive, clock=clock).install(app)
    WallPages(
        pages=pages, pusher=pusher, reader=reader, writer=writer, house=house, clock=clock, entropy=entropy,
        key=key, public_url=public_url,
    ).install(app)  # fmt: skip
    BoardPermit(pages=pages, reader=archive, writer=writer, viewer=viewer, clock=clock).install(app)
    WatchPage(pages=pages, reader=archive, files=files, clock=clock).install(app)
    BoardTrends(pages=pages, reader=archive, clock=clock).install(app)

    async def running(_: web.Application) -> AsyncIterator[None]:
        feed.start()
        yield
        await feed.stop()
        await archive.close()

    async def let_go(_: web.Application) -> None:
        feed.end()

    app.cleanup_ctx.append(running)
    app.on_shutdown.append(let_go)
