"""The codec of a journal, by the format that its first line names."""

from reconcile.journal import codec_v1, codec_v2
from reconcile.journal.lines import BEGUN, Codec
from reconcile.planfile.shapes import DecodeError, Integer, parsed

CODECS: dict[int, Codec] = {1: codec_v1.CODEC, 2: codec_v2.CODEC}


def codec_of(first: bytes) -> Codec:
    """The codec of the journal that begins with this line. Raises DecodeError."""
    fields = parsed(first)
    if fields.pop("record", None) != "begun":
        raise DecodeError("it does not begin as a journal does")
    number = Integer().decode(fields.get("format"))
    if number not in CODECS:
        raise DecodeError(f"it was written by reconcile {fields.get('tool')}")
    BEGUN.decode(fields)
    return CODECS[number]
