"""GitLab's pipeline: it runs make's verbs, those of .ci/run first, and holds no key."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from pipeline import Pipeline, verbs

ROOT = Path(__file__).parent.parent
MAIN, TAG = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "$CI_COMMIT_TAG"
# What no job does without a role of AWS.
ON_AWS = {"repository", "push", "diff", "deploy"}


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline.read(ROOT / ".gitlab-ci.yml")


def test_its_stages_are_in_the_order_of_a_release(pipeline: Pipeline) -> None:
    assert pipeline.stages == ["check", "test", "image", "push", "diff", "deploy"]
    assert {job.stage for job in pipeline.jobs.values()} == set(pipeline.stages)


def test_its_first_stages_are_what_ci_runs(pipeline: Pipeline) -> None:
    first = [
        verb
        for job in pipeline.jobs.values()
        if job.stage in {"check", "test"}
        for verb in job.verbs()
    ]

    assert first == verbs((ROOT / ".ci" / "run").read_text())


def test_every_verb_is_one_of_make_s(pipeline: Pipeline) -> None:
    known = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    run = {verb for job in pipeline.jobs.values() for verb in job.verbs()}

    assert len(run) > len(ON_AWS)
    assert run - set(known) == set()


def test_what_is_pushed_was_tested_inside_the_image_and_scanned(pipeline: Pipeline) -> None:
    [image] = pipeline.running("image")

    assert image.verbs() == ["image", "test-image", "scan"]
    for push in pipeline.running("push"):
        assert {"check", "test", "test-nodes", image.name} == set(push.says["needs"])


def test_nodes_write_onto_the_volume_of_builds(pipeline: Pipeline, tmp_path: Path) -> None:
    [nodes] = pipeline.running("test-nodes")
    script = ["make() { mktemp --directory; }", *nodes.says["script"]]

    done = subprocess.run(
        ["bash", "-euc", "\n".join(script)],  # noqa: S607 - the job's own
        env={"PATH": os.environ["PATH"], "CI_BUILDS_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(done.stdout.strip()).is_relative_to(tmp_path)


@pytest.mark.parametrize(("environment", "condition"), [("sandbox", MAIN), ("production", TAG)])
def test_an_environment_gets_what_is_meant_for_it_only(
    environment: str, condition: str, pipeline: Pipeline
) -> None:
    jobs = [
        job
        for job in pipeline.jobs.values()
        if job.says.get("environment", {}).get("name") == environment
    ]

    assert [job.stage for job in jobs] == ["push", "diff", "deploy"]
    assert {tuple(job.conditions()) for job in jobs} == {(condition,)}
    # Two deployments of one environment would undo each other.
    assert {job.says["resource_group"] for job in jobs} == {environment}


def test_nothing_of_production_changes_before_somebody_says_so(pipeline: Pipeline) -> None:
    changing = [
        job.name
        for job in pipeline.jobs.values()
        if job.says.get("environment", {}).get("name") == "production"
        and {"repository", "push", "deploy"} & set(job.verbs())
    ]
    waiting = [
        job.name
        for job in pipeline.jobs.values()
        if any(rule.get("when") == "manual" for rule in job.says.get("rules", []))
    ]

    assert waiting == changing == ["push-production", "deploy-production"]


def test_what_comes_after_production_s_push_waits_for_it(pipeline: Pipeline) -> None:
    push = pipeline.jobs["push-production"]

    # GitLab goes on past a manual job that is allowed to fail.
    assert [rule.get("allow_failure") for rule in push.says["rules"]] == [False]


def test_whoever_asks_aws_takes_a_role_with_his_job_s_token(pipeline: Pipeline) -> None:
    asking = [job for job in pipeline.jobs.values() if ON_AWS & set(job.verbs())]
    with_token = [job for job in pipeline.jobs.values() if "id_tokens" in job.says]

    assert asking == with_token
    for job in asking:
        assert job.says["id_tokens"] == {"AWS_ID_TOKEN": {"aud": "sts.amazonaws.com"}}
        assert "AWS_WEB_IDENTITY_TOKEN_FILE" in job.says["variables"]


def test_no_key_of_aws_is_named_anywhere() -> None:
    text = (ROOT / ".gitlab-ci.yml").read_text()

    assert not re.search(r"AWS_(ACCESS_KEY|SECRET|SESSION_TOKEN)|AKIA", text)


def test_what_is_deployed_is_what_was_pushed(pipeline: Pipeline) -> None:
    for verb in ("diff", "deploy"):
        for job in pipeline.running(verb):
            [line] = [line for line in job.says["script"] if f"make {verb}" in line]
            assert 'IMAGE="$(make version)"' in line
            assert "ENVIRONMENT=$CI_ENVIRONMENT_NAME" in line
