"""Tokens that are not good, each with the status that docs/slurm-rest.md promises."""

import time
from collections.abc import Callable

from keycloak_realm import ROLE, Realm, make_key

Make = Callable[[Realm], str]

REFUSED: dict[str, tuple[int, str, Make]] = {
    "expired": (
        401,
        "the token has expired",
        lambda realm: realm.token("alice", exp=int(time.time()) - 60),
    ),
    "no exp": (
        401,
        "the token lacks one of aud, exp, iat, iss",
        lambda realm: realm.token("alice", exp=None),
    ),
    "not yet": (
        401,
        "the token is not valid yet",
        lambda realm: realm.token("alice", nbf=int(time.time()) + 600),
    ),
    "wrong key": (
        401,
        "the token's signature is wrong",
        lambda realm: realm.signed(realm.claims("alice"), key=make_key()),
    ),
    "unknown kid": (
        401,
        "the token is signed with a key that is none of the realm's",
        lambda realm: realm.signed(realm.claims("alice"), kid="sig-9"),
    ),
    "the encryption key's kid": (
        401,
        "the token is signed with a key that is none of the realm's",
        lambda realm: realm.signed(realm.claims("alice"), kid="enc-1"),
    ),
    "alg none": (
        401,
        "the token is not signed with RS256",
        lambda realm: realm.signed(realm.claims("alice"), algorithm="none"),
    ),
    "alg HS256": (
        401,
        "the token is not signed with RS256",
        lambda realm: realm.signed(realm.claims("alice"), algorithm="HS256", key=b"x" * 32),
    ),
    "alg RS512": (
        401,
        "the token is not signed with RS256",
        lambda realm: realm.signed(realm.claims("alice"), algorithm="RS512"),
    ),
    "wrong issuer": (
        401,
        "the token is another issuer's",
        lambda realm: realm.token("alice", iss="https://keycloak.example.org/realms/other"),
    ),
    "wrong audience": (
        401,
        "the token is for another audience",
        lambda realm: realm.token("alice", aud=["account", "other"]),
    ),
    "an ID token": (
        401,
        "the token is no access token (typ Bearer)",
        lambda realm: realm.token("alice", typ="ID"),
    ),
    "garbage": (401, "the token can't be read", lambda _: "abc.def.ghi"),
    "64 KB": (
        431,
        "a header is longer than 16 KiB",
        lambda realm: realm.token("alice", padding="x" * 48 * 1024),
    ),
    "14 KB": (
        401,
        "the token is longer than 12288 bytes",
        lambda realm: realm.token("alice", padding="x" * 10 * 1024),
    ),
    "another project's role": (
        403,
        f"the token's 'realm_access.roles' doesn't have '{ROLE}'",
        lambda realm: realm.token("alice", realm_access={"roles": ["hpc:Lab.1:Other"]}),
    ),
    "no role": (
        403,
        f"the token's 'realm_access.roles' doesn't have '{ROLE}'",
        lambda realm: realm.token("alice", realm_access=None),
    ),
    **{
        user: (
            403,
            "the token's 'preferred_username' is no user of this project",
            lambda realm, user=user: realm.token(user),
        )
        for user in ("root", "slurm", "ec2-user", "hpc-slurmrestd", "nobody")
    },
    "no account": (
        403,
        "the token's 'preferred_username' is no user of this cluster",
        lambda realm: realm.token("mallory"),
    ),
    "an address": (
        403,
        "the token's 'preferred_username' is no user of this cluster",
        lambda realm: realm.token("alice@example.org"),
    ),
    "no name": (403, "the token has no 'preferred_username'", lambda realm: realm.token(None)),
    "the claim sun": (
        403,
        "a token with the claim 'sun' is not taken",
        lambda realm: realm.token("alice", sun="root"),
    ),
    "the claim username": (
        403,
        "a token with the claim 'username' is not taken",
        lambda realm: realm.token("alice", username="bob"),
    ),
    "both claims": (
        403,
        "a token with the claim 'sun' is not taken",
        lambda realm: realm.token("alice", sun="root", username="bob"),
    ),
}
