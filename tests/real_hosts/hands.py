"""What people do with virsh and qemu-img to images behind a tree base ← tuned of external ones.

`vda.qcow2` is the first image, `vda.base` and `vda.tuned` are the overlays; the guest lies on the
last one. Each function leaves the domain off, unless its name says otherwise.
"""

from tests.real_hosts.subject import Subject


def tree(subject: Subject) -> None:
    """base ← tuned, and something written since."""
    subject.external("base", "tuned")
    subject.write()


def merged_running(subject: Subject) -> None:
    """All overlays are merged into the first image and removed, as after a backup."""
    subject.domain.start()
    tree(subject)
    subject.virsh("blockcommit", "vda", "--active", "--wait", "--pivot")
    _remove(subject, "vda.base", "vda.tuned")


def merged(subject: Subject) -> None:
    """The same, and the guest is off since."""
    merged_running(subject)
    subject.domain.destroy()


def committed(subject: Subject) -> None:
    """The same by qemu-img and virsh edit."""
    tree(subject)
    subject.image("commit", "-q", "-b", str(subject.file("vda.qcow2")), _path(subject, "vda.tuned"))
    subject.put_on(subject.file("vda.qcow2"))
    _remove(subject, "vda.base", "vda.tuned")


def top_merged(subject: Subject) -> None:
    """The last overlay alone is merged down."""
    subject.domain.start()
    tree(subject)
    merge = ("blockcommit", "vda", "--active", "--wait", "--pivot")
    subject.virsh(*merge, "--base", _path(subject, "vda.base"))
    subject.domain.destroy()
    _remove(subject, "vda.tuned")


def middle_merged(subject: Subject) -> None:
    """The overlay in the middle is merged down: base's image was written to."""
    subject.domain.start()
    tree(subject)
    between = ("--top", _path(subject, "vda.base"), "--base", _path(subject, "vda.qcow2"))
    subject.virsh("blockcommit", "vda", "--wait", *between)
    subject.domain.destroy()
    _remove(subject, "vda.base")


def rebased_past(subject: Subject) -> None:
    """The overlay in the middle is left out by qemu-img: the same images, base's is intact."""
    tree(subject)
    _rebase(subject, "-b", _path(subject, "vda.qcow2"), "-F", "qcow2")
    _remove(subject, "vda.base")


def flattened(subject: Subject) -> None:
    """The last overlay needs none of the images below any more, which are still there."""
    tree(subject)
    _rebase(subject, "-b", "")


def pulled(subject: Subject) -> None:
    """The same by libvirt."""
    subject.domain.start()
    tree(subject)
    subject.virsh("blockpull", "vda", "--wait")
    subject.domain.destroy()


def flattened_alone(subject: Subject) -> None:
    """The same, and the images below are removed."""
    flattened(subject)
    _remove(subject, "vda.base", "vda.qcow2")


def rebased_on_copy(subject: Subject) -> None:
    """The last overlay lies on a copy of the image below."""
    tree(subject)
    copy = subject.copy("vda.base", "copy.qcow2")
    _rebase(subject, "-u", "-b", str(copy), "-F", "qcow2")


def converted(subject: Subject) -> None:
    """The guest's state is copied into one new image, on which the domain is defined."""
    tree(subject)
    new = subject.file("new.qcow2")
    subject.image("convert", "-O", "qcow2", _path(subject, "vda.tuned"), str(new))
    subject.put_on(new)


def lengthened(subject: Subject) -> None:
    """An image that no snapshot knows lies on top."""
    tree(subject)
    top = subject.file("top.qcow2")
    below = ("-b", _path(subject, "vda.tuned"), "-F", "qcow2")
    subject.image("create", "-q", "-f", "qcow2", *below, str(top))
    subject.put_on(top)
    subject.write()


def without_metadata(subject: Subject) -> None:
    """The same by libvirt: a snapshot of another tool, of which no metadata is kept."""
    tree(subject)
    disk_only = f"vda,snapshot=external,file={subject.file('top.qcow2')}"
    subject.virsh("snapshot-create-as", "--no-metadata", "--disk-only", "--diskspec", disk_only)
    subject.write()


def active_gone(subject: Subject) -> None:
    """The image that the guest writes to is gone."""
    tree(subject)
    _remove(subject, "vda.tuned")


def middle_gone(subject: Subject) -> None:
    """The overlay in the middle is gone."""
    tree(subject)
    _remove(subject, "vda.base")


def first_gone(subject: Subject) -> None:
    """The image below all others is gone."""
    tree(subject)
    _remove(subject, "vda.qcow2")


def tag_gone(subject: Subject) -> None:
    """Internal snapshots, the tag of the first one is gone."""
    subject.internal("base", "tuned")
    subject.write()
    subject.image("snapshot", "-d", "base", _path(subject, "vda.qcow2"))


def tag_gone_running(subject: Subject) -> None:
    """The same with a guest that runs."""
    tag_gone(subject)
    subject.domain.start()


def _rebase(subject: Subject, *words: str) -> None:
    subject.image("rebase", *words, _path(subject, "vda.tuned"))


def _remove(subject: Subject, *names: str) -> None:
    for name in names:
        subject.file(name).unlink()


def _path(subject: Subject, name: str) -> str:
    return str(subject.file(name))
