"""A skip that does not say by which release it is meant, is a failure."""

import pytest

from tests.lab import skips
from tests.lab.daemon import Daemon

pytest_plugins = ["pytester"]
PLAIN = "import pytest\ndef test_it(): pytest.skip('not here')\n"
SAID = "import pytest\ndef test_it(): pytest.skip('meant for root: it mounts')\n"
MARKED = "import pytest\n@pytest.mark.skip(reason='later')\ndef test_it(): pass\n"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [(PLAIN, {"failed": 1}), (MARKED, {"errors": 1}), (SAID, {"skipped": 1})],
)
def test_a_skip_has_to_say_what_it_is_meant_for(
    pytester: pytest.Pytester, text: str, outcome: dict[str, int]
) -> None:
    pytester.makepyfile(text)
    pytester.runpytest_inprocess("-p", "tests.lab.skips").assert_outcomes(**outcome)


def test_a_release_is_left_out_by_its_version_alone(lab: Daemon) -> None:
    skips.since(lab, lab.version, "it is this one")
    major, minor, patch = lab.version
    with pytest.raises(pytest.skip.Exception) as caught:
        skips.since(lab, (major, minor, patch + 1), "nothing")
    assert skips.SAID.search(str(caught.value))
    assert lab.release.name in str(caught.value)
