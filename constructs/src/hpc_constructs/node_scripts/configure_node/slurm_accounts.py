"""The accounts in Slurm: which there shall be, and what sacctmgr is told to have them.

Source: sacctmgr(1) of Slurm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .wishes import SlurmAccounts

_THERE_ALREADY = ("root", "pcdefault")
"""Slurm's own, and the one that ParallelCluster makes."""

# With the user's number, which is this one where slurmctld doesn't know it.
_ASSOCIATION = re.compile(r" Account=(\S+) UserName=([^\s(]+)\((?!4294967294\))")

Command = tuple[str, ...]


def account_names(vlab: str, project: str) -> SlurmAccounts:
    """The accounts' names: Slurm writes them in lower case, and has each name once in a cluster.

    So a name that is another's in lower case gets what it is of behind it: the project `Brain` of
    the lab `brain` has the account `brain-project`.
    """
    lab = _apart_from(_THERE_ALREADY, vlab.lower(), "lab")
    return SlurmAccounts(lab, _apart_from((*_THERE_ALREADY, lab), project.lower(), "project"))


def _apart_from(others: Sequence[str], name: str, kind: str) -> str:
    return f"{name}-{kind}" if name in others else name


def missing(
    wanted: SlurmAccounts,
    users: Sequence[str],
    *,
    cluster: str,
    associations: str,
    defaults: str,
) -> Iterator[Command]:
    """What sacctmgr has yet to do, in this order; nothing if it has been done.

    Names have `name=` before them: without, sacctmgr takes `set` and `where` for its own words.

    Args:
        wanted: the accounts.
        users: who has an association with the project's account, as the default.
        cluster: where; a database may know others.
        associations: what sacctmgr shows of this cluster's, as Account|ParentName|User.
        defaults: what it shows of users, as User|DefaultAccount.
    """
    rows = [tuple(line.split("|")) for line in associations.splitlines()]
    parents = {account: parent for account, parent, user in rows if not user}
    members = {user for account, _, user in rows if account == wanted.project}
    default = dict(line.split("|")[:2] for line in defaults.splitlines())
    here = f"cluster={cluster}"
    for account, parent in ((wanted.vlab, "root"), (wanted.project, wanted.vlab)):
        if account not in parents:
            yield ("add", "account", f"name={account}", here, f"parent={parent}")
        elif parents[account] != parent:
            named = ("where", f"name={account}", here)
            yield ("modify", "account", *named, "set", f"parent={parent}")
    for user in users:
        own = f"defaultaccount={wanted.project}"
        if user not in members:
            yield ("add", "user", f"name={user}", here, f"account={wanted.project}", own)
        if default.get(user, wanted.project) != wanted.project:
            yield ("modify", "user", "where", f"name={user}", here, "set", own)


def known_users(project: str, associations: str) -> set[str]:
    """Who has an association with the project's account, of what slurmctld shows of its own.

    Args:
        project: the account.
        associations: a line each, as `scontrol --oneliner show assoc_mgr flags=assoc` gives them.
    """
    return {user for account, user in _ASSOCIATION.findall(associations) if account == project}
