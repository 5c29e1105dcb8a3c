"""XML elements by lxml, which no other module imports: safe parsing, small helpers."""

from lxml import etree

from reconcile.errors import HostXmlError

Element = etree._Element

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False)


def parse(text: str) -> Element:
    """The root element of an XML text; entities are not expanded and nothing is fetched.

    Raises HostXmlError for a text that is no XML.
    """
    try:
        return etree.fromstring(text.encode(), _PARSER)
    except etree.XMLSyntaxError as error:
        raise HostXmlError(str(error)) from error


def serialise(element: Element) -> str:
    """An element as XML text, without an XML declaration."""
    return etree.tostring(element, encoding="unicode")


def pretty(element: Element) -> str:
    """An element as XML text for people, indented by two spaces."""
    etree.indent(element, space="  ")
    return etree.tostring(element, encoding="unicode", pretty_print=True)


def element(tag: str, attributes: dict[str, str] | None = None, text: str | None = None) -> Element:
    """A new element without a parent."""
    made = etree.Element(tag, attributes or {})
    made.text = text
    return made


def child(
    parent: Element, tag: str, attributes: dict[str, str] | None = None, text: str | None = None
) -> Element:
    """A new element, appended to `parent`."""
    made = etree.SubElement(parent, tag, attributes or {})
    made.text = text
    return made


def namespaced(prefix: str, namespace: str, tag: str, attributes: dict[str, str]) -> Element:
    """A new element of a namespace, with the prefix that its XML shows."""
    return etree.Element(f"{{{namespace}}}{tag}", attributes, nsmap={prefix: namespace})


def text_of(parent: Element, path: str) -> str | None:
    """The text of the element at `path`: "" for an empty one, None where there is none."""
    found = parent.find(path)
    return None if found is None else found.text or ""


def attribute(parent: Element, path: str, name: str) -> str | None:
    """An attribute of the first element at `path`; None where there is none."""
    found = parent.find(path)
    return None if found is None else found.get(name)


def number_of(parent: Element, path: str) -> int:
    """The number at `path`, 0 where there is none. Raises HostXmlError for any other text."""
    text = text_of(parent, path) or "0"
    try:
        return int(text)
    except ValueError as error:
        raise HostXmlError(f"`<{path}>` is no number") from error
