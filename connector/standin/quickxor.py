"""QuickXorHash: the hash that SharePoint keeps of every file.

Source: learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash. Each byte is
XORed into 160 bits, 11 bits further on than the byte before, and the length into the
last eight bytes. After 160 bytes the place is the same again, so blocks of 160 bytes
are laid over each other first.
"""

from __future__ import annotations

import base64

WIDTH = 160
SHIFT = 11
MASK = (1 << WIDTH) - 1


def quick_xor_hash(data: bytes) -> str:
    """Return the hash of the contents as base64."""
    value = 0
    for index, byte in enumerate(_laid_over(data)):
        value ^= byte << (index * SHIFT % WIDTH)
    value = (value & MASK) ^ (value >> WIDTH)
    value ^= len(data) << (WIDTH - 64)
    return base64.b64encode(value.to_bytes(WIDTH // 8, "little")).decode()


def _laid_over(data: bytes) -> bytes:
    """Return 160 bytes: the XOR of all blocks of 160 bytes."""
    blocks = -(-len(data) // WIDTH)
    whole = int.from_bytes(data, "little")
    while blocks > 1:
        upper = blocks // 2
        low = blocks - upper
        whole = (whole >> (low * WIDTH * 8)) ^ (whole & ((1 << low * WIDTH * 8) - 1))
        blocks = low
    return whole.to_bytes(WIDTH, "little")
