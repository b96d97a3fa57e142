"""The users beside `sim`, as one argument writes them."""

from __future__ import annotations

import re

from .failure import NodeFailure
from .public_keys import checked_key
from .wishes import SIM, Account

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_UIDS = range(10000, 60000)
"""Above what Amazon Linux and ParallelCluster give their own, below systemd's dynamic users."""


def more_accounts(text: str) -> tuple[Account, ...]:
    """`alice:20001:ssh-ed25519 AAAA,bob:20002:ssh-ed25519 AAAA` as accounts; an empty text is none.

    Raises:
        NodeFailure: an entry, a name, a uid or a key is not allowed, or given twice.
    """
    accounts: list[Account] = []
    for entry in text.split(",") if text else []:
        account = _account(entry)
        for other in accounts:
            if account.name == other.name or account.uid == other.uid:
                raise NodeFailure(
                    f"users '{other.name}' ({other.uid}) and '{account.name}' ({account.uid})"
                    " share a name or a uid: each has its own"
                )
        accounts.append(account)
    return tuple(accounts)


def _account(entry: str) -> Account:
    parts = entry.split(":")
    if len(parts) != 3:  # noqa: PLR2004 - the three that the message names
        raise NodeFailure(f"the user '{entry}' is not NAME:UID:PUBLIC-KEY")
    name, uid, key = parts
    if not _NAME.fullmatch(name) or name == SIM:
        raise NodeFailure(
            f"a user's name is '{name}'; allowed: a lower case letter, then at most 30 of a-z,"
            f" 0-9 and -, and not '{SIM}'"
        )
    if not re.fullmatch(r"[0-9]{1,5}", uid) or int(uid) not in _UIDS:
        raise NodeFailure(
            f"the uid of user '{name}' is '{uid}'; allowed: {_UIDS.start} to {_UIDS.stop - 1}"
        )
    return Account(name, int(uid), checked_key(name, key))
