"""``关联 LSYD-…``: other permits of the same job, ours or on paper, named in a line (GB 30871-2022 4.6)."""

from __future__ import annotations

import re

from workflow.ids import PermitId

_LINK = re.compile("关联(?:的)?(?:作业)?(?:票|证)?(?:号|编号)?[ :：是为]*(?P<number>[A-Za-z0-9][A-Za-z0-9/-]{3,39})")


def take_links(text: str) -> tuple[tuple[PermitId, ...], str]:
    """The permit numbers a line links to, and the line without them: a ticket's number is not a place."""
    numbers = tuple(dict.fromkeys(PermitId(match["number"]) for match in _LINK.finditer(text)))
    return numbers, _LINK.sub(" ", text)
