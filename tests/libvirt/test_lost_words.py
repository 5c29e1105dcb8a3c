"""An error of libvirt whose words are not UTF-8, of which its bindings make another error."""

import os
from pathlib import Path

import pytest

from reconcile.errors import HostError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.error_boundary import reported
from tests.lab.daemon import Daemon
from tests.lab.fixtures import MakeDomain

ODD_NAME = os.fsdecode(b"base-\xff.qcow2")


def test_a_file_whose_name_is_not_utf8(lab: Daemon, make_domain: MakeDomain) -> None:
    """An image names the one below it in its header, in whatever bytes its maker chose."""
    domain = make_domain()
    image = Path(domain.source("vda"))
    base = image.with_name(ODD_NAME)
    image.rename(base)
    lab.run("qemu-img", "create", "-qf", "qcow2", "-F", "qcow2", "-b", str(base), str(image))
    base.unlink()
    with domain.handle() as handle:
        with pytest.raises(SystemError):
            handle.create()
        with pytest.raises(HostError) as told, reported(lab.uri, "start it", domain.name):
            handle.create()
    assert told.value.code == LibvirtCode.INTERNAL_ERROR
    assert told.value.message.endswith("start it: an error whose text is not UTF-8")
