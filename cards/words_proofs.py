"""What stands beside the way somebody confirmed (`cards.words.PROOF`) on pages and forms."""

from __future__ import annotations

from typing import Final

ON_SITE: Final = "，在现场"
ESCALATED: Final = "（超时上报后签）"
SECOND: Final = "，第二人{name}"
