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
from bot.proofs.livecheck import LiveCheck
from bot.settings import Settings, SettingsError, missing
from bot.web.pages import Pages
from handlers.rungs import Rung
from handlers.views import Viewer
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId
from workflow.values import ProofMethod

DINGTALK = "dingtalk"
"""The platform's key in accounts."""
_FACEID = {
    "faceid_secret_id": "腾讯云控制台 → 访问管理 → API 密钥 → SecretId",
    "faceid_secret_key": "腾讯云控制台 → 访问管理 → API 密钥 → SecretKey",
    "faceid_rule_id": "腾讯云控制台 → 人脸核身 → 自助接入 → RuleId",
    "faceid_identities": "a JSON file of names and ID numbers, readable by the service alone (docs/keys.md)",
}


class Ladder:
    """The rungs of one site beside taps and keys. Nothing is asked of anybody yet."""

    def __init__(self, *, face: FaceIdAccess | None, identities: Identities | None, live: str | None = None) -> None:
        """``live``: the organisation on DingTalk whose people have its live check."""
        self._face = face
        self._identities = identities
        self._live = live

    @property
    def papers(self) -> int:
        """Of how many people the papers are known."""
        return 0 if self._identities is None else len(self._identities)

    def rungs(self) -> tuple[Rung, ...]:
        """For the house: what there is, and for whom."""
        found = []
        if self._identities is not None:
            found.append(Rung(method=ProofMethod.VENDOR_FACE, way=FaceId.way, has=self._has_papers))
        if self._live is not None:
            found.append(Rung(method=ProofMethod.PLATFORM_LIVE_CHECK, way=LiveCheck.way, has=self._has_account))
        return tuple(found)

    def plugs(self, session: aiohttp.ClientSession, clock: Clock) -> tuple[Plug, ...]:
        """How each of them works, where no chat platform is needed for it."""
        if self._face is None or self._identities is None:
            return ()
        return (FaceId(self._face, self._identities.papers, session=session, clock=clock),)

    def _has_papers(self, tx: Tx, person: PersonId) -> bool:
        known = tx.directory.people.get(person)
        return known is not None and self._identities is not None and bool(self._identities.of(person, known.name))

    def _has_account(self, tx: Tx, person: PersonId) -> bool:
        return any((one.platform, one.corp) == (DINGTALK, self._live) for one in tx.directory.accounts_of(person))


def ladder_of(settings: Settings) -> Ladder:
    """What the settings say. Raise `SettingsError` for half of it, or papers that cannot be read."""
    face, live = face_access(settings), _live_check(settings)
    if face is None or settings.faceid_identities is None:
        return Ladder(face=None, identities=None, live=live)
    try:
        return Ladder(face=face, identities=read_identities(settings.faceid_identities), live=live)
    except BadIdentities as bad:
        raise SettingsError([f"PERMITBOT_FACEID_IDENTITIES: {bad}"]) from None


def _live_check(settings: Settings) -> str | None:
    """The organisation whose people have the live check. Raise `SettingsError` where it cannot be had."""
    if not settings.dingtalk_live_check:
        return None
    if settings.dingtalk_edition != "exclusive":
        raise SettingsError(["PERMITBOT_DINGTALK_LIVE_CHECK: only the exclusive edition (专属版) has a live check"])
    if settings.dingtalk_agent_id is None:
        where = "开放平台 → your app → 凭证与基础信息 → AgentId"
        raise SettingsError(missing(settings, {"dingtalk_agent_id": where}))
    return settings.dingtalk().corp_id


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
    pages: Pages,
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
    from bot.web.own_keys import OwnKeyPages
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
    OwnKeyPages(pages, writer=writer, viewer=viewer, clock=clock, entropy=entropy, key=key, public_url=address).install(
        app
    )
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
