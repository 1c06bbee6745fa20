"""Access tokens: one secret and one token per app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.serials import Serials
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import Faults, Quirks, TokenIssue

TOKEN_LIFETIME = timedelta(seconds=7200)


@dataclass(slots=True, kw_only=True)
class Token:
    """One access token of one app."""

    text: str
    corpid: str
    agentid: int
    expires_at: datetime
    revoked: bool = False


class Tokens:
    """Issues tokens and opens them again."""

    def __init__(self, clock: Clock, faults: Faults, quirks: Quirks, serials: Serials) -> None:
        self._clock = clock
        self._faults = faults
        self._quirks = quirks
        self._serials = serials
        self._tokens: dict[str, Token] = {}

    def issue(self, corpid: str, agentid: int) -> Token:
        """The app's token: the one that still works, or a new one."""
        now = self._clock.now()
        alive = [token for token in self._of(corpid, agentid) if not token.revoked and now < token.expires_at]
        if alive and self._quirks.token_issue is TokenIssue.SAME:
            return alive[-1]
        if self._quirks.token_issue is TokenIssue.FRESH_REVOKES:
            self.revoke(corpid, agentid)
        token = Token(
            text=self._serials.opaque("token", 214),
            corpid=corpid,
            agentid=agentid,
            expires_at=now + TOKEN_LIFETIME,
        )
        self._tokens[token.text] = token
        return token

    def open(self, text: str) -> Token:
        """The token behind the text; raises `ApiError` 41001, 40014 or 42001."""
        if not text:
            raise ApiError(Code.TOKEN_MISSING)
        token = self._tokens.get(text)
        if token is None or token.revoked or self._faults.token_always_invalid:
            raise ApiError(Code.BAD_TOKEN, "invalid access_token")
        if self._clock.now() >= token.expires_at:
            raise ApiError(Code.TOKEN_EXPIRED, "access_token expired")
        return token

    def revoke(self, corpid: str, agentid: int) -> None:
        """Make the app's tokens invalid before their time."""
        for token in self._of(corpid, agentid):
            token.revoked = True

    def left(self, token: Token) -> int:
        """Seconds the token still lives."""
        return int((token.expires_at - self._clock.now()).total_seconds())

    def _of(self, corpid: str, agentid: int) -> list[Token]:
        return [token for token in self._tokens.values() if (token.corpid, token.agentid) == (corpid, agentid)]
