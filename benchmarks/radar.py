"""How well the rubber-stamp radar tells simulated approvers apart: AUC by habit, and who would be told or asked.

One JSON line per figure. Approvers: `tests.support.approvers`. "months" is how many approvals each has.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from storage.policy_radar import load_radar
from tests.support.approvers import DISHONEST, HONEST, auc, scores

PEOPLE = 200


def main() -> None:
    weights = load_radar(Path(__file__).resolve().parents[1] / "policies")
    for pages in (True, False):
        for number in (8, 12, 25, 60):
            honest = {
                name: scores(habit, name, people=PEOPLE, number=number, weights=weights, pages=pages)
                for name, habit in HONEST.items()
            }
            low = [one for each in honest.values() for one in each]
            for name, habit in DISHONEST.items():
                high = scores(habit, name, people=PEOPLE, number=number, weights=weights, pages=pages)
                said = {
                    "figure": "radar.auc", "who": name, "against": "all honest", "approvals": number, "pages": pages,
                    "auc": round(auc(low, high), 4),
                    "told": round(sum(one >= weights.tell_from for one in high) / PEOPLE, 3),
                    "asked": round(sum(one >= weights.ask_from for one in high) / PEOPLE, 3),
                }  # fmt: skip
                print(json.dumps(said))
            for name, each in honest.items():
                told = sum(one >= weights.tell_from for one in each) / PEOPLE
                asked = sum(one >= weights.ask_from for one in each) / PEOPLE
                print(json.dumps({
                    "figure": "radar.wronged", "who": name, "approvals": number, "pages": pages,
                    "told": round(told, 3), "asked": round(asked, 3), "highest": max(each),
                }))  # fmt: skip


if __name__ == "__main__":
    main()
