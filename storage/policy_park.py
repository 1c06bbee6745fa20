"""``park.yaml``: what a park's platform calls our facts, or every fault with file, line and key.

It is off as delivered. A field counts as confirmed only with the document that confirms it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from storage.policy_fields import Flag, Mark, Text
from storage.policy_models_work import Model
from storage.policy_shape import shaped
from storage.policy_yaml import PolicyError, Problem

FILE = "park.yaml"


class ParkField(Model):
    """One field of a file: what they call it, what of ours stands in it, and how sure we are that they want that."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,40}$")]
    label: Text
    source: str = Field(default="", alias="from")
    """A fact of ours (`cards.reports.park.KNOWN`); empty: we hold nothing that could stand here."""
    codes: dict[str, str] = Field(default={})
    """Our value → theirs. A value without one is left out, and counted."""
    works: tuple[str, ...] = ()
    """Only for permits of these works; empty: for all."""
    beside: str = ""
    """Another field of the row without which this one stands for nothing: a value without its unit."""
    mark: Mark = "S"
    confirmed: Flag = False
    by: str = ""
    """The document that says so; needed with ``confirmed``."""
    note: str = ""

    @model_validator(mode="after")
    def _sure(self) -> Self:
        if self.confirmed and not self.by.strip():
            raise ValueError("confirmed: yes 要在 by 里写明依据的文件")
        return self


class ParkFile(Model):
    """One file."""

    rows: Literal["permits", "gas", "approvals", "measures", "hazards"]
    fields: tuple[ParkField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [one.name for one in self.fields]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"字段写了两次：{'、'.join(sorted(twice))}")
        if missing := {one.beside for one in self.fields if one.beside} - set(names):
            raise ValueError(f"beside 没有这个字段：{'、'.join(sorted(missing))}")
        return self


class ParkModel(Model):
    """``park.yaml``."""

    enabled: Flag
    company_code: str = ""
    credit_code: str = ""
    times: Literal["yyyy-MM-dd HH:mm:ss", "yyyyMMddHHmmss"]
    source: Text
    files: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")], ParkFile]

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.enabled and (len(self.company_code) != 9 or len(self.credit_code) != 18):
            raise ValueError("enabled: yes 要先填 company_code（9位）和 credit_code（18位统一社会信用代码）")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """What a park wants, checked."""

    enabled: bool
    company_code: str
    credit_code: str
    times: str
    """For `datetime.strftime`."""
    source: str
    files: dict[str, ParkFile]


OFF = Park(enabled=False, company_code="", credit_code="", times="", source="", files={})
_TIMES = {"yyyy-MM-dd HH:mm:ss": "%Y-%m-%d %H:%M:%S", "yyyyMMddHHmmss": "%Y%m%d%H%M%S"}


def load_park(directory: Path, *, known: dict[str, frozenset[str]], coded: dict[str, frozenset[str]]) -> Park:
    """The dictionary. ``known``: the facts of each kind of rows; ``coded``: which of them need which codes.

    Raise `PolicyError` with all problems found.
    """
    problems: list[Problem] = []
    found = shaped(directory / FILE, directory, ParkModel, problems)
    if found is None:
        raise PolicyError(problems)
    model, source = found
    for name, file in model.files.items():
        for number, field in enumerate(file.fields):
            where = ("files", name, "fields", number)
            if field.source and field.source not in known[file.rows]:
                problems.append(source.problem((*where, "from"), f"没有这项数据：{field.source}"))
            if field.codes and (missing := coded.get(field.source, frozenset()) - set(field.codes)):
                problems.append(source.problem((*where, "codes"), f"缺少代码：{'、'.join(sorted(missing))}"))
            if not field.codes and field.source in coded:
                problems.append(source.problem((*where, "from"), f"{field.source} 要写 codes：本系统的值对外没有意义"))
    if problems:
        raise PolicyError(problems)
    return Park(
        enabled=model.enabled, company_code=model.company_code, credit_code=model.credit_code,
        times=_TIMES[model.times], source=model.source, files=dict(model.files),
    )  # fmt: skip
