"""libvirt's error numbers are those of the libvirt-python that is installed."""

import libvirt
import pytest

from reconcile.errors.libvirt_codes import LibvirtCode


@pytest.mark.parametrize("code", list(LibvirtCode), ids=lambda code: code.name)
def test_a_number_is_libvirts(code: LibvirtCode) -> None:
    assert code == getattr(libvirt, f"VIR_ERR_{code.name}")
