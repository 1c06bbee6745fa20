"""Every answer the law gives in these tests stands on file, word for word: `golden/answers.tsv`.

A test asserts what it is about; the file holds the rest of each answer: rule, clause, cure, who cures it and by which
button. A word that changes anywhere is a line of a diff somebody reads. `make record-answers` runs the whole folder and
writes the file anew; lines nobody says any more fall out then. Random and deep tests are not held to it: what they meet
is not the same in every version. Nor are planted faults (tests/faults): a test that says what matters must miss them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import currently_in_test_context

from workflow.facts import Facts
from workflow.findings import Finding, stopping
from workflow.permit import gates
from workflow.permit.state import Permit
from workflow.rules.types import PermitRules

ON_FILE: Final = Path(__file__).parent / "golden" / "answers.tsv"
RECORDING: Final = os.environ.get("PERMITBOT_RECORD_ANSWERS") == "1"
UNREAD: Final = os.environ.get("PERMITBOT_ANSWERS") == "unread"
HEAD: Final = "gate\tverdict\tseverity\trule\tclause\tfact\tcure\twho\tbutton\tcall\tother"
WHAT_TO_DO: Final = (
    "These answers are not in tests/workflow/golden/answers.tsv. Read them: is each the sentence a worker should read, "
    "with the right clause, cure, person and button? If so run `make record-answers` and commit the file with your "
    "change; if not, the core says something you did not mean."
)

_in_full = True
"""Whether decisions are held against all that the gates say; not those of drawn lives, of which nothing is recorded."""
_said: set[Finding] = set()
_all_said: set[str] = set()


def _line(one: Finding) -> str:
    cells = (
        one.gate, one.verdict, one.severity, one.rule, one.clause, one.fact, one.cure, one.who, one.button,
        "、".join(one.call), one.other,
    )  # fmt: skip
    return "\t".join("-" if cell is None else str(cell) for cell in cells)


@pytest.fixture(scope="session")
def answers_on_file() -> frozenset[str]:
    return frozenset(ON_FILE.read_text(encoding="utf-8").splitlines()) if ON_FILE.exists() else frozenset()


@pytest.fixture(scope="session", autouse=True)
def _listening(request: pytest.FixtureRequest) -> Iterator[None]:
    """`Finding` tells us of each answer made; a fake could not stand where the core builds its own."""
    if RECORDING and hasattr(request.config, "workerinput"):
        pytest.exit("several workers would each write their part of the answers; record with one: make record-answers")
    plain = Finding.__init__

    def told(self: Finding, **fields: Any) -> None:
        plain(self, **fields)
        if not currently_in_test_context():
            _said.add(self)

    short = gates.halting

    def asked_in_full(moment: gates.Moment, permit: Permit, rules: PermitRules, facts: Facts) -> tuple[Finding, ...]:
        """A decision hears only the gates that stop: the others speak here, and it must have missed nothing."""
        found = short(moment, permit, rules, facts)
        if _in_full and not currently_in_test_context():
            assert found == stopping(gates.evaluate(moment, permit, rules, facts))
        return found

    patch = pytest.MonkeyPatch()
    patch.setattr(Finding, "__init__", told)
    patch.setattr(gates, "halting", asked_in_full)
    yield
    patch.undo()
    if RECORDING:
        assert not request.session.testsfailed, "nothing is recorded: a red test says less than it would"
        ON_FILE.write_text("\n".join([HEAD, *sorted(_all_said)]) + "\n", encoding="utf-8")


@pytest.fixture(autouse=True)
def _said_as_on_file(request: pytest.FixtureRequest, answers_on_file: frozenset[str]) -> Iterator[None]:
    global _in_full  # noqa: PLW0603 - the one flag the session's listener reads
    drawn = getattr(request.module, "DRAWN_LIVES", False) or request.node.get_closest_marker("deep") is not None
    _in_full = not drawn
    _said.clear()
    yield
    if drawn or UNREAD:
        return
    lines = set(map(_line, _said))
    _all_said.update(lines)
    if not RECORDING and (new := sorted(lines - answers_on_file)):
        pytest.fail("\n".join([WHAT_TO_DO, HEAD, *new]), pytrace=False)
