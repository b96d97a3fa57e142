"""The verbs of the provider's image, with a container engine that keeps what it is asked for."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from cdk_app.configuration_files import load_configuration
from cdk_app.image_repository import REPOSITORY_NAME
from tools import provider_image
from tools.container_engine import ContainerEngine, EngineError
from tools.image_version import ImageVersionError, published, tag
from tools.push_image import push_once

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient

ROOT = Path(__file__).parents[2]
SETTINGS = load_configuration("sandbox").settings
REMOTE = f"111111111111.dkr.ecr.us-east-1.amazonaws.com/{REPOSITORY_NAME}"
# Writes each of its argument lists, and what it is given, beside itself.
ENGINE = """#!/bin/sh
echo "$*" >>"$(dirname "$0")/asked"
case "$1" in
  build) echo "attestations off: $BUILDX_NO_DEFAULT_ATTESTATIONS" >>"$(dirname "$0")/asked" ;;
  images) [ ! -e "$(dirname "$0")/built" ] || echo 0123456789ab ;;
  login) cat >"$(dirname "$0")/given" ;;
  push) [ ! -e "$(dirname "$0")/refuses" ] ;;
  info) [ ! -e "$(dirname "$0")/silent" ] || { echo 'no daemon' >&2; exit 1; } ;;
esac
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for commands, which hides this machine's engines."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "dirname", "cat"):
        (folder / name).symlink_to(f"/bin/{name}" if name != "dirname" else "/usr/bin/dirname")
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for archives and bills."""
    folder = tmp_path / "output"
    folder.mkdir()
    monkeypatch.setattr(provider_image, "OUTPUT", folder)
    return folder


def install(programs: Path, name: str) -> None:
    (programs / name).write_text(ENGINE)
    (programs / name).chmod(0o755)


def asked(programs: Path) -> list[str]:
    return (programs / "asked").read_text().splitlines()


@pytest.fixture
def ecr(monkeypatch: pytest.MonkeyPatch) -> Iterator["ECRClient"]:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", SETTINGS.account)
    with mock_aws():
        client = boto3.client(
            "ecr",
            region_name=SETTINGS.region,
            aws_access_key_id="made-up",
            aws_secret_access_key="made-up",
        )
        client.create_repository(repositoryName=REPOSITORY_NAME, registryId=SETTINGS.account)
        yield client


def put(ecr: "ECRClient", version: str) -> str:
    image = ecr.put_image(
        registryId=SETTINGS.account,
        repositoryName=REPOSITORY_NAME,
        imageTag=version,
        imageManifest='{"schemaVersion": 2}',
        imageManifestMediaType="application/vnd.oci.image.manifest.v1+json",
    )
    return image["image"]["imageId"]["imageDigest"]


def test_docker_is_taken_where_both_are(programs: Path) -> None:
    install(programs, "docker")
    install(programs, "podman")

    assert ContainerEngine.of_this_machine().command == "docker"


def test_podman_is_taken_where_docker_is_not(programs: Path) -> None:
    install(programs, "podman")

    assert ContainerEngine.of_this_machine().command == "podman"


@pytest.mark.usefixtures("programs")
def test_without_either_one_line_says_what_to_install() -> None:
    with pytest.raises(EngineError, match="here is neither: install one of them"):
        ContainerEngine.of_this_machine()


def test_an_engine_that_does_not_answer_is_named_with_its_own_words(programs: Path) -> None:
    install(programs, "docker")
    (programs / "silent").touch()

    with pytest.raises(EngineError, match=r"none answers \(docker: no daemon\): start it"):
        ContainerEngine.of_this_machine()


def test_a_version_is_pushed_to_the_environment_s_account_and_region(
    programs: Path, ecr: "ECRClient"
) -> None:
    install(programs, "docker")

    push_once(engine(), ecr, settings=SETTINGS, local="local:1.2.3", tag="1.2.3")

    registry = REMOTE.partition("/")[0]
    assert asked(programs) == [
        f"login --username AWS --password-stdin {registry}",
        f"tag local:1.2.3 {REMOTE}:1.2.3",
        f"push {REMOTE}:1.2.3",
        f"logout {registry}",
    ]


def test_the_password_is_no_argument(programs: Path, ecr: "ECRClient") -> None:
    install(programs, "docker")
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    password = base64.b64decode(token).decode().partition(":")[2]

    push_once(engine(), ecr, settings=SETTINGS, local="local:1.2.3", tag="1.2.3")

    assert (programs / "given").read_text() == password
    assert password not in (programs / "asked").read_text()


def test_a_version_that_is_there_stays_and_its_digest_is_told(
    programs: Path, ecr: "ECRClient", capsys: pytest.CaptureFixture[str]
) -> None:
    install(programs, "docker")
    digest = put(ecr, "1.2.3")

    push_once(engine(), ecr, settings=SETTINGS, local="local:1.2.3", tag="1.2.3")

    assert not (programs / "asked").exists()
    assert f"1.2.3 is there already, and stays as it is: {digest}" in capsys.readouterr().out


def test_after_a_push_that_failed_the_engine_has_no_session_left(
    programs: Path, ecr: "ECRClient"
) -> None:
    install(programs, "docker")
    (programs / "refuses").touch()

    with pytest.raises(EngineError, match="docker push ended with 1"):
        push_once(engine(), ecr, settings=SETTINGS, local="local:1.2.3", tag="1.2.3")

    assert asked(programs)[-1].startswith("logout ")


def test_the_image_is_built_for_lambda_and_kept_as_an_archive(programs: Path, output: Path) -> None:
    install(programs, "docker")
    (output / "provider.tar").write_text("of an older one")

    provider_image.build("1.2.3")

    info, build, attestations, save = asked(programs)
    assert info == "info"
    assert "--platform linux/amd64 --build-arg VERSION=1.2.3" in build
    assert attestations == "attestations off: 1"
    assert save == f"save --output {output}/provider.tar localhost/cluster-provider:1.2.3"
    assert not (output / "provider.tar").exists(), "neither engine writes over an archive"


def test_its_tests_run_on_its_own_code_and_can_change_nothing(programs: Path) -> None:
    install(programs, "docker")
    (programs / "built").touch()

    provider_image.test("1.2.3")

    run = asked(programs)[-1]
    assert run.startswith("run --rm ")
    assert "--read-only" in run
    assert f"--volume {ROOT}:/repository:ro" in run
    assert "pythonpath=tests/support ../../tests/support" in run


def test_what_is_scanned_is_the_archive_and_a_grave_hole_fails(
    programs: Path, output: Path
) -> None:
    install(programs, "docker")
    (programs / "built").touch()

    provider_image.scan("1.2.3")

    bill, holes = asked(programs)[-2:]
    assert "docker-archive:/image/provider.tar" in bill
    assert "cyclonedx-json=/image/provider.cdx.json" in bill
    assert holes.endswith("sbom:/image/provider.cdx.json --only-fixed --fail-on high")
    assert all(re.search(r"@sha256:[0-9a-f]{64} ", run) for run in (bill, holes))
    assert f"--volume {output}:/image" in holes


def test_another_job_s_image_is_loaded_from_its_archive(programs: Path, output: Path) -> None:
    install(programs, "docker")
    (output / "provider.tar").touch()

    name = provider_image.loaded(engine(), "1.2.3")

    assert name == "localhost/cluster-provider:1.2.3"
    assert asked(programs)[-1] == f"load --input {output}/provider.tar"


@pytest.mark.usefixtures("output")
def test_without_image_and_archive_it_says_what_makes_them(programs: Path) -> None:
    install(programs, "docker")

    with pytest.raises(EngineError, match="is not here: make image builds it"):
        provider_image.loaded(engine(), "1.2.3")


@pytest.mark.parametrize("version", ["", "v 1", ".1", "a/b", "x" * 129])
def test_what_is_no_tag_is_refused(version: str) -> None:
    with pytest.raises(ImageVersionError, match="which is no tag of an image"):
        tag(version)


def test_what_is_in_no_commit_is_not_pushed() -> None:
    with pytest.raises(ImageVersionError, match="commit first"):
        published("v1.2.3-4-gabcdef0-dirty")


def test_a_refusal_is_one_line(programs: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.provider_image", "build", "--version", "1.2.3"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("make: images need docker or podman")
    assert len(done.stderr.splitlines()) == 1


def engine() -> ContainerEngine:
    return ContainerEngine(command="docker")
