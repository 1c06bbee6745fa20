"""Which rungs of the ladder a site has set up beside taps and keys."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from bot.clock import Clock
from bot.proofs.faceid import FaceId, FaceIdAccess
from bot.proofs.identities import BadIdentities, Identities, read_identities, read_openids
from bot.proofs.ladder import Plug
from bot.proofs.livecheck import LiveCheck
from bot.proofs.soter import Soter, SoterAccess
from bot.settings import Settings, SettingsError, missing
from handlers.rungs import Rung
from storage.tx import Tx
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


_SOTER = {
    "soter_app_id": "微信公众平台 → the mini-program → 开发管理 → AppID",
    "soter_secret": "微信公众平台 → the mini-program → 开发管理 → AppSecret",
    "soter_openids": "a JSON file of who has which openid, readable by the service alone (docs/keys.md)",
}


class Ladder:
    """The rungs of one site beside taps and keys. Nothing is asked of anybody yet."""

    def __init__(
        self,
        *,
        face: FaceIdAccess | None = None,
        identities: Identities | None = None,
        live: str | None = None,
        soter: SoterAccess | None = None,
        openids: Mapping[PersonId, str] | None = None,
    ) -> None:
        """``live``: the organisation on DingTalk whose people have its live check."""
        self._face = face
        self._identities = identities
        self._live = live
        self._soter = soter
        self._openids = dict(openids or {})

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
        if self._soter is not None:
            found.append(Rung(method=ProofMethod.WECHAT_SOTER, way=Soter.way, has=lambda _, one: one in self._openids))
        return tuple(found)

    def plugs(self, session: aiohttp.ClientSession, clock: Clock) -> tuple[Plug, ...]:
        """How each of them works, where no chat platform is needed for it."""
        found: list[Plug] = []
        if self._face is not None and self._identities is not None:
            found.append(FaceId(self._face, self._identities.papers, session=session, clock=clock))
        if self._soter is not None:
            found.append(Soter(self._soter, self._openids.get, session=session, clock=clock))
        return tuple(found)

    def _has_papers(self, tx: Tx, person: PersonId) -> bool:
        known = tx.directory.people.get(person)
        return known is not None and self._identities is not None and bool(self._identities.of(person, known.name))

    def _has_account(self, tx: Tx, person: PersonId) -> bool:
        return any((one.platform, one.corp) == (DINGTALK, self._live) for one in tx.directory.accounts_of(person))


def ladder_of(settings: Settings) -> Ladder:
    """What the settings say. Raise `SettingsError` for half of it, or papers that cannot be read."""
    face, soter = face_access(settings), soter_access(settings)
    papers, accounts = settings.faceid_identities, settings.soter_openids
    try:
        return Ladder(
            face=face,
            identities=None if face is None or papers is None else read_identities(papers),
            live=_live_check(settings),
            soter=soter,
            openids=None if soter is None or accounts is None else read_openids(accounts),
        )
    except BadIdentities as bad:
        raise SettingsError([f"PERMITBOT_FACEID_IDENTITIES or PERMITBOT_SOTER_OPENIDS: {bad}"]) from None


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


def soter_access(settings: Settings) -> SoterAccess | None:
    """The plant's mini-program, whole; None where nothing of it is set. Raise `SettingsError` for half."""
    if all(getattr(settings, name) is None for name in _SOTER):
        return None
    if settings.soter_app_id is None or settings.soter_secret is None or settings.soter_openids is None:
        raise SettingsError(missing(settings, _SOTER))
    return SoterAccess(
        app_id=settings.soter_app_id,
        secret=settings.soter_secret.get_secret_value(),
        base_url=settings.soter_base_url,
    )
