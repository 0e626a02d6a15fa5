"""Batches as bytes: what goes in comes out, and nothing half-written or damaged is taken for a batch."""

from __future__ import annotations

import io

import zstandard
from hypothesis import given
from hypothesis import strategies as st

from listening.archive.frames import Frame, Gap, encode, read_frame, walk

LINES = st.lists(st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"")), max_size=6)


def segment(*batches: list[bytes]) -> bytes:
    return b"".join(encode(lines, source="来源", at=n) for n, lines in enumerate(batches))


@given(batches=st.lists(LINES, max_size=4), source=st.text(), at=st.integers(0, 1 << 50))
def test_what_was_written_is_read_back(batches: list[list[bytes]], source: str, at: int) -> None:
    data = b"".join(encode(lines, source=source, at=at) for lines in batches)
    found = list(walk(io.BytesIO(data), 0))
    assert [f.lines for f in found if isinstance(f, Frame)] == [tuple(lines) for lines in batches]
    assert [(f.source, f.at) for f in found if isinstance(f, Frame)] == [(source, at)] * len(batches)


def test_any_zstandard_reader_gives_plain_json_lines() -> None:
    data = segment([b'{"id":"1"}', b'{"id":"2"}'], [b'{"id":"3"}'])
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True)
    assert reader.read() == b'{"id":"1"}\n{"id":"2"}\n{"id":"3"}\n'


def test_a_batch_cut_at_any_byte_is_a_gap_behind_the_whole_ones() -> None:
    whole = segment([b"first"], [b"second"])
    last = encode([b"third", b"fourth"], source="s", at=9)
    for length in range(1, len(last)):
        found = list(walk(io.BytesIO(whole + last[:length]), 0))
        assert [type(f) for f in found] == [Frame, Frame, Gap]
        assert found[2] == Gap(len(whole), len(whole) + length)


def test_no_flipped_bit_goes_unnoticed() -> None:
    data = encode([b"one", b"two"], source="s", at=5)
    for position in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[position] ^= 1 << bit
            assert read_frame(io.BytesIO(bytes(damaged)), 0) is None, (position, bit)


@given(st.binary(min_size=1, max_size=300))
def test_garbage_is_never_a_batch(garbage: bytes) -> None:
    assert list(walk(io.BytesIO(garbage), 0)) == [Gap(0, len(garbage))]


def test_damage_in_the_middle_does_not_cost_what_follows() -> None:
    first, second, third = (encode([text], source="s", at=1) for text in (b"one", b"two", b"three"))
    broken = second[:-1] + bytes([second[-1] ^ 1])
    found = list(walk(io.BytesIO(first + broken + third), 0))
    assert [f.lines if isinstance(f, Frame) else "gap" for f in found] == [(b"one",), "gap", (b"three",)]
