"""The limits of --target and --exclude."""

import pytest

from reconcile.errors import UsageError
from reconcile.manifest.domain_filter import may_match, require_matches, selected


@pytest.mark.parametrize(
    ("targets", "excludes", "expected"),
    [
        ((), (), True),
        (("web*",), (), True),
        (("db*",), (), False),
        (("db*", "web01"), (), True),
        ((), ("web*",), False),
        (("web*",), ("*1",), False),
        (("WEB*",), (), False),
    ],
)
def test_selected(targets: tuple[str, ...], excludes: tuple[str, ...], expected: bool) -> None:
    assert selected("web01", targets, excludes) is expected


def test_a_target_without_match_is_a_usage_error() -> None:
    require_matches(["web*"], ["web01"])
    with pytest.raises(UsageError, match="--target"):
        require_matches(["web*", "db*"], ["web01"])


@pytest.mark.parametrize(
    ("selector", "may"),
    [
        ("web01", True),
        ("db01", False),
        ("db*", True),  # what it stands for only the host can tell
        ("11111111-2222-3333-4444-555555555555", True),
        ("11111111222233334444555555555555", True),
        ("1111", False),
    ],
)
def test_only_a_plain_name_is_decided_without_its_host(selector: str, may: bool) -> None:
    assert may_match(selector, ["web*"], []) is may


def test_an_excluded_name_needs_no_host() -> None:
    assert not may_match("web01", [], ["web01"])
