"""Key pairs.

ministack 1.5.33 hands out a placeholder that no SSH client loads, and knows no key type, public key
or tags of a pair. Ours are real ED25519 (or RSA) keys, their private half in OpenSSH's format.
"""

import base64
import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, call, serve
from embedded_aws.emulator.ec2_tags import forget_tags, set_tags, tags_of

PrivateKey = Ed25519PrivateKey | RSAPrivateKey

FILTERS = {"fingerprint": "KeyFingerprint", "key-name": "KeyName", "key-pair-id": "KeyPairId"}
KEY_TYPES = ("ed25519", "rsa")


def install() -> None:
    """Serve the actions; register AWS::EC2::KeyPair."""
    serve("CreateKeyPair", _create)
    serve("ImportKeyPair", _import)
    serve("DescribeKeyPairs", _describe)
    serve("DeleteKeyPair", _delete)
    register(
        "AWS::EC2::KeyPair",
        create=_create_type,
        update=_update_type,
        delete=_delete_type,
        required=("KeyName",),
        tagged=True,
    )


def _create(asked: Arguments) -> Arguments:
    key_type = asked.get("KeyType", "rsa")
    key_format = asked.get("KeyFormat", "pem")
    if key_type not in KEY_TYPES or key_format != "pem":
        raise Refusal(
            "InvalidParameterValue",
            f"KeyType {key_type} and KeyFormat {key_format}: here are {KEY_TYPES} and pem",
        )
    key: PrivateKey = (
        Ed25519PrivateKey.generate()
        if key_type == "ed25519"
        else generate_private_key(public_exponent=65537, key_size=2048)
    )
    record = _keep(asked, key_type, _public_half(key))
    return {**_described(record), "KeyMaterial": _private_half(key)}


def _private_half(key: PrivateKey) -> str:
    old = serialization.PrivateFormat.TraditionalOpenSSL  # RSA keys come as PKCS#1
    modern = serialization.PrivateFormat.OpenSSH
    return key.private_bytes(
        serialization.Encoding.PEM,
        old if isinstance(key, RSAPrivateKey) else modern,
        serialization.NoEncryption(),
    ).decode()


def _public_half(key: PrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )


def _import(asked: Arguments) -> Arguments:
    text = base64.b64decode(asked["PublicKeyMaterial"]).decode().strip()
    key_type = "ed25519" if text.startswith("ssh-ed25519 ") else "rsa"
    try:
        serialization.load_ssh_public_key(text.encode())
    except ValueError as error:
        raise Refusal(
            "InvalidKey.Format", "Key is not in valid OpenSSH public key format"
        ) from error
    return _described(_keep(asked, key_type, " ".join(text.split()[:2])))


def _keep(asked: Arguments, key_type: str, public_key: str) -> dict[str, Any]:
    name = asked["KeyName"]
    if name in ec2._key_pairs:
        raise Refusal("InvalidKeyPair.Duplicate", f"The keypair '{name}' already exists.")
    record = {
        "KeyName": name,
        "KeyPairId": f"key-{secrets.token_hex(9)[:17]}",
        "KeyType": key_type,
        "KeyFingerprint": _fingerprint(public_key),
        "PublicKey": f"{public_key} {name}",
        "CreateTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }
    ec2._key_pairs[name] = record
    for specification in asked.get("TagSpecifications", []):
        set_tags(record["KeyPairId"], {"Tags": specification["Tags"]})
    return record


def _fingerprint(public_key: str) -> str:
    digest = hashlib.sha256(base64.b64decode(public_key.split()[1])).digest()
    return base64.b64encode(digest).decode()


def _described(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "Tags": tags_of(record["KeyPairId"])}


def _describe(asked: Arguments) -> Arguments:
    names, ids = asked.get("KeyNames", []), asked.get("KeyPairIds", [])
    known = {record["KeyPairId"]: name for name, record in ec2._key_pairs.items()}
    for name in names:
        if name not in ec2._key_pairs:
            raise Refusal("InvalidKeyPair.NotFound", f"The key pair '{name}' does not exist")
    for key_id in ids:
        if key_id not in known:
            raise Refusal("InvalidKeyPair.NotFound", f"The key pair ID '{key_id}' does not exist")
    wanted = [*names, *(known[key_id] for key_id in ids)] or list(ec2._key_pairs)
    described = [_described(ec2._key_pairs[name]) for name in wanted]
    if not asked.get("IncludePublicKey"):
        described = [{k: v for k, v in pair.items() if k != "PublicKey"} for pair in described]
    return {"KeyPairs": choose(described, asked.get("Filters", []), FILTERS)}


def _delete(asked: Arguments) -> Arguments:
    key_id = asked.get("KeyPairId")
    by_id = (name for name, r in ec2._key_pairs.items() if r["KeyPairId"] == key_id)
    name = asked.get("KeyName") or next(by_id, "")
    record = ec2._key_pairs.pop(name, None)  # deleting what isn't there succeeds, as on AWS
    if record is None:
        return {"Return": True}
    forget_tags(record["KeyPairId"])
    return {"Return": True, "KeyPairId": record["KeyPairId"]}


def _create_type(properties: Properties) -> tuple[str, Attributes]:
    name, public = properties["KeyName"], properties.get("PublicKeyMaterial")
    if public:
        call("ImportKeyPair", KeyName=name, PublicKeyMaterial=public.encode())
    else:
        call("CreateKeyPair", KeyName=name, KeyType=properties.get("KeyType", "rsa"))
    set_tags(ec2._key_pairs[name]["KeyPairId"], properties)
    return name, _attributes(name)


def _attributes(name: str) -> Attributes:
    record = ec2._key_pairs[name]
    return {"KeyFingerprint": record["KeyFingerprint"], "KeyPairId": record["KeyPairId"]}


def _delete_type(name: str, _: Properties) -> None:
    call("DeleteKeyPair", KeyName=name)


def _update_type(name: str, old: Properties, new: Properties) -> Attributes:
    set_tags(ec2._key_pairs[name]["KeyPairId"], new, old)
    return _attributes(name)
