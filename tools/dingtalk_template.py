"""Write the card template for DingTalk's builder anew: ``python -m tools.dingtalk_template``."""

from __future__ import annotations

from cards.dingtalk_template import PATH, template

if __name__ == "__main__":
    PATH.write_text(template(), encoding="utf-8")
