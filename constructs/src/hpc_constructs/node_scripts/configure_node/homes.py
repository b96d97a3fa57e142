"""Step: the users' homes on the head node, which exports /home to the compute nodes."""

from __future__ import annotations

from pathlib import Path

from .commands import run
from .directories import make_directory
from .failure import NodeFailure
from .wishes import Account, Wishes

_WRITE_KEY = """\
umask 077 && mkdir -p .ssh && cat >.ssh/authorized_keys && chmod 600 .ssh/authorized_keys
"""


def make_homes(wishes: Wishes) -> None:
    """Fill the homes on the head node; see that they are there on a compute node.

    Raises:
        NodeFailure: a compute node doesn't see a home.
    """
    for account in wishes.accounts:
        home = Path("/home") / account.name
        if wishes.is_head:
            _make_home(account, home)
        elif not home.is_dir():
            raise NodeFailure(f"{home} isn't there: the head node exports /home before this runs")


def _make_home(account: Account, home: Path) -> None:
    new = not home.exists()
    make_directory(home, account.name, account.name, 0o700)
    # As the user: root would follow the links that a user may have put there since.
    if new:
        run("cp", "-r", "/etc/skel/.", ".", user=account.name, directory=str(home))
    if account.public_key:
        key = f"{account.public_key}\n"
        run("sh", "-c", _WRITE_KEY, given=key, user=account.name, directory=str(home))
