"""List the roles of a session for a command: those of permission sets, and those that a tenant grants."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

import click

from credential_process.cli.printing import report_each
from credential_process.cli.role_listing import Listed
from credential_process.cli.sign_in_display import SignInDisplay
from credential_process.client import interaction
from credential_process.config.profiles import Line
from credential_process.errors import Refused, UsageError
from credential_process.library.access_roles import granted
from credential_process.stores.access_role import AccessRole
from credential_process.stores.account_list import Assignment
from credential_process.stores.want import ACCOUNT_ACCESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from credential_process.cli.selection_options import Selection
    from credential_process.session_reference import SessionReference


class Role(NamedTuple):
    """A role of either kind; that of account access manager has its name without the path in the `assignment`."""

    assignment: Assignment
    access: AccessRole | None = None

    @property
    def described(self) -> Assignment:
        """What a profile is named after: the role of account access manager is ``role/PATH/NAME`` there."""
        if self.access is None:
            return self.assignment
        return self.assignment._replace(role_name=self.access.path_and_name)

    def line(self, session: SessionReference) -> Line:
        """Return the line that requests it."""
        account_id, name = self.assignment.account_id, self.assignment.role_name
        return Line(session, account_id, "" if self.access else name, self.access)

    @property
    def text(self) -> str:
        """What a list shows of it: its name, or its ARN."""
        return self.access.arn if self.access else self.assignment.role_name


class AllRoles:
    """The roles of a session, one by one as they are listed, those of the tenant last; iterate once.

    Without a `tenant_id`, there are those of permission sets only, and if it is `of_tenant_alone`, there are none of
    them. With a tenant, roles of permission sets need not be there: an instance can be without them. Everything else is
    as for `Listed`. Iterating raises what `Listed` and `granted` raise.
    """

    def __init__(
        self,
        session: SessionReference,
        command: str,
        *,
        tenant_id: str,
        of_tenant_alone: bool = False,
        refresh: bool,
        account_ids: Sequence[str] = (),
        fields: dict[str, str],
    ) -> None:
        self._session = session
        self._program = f"sso-credential-process {command}"
        self._tenant_id = tenant_id
        self._fields = fields
        self._listed: Listed | None = None
        if not of_tenant_alone:
            self._listed = Listed(
                session,
                command,
                refresh=refresh,
                account_ids=account_ids,
                fields=fields,
                sign_in_fields={"scopes": ACCOUNT_ACCESS} if tenant_id else {},
            )
        self._refusal: Refused | None = None
        self._left_out: list[str] = []
        self._of_tenant = 0

    def __iter__(self) -> Iterator[Role]:
        yield from self._of_permission_sets()
        if self._tenant_id:
            yield from self._granted()
        if self._refusal is not None and not self._of_tenant:
            raise self._refusal

    def would_have(self, line: Line) -> bool:
        """Return whether the role of a line would have been listed, if the user had it."""
        if line.access is not None:
            return line.access.tenant_id == self._tenant_id
        if self._listed is None or self._refusal is not None:
            return False
        return line.account_id not in self._listed.refused

    def report(self, *, shown: int | None = None, has_count: bool = True) -> None:
        """Print on stderr what was left out, and why, and how many roles there are.

        `shown` and `has_count` are as for `Listed`, so they are about roles of permission sets.
        """
        if self._refusal is not None:
            click.echo(f"no roles of permission sets: {self._refusal.message}", err=True)
        elif self._listed is not None:
            self._listed.report(shown=shown, has_count=has_count)
        if has_count and self._tenant_id:
            roles = "role" if self._of_tenant == 1 else "roles"
            click.echo(f"{self._of_tenant:,} {roles} in {self._tenant_id}", err=True)
        report_each("left out: a line cannot contain this ARN", self._left_out)

    def no_match(self) -> UsageError:
        """Return the error that none of the roles was chosen."""
        of_tenant = f"your {self._of_tenant} roles in {self._tenant_id}"
        if self._listed is None or self._refusal is not None:
            return UsageError(
                f"none of {of_tenant} matches --account and --role",
                hint="run it without them to see all",
            )
        error = self._listed.no_match()
        if not self._tenant_id:
            return error
        return UsageError(f"{error.message}, nor any of {of_tenant}", hint=error.hint)

    def _of_permission_sets(self) -> Iterator[Role]:
        try:
            for assignment in self._listed or ():
                yield Role(assignment)
        except Refused as error:
            if not self._tenant_id:
                raise
            self._refusal = error

    def _granted(self) -> Iterator[Role]:
        with contextlib.closing(SignInDisplay(self._session.label)) as display:
            roles, self._left_out = granted(
                self._session,
                self._tenant_id,
                {**interaction.WITHOUT_TERMINAL, **self._fields},
                program=self._program,
                on_look=display.look,
            )
        self._of_tenant = len(roles)
        for role in roles:
            name = role.arn.rpartition("/")[2]
            assignment = Assignment(role.account_id, role.account_name, "", name)
            yield Role(assignment, AccessRole(self._tenant_id, role.arn))


def chosen(roles: AllRoles, selection: Selection) -> Iterator[Role]:
    """Yield the roles that are selected: ``--role`` means the name without the path."""
    return (role for role in roles if selection.includes(role.assignment))


def in_order(roles: Iterable[Role]) -> list[Role]:
    """Sort roles by the names of their accounts."""
    return sorted(
        roles,
        key=lambda role: (
            role.assignment.account_name.casefold(),
            role.assignment.account_id,
            role.text,
        ),
    )
