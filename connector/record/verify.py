#!/usr/bin/env python3
"""Checks a package or a Word document of Samspor's record: Python 3.10 or newer alone.

    python3 verify.py PAKKE.zip [--nn] [--key=NØKKEL]

Nothing is fetched and nothing is sent. Status 0: everything holds; 1: something does
not; 2: this is no such file. What it computes: RFC 6962 (tree), RFC 8032 (Ed25519),
https://c2sp.org/signed-note, and SHA-256 over salt and value for each shown field.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from typing import Any

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
WORDS = """\
unreadable|Filen kan ikke leses: {0}|Fila kan ikkje lesast: {0}
key|Signert med nøkkelen {0}.|Signert med nøkkelen {0}.
other-key|Nøkkelen er en annen enn den du oppga.|
Nøkkelen er ein annan enn den du oppgav.
manifest|Innholdslisten er ikke signert med nøkkelen den nevner.|
Innhaldslista er ikkje signert med nøkkelen ho nemner.
checkpoint|Loggen hadde {0} innslag {1}, og det er signert.
checkpoint-broken|Kontrollpunktet er ikke signert med en kjent nøkkel.|
Kontrollpunktet er ikkje signert med ein kjend nøkkel.
prefix|Loggen slik den var {0} er begynnelsen av loggen {1}.|
Loggen slik han var {0} er starten på loggen {1}.
prefix-broken|Loggen slik den var {0} er IKKE begynnelsen av loggen {1}.|
Loggen slik han var {0} er IKKJE starten på loggen {1}.
entry|Innslag nr. {0} er med i loggen på {1} innslag: {2}, {3}. {4}
entry-changed|Innslag nr. {0} er ENDRET.|Innslag nr. {0} er ENDRA.
entry-missing|Innslag nr. {0} MANGLER.|Innslag nr. {0} MANGLAR.
entry-order|Innslag nr. {0} står på feil plass.|Innslag nr. {0} står på feil plass.
entry-proof|Innslag nr. {0} er IKKE med i den signerte loggen.|
Innslag nr. {0} er IKKJE med i den signerte loggen.
entry-field|Innslag nr. {0}: feltet «{1}» er et annet enn det som ble skrevet.|
Innslag nr. {0}: feltet «{1}» er eit anna enn det som vart skrive.
file|Filen {0} er den som ble lagt i pakken.|Fila {0} er den som vart lagd i pakken.
file-entry|Filen {0} er den som ble levert: kontrollsummen står i innslag nr. {1}.|
Fila {0} er den som vart levert: kontrollsummen står i innslag nr. {1}.
file-changed|Filen {0} er ENDRET.|Fila {0} er ENDRA.
file-missing|Filen {0} MANGLER.|Fila {0} MANGLAR.
file-extra|Filen {0} hører ikke til pakken.|Fila {0} høyrer ikkje til pakken.
layout|Noe i zip-filen hører ikke til pakken.|Noko i zip-fila høyrer ikkje til pakken.
words|Ordene i filen er IKKE kontrollert, bare at beviset i den hører til loggen.|
Orda i fila er IKKJE kontrollerte, berre at provet der høyrer til loggen.
shown|Vist: {0}.|Vist: {0}.
hidden|Slettet eller ikke vist: {0}.|Sletta eller ikkje vist: {0}.
good|Alt stemmer.|Alt stemmer.
bad|NOE STEMMER IKKE.|NOKO STEMMER IKKJE.
""".replace("|\n", "|")
TEXTS = {code: told for code, *told in (one.split("|") for one in WORDS.splitlines())}
FIELDS = {"matter": ("saken", "saka"), "by": ("hvem", "kven")}
TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)[\d:.]*Z")
GOOD = {"key", "checkpoint", "prefix", "entry", "file", "file-entry", "words"}


def sha256(*parts: bytes) -> bytes:
    """Return the hash of the parts joined."""
    return hashlib.sha256(b"".join(parts)).digest()


def _add(p: Any, q: Any) -> Any:
    """Points in extended coordinates (X, Y, Z, T), RFC 8032, section 5.1.4."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Any) -> Any:
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _add(result, point)
        point, number = _add(point, point), number >> 1
    return result


def _point(data: bytes) -> Any:
    """Return the point that 32 bytes are, None when they are none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


BASE = _point(bytes([0x58]) + bytes([0x66]) * 31)


def is_signed(public: bytes, text: bytes, signature: bytes) -> bool:
    """Say whether an Ed25519 signature is right: RFC 8032, section 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = hashlib.sha512(signature[:32] + public + text).digest()
    left = _times(s, BASE)
    right = _add(r, _times(int.from_bytes(k, "little") % L, a))
    return not any((left[n] * right[2] - right[n] * left[2]) % P for n in (0, 1))


def opened(note: str, publics: list[bytes]) -> tuple[list[str], bytes] | None:
    """Return the lines of a signed note and its key, None when nobody signed it."""
    text, found, rest = note.rpartition("\n\n— ")
    parts = rest.split(" ")
    if not found or len(parts) != 2 or not rest.endswith("\n"):
        return None
    mark, said = base64.b64decode(parts[1][:-1], validate=True), f"{text}\n"
    for public in publics:
        known = sha256(parts[0].encode(), b"\n\x01", public)[:4]
        if mark[:4] == known and is_signed(public, said.encode(), mark[4:]):
            return text.split("\n"), public
    return None


def checkpoint(note: str, publics: list[bytes]) -> dict[str, Any] | None:
    """Return origin, size, root and time of a signed checkpoint."""
    if (found := opened(note, publics)) is None or len(found[0]) != 5:
        return None
    origin, size, root, _, time = found[0]
    told = {"origin": origin, "size": int(size), "root": base64.b64decode(root)}
    return {**told, "time": time[5:], "key": found[1]}


def climbed(value: bytes, seq: int, last: int, path: list[bytes]) -> Any:
    """Return both roots that a path leads to: RFC 9162, sections 2.1.3.2, 2.1.4.2."""
    first = second = value
    for step in path:
        if last == 0:
            return None
        if seq & 1 or seq == last:
            first, second = sha256(b"\x01", step, first), sha256(b"\x01", step, second)
            while seq and not seq & 1:
                seq, last = seq >> 1, last >> 1
        else:
            second = sha256(b"\x01", second, step)
        seq, last = seq >> 1, last >> 1
    return (first, second) if last == 0 else None


def is_prefix(old: Any, new: Any, proof: list[bytes]) -> bool:
    """Say whether the older checkpoint's record begins the newer one's."""
    if old["origin"] != new["origin"] or not 0 < old["size"] <= new["size"]:
        return False
    if old["size"] == new["size"]:
        return not proof and bool(old["root"] == new["root"])
    number, last = old["size"] - 1, new["size"] - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    steps = proof if old["size"] & (old["size"] - 1) else [old["root"], *proof]
    roots = steps and climbed(steps[0], number, last, steps[1:])
    return bool(roots == (old["root"], new["root"]))


def entry_findings(entry: Any, point: Any, seq: int | None) -> list[Any]:
    """Return what an entry shows: that it is in the record, or which part is not."""
    body = json.loads(entry["body"])
    number = body["seq"] if seq is None else seq
    leaf = sha256(b"\x00", entry["body"].encode())
    path = [bytes.fromhex(step) for step in entry["proof"]]
    is_same = (body["log"], body["seq"]) == (point["origin"], number)
    roots = climbed(leaf, number, point["size"] - 1, path)
    is_in = 0 <= number < point["size"] and roots and roots[1] == point["root"]
    if not is_same or not is_in:
        return [("entry-proof", [number])]
    shown = []
    for field in ("matter", "by"):
        said = entry["open"].get(field)
        if said is None:
            continue
        named = [text.encode() for text in (body["log"], field)]
        parts = [len(text).to_bytes(4, "big") + text for text in named]
        salted = bytes.fromhex(said["salt"]) + said["value"].encode()
        value = sha256(b"samspor-commit-v1\x00", *parts, salted).hex()
        if value != body["com"][field]:
            return [("entry-field", [number, field])]
        shown.append(field)
    return [("entry", [number, point["size"], body["type"], body["at"], shown])]


def document_findings(there: dict[str, bytes]) -> list[Any]:
    """Return what the proof in a Word document shows."""
    for name, content in there.items():
        found = re.search(rb"<(?:\w+:)?record>([A-Za-z0-9+/=]+)</", content)
        if name.startswith("customXml/") and found:
            proof = json.loads(base64.b64decode(found[1], validate=True))
            key = bytes.fromhex(proof["key"])
            point = checkpoint(proof["note"], [key])
            if point is None:
                return [("checkpoint-broken", [])]
            told = [("key", [key.hex()]), ("words", [])]
            told.append(("checkpoint", [point["size"], point["time"]]))
            return told + entry_findings(proof["entry"], point, None)
    return [("unreadable", ["record"])]


def members(data: bytes) -> tuple[dict[str, bytes], bool]:
    """Return a zip's members in the order of its directory; a spoilt one is empty.

    And whether it is they side by side and nothing else, so that every byte counts.
    """
    if (end := data.rfind(b"PK\x05\x06", 0, len(data) - 18)) < 0:
        raise ValueError("no zip")
    (left, size, at), here, whole = struct.unpack_from("<HLL", data, end + 10), 0, 0
    first, alike = at, data[at + 4 : at + 6] + bytes(8) + data[at + 38 : at + 42]
    last = data[end : end + 4] + bytes(4) + data[end + 10 : end + 12] * 2
    is_exact = data[end:] == last + struct.pack("<LLH", size, end - size, 0)
    there: dict[str, bytes] = {}
    for _ in range(left):
        if data[at : at + 4] != b"PK\x01\x02":
            raise ValueError("no zip")
        method, *sums = struct.unpack_from("<H4xLLL", data, at + 10)
        name, extra, comment, header = struct.unpack_from("<HHH8xL", data, at + 28)
        whole += sums[2]
        if whole > 400_000_000:
            raise ValueError("too large")
        text = data[at + 46 : at + 46 + name]
        there[text.decode()] = _member(data, header, method, sums)
        local = b"PK\x03\x04" + data[at + 6 : at + 32] + text
        is_exact &= here == header and data.startswith(local, here)
        is_exact &= data[at + 4 : at + 6] + data[at + 30 : at + 42] == alike
        here, at = here + len(local) + sums[1], at + 46 + name + extra + comment
    return there, is_exact and (here, at) == (first, end)


def _member(data: bytes, at: int, method: int, sums: list[int]) -> bytes:
    crc, packed, size = sums
    try:
        name, extra = struct.unpack_from("<HH", data, at + 26)
        start = at + 30 + name + extra
        content = data[start : start + packed]
        if method:
            stream = zlib.decompressobj(-15)
            content = stream.decompress(content, size + 1)
            if not stream.eof or stream.unused_data:
                return b""
    except (struct.error, zlib.error):
        return b""
    is_right = data[at : at + 4] == b"PK\x03\x04" and zlib.crc32(content) == crc
    return content if is_right and len(content) == size else b""


def _manifest(content: bytes) -> Any:
    """Return the key, the hash by name, and the names in order; None if unsigned."""
    text = content.decode()
    head = text.split("\n")[:5]
    if head[0] != "samspor-pakke/1":
        return None
    key = bytes.fromhex(head[4].removeprefix("key "))
    if (found := opened(text, [key])) is None:
        return None
    pairs = [line.partition("  ") for line in found[0][5:]]
    return key, {name: value for value, _, name in pairs}, [pair[2] for pair in pairs]


def _seq(name: str) -> int | None:
    found = re.fullmatch(r"innslag/(\d{9})\.json", name)
    return int(found[1]) if found else None


def package_findings(there: dict[str, bytes]) -> list[Any]:
    """Return what a package shows, entry by entry and file by file."""
    manifest = _manifest(there.get("innhold.txt", b""))
    if manifest is None:
        return [("manifest", [])]
    key, hashes, order = manifest
    told: list[Any] = [("key", [key.hex()])]
    told += _changes(there, hashes, order)
    if told[1:]:
        return told
    record = json.loads(there["logg.json"])
    publics = [bytes.fromhex(one) for one in record["keys"]]
    point = checkpoint(record["checkpoint"], publics)
    if point is None:
        return [*told, ("checkpoint-broken", [])]
    told.append(("checkpoint", [point["size"], point["time"]]))
    told += _prefixes(record["former"], point, publics)
    for name in order:
        seq = _seq(name)
        if seq is not None:
            told += entry_findings(json.loads(there[name]), point, seq)
    return told + _files(there, hashes, order)


def _files(there: Any, hashes: Any, order: Any) -> list[Any]:
    """Return the files that hold, with the entry that tells of their delivery."""
    delivered: dict[str, int | None] = {}
    for name in order:
        said = _seq(name) is not None and json.loads(there[name])["open"].get("matter")
        files = json.loads(said["value"])["payload"].get("sha256") if said else None
        if isinstance(files, list):
            delivered.update(dict.fromkeys(files, _seq(name)))
    told = [
        (name, delivered.get(hashes[name])) for name in hashes if _seq(name) is None
    ]
    return [
        ("file-entry", [*one]) if one[1] is not None else ("file", [one[0]])
        for one in told
    ]


def _changes(there: Any, hashes: Any, order: Any) -> list[Any]:
    """Return what is missing, changed, too much or in another order."""
    told: list[Any] = []
    for name in order:
        seq = _seq(name)
        kind, what = ("file", name) if seq is None else ("entry", seq)
        if name not in there:
            told.append((f"{kind}-missing", [what]))
        elif sha256(there[name]).hex() != hashes[name]:
            told.append((f"{kind}-changed", [what]))
    known = {*hashes, "innhold.txt"}
    told += [("file-extra", [name]) for name in there if name not in known]
    listed = [name for name in order if _seq(name) is not None and name in there]
    stored = [name for name in there if _seq(name) is not None and name in hashes]
    moved = [one for one, other in zip(listed, stored, strict=False) if one != other]
    return told + [("entry-order", [_seq(name)]) for name in moved]


def _prefixes(former: Any, point: Any, publics: Any) -> list[Any]:
    told = []
    for each in former:
        old = checkpoint(each["note"], publics)
        proof = [bytes.fromhex(step) for step in each["proof"]]
        times = [old["time"] if old else "?", point["time"]]
        holds = old is not None and is_prefix(old, point, proof)
        told.append(("prefix" if holds else "prefix-broken", times))
    return told


def findings(data: bytes) -> list[Any]:
    """Return all that a package or a Word document shows, as (code, facts)."""
    try:
        there, is_exact = members(data)
        if "word/document.xml" in there:
            return document_findings(there)
        return package_findings(there) + ([] if is_exact else [("layout", [])])
    except (ValueError, KeyError, TypeError, AttributeError, struct.error):
        return [("unreadable", [""])]


def is_good(told: list[Any]) -> bool:
    """Say whether nothing of what was found is wrong."""
    return all(code in GOOD for code, _ in told)


def said(code: str, facts: list[Any], nynorsk: int) -> str:
    """Return a finding in bokmål (0) or nynorsk (1)."""
    words = list(facts)
    if code == "entry":
        hidden = [field for field in FIELDS if field not in words[4]]
        words[4] = " ".join(
            said(kind, [", ".join(FIELDS[one][nynorsk] for one in names)], nynorsk)
            for kind, names in (("shown", words[4]), ("hidden", hidden))
            if names
        )
    if code == "entry-field":
        words[1] = FIELDS[words[1]][nynorsk]
    return TIME.sub(r"\3.\2.\1 kl. \4.\5 UTC", TEXTS[code][-nynorsk].format(*words))


def main(arguments: list[str]) -> int:
    """Check the file that is named, and say what it shows."""
    options = [one for one in arguments if one.startswith("--")]
    names = [one for one in arguments if one not in options]
    if len(names) != 1:
        sys.stderr.write((__doc__ or "").split("\n\n")[1] + "\n")
        return 2
    with open(names[0], "rb") as file:  # noqa: PTH123 - one file, no more
        told = findings(file.read())
    wanted = [one[6:] for one in options if one.startswith("--key=")]
    if wanted and ("key", wanted) not in told:
        told.append(("other-key", []))
    nynorsk, verdict = int("--nn" in options), "good" if is_good(told) else "bad"
    for code, facts in [*told, (verdict, [])]:
        sys.stdout.write(said(code, facts, nynorsk) + "\n")
    return 0 if is_good(told) else 2 if told[0][0] == "unreadable" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
