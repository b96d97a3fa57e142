"""Finds what no log may hold: private keys, signatures, session tokens, passwords."""

import re
from collections.abc import Iterable, Iterator

# Long enough that nothing but the key itself holds it; a line of an OpenSSH key has 70 characters.
_TELLING_CHARACTERS = 24

_PATTERNS = {
    "private key": r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----",
    # "openssh-key-v1" followed by a zero byte, as every OpenSSH private key begins.
    "OpenSSH private key": r"b3BlbnNzaC1rZXktdjE",
    "signature of a request": r"AWS4-HMAC-SHA256[^\n]{0,400}?Signature\W{1,6}[0-9a-fA-F]{16,}",
    "signed URL": r"[?&](?:X-Amz-)?Signature=[A-Za-z0-9%+/_=-]{8,}",
    # Whoever has it may answer for the resource; on the embedded AWS it isn't signed.
    "address of a custom resource's answer": r"ResponseURL\W{1,6}https?://",
    "session token": (
        r"(?i:x-amz-security-token|aws_?session_?token|sessiontoken)"
        r"(?:\\?[\"'])?\s*[=:>]\s*(?:\\?[\"'])?[A-Za-z0-9+/=%_-]{16,}"
    ),
    "secret access key": (
        r"(?i:aws_?secret_?access_?key|secretaccesskey)"
        r"(?:\\?[\"'])?\s*[=:>]\s*(?:\\?[\"'])?[A-Za-z0-9+/=%_-]{16,}"
    ),
    "password": (
        r"(?i:\b\w*(?:password|passwd|passphrase))"
        r"(?:\\?[\"'])?\s*[=:>]\s*(?:\\?[\"'])?[^\s\"'\\{},;<>]{4,}"
    ),
}
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}


def secrets_in(text: str, known: Iterable[str] = ()) -> Iterator[str]:
    """What kind of secret the text holds, and where; never the secret itself.

    Args:
        text: of a log.
        known: whole private keys that were given out; any line of their bodies is looked for.
    """
    for kind, pattern in _COMPILED.items():
        for found in pattern.finditer(text):
            yield f"{kind}, after {_before(text, found.start())}"
    for line in {line for key in known for line in body_of(key)}:
        at = text.find(line)
        if at >= 0:
            yield f"line of a private key, after {_before(text, at)}"


def body_of(private_key: str) -> list[str]:
    """The lines between BEGIN and END that tell the key apart from others."""
    lines = [line.strip() for line in private_key.splitlines()]
    return [line for line in lines if "-----" not in line and len(line) >= _TELLING_CHARACTERS]


def _before(text: str, at: int) -> str:
    return repr(text[max(0, at - 60) : at])
