"""What checkov finds is compared with what is acknowledged, both ways."""

import json
from pathlib import Path

import pytest

from tools.checkov import CheckovFailed, Finding, dead, findings, unique_templates, unknown
from tools.findings import rows

LOGGING = Finding(path="Data/Bucket/Resource", id="CKV_AWS_18", says="wants access logs")


def assembly(directory: Path) -> Path:
    """A stack's template, and what CDK writes beside it."""
    directory.mkdir()
    template = directory / "Data.template.json"
    template.write_text('{"Resources": {"Bucket83908E77": {"Type": "AWS::S3::Bucket"}}}')
    entries = [{"type": "aws:cdk:logicalId", "data": "Bucket83908E77"}]
    metadata = {"/Data": [], "/Data/Bucket/Resource": entries}
    (directory / "Data.metadata.json").write_text(json.dumps(metadata))
    return template


def report(template: Path, *, parsing_errors: int = 0) -> str:
    """What checkov writes of a bucket without access logs."""
    failed = {
        "check_id": "CKV_AWS_18",
        "check_name": "Ensure the S3 bucket has access logging enabled",
        "file_abs_path": str(template),
        "resource": "AWS::S3::Bucket.Bucket83908E77",
        "guideline": None,
    }
    summary = {"failed": 1, "parsing_errors": parsing_errors}
    return json.dumps({"results": {"failed_checks": [failed]}, "summary": summary})


def test_a_finding_is_of_a_construct(tmp_path: Path) -> None:
    template = assembly(tmp_path / "local")

    found = findings(report(template))

    assert [(finding.path, finding.id) for finding in found] == [(LOGGING.path, LOGGING.id)]
    assert "AWS::S3::Bucket.Bucket83908E77 of Data.template.json" in next(iter(found)).says


def test_a_template_that_checkov_cannot_read_is_an_error(tmp_path: Path) -> None:
    template = assembly(tmp_path / "local")

    with pytest.raises(CheckovFailed, match="could not read 1 templates"):
        findings(report(template, parsing_errors=1))


def test_a_finding_is_known_by_its_id_and_its_construct() -> None:
    elsewhere, other = ("Other/*", "CKV_AWS_18"), ("Data/*", "CKV_AWS_21")

    assert unknown([LOGGING], [("Data/*", "CKV_AWS_18")]) == []
    assert unknown([LOGGING], [elsewhere, other]) == [LOGGING]


def test_an_acknowledgement_of_nothing_is_dead() -> None:
    known = [("Data/*", "CKV_AWS_18"), ("Data/*", "CKV_AWS_21")]

    assert dead([LOGGING], known) == [("Data/*", "CKV_AWS_21")]


def test_equal_templates_are_checked_once(tmp_path: Path) -> None:
    for name in ("local", "sandbox"):
        assembly(tmp_path / name)

    templates = unique_templates(tmp_path)

    assert [template.name for template in templates] == ["Data.template.json"]


def test_a_folder_without_templates_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckovFailed, match="synthesise_all"):
        unique_templates(tmp_path)


def test_what_is_unknown_is_printed_as_a_row_that_wants_a_reason() -> None:
    printed = rows([(LOGGING.path, LOGGING.id), (LOGGING.path, "CKV_AWS_21")])

    assert printed == (
        "Data/Bucket/Resource:\n- reason: ''\n  findings:\n  - CKV_AWS_18\n  - CKV_AWS_21\n"
    )
