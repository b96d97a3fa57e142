"""The users that a request asks for beside `sim`, checked as the nodes will check them."""

import re

from cluster_api import reserved_names
from cluster_api.errors import InvalidParameter
from cluster_api.parameters import Values, whole_number
from cluster_api.users import User, in_order

USERS = "users"
FIELDS = ("name", "public_key", "uid")
NAME_PATTERN = "^[a-z][a-z0-9-]{0,30}$"
LEAST_UID, MOST_UID = 10_000, 59_999
# RFC 8709: the type's name and 32 bytes, each after its length; in base64 that fixes 25
# characters and two bits of the next. A comment may follow, and a file's last line break.
_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-P][A-Za-z0-9+/]{42}"
KEY_PATTERN = f"^{_KEY}( [^\\r\\n]*)?\\n?$"
# All of them have to fit into one parameter of a template: 4096 bytes (AWS CloudFormation
# quotas), of which a user takes 119 at most.
MOST_USERS = 34


def read_users(values: Values) -> tuple[User, ...]:
    """The users by name; none if none are asked for. Raises InvalidParameter."""
    asked = values.get(USERS, [])
    if not isinstance(asked, list) or len(asked) > MOST_USERS:
        shown = f"a list of {len(asked)}" if isinstance(asked, list) else asked
        raise InvalidParameter(USERS, shown, f"a list of at most {MOST_USERS} users")
    users: list[User] = []
    for index, each in enumerate(asked):
        user = _user(f"{USERS}[{index}]", each)
        for other in users:
            _refuse_same(f"{USERS}[{index}]", user, other)
        users.append(user)
    return in_order(users)


def _user(where: str, asked: object) -> User:
    allowed = f"an object with {', '.join(FIELDS)}"
    if not isinstance(asked, dict):
        raise InvalidParameter(where, asked, allowed)
    if asked.keys() != set(FIELDS):
        given = f"an object with {', '.join(sorted(asked)) or 'nothing'}"
        raise InvalidParameter(where, given, f"{allowed}, and no more")
    return User(
        name=_name(f"{where}.name", asked["name"]),
        uid=_uid(f"{where}.uid", asked["uid"]),
        public_key=_key(f"{where}.public_key", asked["public_key"]),
    )


def _name(where: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(NAME_PATTERN.strip("^$"), value):
        raise InvalidParameter(where, value, f"text that matches {NAME_PATTERN}")
    if value in reserved_names.NAMES or re.match(reserved_names.PATTERN, value):
        raise InvalidParameter(where, value, "a name that is not the system's own")
    return value


def _uid(where: str, value: object) -> int:
    number = whole_number(value)
    if number is None or not LEAST_UID <= number <= MOST_UID:
        raise InvalidParameter(where, value, f"a number from {LEAST_UID} to {MOST_UID}")
    return number


def _key(where: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(KEY_PATTERN.strip("^$"), value):
        raise InvalidParameter(
            where, value, "an Ed25519 public key as ssh-keygen writes it: ssh-ed25519 AAAA…"
        )
    type_, key, *_ = value.split()
    return f"{type_} {key}"


def _refuse_same(where: str, user: User, other: User) -> None:
    if user.name == other.name:
        raise InvalidParameter(f"{where}.name", user.name, "a name that no other user has")
    if user.uid == other.uid:
        raise InvalidParameter(f"{where}.uid", user.uid, f"an id that {other.name} has not")
