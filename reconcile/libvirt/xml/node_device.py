"""`<device>` of a host: how a domain's definition would name it."""

from collections.abc import Iterator

from reconcile.libvirt.xml.element import attribute, parse, text_of

USB = "capability[@type='usb_device']"


def usb_names(text: str) -> Iterator[str]:
    """`VENDOR:PRODUCT` and `BUS.DEVICE` of a USB device."""
    root = parse(text)
    model = [attribute(root, f"{USB}/{part}", "id") for part in ("vendor", "product")]
    if all(model):
        yield ":".join(str(each).removeprefix("0x") for each in model)
    yield ".".join(text_of(root, f"{USB}/{part}") or "" for part in ("bus", "device"))
