"""Which rungs of the ladder a site has, and putting their pages into the service.

What a rung needs is imported where the site has it: most do without.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import aiohttp
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.proofs.faceid import FaceId, FaceIdAccess
from bot.proofs.identities import BadIdentities, Identities, read_identities
from bot.proofs.ladder import Plug
from bot.settings import Settings, SettingsError, missing
from handlers.rungs import Rung
from handlers.views import Viewer
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId
from workflow.values import ProofMethod

_FACEID = {
    "faceid_secret_id": "腾讯云控制台 → 访问管理 → API 密钥 → SecretId",
    "faceid_secret_key": "腾讯云控制台 → 访问管理 → API 密钥 → SecretKey",
    "faceid_rule_id": "腾讯云控制台 → 人脸核身 → 自助接入 → RuleId",
    "faceid_identities": "a JSON file of names and ID numbers, readable by the service alone (docs/keys.md)",
}


class Ladder:
    """The rungs of one site beside taps and keys. Nothing is asked of anybody yet."""

    def __init__(self, *, face: FaceIdAccess | None, identities: Identities | None) -> None:
        self._face = face
        self._identities = identities

    @property
    def papers(self) -> int:
        """Of how many people the papers are known."""
        return 0 if self._identities is None else len(self._identities)

    def rungs(self) -> tuple[Rung, ...]:
        """For the house: what there is, and for whom."""
        found = []
        if self._identities is not None:
            found.append(Rung(method=ProofMethod.VENDOR_FACE, way=FaceId.way, has=self._has_papers))
        return tuple(found)

    def plugs(self, session: aiohttp.ClientSession, clock: Clock) -> tuple[Plug, ...]:
        """How each of them works, where no chat platform is needed for it."""
        if self._face is None or self._identities is None:
            return ()
        return (FaceId(self._face, self._identities.papers, session=session, clock=clock),)

    def _has_papers(self, tx: Tx, person: PersonId) -> bool:
        known = tx.directory.people.get(person)
        return known is not None and self._identities is not None and bool(self._identities.of(person, known.name))


def ladder_of(settings: Settings) -> Ladder:
    """What the settings say. Raise `SettingsError` for half of it, or papers that cannot be read."""
    face = face_access(settings)
    if face is None or settings.faceid_identities is None:
        return Ladder(face=None, identities=None)
    try:
        return Ladder(face=face, identities=read_identities(settings.faceid_identities))
    except BadIdentities as bad:
        raise SettingsError([f"PERMITBOT_FACEID_IDENTITIES: {bad}"]) from None


def face_access(settings: Settings) -> FaceIdAccess | None:
    """The access to the face service, whole; None where nothing of it is set. Raise `SettingsError` for half."""
    if all(getattr(settings, name) is None for name in _FACEID):
        return None
    if settings.faceid_secret_id is None or settings.faceid_secret_key is None or settings.faceid_rule_id is None:
        raise SettingsError(missing(settings, _FACEID))
    if settings.faceid_identities is None:
        raise SettingsError(missing(settings, _FACEID))
    return FaceIdAccess(
        secret_id=settings.faceid_secret_id.get_secret_value(),
        secret_key=settings.faceid_secret_key.get_secret_value(),
        rule=settings.faceid_rule_id,
        region=settings.faceid_region,
        base_url=settings.faceid_base_url,
        least=settings.faceid_least,
    )


def install_key_pages(
    app: web.Application,
    *,
    writer: Writer,
    viewer: Viewer,
    clock: Clock,
    entropy: Entropy,
    key: bytes,
    plugs: Iterable[Plug] = (),
) -> None:
    """Serve them; nothing where no browser would use a key. What they need is imported here: most sites do without."""
    address = viewer.house.key_pages
    if address is None:
        return
    from bot.proofs.passkey import Passkeys
    from bot.web.comparing import Comparing
    from bot.web.keys import KeyPages
    from storage.store import Store

    store = Store(writer.database, viewer.house.site)

    async def close(_: web.Application) -> None:
        await store.close()

    app.on_cleanup.append(close)
    KeyPages(
        writer=writer,
        viewer=viewer,
        comparing=Comparing(store=store, house=viewer.house),
        clock=clock,
        entropy=entropy,
        key=key,
        passkeys=Passkeys(address),
    ).install(app)
    install_rungs(app, tuple(plugs), writer=writer, viewer=viewer, clock=clock, entropy=entropy, public_url=address)


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
