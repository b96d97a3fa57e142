"""What is published comes to the node if it is good, and what was there stays if it isn't."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hpc_constructs.node_scripts.slurm_rest.published_keys import fetch_keys
from hpc_constructs.node_scripts.slurm_rest.settings import RestFailure, Settings
from keycloak_realm import Realm
from rest_settings import SETTINGS


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        made = boto3.resource("s3", region_name=SETTINGS.region).Bucket(SETTINGS.keys_bucket)
        made.create()
        yield made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(SETTINGS, realm_keys=str(tmp_path / "realm-keys.json"))


def test_good_keys_come_and_only_other_ones_are_news(bucket: Any, settings: Settings) -> None:
    realm, file = Realm(), Path(settings.realm_keys)

    bucket.put_object(Key=settings.keys_key, Body=realm.jwks())
    first = fetch_keys(settings), fetch_keys(settings)
    realm.rotate("sig-2")
    bucket.put_object(Key=settings.keys_key, Body=realm.jwks())
    second = fetch_keys(settings)

    assert (first, second) == ((True, False), True)
    assert file.read_bytes() == realm.jwks()
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("content", [b"", b"{", b'{"keys": []}', b"x" * 70000])
def test_what_is_not_good_changes_nothing(bucket: Any, settings: Settings, content: bytes) -> None:
    file, good = Path(settings.realm_keys), Realm().jwks()
    file.write_bytes(good)
    bucket.put_object(Key=settings.keys_key, Body=content)

    with pytest.raises(RestFailure):
        fetch_keys(settings)

    assert file.read_bytes() == good


def test_where_nothing_is_published_it_says_where_it_looked(
    bucket: Any, settings: Settings
) -> None:
    with pytest.raises(RestFailure, match=r"s3://keys/jwks\.json can't be read: .*NoSuchKey"):
        fetch_keys(settings)
