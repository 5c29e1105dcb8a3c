"""The private root folder a daemon runs in: a release's programs, and nothing else of any system.

libvirt's folders are fixed when it is compiled, so a private daemon needs a root of its own. Only
`usr` comes from the release, read-only; the rest is new and lies in the run folder, so the machine
and the built releases stay untouched and any number of daemons can share them. There is no
/dev/kvm and no cgroup in it: the former makes starts slow, the latter would outlive the daemon.
"""

import shutil
from pathlib import Path
from typing import Final

FOLDERS: Final = (
    *("usr", "dev", "proc", "sys", "run/lock", "tmp", "root"),
    *("etc/libvirt", "var/lib", "var/log", "var/cache"),
)
LINKS: Final = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
ETC: Final = ("nsswitch.conf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d")
DEVICES: Final = ("null", "zero", "full", "random", "urandom", "tty")

# libvirtd looks up the accounts it was compiled for, even when it is told to use others.
ACCOUNTS: Final = """\
root:x:0:0::/root:/bin/sh
libvirt-qemu:x:64055:64055::/var/lib/libvirt:/bin/false
nobody:x:65534:65534::/:/bin/false
"""
GROUP: Final = """\
root:x:0:
tty:x:5:
kvm:x:64054:
libvirt:x:64053:
libvirt-qemu:x:64055:
nogroup:x:65534:
"""

# libvirt and QEMU both as root, with all that would reach outside of the root switched off.
QEMU_CONF: Final = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
"""

MOUNT: Final = f"""\
set -e
root=$1 base=$2 data=$3
mount --bind "$root" "$root"
mount --bind -o ro "$base/usr" "$root/usr"
mount --bind "$data" "$root$data"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in {" ".join(DEVICES)}; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
"""
"""Shell commands that complete a prepared root, in a mount namespace: ROOT BASE DATA."""


def prepare(root: Path, base: Path, data: Path) -> None:
    """Lay out a root for the programs of `base`, with `data` at the path it has outside."""
    for folder in (*FOLDERS, str(data).lstrip("/")):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "var/run").symlink_to("/run")
    for link in LINKS:
        if (base / link).is_symlink():
            (root / link).symlink_to((base / link).readlink())
    for name in ETC:
        _copy(base / "etc" / name, root / "etc" / name)
    for name, text in (("passwd", ACCOUNTS), ("group", GROUP), ("libvirt/qemu.conf", QEMU_CONF)):
        (root / "etc" / name).write_text(text, encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copy(source, target)
