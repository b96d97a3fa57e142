"""What any description of tiers does; the fake and the adapter (under moto) pass the same."""

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from cluster_api.aws.tier_details import S3TierDetails
from cluster_api.errors import AwsUnavailable
from cluster_api_aws import BUCKET, TIERS_KEY, Aws
from cluster_api_world import TIER_DETAILS, World

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_it_is_what_was_written_as_often_as_it_is_asked(either: World) -> None:
    assert either.tier_details.read() == TIER_DETAILS
    assert either.tier_details.read() == TIER_DETAILS


def test_the_api_answers_with_it(either: World) -> None:
    answer = either.call("GET", "/hpc-provisioner/tiers")

    assert (answer.status, answer.body) == (200, TIER_DETAILS)


def test_it_is_read_once_and_its_client_made_for_that(emulated: Aws) -> None:
    made: list[str] = []

    def client() -> "S3Client":
        made.append("a client")
        return emulated.s3

    details = S3TierDetails(client=client, bucket=BUCKET, key=TIERS_KEY)
    assert made == []

    details.read()
    emulated.s3.delete_object(Bucket=BUCKET, Key=TIERS_KEY)
    details.read()

    assert made == ["a client"]


@pytest.mark.parametrize(
    "fault",
    [
        ClientError({"Error": {"Code": "SlowDown", "Message": ""}}, "GetObject"),
        ReadTimeoutError(endpoint_url="https://s3"),
    ],
)
def test_a_hiccup_of_s3_is_a_503_and_the_next_request_reads_it(
    emulated: Aws, aws: World, fault: Exception
) -> None:
    faults = [fault]

    def fail(**_: object) -> None:
        if faults:
            raise faults.pop()

    emulated.s3.meta.events.register("before-call", fail)
    with pytest.raises(AwsUnavailable, match="S3"):
        aws.tier_details.read()
    again = aws.tier_details.read()
    emulated.s3.meta.events.unregister("before-call", fail)

    assert again == TIER_DETAILS
