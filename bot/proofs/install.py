"""Putting the key pages into the service, where there is an address for them."""

from __future__ import annotations

from aiohttp import web

from bot.clock import Clock, Entropy
from handlers.views import Viewer
from storage.writer import Writer


def install_key_pages(
    app: web.Application, *, writer: Writer, viewer: Viewer, clock: Clock, entropy: Entropy, key: bytes
) -> None:
    """Serve them; nothing where no browser would use a key. What they need is imported here: most sites do without."""
    address = viewer.house.key_pages
    if address is None:
        return
    from bot.proofs.passkey import Passkeys
    from bot.web.keys import KeyPages

    KeyPages(writer=writer, viewer=viewer, clock=clock, entropy=entropy, key=key, passkeys=Passkeys(address)).install(
        app
    )
