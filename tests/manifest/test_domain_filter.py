"""The limits of --target and --exclude."""

import pytest

from reconcile.errors import UsageError
from reconcile.manifest.domain_filter import require_matches, selected


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
