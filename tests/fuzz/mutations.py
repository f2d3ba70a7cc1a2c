"""Damage to files, by chance and by what the files are made of: chunks, boxes, pages, segments, lines; lengths, numbers."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np

#: What texts meet on their way, and what is written to try a reader.
ODD = [
    *("\ufeff", "\u2028", "\u202e", "\ufffe", "\u200d", "\x00", "\x1a", "\x0c", "\x85", "\r", "\U000e0041"),
    *("👨\u200d👩", "────", "☀️→", "١٢٣", "½" * 500, "é" * 999, "a" + "\u0301" * 3000, "\\u0000", "\\", '"', "'''", ","),
    *("[slow]" * 2000, "<b>" * 3000, "[" * 20_000, "*" * 20_001, "{" * 3000, "<p>" * 500, "(" * 9000, "|" * 3000),
    *("\t" * 9000, "`" * 9000, "~" * 9000, "\n" * 5000, "word " * 20_000, "x" * 100_000, "| - " * 3000, "# " * 3000),
    *("9" * 400, "-1", "1e999", "nan", "0" * 5000, "99:99:99,999", "[99999999999:00]", "[pause 1e9s]", "(6 seconds)" * 99),
    *("-->", "&#1114112;", "&lol;", "<!--", "<![CDATA[", "<!ENTITY a 'b'>", "]]>", "[say: |]", "> " * 3000),
    *("a = [" * 3000, "[a.b.c]\n" * 50, '{"a":' * 3000, "[[" * 3000, "a.b" * 999),
]
_NUMBERS = [b"0", b"-1", b"9" * 20, b"9" * 400, b"9" * 5000, b"1e400", b"nan", b"inf", b"0.0000001", b"0x7f", b"true"]
#: Boxes of an MP4 and elements of a Matroska file that hold others.
_BOXES = set(b"moov trak mdia minf stbl edts udta moof traf dinf mvex".split())
_ELEMENTS = {0x1A45DFA3, 0x18538067, 0x1654AE6B, 0xAE, 0x1549A966, 0x1F43B675, 0x1C53BB6B, 0xE0, 0xE1, 0x1254C367, 0x7373}
#: Of which of its chunks a file is damaged in, the first few decide most.
_FIRST = 40

Place = tuple[int, int]


def mutated(originals: list[bytes], others: list[bytes], is_text: bool, rng: np.random.Generator) -> bytes:
    """One of `originals` with one to four faults; checksums are often made right again, or no reader would look further."""
    data = bytearray(originals[rng.integers(len(originals))])
    faults: list[Callable] = [_flip, _delete, _repeat, _zero, _truncate, _extreme, _length, _chunk, _chunk, _chunk]
    faults += [_number, _number, _odd, _odd, _odd] if is_text else [_flip, _extreme, _length, _chunk]
    for _ in range(rng.integers(1, 5)):
        fault = rng.integers(len(faults) + 1)
        if not data:
            break
        if fault < len(faults):
            faults[fault](data, rng)
        else:
            other = others[rng.integers(len(others))]
            data[rng.integers(len(data)) :] = other[rng.integers(len(other)) :] if other else b""
    return sealed(bytes(data)) if rng.random() < 0.8 else bytes(data)


def _run(data: bytearray, rng: np.random.Generator) -> slice:
    at = int(rng.integers(len(data)))
    return slice(at, at + int(rng.integers(1, 1 + max(1, min(len(data) // 4, 4000)))))


def _head(data: bytearray, rng: np.random.Generator, size: int) -> int:
    """How far a fault may lie: the head of a file is where most of it is decided."""
    return len(data) if rng.random() < 0.5 else min(len(data), size)


def _flip(data: bytearray, rng: np.random.Generator) -> None:
    for at in rng.integers(_head(data, rng, 512), size=rng.integers(1, 12)):
        data[at] ^= 1 << int(rng.integers(8))


def _delete(data: bytearray, rng: np.random.Generator) -> None:
    del data[_run(data, rng)]


def _repeat(data: bytearray, rng: np.random.Generator) -> None:
    place = _run(data, rng)
    data[place] = data[place] * int(rng.integers(2, 6))


def _zero(data: bytearray, rng: np.random.Generator) -> None:
    place = _run(data, rng)
    data[place] = bytes(len(data[place]))


def _truncate(data: bytearray, rng: np.random.Generator) -> None:
    del data[int(rng.integers(len(data))) :]


def _extreme(data: bytearray, rng: np.random.Generator) -> None:
    """A field of a length, a count, a time or a float with a value that nobody thinks of."""
    order = "<>"[rng.integers(2)]
    at = int(rng.integers(_head(data, rng, 400)))
    if rng.random() < 0.15:
        field = struct.pack(order + "fd"[rng.integers(2)], (0.0, -1.0, 1e30, float("inf"), float("nan"))[rng.integers(5)])
    else:
        bits = 8 * int(rng.choice([1, 2, 4, 8]))
        values = (0, 1, 2, 2 ** (bits - 1) - 1, 2 ** (bits - 1), 2**bits - 1, 2**bits - 16)
        field = values[rng.integers(len(values))].to_bytes(bits // 8, "little" if order == "<" else "big")
    data[at : at + len(field)] = field[: len(data) - at]


def _length(data: bytearray, rng: np.random.Generator) -> None:
    """What may be a length in this file (four bytes of a number below its own) a little or far wrong."""
    for _ in range(50):
        at, order = int(rng.integers(_head(data, rng, 4000))), ("little", "big")[rng.integers(2)]
        value = int.from_bytes(data[at : at + 4], order)
        if 4 <= value <= len(data) and at + 4 <= len(data):
            new = (value - 1, value + 1, value // 2, 2 * value, len(data), 0, value ^ (1 << int(rng.integers(16))))
            data[at : at + 4] = new[rng.integers(len(new))].to_bytes(4, order)
            return


def _chunk(data: bytearray, rng: np.random.Generator) -> None:
    """A whole chunk (box, page, segment, line) once more, elsewhere, gone, empty, or many times."""
    places = list(chunks(bytes(data)))
    if not places:
        return
    reach = len(places) if rng.random() < 0.5 else min(len(places), _FIRST)
    (start, end), (other, _) = places[rng.integers(reach)], places[rng.integers(reach)]
    chunk = bytes(data[start:end])
    match rng.integers(6):
        case 0:
            del data[start:end]
        case 1:
            data[start:start] = chunk
        case 2:
            data[other:other] = chunk
        case 3:
            data[start:start] = chunk * min(int(rng.choice([2, 9, 100, 1000])), 100_000 // len(chunk))
        case 4:
            del data[start + len(chunk) // 2 : end]
        case 5:
            at = start + int(rng.integers(len(chunk)))
            data[at : at + 4] = rng.bytes(4)


def _number(data: bytearray, rng: np.random.Generator) -> None:
    numbers = list(re.finditer(rb"\d+", data))
    if numbers:
        chosen = numbers[rng.integers(len(numbers))]
        data[chosen.start() : chosen.end()] = _NUMBERS[rng.integers(len(_NUMBERS))]


def _odd(data: bytearray, rng: np.random.Generator) -> None:
    at = rng.integers(len(data) + 1)
    data[at:at] = ODD[rng.integers(len(ODD))].encode() * int(rng.integers(1, 3))


def chunks(data: bytes) -> Iterator[Place]:
    """Where the parts of a file lie, by its first bytes; of a file that is of no such kind, its lines."""
    if data[:4] == b"RIFF":
        yield from _headed(data, 12, lambda at: 8 + int.from_bytes(data[at + 4 : at + 8], "little"))
    elif data[:4] == b"FORM":
        yield from _headed(data, 12, lambda at: 8 + int.from_bytes(data[at + 4 : at + 8], "big"))
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        yield from _headed(data, 8, lambda at: 12 + int.from_bytes(data[at : at + 4], "big"))
    elif data[:4] == b"fLaC":
        yield from _headed(data, 4, lambda at: 4 + int.from_bytes(data[at + 1 : at + 4], "big"))
    elif data[:4] == b"caff":
        yield from _headed(data, 8, lambda at: 12 + int.from_bytes(data[at + 4 : at + 12], "big"))
    elif data[:2] == b"\xff\xd8":
        yield from _headed(data, 2, lambda at: 2 + int.from_bytes(data[at + 2 : at + 4], "big"))
    elif data[:4] == b"OggS":
        starts = [match.start() for match in re.finditer(b"OggS", data)]
        yield from zip(starts, [*starts[1:], len(data)], strict=True)
    elif data[4:8] == b"ftyp":
        yield from _boxes(data, 0, len(data))
    elif data[:4] == b"\x1aE\xdf\xa3":
        yield from _elements(data, 0, len(data))
    elif data[:1] == b"G" and data[188:189] == b"G":
        yield from _headed(data, 0, lambda at: 188)
    else:
        starts = [0, *(match.end() for match in re.finditer(b"\n", data))]
        yield from (place for place in zip(starts, [*starts[1:], len(data)], strict=True) if place[0] < place[1])


def _headed(data: bytes, at: int, length: Callable[[int], int]) -> Iterator[Place]:
    while at + 8 <= len(data):
        end = min(len(data), at + length(at))
        yield at, end
        at = end


def _boxes(data: bytes, at: int, until: int) -> Iterator[Place]:
    while at + 8 <= until:
        end = min(until, at + max(8, int.from_bytes(data[at : at + 4], "big")))
        yield at, end
        if data[at + 4 : at + 8] in _BOXES:
            yield from _boxes(data, at + 8, end)
        at = end


def _elements(data: bytes, at: int, until: int) -> Iterator[Place]:
    while at + 2 <= until and data[at]:
        start, n = at, 9 - data[at].bit_length()
        name, at = int.from_bytes(data[at : at + n], "big"), at + n
        if at >= until or not data[at]:
            return
        n = 9 - data[at].bit_length()
        size, at = int.from_bytes(data[at : at + n], "big") & ((1 << 7 * n) - 1), at + n
        end = until if size == (1 << 7 * n) - 1 else min(until, at + size)
        yield start, max(end, start + 1)
        if name in _ELEMENTS:
            yield from _elements(data, at, end)
        at = end


def sealed(data: bytes) -> bytes:
    """The same with the right checksums, where it is a PNG or an Ogg."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        parts = [data[:8]]
        for start, end in chunks(data):
            body = data[start + 4 : end - 4]
            whole = end - start >= 12
            parts.append(data[start : start + 4] + body + struct.pack(">I", zlib.crc32(body)) if whole else data[start:end])
        rest = sum(map(len, parts))
        return b"".join(parts) + data[rest:]
    if data[:4] == b"OggS":
        return b"".join(_sealed_page(data[start:end]) for start, end in chunks(data))
    return data


def _sealed_page(page: bytes) -> bytes:
    if len(page) < 27:
        return page
    size = 27 + page[26] + sum(page[27 : 27 + page[26]])
    page, rest = page[:22] + bytes(4) + page[26:size], page[size:]
    crc = 0
    for byte in page:
        crc = (crc << 8 & 0xFFFFFFFF) ^ _CRC[crc >> 24 ^ byte]
    return page[:22] + struct.pack("<I", crc) + page[26:] + rest


def _crc_row(value: int) -> int:
    for _ in range(8):
        value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value


_CRC = [_crc_row(byte << 24) for byte in range(256)]


def shrunk(data: bytes, fails, tries: int = 300) -> bytes:
    """A part of `data`, as small as so many tries find, with which `fails` still says yes."""
    size = len(data) // 2
    while size and tries:
        at = 0
        while at < len(data) and tries:
            less = data[:at] + data[at + size :]
            tries -= 1
            if less and fails(less):
                data = less
            else:
                at += size
        size //= 2
    return data
