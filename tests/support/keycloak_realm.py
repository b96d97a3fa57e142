"""A realm whose keys and access tokens are shaped as Keycloak's."""

import base64
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://keycloak.example.org/realms/hpc"
AUDIENCE = "hpc-slurm"
ROLE = "hpc:Lab.1:My_Project"

Claims = dict[str, Any]


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def jwk(key: rsa.RSAPrivateKey, kid: str, **other: Any) -> dict[str, Any]:
    """As Keycloak publishes it."""
    numbers = key.public_key().public_numbers()
    return {
        "kid": kid,
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "n": _base64url(numbers.n),
        "e": _base64url(numbers.e),
        "x5c": ["MIICmzCCAYMCBgGN"],
        "x5t": "Hd3SmEvw7xXdZpzO",
        "x5t#S256": "Tj0sZ1Jm",
        **other,
    }


class Realm:
    """One realm, with a key for signatures and one for encryption."""

    def __init__(self) -> None:
        self.keys = {"sig-1": make_key()}
        self.active = "sig-1"
        self._encryption = make_key()

    def rotate(self, kid: str) -> None:
        """Sign with a new key from now on; the old ones stay published."""
        self.keys[kid] = make_key()
        self.active = kid

    def jwks(self) -> bytes:
        entries = [jwk(self._encryption, "enc-1", use="enc", alg="RSA-OAEP")]
        entries += [jwk(key, kid) for kid, key in self.keys.items()]
        return json.dumps({"keys": entries}).encode()

    def claims(self, user: str | None, **changed: Any) -> Claims:
        """Of an access token; what is None is left out."""
        now = int(time.time())
        made: Claims = {
            "exp": now + 300,
            "iat": now,
            "jti": str(uuid.uuid4()),
            "iss": ISSUER,
            "aud": [AUDIENCE, "account"],
            "sub": str(uuid.uuid4()),
            "typ": "Bearer",
            "azp": "hpc-portal",
            "sid": str(uuid.uuid4()),
            "acr": "1",
            "realm_access": {"roles": ["offline_access", "uma_authorization", ROLE]},
            "resource_access": {"account": {"roles": ["view-profile"]}},
            "scope": "openid profile email",
            "email_verified": True,
            "preferred_username": user,
            **changed,
        }
        return {name: value for name, value in made.items() if value is not None}

    def token(self, user: str | None, **changed: Any) -> str:
        return self.signed(self.claims(user, **changed))

    def signed(
        self,
        claims: Mapping[str, Any],
        *,
        kid: str | None = None,
        algorithm: str = "RS256",
        key: rsa.RSAPrivateKey | bytes | None = None,
        **header: Any,
    ) -> str:
        """With the active key, unless another is given; in RS256, unless another is named."""
        own = self.keys[self.active] if key is None and algorithm != "none" else key
        headers = {"kid": kid or self.active, **header}
        return jwt.encode(dict(claims), own, algorithm=algorithm, headers=headers)


def _base64url(number: int) -> str:
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
