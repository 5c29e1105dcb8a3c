"""Full dumps named by `redefine-from`: regular files of a bounded size."""

from collections.abc import Mapping
from pathlib import Path

from reconcile.errors import DumpFileError, HostXmlError
from reconcile.files.regular_file import NotRegularError, read_regular
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.desired import DesiredTree
from reconcile.model.frozen import FrozenMapping
from reconcile.model.host import Dump

LARGEST = 4 * 2**20  # bytes; libvirt's own limit for one XML document in a call


def observe_dumps(desired: DesiredTree) -> Mapping[str, Dump]:
    """The dumps that can be read, by the path in the manifest; planning refuses the others."""
    paths = {each.redefine_from for each in desired.snapshots if each.redefine_from}
    found = ((path, _dump(path)) for path in sorted(paths))
    return FrozenMapping({path: dump for path, dump in found if dump is not None})


def dump_text(path: str) -> str:
    """The text of a full dump, with its secrets: to be sent to libvirt, never to be shown.

    Raises DumpFileError where it is no regular file, too large, or cannot be read.
    """
    try:
        data = read_regular(Path(path), LARGEST + 1)
    except NotRegularError as error:
        raise DumpFileError(path, f"it {error}") from error
    except (OSError, ValueError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "its name is no path"
        raise DumpFileError(path, f"it cannot be read: {why}") from error
    if len(data) > LARGEST:
        raise DumpFileError(path, f"it is larger than {LARGEST // 2**20} MiB")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DumpFileError(path, "it is not UTF-8 text") from error


def _dump(path: str) -> Dump | None:
    try:
        return snapshot_read.read_dump(dump_text(path))
    except (DumpFileError, HostXmlError):
        return None
