"""Full dumps that are moved: to where files lie on another host, and to another domain's UUID.

A dump whose definition has the nil UUID is of whatever domain the manifest names: the UUID and the
name of that one are put in just before libvirt gets it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml.element import Element, attribute, parse, serialise
from reconcile.model.host import ANY_DOMAIN

DEFINITIONS: Final = ("domain", "inactiveDomain")
TEXTS: Final = frozenset({"name", "title", "description", "metadata"})

PathMap = Sequence[tuple[str, str]]
"""Folders or files, each with where it is; absolute, without a final `/`."""


def moved_dump(text: str, path_map: PathMap) -> str:
    """A snapshot's dump with every path moved, for any domain. Raises HostXmlError.

    With external memory it stays of its own domain: libvirt reverts to it only where the domain has
    the UUID that is written in the memory file (11.3.0, 12.8.0).
    """
    root = parse(text)
    _move(root, path_map)
    outside = attribute(root, "memory", "snapshot") == "external"
    for definition in () if outside else _definitions(root):
        _set(definition, "uuid", ANY_DOMAIN)
    return serialise(root)


def of_domain(text: str, uuid: str, name: str) -> str:
    """A dump for any domain as one of this domain; any other one as it is. Raises HostXmlError."""
    root = parse(text)
    found = root.find("domain/uuid")
    if found is None or found.text != ANY_DOMAIN:
        return text
    for definition in _definitions(root):
        _set(definition, "uuid", uuid)
        _set(definition, "name", name)
    return serialise(root)


def _definitions(root: Element) -> Iterator[Element]:
    for tag in DEFINITIONS:
        yield from root.findall(tag)


def _set(definition: Element, tag: str, text: str) -> None:
    found = definition.find(tag)
    if found is None:
        raise HostXmlError(f"a definition has no `<{tag}>`")
    found.text = text


def _move(parent: Element, path_map: PathMap) -> None:
    """In every text and attribute that is a path; names and what people wrote stay."""
    for element in parent.iterchildren("*"):
        if element.tag in TEXTS:
            continue
        if element.text and element.text.startswith("/"):
            element.text = _moved(element.text, path_map)
        for key, value in element.attrib.items():
            element.set(key, _moved(str(value), path_map))
        _move(element, path_map)


def _moved(path: str, path_map: PathMap) -> str:
    """The path where the longest of the folders that hold it has gone."""
    fitting = [pair for pair in path_map if f"{path}/".startswith(f"{pair[0]}/")]
    if not fitting:
        return path
    old, new = max(fitting, key=lambda pair: len(pair[0]))
    return new + path[len(old) :]
