# SPDX-License-Identifier: Apache-2.0
"""JSON that costs its reader more than its writer, or that two readers could read differently."""

import json

from wire import KNOWN, Connection, call, post

PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, UNAUTHORIZED = -32700, -32600, -32602, -32003
MIB = 1 << 20


def get(params):
    return '{"jsonrpc":"2.0","id":1,"method":"anchor_get","params":' + params + "}"


DIGEST = '"' + "0" * 64 + '"'

#: Text, and the codes of which one must be answered.
REFUSED = {
    "nothing": (b"", {PARSE_ERROR}),
    "a million brackets": (b"[" * MIB, {PARSE_ERROR}),
    "a million brackets, closed": (b"[" * MIB + b"]" * MIB, {PARSE_ERROR, INVALID_REQUEST}),
    "a million objects": (b'{"a":' * MIB, {PARSE_ERROR}),
    "depth in a member": (get("[" * 1000 + "]" * 1000).encode(), {PARSE_ERROR, INVALID_REQUEST}),
    "a million tiny items": (
        call("anchor_submit", {"items": [0] * MIB}).encode(),
        {UNAUTHORIZED, INVALID_PARAMS},
    ),
    "a million tiny calls": (b"[" + b"{}," * MIB + b"{}]", {INVALID_REQUEST}),
    "a million names": (
        get("{" + ",".join(f'"{i}":0' for i in range(MIB // 4)) + "}").encode(),
        {INVALID_PARAMS, PARSE_ERROR, INVALID_REQUEST},
    ),
    "a million times the same name": (
        get("{" + ",".join(['"a":0'] * (MIB // 4)) + "}").encode(),
        {PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS},
    ),
    "one name twice": (get('{"digest":%s,"digest":%s}' % (DIGEST, DIGEST)).encode(), {PARSE_ERROR}),
    "one name twice, once escaped": (
        get('{"digest":%s,"\\u0064igest":%s}' % (DIGEST, DIGEST)).encode(),
        {PARSE_ERROR},
    ),
    "one method twice": (
        b'{"jsonrpc":"2.0","id":1,"method":"log_checkpoint","method":"node_info"}',
        {PARSE_ERROR},
    ),
    "a huge number": (get('{"position":1e400}').encode(), {PARSE_ERROR, INVALID_PARAMS}),
    "a long number": (get('{"position":' + "9" * MIB + "}").encode(), {PARSE_ERROR, INVALID_PARAMS}),
    "a number beyond 64 bits": (
        get('{"digest":%s,"position":18446744073709551616}' % DIGEST).encode(),
        {PARSE_ERROR, INVALID_PARAMS},
    ),
    "a negative zero": (get('{"digest":%s,"position":-0}' % DIGEST).encode(), {INVALID_PARAMS}),
    "a number with a plus": (get('{"position":+1}').encode(), {PARSE_ERROR}),
    "a number with a zero before": (get('{"position":01}').encode(), {PARSE_ERROR}),
    "NaN": (get('{"position":NaN}').encode(), {PARSE_ERROR}),
    "UTF-8 that is none": (get('{"digest":"').encode() + b"\xff\xfe" + b'"}}', {PARSE_ERROR}),
    "UTF-8 that is too long": (get('{"digest":"').encode() + b"\xc0\xaf" + b'"}}', {PARSE_ERROR}),
    "UTF-8 of a surrogate": (get('{"digest":"').encode() + b"\xed\xa0\x80" + b'"}}', {PARSE_ERROR}),
    "half a surrogate": (get('{"digest":"\\ud800"}').encode(), {PARSE_ERROR, INVALID_PARAMS}),
    "a NUL": (get('{"digest":"').encode() + b"\x00" + b'"}}', {PARSE_ERROR}),
    "UTF-16": (get('{"digest":%s}' % DIGEST).encode("utf-16"), {PARSE_ERROR}),
    "a byte order mark": (b"\xef\xbb\xbf" + call("log_checkpoint").encode(), {PARSE_ERROR}),
    "something behind": (call("log_checkpoint").encode() + b"{}", {PARSE_ERROR}),
    "a comment": (b"/* */" + call("log_checkpoint").encode(), {PARSE_ERROR}),
    "a comma too many": (get('{"digest":%s,}' % DIGEST).encode(), {PARSE_ERROR}),
    "a string without end": (b'"' + b"a" * MIB, {PARSE_ERROR}),
    "escapes only": (b'"' + b"\\u0061" * (MIB // 6) + b'"', {INVALID_REQUEST}),
    "an id of a megabyte": (
        b'{"jsonrpc":"2.0","id":"' + b"a" * MIB + b'","method":"nothing_such"}',
        {INVALID_REQUEST, -32601},
    ),
    "a method of a megabyte": (
        b'{"jsonrpc":"2.0","id":1,"method":"' + b"a" * MIB + b'"}',
        {INVALID_REQUEST, -32601},
    ),
}


def hostile_json(port, clock):
    """Each kind again and again on one connection, which must survive all of them."""
    rounds = 0
    with Connection(port) as connection:
        while clock or rounds == 0:
            for name, (body, codes) in REFUSED.items():
                connection.send(post(body))
                answer = connection.answer()
                if answer is None:
                    raise AssertionError(f"{name}: the connection was closed")
                try:
                    code = json.loads(answer[1])["error"]["code"]
                except (ValueError, KeyError, TypeError):
                    code = None
                if code not in codes:
                    raise AssertionError(f"{name}: expected {codes}, got {answer[1][:200]!r}")
            rounds += 1
            connection.send(post(call("log_checkpoint")))
            if connection.answer()[0] != 200:
                raise AssertionError("an honest call on the same connection")
    return {"requests": rounds * len(REFUSED), "kinds": len(REFUSED)}


def large_batches(port, clock):
    """As many calls as a batch may have, each as dear as an open one can be, on four connections."""
    request = post(json.dumps([json.loads(call("proof_get", KNOWN, i)) for i in range(1000)]))
    answered = 0
    connections = [Connection(port) for _ in range(4)]
    while clock:
        for connection in connections:
            connection.send(request)
        for connection in connections:
            answer = connection.answer()
            if answer is None or answer[0] not in (200, 503):
                raise AssertionError(f"{answer}")
            answered += 1
    return {"batches": answered}


JSON_ATTACKS = {"hostile_json": hostile_json, "large_batches": large_batches}
