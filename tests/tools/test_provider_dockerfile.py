"""The provider's Dockerfile: small, reproducible, and of what the provider was tested with."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROVIDER = ROOT / "lambdas" / "cluster_provider"
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a `FROM` and the instructions below it say."""

    base: str
    name: str
    instructions: tuple[tuple[str, str], ...]

    def of(self, instruction: str) -> list[str]:
        return [rest for name, rest in self.instructions if name == instruction]


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    return read((PROVIDER / "Dockerfile").read_text())


@pytest.fixture(scope="module")
def stages(instructions: list[tuple[str, str]]) -> list[Stage]:
    starts = [at for at, (name, _) in enumerate(instructions) if name == "FROM"]
    found = []
    for start, end in zip(starts, [*starts[1:], len(instructions)], strict=True):
        base, _, name = instructions[start][1].partition(" AS ")
        found.append(Stage(base=base, name=name, instructions=tuple(instructions[start + 1 : end])))
    return found


def test_each_base_is_a_digest(instructions: list[tuple[str, str]], stages: list[Stage]) -> None:
    bases = arguments(instructions)

    used = [bases[stage.base.removeprefix("${").removesuffix("}")] for stage in stages]

    assert len(used) == 3
    assert [base for base in used if not DIGEST.search(base)] == []


def test_it_installs_the_tested_requirements_and_nothing_else(stages: list[Stage]) -> None:
    installing = [run for stage in stages for run in stage.of("RUN")]

    [command] = installing
    assert "pip install" in command
    assert "--require-hashes" in command
    assert "--only-binary :all:" in command
    assert command.endswith("--requirement /requirements.txt")
    assert "requirements.txt /" in stages[1].of("COPY")


def test_the_last_stage_runs_nothing_and_so_brings_no_tool_to_build_with(
    stages: list[Stage],
) -> None:
    last = stages[-1]

    assert last.of("RUN") == []
    assert [copy.partition(" ")[0] for copy in last.of("COPY")] == [
        "--from=node",
        "--from=packages",
        "src/",
    ]


def test_nobody_runs_it_as_root(stages: list[Stage]) -> None:
    assert stages[-1].of("USER") == ["65534:65534"]


def test_a_new_version_is_a_new_label_on_the_same_layers(stages: list[Stage]) -> None:
    names = [name for name, _ in stages[-1].instructions]

    assert names[-2:] == ["ARG", "LABEL"]
    assert 'org.opencontainers.image.version="${VERSION}"' in stages[-1].of("LABEL")[0]


def test_the_engine_is_given_what_the_stages_copy_and_no_more(stages: list[Stage]) -> None:
    ignored = (PROVIDER / ".dockerignore").read_text().splitlines()

    copied = {
        copy.partition(" ")[0].rstrip("/")
        for stage in stages
        for copy in stage.of("COPY")
        if not copy.startswith("--from")
    }

    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == copied


def test_the_pipeline_s_jobs_run_on_the_image_s_node(instructions: list[tuple[str, str]]) -> None:
    pipeline = (ROOT / ".gitlab-ci.yml").read_text()

    assert f"image: {arguments(instructions)['NODE_IMAGE']}\n" in pipeline


def read(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in joined.split("\n")]


def arguments(instructions: list[tuple[str, str]]) -> dict[str, str]:
    return dict(
        rest.split("=", 1) for name, rest in instructions if name == "ARG" and rest.count("=")
    )
