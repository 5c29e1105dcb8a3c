"""Hosts files: what each says, and how each mistake is told, with its position."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconcile.errors import HostsFileError
from reconcile.hosts_file.load import hosts_beside, load
from reconcile.manifest import schema
from reconcile.model.hosts import DeclaredHost

HEAD = "apiVersion: reconcile/v1\n"
GOOD = """\
apiVersion: reconcile/v1
hosts:
  kvm1: qemu+ssh://root@kvm1/system
  kvm2: {uri: "qemu+tls://kvm2/system", parallel: 2, path-map: {/images: /srv/images}}
  store: qemu:///system
groups: {lab: ["kvm*"], all: ["*"], one: [store, kvm1]}
"""
BESIDE = "names a host in a way that a file beside the manifests may not"
TRUST = "pass a hosts file that only you can write by --hosts"
LETTERS = "use letters, digits, `.`, `_` and `-`, and begin with a letter or digit"
NAMES = "name a host under `hosts`, or correct it"
BAD = {
    "": ('1:1: : lacks `hosts` | add `hosts: {"kvm1": "qemu+ssh://root@kvm1/system"}`',),
    "hosts: {a: b}\nhost: x": ('3:1: host: unknown key "host" | did you mean `hosts`?',),
    "hosts: {a: {url: b}}": ('2:13: hosts.a.url: unknown key "url" | did you mean `uri`?',),
    "hosts: {a: lxc:///}": (
        f"2:12: hosts.a: {BESIDE}: its driver is not one of: qemu, test | {TRUST}",
    ),
    "hosts: {a: [x]}": (
        "2:12: hosts.a: is a list, not a string or a mapping | write a string or a mapping",
    ),
    "hosts: {a: ''}": ("2:12: hosts.a: is empty | write a value, or remove the key",),
    "hosts: {-a: b}": (f'2:9: hosts.-a: "-a" is no name here | {LETTERS}',),
    "hosts: {a: {uri: b, parallel: 0}}": (
        "2:31: hosts.a.parallel: is 0, less than 1 | write 1 or more",
    ),
    "hosts: {a: {uri: b, parallel: many}}": (
        '2:31: hosts.a.parallel: is "many", not a whole number | write a whole number',
    ),
    "hosts: {a: {uri: b, path-map: {images: /b, /c: /d/../e}}}": (
        '2:32: hosts.a.path-map.images: "images" is not an absolute path | write it from `/` on',
        '2:48: hosts.a.path-map."/c": "/d/../e" has a `..` component | write where it leads to',
    ),
    "hosts: {a: b, a: c}": (
        '2:15: hosts: duplicate key "a", first on line 2 | remove one of them',
    ),
    "hosts: {kvm1: b}\ngroups: {lab: [kvm2, 'x*'], kvm1: [kvm1]}": (
        '3:16: groups.lab[0]: "kvm2" matches no host of this file | did you mean "kvm1"?',
        f'3:22: groups.lab[1]: "x*" matches no host of this file | {NAMES}',
        '3:35: groups.kvm1: "kvm1" is the name of a host, too | give the group another name',
    ),
    "hosts: {a: b}\ngroups: {lab: []}": ("3:15: groups.lab: is an empty list | name at least one",),
    "hosts: {a: b}\n---\nhosts: {}": ("4:1: : is a second document | write one document alone",),
}
UNSAFE = [
    "qemu+ext:///system?command=/bin/sh",
    "qemu+ssh://kvm1/system?command=/bin/sh",
    "qemu+libssh2://kvm1/system?known_hosts=/dev/null",
    "QEMU:///system",
    "test:///etc/passwd",
    "esx://vcenter/?no_verify=1",
]


def told(path: Path, text: str, *, trusted: bool = False) -> list[str]:
    """The problems of a hosts file of this text, without its path."""
    path.write_text(text)
    with pytest.raises(HostsFileError) as caught:
        load(path, trusted=trusted)
    return [
        f"{each.position}: {each.path}: {each.message} | {each.remedy}".replace(
            f"{path}:", "a.yaml:"
        ).removeprefix("a.yaml:")
        for each in caught.value.problems
    ]


def test_a_good_one(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(GOOD)
    found = load(path, trusted=True)
    assert found.hosts == {
        "kvm1": DeclaredHost("qemu+ssh://root@kvm1/system", "kvm1"),
        "kvm2": DeclaredHost("qemu+tls://kvm2/system", "kvm2", 2, (("/images", "/srv/images"),)),
        "store": DeclaredHost("qemu:///system", "store"),
    }
    assert found.groups == {
        "lab": ("kvm1", "kvm2"),
        "all": ("kvm1", "kvm2", "store"),
        "one": ("kvm1", "store"),
    }


@pytest.mark.parametrize("text", BAD)
def test_a_bad_one_is_told_with_all_its_problems(text: str, tmp_path: Path) -> None:
    assert tuple(told(tmp_path / "a.yaml", HEAD + text)) == BAD[text]


@pytest.mark.parametrize("uri", UNSAFE)
def test_a_uri_with_power_is_for_a_file_that_was_given(uri: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for entry, place in ((f"'{uri}'", "hosts.a"), (f"{{uri: '{uri}'}}", "hosts.a.uri")):
        text = f"{HEAD}hosts: {{a: {entry}}}\n"
        (problem,) = told(path, text)
        assert f"{place}: names a host in a way that a file beside the manifests may not" in problem
        assert uri not in problem
        assert load(path, trusted=True).hosts["a"].uri == uri


def test_what_is_no_hosts_file_is_not_shown(tmp_path: Path) -> None:
    text = "root:$6$swordfish:19000:0:99999:7:::\n"
    (problem,) = told(tmp_path / "a.yaml", text, trusted=True)
    assert problem.startswith("1:1: : is no hosts file: it does not say `apiVersion: reconcile/v1`")
    assert "swordfish" not in problem


@pytest.mark.parametrize("kind", ["pipe", "folder", "link", "missing", "aliases", "deep"])
def test_what_is_no_regular_or_no_small_file_is_told_and_never_waited_for(
    kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "a.yaml"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "link":
            (tmp_path / "secret").write_text(GOOD)
            path.symlink_to(tmp_path / "secret")
        case "aliases":
            lines = [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12)]
            path.write_text(HEAD + "\n".join(["x0: &x0 [a]", *lines]))
        case "deep":
            path.write_text(f"{HEAD}hosts: {'[' * 100_000}")
    with pytest.raises(HostsFileError) as caught:
        load(path, trusted=True)
    expected = {
        "pipe": "is a pipe, not a regular file",
        "folder": "is a directory, not a regular file",
        "link": "is a link that leads out of its folder",
        "missing": "does not exist",
        "aliases": "aliases",
        "deep": "is nested more than 200 levels deep",
    }
    assert expected[kind] in caught.value.problems[0].message


def test_it_is_found_beside_what_is_named_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b").mkdir()
    (tmp_path / "a/reconcile.hosts.yaml").write_text(GOOD)
    for path in (tmp_path / "a", tmp_path / "a/web.yaml"):
        found = hosts_beside([path])
        assert found is not None
        assert not found.trusted
    assert hosts_beside([tmp_path, tmp_path / "a/b", Path("-")]) is None


def test_two_of_them_are_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "reconcile.hosts.yaml").write_text(GOOD)
    assert hosts_beside([tmp_path / "a", tmp_path / "a/web.yaml"]) is not None
    with pytest.raises(HostsFileError) as caught:
        hosts_beside([tmp_path / "a", tmp_path / "b"])
    (problem,) = caught.value.problems
    assert problem.message == f"is another hosts file than {tmp_path}/a/reconcile.hosts.yaml"


def test_the_schema_is_sound_and_its_examples_are_valid() -> None:
    whole = schema.packaged("hosts-v1")
    Draft202012Validator.check_schema(whole)
    example = {key: each["examples"][0] for key, each in whole["properties"].items()}
    example["hosts"] = {"kvm1": whole["$defs"]["host"]["examples"][1]}
    assert not list(Draft202012Validator(whole).iter_errors(example)), json.dumps(example)
