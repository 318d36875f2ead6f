"""The roles in single accounts, for callers that ask for these accounts alone: a list of one account in a file each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from credential_process.stores import account_list
from credential_process.stores.account_list import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credential_process.stores.account_list import Source

ENDING = ".list"
Listed = tuple["Source", Account]


def path(session_folder: str, account_id: str) -> str:
    """Return the path of the list of one account, among the role documents, with which it is deleted."""
    return os.path.join(session_folder, "roles", f"{account_id}{ENDING}")


def store(session_folder: str, source: Source, accounts: Iterable[Account]) -> None:
    """Replace the lists of these accounts. Raises `OSError`."""
    for account in accounts:
        account_list.write(path(session_folder, account.account_id), source, [account])


def find(
    session_folder: str, account_ids: Iterable[str], wanted: Source, since: float
) -> dict[str, Listed]:
    """Return the newest list of each account that was begun at `since` or later, by account ID.

    It is from the list of all accounts or its own. An account that AWS refused comes from its own list only.
    """
    found: dict[str, Listed] = {}
    for account_id in account_ids:
        source, accounts = account_list.read(path(session_folder, account_id)) or (None, [])
        if source is not None and source.serves(wanted, since):
            found |= {each.account_id: (source, each) for each in accounts}
    whole = account_list.read(account_list.path(session_folder))
    if whole is None or not whole[0].serves(wanted, since):
        return found
    newer = {account_id for account_id, listed in found.items() if listed[0].began > whole[0].began}
    others = set(account_ids) - newer
    found |= {
        each.account_id: (whole[0], each)
        for each in whole[1]
        if each.account_id in others and not each.refused
    }
    return found


def unlisted(session_folder: str, account_ids: Iterable[str], wanted: Source) -> list[Account]:
    """Return accounts without their roles, with the names from a list of all accounts of any age if there is one."""
    source, accounts = account_list.read(account_list.path(session_folder)) or (None, [])
    is_same = source is not None and source.is_same(wanted)
    known = {each.account_id: each for each in accounts} if is_same else {}
    return [
        Account(account_id, known[account_id].name, known[account_id].email)
        if account_id in known
        else Account(account_id, "", "")
        for account_id in account_ids
    ]
