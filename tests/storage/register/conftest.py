"""A register written by a test, and what the reader says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from storage.directory import Home, Register, normal_alias
from storage.register import RegisterError, Written, read

SITE, CORP = "A", "ww1"
EXAMPLE = Path(__file__).resolve().parents[3] / "policies/register.example.yaml"


class Desk:
    """Reads what a test writes down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def written(self, text: str, name: str = "register.yaml") -> Written:
        """A file, read."""
        path = self.folder / name
        path.write_text(dedent(text), encoding="utf-8")
        return read(path)

    def loaded(
        self, text: str, known: Register | None = None, *, compared: Callable[[str], str] = normal_alias
    ) -> Register:
        """The register a file describes."""
        return self.written(text).against(
            known or Register(), site=SITE, home=Home(corps={"wecom": CORP}), compared=compared
        )

    def problems(self, text: str, known: Register | None = None) -> list[str]:
        """Everything wrong with a file; the list is empty when nothing is."""
        try:
            self.loaded(text, known)
        except RegisterError as error:
            return [str(one) for one in error.problems]
        return []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
