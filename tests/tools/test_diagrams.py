"""A diagram in Markdown is rendered; one that Mermaid can't draw is named with its line."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def rendered(*files: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["node", "tools/diagrams.mjs", *map(str, files)],  # noqa: S607 - the reader's own
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def page(directory: Path, *diagrams: str) -> Path:
    file = directory / "page.md"
    file.write_text("".join(f"Text.\n\n```mermaid\n{each}\n```\n\n" for each in diagrams))
    return file


def test_diagrams_of_the_kinds_that_we_draw_are_rendered(tmp_path: Path) -> None:
    done = rendered(
        page(tmp_path, "flowchart LR\n  a --> b[(store)]", "sequenceDiagram\n  A->>B: asks")
    )

    assert (done.returncode, done.stdout) == (0, "2 diagrams rendered, 0 failed\n")


def test_one_that_does_not_parse_is_an_error_at_its_line(tmp_path: Path) -> None:
    file = page(tmp_path, "flowchart LR\n  a --> b", "sequenceDiagram\n  A->>B: one; two")

    done = rendered(file)

    assert done.returncode == 1
    assert done.stdout == "1 diagrams rendered, 1 failed\n"
    assert done.stderr.startswith(f"{file}:10: Parse error")
