"""The corp's members and departments, and what one app may see of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sandbox.wecom.config import AppConfig, CorpConfig, DepartmentConfig, MemberStatus, PersonConfig


@dataclass(slots=True, kw_only=True)
class Recipients:
    """Who a message goes to, and who was named in vain."""

    users: list[PersonConfig] = field(default_factory=list)
    invalid_users: list[str] = field(default_factory=list)
    invalid_parties: list[str] = field(default_factory=list)
    invalid_tags: list[str] = field(default_factory=list)
    unlicensed: list[str] = field(default_factory=list)

    def add(self, person: PersonConfig) -> None:
        """Take a valid person in once, in the order named."""
        if not person.licensed:
            if person.userid.lower() not in self.unlicensed:
                self.unlicensed.append(person.userid.lower())
        elif all(known.userid != person.userid for known in self.users):
            self.users.append(person)


class Directory:
    """Members are found whatever the case of the userid; two that differ only by case cannot exist."""

    def __init__(self, corp: CorpConfig) -> None:
        self._people: dict[str, PersonConfig] = {}
        self.departments: dict[int, DepartmentConfig] = {each.id: each for each in corp.departments}
        self.tags = set(corp.tags) | {tag for person in corp.people for tag in person.tags}
        for person in corp.people:
            if person.userid.lower() in self._people:
                raise ValueError(f"userid {person.userid} differs from another one only by case")
            self._people[person.userid.lower()] = person

    @property
    def people(self) -> list[PersonConfig]:
        """Everyone, also those who left."""
        return list(self._people.values())

    def find(self, userid: str) -> PersonConfig | None:
        """The member with this userid in any case; None for strangers and those who left."""
        person = self._people.get(userid.lower())
        return None if person is None or person.status is MemberStatus.LEFT else person

    def set_status(self, userid: str, status: MemberStatus) -> PersonConfig:
        """Change a member's status; raises KeyError for a stranger."""
        changed = replace(self._people[userid.lower()], status=status)
        self._people[userid.lower()] = changed
        return changed

    def same_human(self, human: str) -> PersonConfig | None:
        """The member who is this human, if any."""
        return next((person for person in self.people if human and person.human == human), None)

    def sees(self, app: AppConfig, person: PersonConfig) -> bool:
        """Whether the member lies in the app's visible range, whatever the status."""
        if person.status is MemberStatus.LEFT:
            return False
        if person.userid.lower() in {userid.lower() for userid in app.visible_users}:
            return True
        if set(person.tags) & set(app.visible_tags):
            return True
        return bool(set(person.departments) & self.visible_departments(app))

    def reaches(self, app: AppConfig, person: PersonConfig) -> bool:
        """Whether messages of the app can reach the member: in range and active."""
        return person.status is MemberStatus.ACTIVE and self.sees(app, person)

    def visible_departments(self, app: AppConfig) -> set[int]:
        """Departments of the range with everything below them."""
        return {found for top in app.visible_departments for found in self.below(top)}

    def below(self, department: int) -> list[int]:
        """The department and all its descendants, parents first; empty for an unknown one."""
        if department not in self.departments:
            return []
        found = [department]
        for parent in found:
            found.extend(
                each.id for each in self.departments.values() if each.parent == parent and each.id not in found
            )
        return found

    def members(self, departments: Iterable[int]) -> list[PersonConfig]:
        """Members who belong to at least one of the departments."""
        wanted = set(departments)
        return [
            person
            for person in self.people
            if person.status is not MemberStatus.LEFT and wanted & set(person.departments)
        ]

    def everyone(self, app: AppConfig) -> Recipients:
        """All members the app's messages can reach."""
        recipients = Recipients()
        for person in self.people:
            if self.reaches(app, person):
                recipients.add(person)
        return recipients

    def resolve(self, app: AppConfig, users: Iterable[str], parties: Iterable[str], tags: Iterable[str]) -> Recipients:
        """Turn names into people. Names that mean nobody the app can reach are returned lower-cased."""
        recipients = Recipients()
        for userid in users:
            person = self.find(userid)
            if person is None or not self.reaches(app, person):
                recipients.invalid_users.append(userid.lower())
            else:
                recipients.add(person)
        self._add_parties(app, parties, recipients)
        self._add_tags(app, tags, recipients)
        return recipients

    def _add_parties(self, app: AppConfig, parties: Iterable[str], recipients: Recipients) -> None:
        visible = self.visible_departments(app)
        for party in parties:
            if not party.isdigit() or int(party) not in visible:
                recipients.invalid_parties.append(party)
                continue
            for person in self.members(self.below(int(party))):
                if self.reaches(app, person):
                    recipients.add(person)

    def _add_tags(self, app: AppConfig, tags: Iterable[str], recipients: Recipients) -> None:
        for tag in tags:
            if not tag.isdigit() or int(tag) not in self.tags:
                recipients.invalid_tags.append(tag)
                continue
            for person in self.people:
                if int(tag) in person.tags and self.reaches(app, person):
                    recipients.add(person)
