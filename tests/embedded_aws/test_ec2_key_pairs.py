"""Key pairs are real: an SSH client could load them."""

import base64
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from aws_account import Account, allow, refusal, unique
from deployed import deploy, described


def public_half(private: str) -> str:
    key = serialization.load_ssh_private_key(private.encode(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )


def test_the_private_half_is_an_openssh_key_and_the_public_half_is_told(account: Account) -> None:
    ec2 = account.client("ec2")
    name = unique("key")

    made = ec2.create_key_pair(KeyName=name, KeyType="ed25519", KeyFormat="pem")

    (told,) = ec2.describe_key_pairs(KeyNames=[name], IncludePublicKey=True)["KeyPairs"]
    assert made["KeyMaterial"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert told["PublicKey"].split()[:2] == public_half(made["KeyMaterial"]).split()
    assert told["KeyType"] == "ed25519"


def test_the_fingerprint_is_that_of_the_public_half(account: Account) -> None:
    ec2 = account.client("ec2")
    made = ec2.create_key_pair(KeyName=unique("key"), KeyType="ed25519")

    blob = base64.b64decode(public_half(made["KeyMaterial"]).split()[1])
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    assert made["KeyFingerprint"] == digest


def test_a_public_key_is_told_only_to_who_asks(account: Account) -> None:
    ec2 = account.client("ec2")
    name = unique("key")
    ec2.create_key_pair(KeyName=name, KeyType="ed25519")

    (told,) = ec2.describe_key_pairs(KeyNames=[name])["KeyPairs"]

    assert "PublicKey" not in told


def test_a_name_is_had_once(account: Account) -> None:
    ec2 = account.client("ec2")
    name = unique("key")
    ec2.create_key_pair(KeyName=name)

    error = refusal(ec2.create_key_pair, KeyName=name)

    assert error is not None
    assert error.response["Error"]["Code"] == "InvalidKeyPair.Duplicate"


def test_tags_are_kept_and_filtered(account: Account) -> None:
    ec2 = account.client("ec2")
    name, mark = unique("key"), unique("mark")
    tags = [{"Key": "mark", "Value": mark}]
    made = ec2.create_key_pair(
        KeyName=name, TagSpecifications=[{"ResourceType": "key-pair", "Tags": tags}]
    )

    found = ec2.describe_key_pairs(Filters=[{"Name": "tag:mark", "Values": [mark]}])["KeyPairs"]

    assert made["Tags"] == tags
    assert [pair["KeyName"] for pair in found] == [name]
    assert found[0]["Tags"] == tags


def test_a_deleted_key_pair_is_gone_and_deleting_again_succeeds(account: Account) -> None:
    ec2 = account.client("ec2")
    name = unique("key")
    ec2.create_key_pair(KeyName=name)

    ec2.delete_key_pair(KeyName=name)
    ec2.delete_key_pair(KeyName=name)

    error = refusal(ec2.describe_key_pairs, KeyNames=[name])
    assert error is not None
    assert error.response["Error"]["Code"] == "InvalidKeyPair.NotFound"


def test_an_rsa_key_is_a_traditional_pem(account: Account) -> None:
    ec2 = account.client("ec2")
    made = ec2.create_key_pair(KeyName=unique("key"))

    key = serialization.load_pem_private_key(made["KeyMaterial"].encode(), password=None)
    assert isinstance(key, RSAPrivateKey)


def test_who_may_make_some_names_may_make_no_others(account: Account) -> None:
    user = account.user(
        allow("ec2:CreateKeyPair", on="arn:aws:ec2:us-east-1:000000000000:key-pair/mine-*")
    ).client("ec2")

    assert refusal(user.create_key_pair, KeyName=unique("mine")) is None
    error = refusal(user.create_key_pair, KeyName=unique("other"))
    assert error is not None
    assert error.response["Error"]["Code"] == "UnauthorizedOperation"


def test_a_template_makes_and_removes_one(account: Account) -> None:
    name = unique("key")
    pair = {"Type": "AWS::EC2::KeyPair", "Properties": {"KeyName": name, "KeyType": "ed25519"}}

    stack = deploy(account, {"Pair": pair}, id=("Pair", "KeyPairId"), ref="Pair")

    (told,) = described(account, "ec2", "describe_key_pairs", KeyNames=[name])["KeyPairs"]
    assert stack.outputs == {"id": told["KeyPairId"], "ref": name}
    stack.delete()
    after = described(account, "ec2", "describe_key_pairs", KeyNames=[name])
    assert after == {"Error": "InvalidKeyPair.NotFound"}
