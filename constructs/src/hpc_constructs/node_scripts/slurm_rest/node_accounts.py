"""The users of this node, as its databases of users and groups have them."""

from __future__ import annotations

import grp
import pwd


class NodeAccounts:
    """See `admission.Accounts`."""

    def uid(self, name: str) -> int | None:
        """See `Accounts.uid`."""
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            return None

    def is_member(self, name: str, group: str) -> bool:
        """See `Accounts.is_member`."""
        try:
            return name in grp.getgrnam(group).gr_mem
        except KeyError:
            return False
