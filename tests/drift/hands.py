"""What people do to snapshots with virsh and qemu-img, as they would type it."""

import os
import re
import subprocess

from tests.lab.domain import Domain

SECONDS = 60


def virsh(domain: Domain, command: str, *arguments: str) -> str:
    """One command of virsh about the domain."""
    return domain.daemon.virsh(command, domain.name, *arguments)


def describe(domain: Domain, snapshot: str, old: str, new: str) -> None:
    """`virsh snapshot-edit`, with an editor that changes the description."""
    change = f"s|<description>{old}</description>|<description>{new}</description>|"
    environ = {**os.environ, "LC_ALL": "C", "EDITOR": f"sed -i -e '{change}'"}
    command = ("virsh", "--connect", domain.daemon.uri, "snapshot-edit", domain.name, snapshot)
    done = subprocess.run(
        command, env=environ, check=True, capture_output=True, text=True, timeout=SECONDS
    )
    assert "edited" in done.stdout, done.stdout


def rewrite(domain: Domain, snapshot: str, pattern: str, new: str) -> None:
    """`virsh snapshot-create --redefine` with a dump in which somebody replaced something."""
    dump = virsh(domain, "snapshot-dumpxml", snapshot, "--security-info")
    edited, number = re.subn(pattern, new, dump, flags=re.DOTALL)
    assert number > 0, dump
    file = domain.folder / "edited.xml"
    file.write_text(edited)
    virsh(domain, "snapshot-create", str(file), "--redefine")


def without_mark(domain: Domain, snapshot: str) -> None:
    """Metadata as from a backup of before it was adopted."""
    rewrite(domain, snapshot, r"<metadata>.*?</metadata>", "")


def as_of_format_1(domain: Domain, snapshot: str) -> None:
    """The mark as versions before its format 2 wrote it."""
    pattern = r' version="2"| fields="[^"]*"|<reconcile:applied.*?</reconcile:applied>'
    rewrite(domain, snapshot, pattern.replace('"', "['\"]").replace("[^['\"]]*", "[^'\"]*"), "")


def reparent(domain: Domain, snapshot: str, parent: str) -> None:
    """Another parent, by hand."""
    new = f"<parent><name>{parent}</name></parent>"
    rewrite(domain, snapshot, r"<parent>.*?</parent>", new)


def untag(domain: Domain, snapshot: str) -> None:
    """`qemu-img snapshot -d`: the data goes, libvirt's metadata stays."""
    image = str(domain.source("vda"))
    command = ("qemu-img", "snapshot", "-d", snapshot, image)
    subprocess.run(command, check=True, timeout=SECONDS)


def commit(domain: Domain) -> None:
    """`virsh blockcommit` of the active image into its base, while the guest runs."""
    domain.start()
    virsh(domain, "blockcommit", "vda", "--active", "--pivot", "--wait")
    domain.destroy()
