"""No secret in a record: variables are redacted by their names, texts by those variables' values.

The values are those of the environment at submission, and those that the script itself assigns.

A name is all there is to go by: what is secret, and not named so, is not known to be secret. That
is said to users in docs/job-record.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

REDACTED = "[redacted]"

_SECRET = re.compile(
    r"passw|passphrase|pass$|pwd$|_pw$|secret|token(?!i[sz]er)|creds?$|credential|cookie|private|signature"
    r"|session|bearer|connection_?str|api_?key|access_?key|auth(?!or)|_key$|_pat$|_jwt$|^jwt|_dsn$"
    r"|_sas$",
    re.IGNORECASE,
)
# Names that look like it, and say how or where rather than what.
_HARMLESS = re.compile(
    r"^(OLDPWD|PWD|XDG_SESSION_\w+|DESKTOP_SESSION|SSH_AUTH_SOCK|XAUTHORITY|SLURM_\w*SESSION\w*"
    r"|SESSION_MANAGER|\w*PRIVATE_(TMP|DIR)\w*|\w*(BY|COM)PASS)$"
)
# Each begins where nothing before it can: users write these texts, and no text may take long.
_IN_ADDRESS = re.compile(r"(://[^\s/:@'\"]*):[^\s/@'\"]+@")
_NAME = re.compile(r"(?<![A-Za-z0-9_-])(?P<name>[A-Za-z0-9_-]+)\+?=")
# In quotes, which a cut may have left open; in quotes within quotes; a word.
_VALUE = re.compile(
    r"""\$?"(?:\\.|[^"\\])*(?:"|\\?\Z)|\$?'[^']*(?:'|\Z)|\\".*?(?:\\"|\Z)|[^\s;|&'"]+""", re.DOTALL
)
# `$OTHER` says where the secret is, not what it is; in single quotes it is the secret.
_ELSEWHERE = re.compile(r"""\"?\$(?:(?:\w+|\{\w+\})"?\Z|\()""")
# Where a word that is no value's end may end: `(TOKEN=x)`, `--export=TOKEN=x,N=3`, `TOKEN=x>file`.
_ENDS_WORD = re.compile(r"[,)<>`]")
_QUOTED = re.compile(r"""\$?(?P<quote>\\?["'])(?P<inner>.*?)(?:(?P=quote)|\\?)\Z""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# A shorter one is a word of its own right: to redact `yes` would spoil texts and hide nothing.
_SHORTEST = 8
# To compare one after the other; more that begin alike are taken for the longest of them.
_MOST_ALIKE = 20
# Of a secret that a cut went through: less of it hides in any text, and tells nothing.
_HALF, _MOST_HALVES = 4, 100


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret."""
    return bool(_SECRET.search(name)) and not _HARMLESS.match(name)


def secret_values(environment: Mapping[str, str]) -> tuple[str, ...]:
    """What must not be in any text of this environment's job, the longest first."""
    values = {
        value for name, value in environment.items() if is_secret(name) and len(value) >= _SHORTEST
    }
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


def assigned_secrets(script: str) -> set[str]:
    """The same for what a script assigns itself: as it is written there, and as a shell has it."""
    values = (value[0] for value in _assigned(script))
    return {way for value in values for way in _ways(value) if len(way) >= _SHORTEST}


def redacted_variables(
    environment: Mapping[str, str], secrets: Iterable[str] = ()
) -> dict[str, str]:
    """The environment without its secrets, and without these values."""
    hidden = _Secrets({*secret_values(environment), *secrets})
    return {
        name: REDACTED if is_secret(name) and value else _redacted(value, hidden)
        for name, value in environment.items()
    }


def redacted_text(text: str, secrets: Iterable[str]) -> str:
    """A text without these values, and without passwords in addresses."""
    return _redacted(text, _Secrets(secrets))


def redacted_script(script: str, secrets: Iterable[str]) -> str:
    """A batch script: besides, what it assigns to variables of a secret's name."""
    shown, at = [], 0
    for value in _assigned(script):
        shown += [script[at : value.start()], REDACTED]
        at = value.end()
    return redacted_text("".join([*shown, script[at:]]), secrets)


def redacted_names(part: object, secrets: Sequence[str]) -> object:
    """A part of a record, lists and dictionaries, with all its texts redacted."""
    if isinstance(part, dict):
        return {name: redacted_names(each, secrets) for name, each in part.items()}
    if isinstance(part, list):
        return [redacted_names(each, secrets) for each in part]
    return redacted_text(part, secrets) if isinstance(part, str) else part


def without_begun(text: str, secrets: Sequence[str]) -> str:
    """A text that was cut at its end, without the beginning of a secret there."""
    begun = max((_begun(text, secret) for secret in secrets), default=0)
    return text[: len(text) - begun] + REDACTED if begun else text


def without_ended(text: str, secrets: Sequence[str]) -> str:
    """A text that was cut at its beginning, without the end of a secret there."""
    ended = max((_begun(text[::-1], secret[::-1]) for secret in secrets), default=0)
    return REDACTED + text[ended:] if ended else text


def _assigned(script: str) -> Iterator[re.Match[str]]:
    """The values that it assigns to variables of a secret's name, with their quotes."""
    at = 0
    while found := _NAME.search(script, at):
        at = found.end()
        if is_secret(found["name"].lstrip("-").replace("-", "_")):
            value = _VALUE.match(script, at)
            if value and not _ELSEWHERE.match(value[0]):
                yield value
                at = value.end()


def _ways(value: str) -> set[str]:
    """How a value may be written where no shell reads it."""
    quoted = _QUOTED.match(value)
    plain = quoted["inner"] if quoted else value
    ways = {plain, _ESCAPED.sub(r"\1", plain)}
    return ways if quoted else ways | {_ENDS_WORD.split(plain, maxsplit=1)[0]}


def _begun(text: str, secret: str) -> int:
    """How many of the text's last characters begin the secret."""
    at = max(0, len(text) - len(secret))
    for tries in range(_MOST_HALVES):
        at = text.find(secret[:_HALF], at + bool(tries))
        if at < 0 or secret.startswith(text[at:]):
            break
    # One that repeats itself so often isn't looked through: it goes from there.
    return len(text) - at if at >= 0 else 0


def _redacted(text: str, secrets: _Secrets) -> str:
    return _IN_ADDRESS.sub(rf"\1:{REDACTED}@", secrets.hidden_in(text))


class _Secrets:
    """Values to hide, by how they begin: so it takes one look at each place of a text."""

    def __init__(self, values: Iterable[str]) -> None:
        self._alike: dict[str, list[str]] = {}
        for value in sorted(values, key=len, reverse=True):
            self._alike.setdefault(value[:_SHORTEST], []).append(value)

    def hidden_in(self, text: str) -> str:
        """The text without them, nor what is left of one that another overlaps."""
        if not self._alike:
            return text
        shown, at, hidden = [], 0, 0
        for place in range(len(text) - _SHORTEST + 1):
            alike = self._alike.get(text[place : place + _SHORTEST])
            length = self._length(text, place, alike) if alike else 0
            if length:
                if place >= hidden:
                    shown += [text[at:place], REDACTED]
                at = hidden = max(hidden, place + length)
        return "".join([*shown, text[at:]])

    @staticmethod
    def _length(text: str, place: int, alike: list[str]) -> int:
        if len(alike) > _MOST_ALIKE:
            return len(alike[0])
        return next((len(each) for each in alike if text.startswith(each, place)), 0)
