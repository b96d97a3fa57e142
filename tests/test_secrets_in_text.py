"""What must be found in a log, and what is no secret."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from secrets_in_text import body_of, secrets_in

KEY = (
    Ed25519PrivateKey.generate()
    .private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    .decode()
)
SIGNATURE = "0123456789abcdef" * 4
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=ASIA0123/20251029/us-east-1/execute-api/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={SIGNATURE}"
)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("private key", f"key is {KEY}"),
        ("private key", KEY.replace("\n", "\\n")),
        ("private key", "-----BEGIN RSA PRIVATE KEY-----"),
        ("OpenSSH private key", body_of(KEY)[0]),
        ("signature of a request", AUTHORIZATION),
        ("signature of a request", f'{{"Authorization": "{AUTHORIZATION}"}}'),
        ("signed URL", f"https://bucket/key?X-Amz-Date=1&X-Amz-Signature={SIGNATURE}"),
        ("signed URL", "https://cloudformation-custom-resource/x?Expires=1&Signature=abc%2Fdef%3D"),
        ("address of a custom resource's answer", '"ResponseURL": "https://127.0.0.1:1/x"'),
        ("address of a custom resource's answer", '{\\"ResponseURL\\":\\"https://host/x\\"}'),
        ("session token", "X-Amz-Security-Token: IQoJb3JpZ2luX2VjEJr//////////wEaCXVz"),
        ("session token", '"AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEJr//////////wEaCXVz"'),
        ("session token", '{\\"SessionToken\\": \\"IQoJb3JpZ2luX2VjEJr//////////wEaCXVz\\"}'),
        ("session token", "<SessionToken>IQoJb3JpZ2luX2VjEJr//////////wEaCXVz</SessionToken>"),
        ("session token", "https://host/?X-Amz-Security-Token=IQoJb3JpZ2luX2VjEJr%2F%2F%2F"),
        ("secret access key", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("password", "MasterUserPassword: hunter2hunter2"),
        ("password", '{"password": "correct horse"}'),
    ],
)
def test_every_kind_of_secret_is_found(kind: str, line: str) -> None:
    found = list(secrets_in(f"before\n{line}\nafter"))

    assert [each for each in found if each.startswith(kind)]


@pytest.mark.parametrize("line", range(len(body_of(KEY))))
def test_each_line_of_a_key_that_was_given_is_found(line: int) -> None:
    """Base64 of anything looks alike: only the key itself tells."""
    part = body_of(KEY)[line]

    found = list(secrets_in(f'{{"value": "{part}"}}', [KEY]))

    assert [each for each in found if each.startswith("line of a private key")]


def test_what_is_found_is_not_repeated() -> None:
    found = list(secrets_in(f"{KEY}\n{AUTHORIZATION}", [KEY]))

    assert found
    assert not [each for each in found if SIGNATURE in each or body_of(KEY)[0] in each]


@pytest.mark.parametrize(
    "line",
    [
        '{"requestId":"a8bb32a4","path":"/production/hpc-provisioner/pcluster","status":"200"}',
        "private_ssh_key_arn: arn:aws:secretsmanager:us-east-1:000000000000:secret:hpc/p/sim-1",
        '"ResponseURL": "..."',
        "PasswordSecretArn: arn:aws:secretsmanager:us-east-1:000000000000:secret:db",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMvY7mLlSLd0m6",
        "the password is never logged",
    ],
)
def test_what_is_no_secret_is_not_found(line: str) -> None:
    assert list(secrets_in(line, [KEY])) == []
