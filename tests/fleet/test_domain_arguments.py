"""Arguments that name domains: by name, UUID or glob, and what is said where none matches."""

from typing import Final

import pytest

from reconcile.errors import UnknownDomain, UnknownDomainsError
from reconcile.fleet.domain_arguments import selected_domains
from reconcile.model.identity import DomainId, HostId

HOST: Final = HostId("test", "test:///default")
WEB1: Final = DomainId(HOST, "6695eb01-f6a4-8304-79aa-97f2502e193f", "web01")
WEB2: Final = DomainId(HOST, "6695eb01-f6a4-8304-79aa-97f2502e1940", "web02")
STAR: Final = DomainId(HOST, "6695eb01-f6a4-8304-79aa-97f2502e1941", "web*")
KNOWN: Final = (WEB2, WEB1, STAR)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((), ["web*", "web01", "web02"]),
        (("web01",), ["web01"]),
        (("web02", "web01", "web02"), ["web01", "web02"]),
        (("6695EB01F6A4830479AA97F2502E1940",), ["web02"]),
        (("web0?",), ["web01", "web02"]),
        (("web*",), ["web*"]),  # a name as it is comes before the glob that it looks like
        (("web[*]*",), ["web*"]),
    ],
)
def test_which_are_selected(arguments: tuple[str, ...], names: list[str]) -> None:
    found = selected_domains(arguments, KNOWN, "here")
    assert [domain.name for domain in found] == names


def test_all_that_match_nothing_are_told_at_once() -> None:
    with pytest.raises(UnknownDomainsError) as caught:
        selected_domains(("wbe01", "web02", "zzz*"), KNOWN, "here")
    assert caught.value.unknown == (UnknownDomain("wbe01", "web01"), UnknownDomain("zzz*", None))
    assert caught.value.message == "here: no domain matches `wbe01`, `zzz*`"
    assert caught.value.remedy == "did you mean `web01`?"


def test_where_nothing_is_alike_the_list_is_named() -> None:
    with pytest.raises(UnknownDomainsError) as caught:
        selected_domains(("zzz",), (), "here")
    assert caught.value.remedy == "`reconcile list` shows them all"
