"""Telephone numbers of whom to call, looked up for one viewer. No finding, journal or card of many holds one."""

from __future__ import annotations

from dataclasses import replace

from storage.directory import Directory
from workflow.findings import Finding
from workflow.ids import PersonId


def telephone(directory: Directory, viewer: PersonId, finding: Finding) -> str:
    """Name and number of whom to call, for one viewer; empty when he may not see any number."""
    who = whose_number(directory, viewer, finding)
    return "" if who is None else f"{directory.people[who].name} {directory.people[who].phone}"


def whose_number(directory: Directory, viewer: PersonId, finding: Finding) -> PersonId | None:
    """Whose number the viewer is told; None when he may not see any.

    The plant's own people see the numbers of whoever they have to call; a contractor's only those of his own company.
    """
    looking = directory.people.get(viewer)
    if looking is None or not looking.active:
        return None
    for who in finding.call:
        person = directory.people.get(who)
        if person is not None and person.phone and (looking.employer is None or looking.employer == person.employer):
            return who
    return None


def with_number(directory: Directory, viewer: PersonId, finding: Finding) -> Finding:
    """The finding as this viewer is told it: who can cure it comes with a number he may see."""
    number = telephone(directory, viewer, finding)
    if not number:
        return finding
    known = not finding.who or number.startswith(f"{finding.who} ")
    return replace(finding, who=number if known else f"{finding.who}：{number}")
