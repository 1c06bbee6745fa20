"""Putting the pages for keys and for the other rungs into the service, where there is an address for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from bot.clock import Clock, Entropy
from bot.proofs.ladder import Plug
from bot.web.pages import Pages
from handlers.views import Viewer
from storage.writer import Writer

if TYPE_CHECKING:
    from bot.web.comparing import Comparing


def install_key_pages(
    app: web.Application,
    pages: Pages,
    *,
    writer: Writer,
    viewer: Viewer,
    clock: Clock,
    entropy: Entropy,
    key: bytes,
    plugs: Iterable[Plug] = (),
    served: frozenset[str] = frozenset(),
    cost: int | None = None,
) -> None:
    """Serve them; nothing where no browser would use a key. What they need is imported here: most sites do without.

    ``served``: the chat platforms this site speaks; ``cost`` of a try of a PIN, scrypt's n.
    """
    address = viewer.house.key_pages
    if address is None:
        return
    from bot.proofs.passkey import Passkeys
    from bot.web.keys import KeyPages
    from bot.web.own_keys import OwnKeyPages

    comparing = _comparing(app, writer, viewer)
    KeyPages(
        writer=writer,
        viewer=viewer,
        comparing=comparing,
        clock=clock,
        entropy=entropy,
        key=key,
        passkeys=Passkeys(address),
    ).install(app)
    OwnKeyPages(pages, writer=writer, viewer=viewer, clock=clock, entropy=entropy, key=key, public_url=address).install(
        app
    )
    install_rungs(app, tuple(plugs), writer=writer, viewer=viewer, clock=clock, entropy=entropy, public_url=address)
    if viewer.house.book.plant.offline is not None:
        install_offline(
            app, writer=writer, viewer=viewer, comparing=comparing, clock=clock, entropy=entropy, key=key,
            public_url=address, served=served, cost=cost,
        )  # fmt: skip


def _comparing(app: web.Application, writer: Writer, viewer: Viewer) -> Comparing:
    """Compares permits on a connection of its own, for as long as the application serves."""
    from bot.reader import Reader
    from bot.web.comparing import Comparing

    store = Reader(writer, viewer.house.site)

    async def close(_: web.Application) -> None:
        await store.close()

    app.on_cleanup.append(close)
    return Comparing(store=store, house=viewer.house)


def install_offline(
    app: web.Application,
    *,
    writer: Writer,
    viewer: Viewer,
    comparing: Comparing,
    clock: Clock,
    entropy: Entropy,
    key: bytes,
    public_url: str,
    served: frozenset[str],
    cost: int | None,
) -> None:
    """Serve the pages for PINs."""
    from bot.proofs.pin import COST, Vault
    from bot.web.offline import OfflinePages
    from bot.web.pin_pages import PinPages

    vault = Vault(key, entropy, COST if cost is None else cost)
    PinPages(
        writer=writer, house=viewer.house, clock=clock, entropy=entropy, key=key, public_url=public_url, vault=vault
    ).install(app)
    OfflinePages(
        writer=writer, viewer=viewer, comparing=comparing, clock=clock, entropy=entropy, key=key,
        public_url=public_url, vault=vault, served=served,
    ).install(app)  # fmt: skip


def install_rungs(
    app: web.Application,
    plugs: Sequence[Plug],
    *,
    writer: Writer,
    viewer: Viewer,
    clock: Clock,
    entropy: Entropy,
    public_url: str,
) -> None:
    """Serve the pages of the rungs where somebody outside the house sees the person."""
    if plugs:
        from bot.web.rungs import RungPages

        RungPages(
            writer=writer, viewer=viewer, clock=clock, entropy=entropy, public_url=public_url, plugs=plugs
        ).install(app)
