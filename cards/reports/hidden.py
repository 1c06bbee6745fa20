"""Telephone and identity numbers out of what people typed: a report leaves the house, and is passed on."""

from __future__ import annotations

import re

_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])([1-9]\d{5})((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])(?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])((?:(?:\+|00)?86[ -]?)?1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?![0-9A-Za-z])")


def without_numbers(text: str) -> str:
    """The same words; of a mobile number and of an identity number (GB 11643) the part that tells whose it is is gone.

    ``138****0001``, ``320102************``.
    """
    return _MOBILE.sub(r"\1****\3", _IDENTITY.sub(lambda found: found[1] + "*" * 12, text))
