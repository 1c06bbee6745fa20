"""Lock boxes: the keys of several isolations under the locks of every crew that stands on them."""

from __future__ import annotations
