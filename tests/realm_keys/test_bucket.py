"""The object in S3: written whole over what was read and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from keycloak_realm import Realm
from realm_keys.bucket import S3Place
from realm_keys.errors import BucketRefused, PublishedMeanwhile
from realm_keys.publishing import Pass

KEY = "slurm-rest/jwks.json"


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SlowRealm:
    """While it answers, another pass publishes."""

    def __init__(self, keys: bytes, place: S3Place) -> None:
        self._keys = keys
        self._place = place

    url = "https://keycloak.example.org/certs"

    def fetch(self) -> bytes:
        self._place.write(b"another's", over=self._place.read())
        return self._keys


@pytest.fixture
def place(bucket: Any) -> S3Place:
    return S3Place(client=boto3.client("s3"), bucket=bucket.name, key=KEY)


def test_what_was_written_is_read(place: S3Place, bucket: Any) -> None:
    before = place.read()

    place.write(b"one", over=None)
    one = place.read()
    place.write(b"two", over=one)
    two = place.read()

    assert before is None
    assert one is not None
    assert two is not None
    assert (one.text, two.text) == (b"one", b"two")
    assert two.at - datetime.now(UTC) < timedelta(minutes=1)
    assert bucket.Object(KEY).content_type == "application/json"


def test_of_two_first_writes_one_is_refused(place: S3Place) -> None:
    place.write(b"one", over=None)

    with pytest.raises(PublishedMeanwhile):
        place.write(b"two", over=None)


@pytest.mark.parametrize("there_before", [True, False])
def test_of_two_passes_at_once_the_one_with_the_older_view_publishes_nothing(
    place: S3Place, there_before: bool
) -> None:
    if there_before:
        place.write(Realm().jwks(), over=None)
    slow = Pass(
        realm=SlowRealm(Realm().jwks(), place),
        place=place,
        clock=Clock(),
        token_lifetime=timedelta(hours=1),
    )

    with pytest.raises(PublishedMeanwhile, match="has changed during this pass"):
        slow.publish()

    now = place.read()
    assert now is not None
    assert now.text == b"another's"


def test_a_bucket_that_refuses_is_named(bucket: Any) -> None:
    gone = S3Place(client=boto3.client("s3"), bucket="another", key=KEY)

    with pytest.raises(BucketRefused, match=r"s3://another/slurm-rest/jwks\.json"):
        gone.read()
    with pytest.raises(BucketRefused, match=r"s3://another/slurm-rest/jwks\.json"):
        gone.write(b"one", over=None)
