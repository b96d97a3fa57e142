"""The provider's image by hand and in the pipeline: build, test, scan.

`python -m tools.provider_image build --version 1.2.3`. What each verb does is in the README.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools.container_engine import ContainerEngine, EngineError
from tools.image_version import ImageVersionError, tag

ROOT = Path(__file__).resolve().parent.parent
PROVIDER = ROOT / "lambdas" / "cluster_provider"
OUTPUT = ROOT / "build" / "image"
ARCHIVE, BILL = "provider.tar", "provider.cdx.json"

# By digest: a scanner sees all that is built.
_SYFT = (
    "docker.io/anchore/syft:v1.42.3"
    "@sha256:5999d209a342e55e9edf70bf8930fb5b86d8f2a783fa401178372c50e21b1d36"
)
_GRYPE = (
    "docker.io/anchore/grype:v0.116.0"
    "@sha256:fd4ab4d1042b522c896e73bdf09ab8bf384fa417df99d6dd0d6e1008c7e7c821"
)

app = typer.Typer(add_completion=False, no_args_is_help=True)
Version = Annotated[str, typer.Option(help="The application's, the image's tag")]


@app.command()
def build(version: Version) -> None:
    """Build the image, and keep it as an archive in build/image/."""
    engine = ContainerEngine.of_this_machine()
    name = local_name(version)
    engine.run(
        *("build", "--platform", "linux/amd64", "--build-arg", f"VERSION={version}"),
        *("--tag", name, str(PROVIDER)),
    )
    OUTPUT.mkdir(parents=True, exist_ok=True)
    # Neither engine writes over an archive.
    (OUTPUT / ARCHIVE).unlink(missing_ok=True)
    engine.run("save", "--output", str(OUTPUT / ARCHIVE), name)
    print(f"{name}, also in {OUTPUT / ARCHIVE}")


@app.command()
def test(version: Version) -> None:
    """Run the provider's tests inside the image, on what it has installed."""
    engine = ContainerEngine.of_this_machine()
    name = loaded(engine, version)
    # pip adds what the tests need and the image lacks, as its user and outside of it; the code is
    # the image's own.
    tests = (
        "python -m pip install --quiet --user --no-cache-dir --require-hashes"
        " --requirement requirements-dev.txt"
        " && exec python -m pytest -c pytest.ini --rootdir . -p no:cacheprovider"
        " --override-ini 'pythonpath=tests/support ../../tests/support' tests"
    )
    engine.run(
        *("run", "--rm", "--platform", "linux/amd64", "--tmpfs", "/tmp:rw,exec,mode=1777"),  # noqa: S108 - the container's
        *("--read-only", "--volume", f"{ROOT}:/repository:ro"),
        *("--workdir", "/repository/lambdas/cluster_provider", "--entrypoint", "sh"),
        *(name, "-c", tests),
    )


@app.command()
def scan(version: Version) -> None:
    """Write the image's bill of materials, and fail on a grave hole that has a remedy."""
    engine = ContainerEngine.of_this_machine()
    name = loaded(engine, version)
    mounted = ("run", "--rm", "--volume", f"{OUTPUT}:/image")
    engine.run(
        *(*mounted, _SYFT, "scan", f"docker-archive:/image/{ARCHIVE}"),
        *("--source-name", name.partition(":")[0], "--source-version", version),
        *("--output", f"cyclonedx-json=/image/{BILL}"),
    )
    engine.run(*mounted, _GRYPE, f"sbom:/image/{BILL}", "--only-fixed", "--fail-on", "high")


def local_name(version: str) -> str:
    """What the image is called on this machine."""
    return f"localhost/cluster-provider:{tag(version)}"


def loaded(engine: ContainerEngine, version: str) -> str:
    """The image's name; from the archive where another job of the pipeline has built it.

    Raises:
        EngineError: it was not built.
    """
    name = local_name(version)
    if not engine.answer("images", "--quiet", name).strip():
        if not (OUTPUT / ARCHIVE).is_file():
            raise EngineError(f"{name} is not here: make image builds it")
        engine.run("load", "--input", str(OUTPUT / ARCHIVE))
    return name


def main() -> None:
    """Run a verb; what is wrong is one line."""
    try:
        app()
    except (EngineError, ImageVersionError) as error:
        Console(stderr=True, soft_wrap=True).print(f"make: {error}", markup=False, highlight=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
