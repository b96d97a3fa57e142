"""Step: the users and groups, with the same ids on every node."""

from __future__ import annotations

import grp
import pwd

from .commands import run
from .failure import NodeFailure
from .wishes import DATA_GROUP, DATA_GROUP_ID, Account, Wishes


def make_accounts(wishes: Wishes) -> None:
    """Make group `obi`, and each user with its own group and `obi` beside it.

    No user is in a group that has sudo, and none has a password.

    Raises:
        NodeFailure: a name or an id is somebody else's already.
    """
    _make_group(DATA_GROUP, DATA_GROUP_ID)
    for account in wishes.accounts:
        _make_group(account.name, account.uid)
        _make_user(account)


def _make_group(name: str, gid: int) -> None:
    by_id = next((group for group in grp.getgrall() if group.gr_gid == gid), None)
    by_name = next((group for group in grp.getgrall() if group.gr_name == name), None)
    if by_id and by_id.gr_name != name:
        raise NodeFailure(f"gid {gid} of group '{name}' is the gid of group '{by_id.gr_name}'")
    if by_name and by_name.gr_gid != gid:
        raise NodeFailure(f"group '{name}' has gid {by_name.gr_gid}, not {gid}: it isn't ours")
    if not by_name:
        run("groupadd", "--gid", str(gid), name)


def _make_user(account: Account) -> None:
    by_id = next((user for user in pwd.getpwall() if user.pw_uid == account.uid), None)
    by_name = next((user for user in pwd.getpwall() if user.pw_name == account.name), None)
    if by_id and by_id.pw_name != account.name:
        raise NodeFailure(
            f"uid {account.uid} of user '{account.name}' is the uid of user '{by_id.pw_name}'"
        )
    if by_name and by_name.pw_uid != account.uid:
        raise NodeFailure(
            f"user '{account.name}' has uid {by_name.pw_uid}, not {account.uid}: it isn't ours"
        )
    if not by_name:
        # The home is made apart: a compute node finds it where the head node exports it.
        run(
            *("useradd", "--uid", str(account.uid), "--gid", account.name),
            *("--groups", DATA_GROUP, "--home-dir", f"/home/{account.name}", "--no-create-home"),
            *("--shell", "/bin/bash", account.name),
        )
    elif account.name not in grp.getgrnam(DATA_GROUP).gr_mem:
        run("usermod", "--append", "--groups", DATA_GROUP, account.name)
