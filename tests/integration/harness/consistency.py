# SPDX-License-Identifier: Apache-2.0
"""RFC 9162 section 2.1.4.2 and C2SP checkpoints, written from the specifications."""

import base64
import hashlib


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_consistent(old_size, old_root, new_size, new_root, path):
    """Whether the proof shows that the old tree is a prefix of the new one."""
    if old_size == new_size:
        return not path and old_root == new_root
    if not 0 < old_size < new_size or not path:
        return False
    path = list(path)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for node in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr = node_hash(node, fr)
            sr = node_hash(node, sr)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, node)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == old_root and sr == new_root


def parse_checkpoint(note):
    """Origin, size and root of a signed note. The signature is not looked at."""
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")
    if not signatures.startswith("\u2014 " + origin + " "):
        raise AssertionError("the note is not signed by its origin")
    return origin, int(size), base64.b64decode(root, validate=True)
