"""The realm's keys, from where they are published to this node: only good ones replace others."""

from __future__ import annotations

from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .realm_keys import LARGEST_BYTES, parse_keys
from .settings import RestFailure, Settings

_CONFIG = Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 3})


def fetch_keys(settings: Settings) -> bool:
    """Have what is published, and say whether it was another than before.

    Raises:
        RestFailure: S3 doesn't give it, or it isn't good; then what was there stays.
    """
    file = Path(settings.realm_keys)
    text = _published(settings)
    parse_keys(text)
    if file.exists() and file.read_bytes() == text:
        return False
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(text)
    new.chmod(0o644)
    new.replace(file)
    return True


def _published(settings: Settings) -> bytes:
    s3 = boto3.session.Session(region_name=settings.region).client("s3", config=_CONFIG)
    try:
        answer = s3.get_object(Bucket=settings.keys_bucket, Key=settings.keys_key)
        return answer["Body"].read(LARGEST_BYTES + 1)
    except (ClientError, BotoCoreError) as error:
        where = f"s3://{settings.keys_bucket}/{settings.keys_key}"
        raise RestFailure(f"{where} can't be read: {error}") from error
