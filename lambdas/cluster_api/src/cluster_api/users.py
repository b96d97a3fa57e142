"""The users that a cluster has beside `sim`, as they are asked for, kept and told to a template."""

from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN_OF_KEY = 8


@dataclass(frozen=True, kw_only=True)
class User:
    """A user with a group of its own, whose id is `uid` too; the key is `ssh-ed25519 AAAA…`."""

    name: str
    uid: int
    public_key: str


def told_to_template(users: Iterable[User]) -> str:
    """`alice:20001:ssh-ed25519 AAAA…,bob:…` by name: the nodes' form (docs/storage.md)."""
    return ",".join(f"{user.name}:{user.uid}:{user.public_key}" for user in in_order(users))


def told_to_caller(users: Iterable[User]) -> str:
    """The same in short: of keys only the end, in which two of them differ."""
    texts = (
        f"{user.name}:{user.uid}:...{user.public_key[-_SHOWN_OF_KEY:]}" for user in in_order(users)
    )
    return ", ".join(texts) or "none"


def in_order(users: Iterable[User]) -> tuple[User, ...]:
    """By name, so that the same users are the same in whatever order they are given."""
    return tuple(sorted(users, key=lambda user: user.name))
