"""A stand-in for WeChat as a mini-program needs it for SOTER: tokens, logins, signatures of phones."""

from __future__ import annotations

from sandbox.weixin.twin import Faults, SoterPhone, WeixinTwin

__all__ = ["Faults", "SoterPhone", "WeixinTwin"]
