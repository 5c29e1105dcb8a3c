"""Journals read back as they were written, in each format; what nobody wrote is refused."""

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.journal import codec_v1, codec_v2
from reconcile.journal.codec import CODECS
from reconcile.journal.lines import Codec
from reconcile.journal.records import Begun, Finished, Intent, Planned, Record
from reconcile.model.identity import HostId
from reconcile.planfile.shapes import DecodeError
from tests.harness.bending import BENT, bent, places
from tests.journal.records import DOMAIN, FOLLOWING, planned

BEGUN = Begun(2, "0.2.0", "2026-01-01T00:00:00+00:00", 4711, "kvm1", "root", "a" * 32)
RECORDS: tuple[Record, ...] = (BEGUN, *FOLLOWING, Finished())
FORMATS = pytest.mark.parametrize("codec", CODECS.values(), ids=[f"format {n}" for n in CODECS])


def known(record: Record, codec: Codec) -> Record:
    """The record as a format has it: the first knows a host by its URI alone."""
    if codec is codec_v2.CODEC or isinstance(record, Begun | Finished):
        return record
    uri = DOMAIN.host.uri
    record = replace(record, domain=replace(DOMAIN, host=HostId(uri, uri)))
    return replace(record, expected=()) if isinstance(record, Planned) else record


@FORMATS
@pytest.mark.parametrize("record", RECORDS, ids=lambda each: type(each).__name__)
def test_a_record_reads_back(record: Record, codec: Codec) -> None:
    found = codec.record(codec.line(record))
    if isinstance(found, Begun | Finished):
        assert found == record
    else:
        assert found.domain.uuid == DOMAIN.uuid
        known_as = known(record, codec)
        assert not isinstance(known_as, Begun | Finished)
        assert found.domain.key == known_as.domain.key
        assert replace(found, domain=DOMAIN) == record


@FORMATS
def test_a_plan_reads_back_with_what_undoes_it(codec: Codec) -> None:
    for each in planned():
        assert codec.record(codec.line(each)) == known(each, codec)


def test_what_a_step_leads_to_is_written_as_what_it_changes() -> None:
    """A long plan of a large tree is no plan of many trees."""
    sizes = [len(codec_v2.CODEC.line(each)) / len(codec_v1.CODEC.line(each)) for each in planned()]
    assert max(sizes) < 3


@FORMATS
@given(data=st.data())
def test_a_bent_line_is_read_or_refused(codec: Codec, data: st.DataObject) -> None:
    record = data.draw(st.sampled_from([*RECORDS, *planned()]))
    document = json.loads(codec.line(record))
    changed = bent(document, data.draw(st.sampled_from(places(document))), data.draw(BENT))
    with contextlib.suppress(DecodeError):
        again = codec.record(json.dumps(changed).encode())
        assert codec.record(codec.line(again)) == again


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("step", -1, "step: is out of range"),
        ("step", True, "step: is no whole number"),
        ("way", "sideways", "way: is none of do, undo"),
        ("uuid", "x", "does not look like"),
        ("saved", {"a": 1}, "saved: is no string"),
        ("saved", "\0", "saved: holds a NUL or half a character"),
        ("saved", "\udc00", "saved: holds a NUL or half a character"),
        ("seen", {"paths": [["vda"]]}, "seen.paths: holds something else than pairs"),
        ("seen", {"written": [["/x", 2**63]]}, "seen.written: is out of range"),
        ("more", 1, "has the unknown key 'more'"),
    ],
)
def test_every_field_is_checked(key: str, value: object, what: str) -> None:
    document = json.loads(codec_v2.CODEC.line(next(r for r in FOLLOWING if type(r) is Intent)))
    with pytest.raises(DecodeError) as caught:
        codec_v2.CODEC.record(json.dumps({**document, key: value}).encode())
    assert what in str(caught.value)
