# SPDX-License-Identifier: Apache-2.0
"""What an issuer may do who has a token and means no good: calls that cost much to refuse. Each is
refused whole, and nothing of it is stored."""

import hashlib
import json

from wire import Connection, call, post

INVALID_PARAMS, NOT_FOUND = -32602, -32001
MANY = 10_000
MIB = 1 << 20


def item(number):
    digest = hashlib.sha256(b"of a hostile issuer %d" % number).hexdigest()
    return {"profile": "bytes", "digest": digest}


GOOD = [item(number) for number in range(MANY)]

#: The items of one call, all of which must be refused for one of them or for their number.
REFUSED = {
    "a million tiny items": [0] * MIB,
    "a million empty items": [{}] * MIB,
    "one item too many": [*GOOD, item(MANY)],
    "the last of many is malformed": [*GOOD[:-1], {**GOOD[-1], "digest": GOOD[-1]["digest"][:-1]}],
    "the last of many has no profile": [*GOOD[:-1], {"digest": GOOD[-1]["digest"]}],
    "an item of many names": [{**GOOD[0], **{str(number): 0 for number in range(MIB // 8)}}],
    "a content of megabytes that is no base64": [{"profile": "bytes", "content": "A" * 7 * MIB + "!"}],
    "a credential that is none": [{"profile": "jws", "credential": "e30." * MIB}],
    "a deep credential": [{"profile": "jcs", "credential": "[" * MIB + "]" * MIB}],
    "a wide credential": [{"profile": "jcs", "credential": json.dumps(["\ud800"] * (MIB // 8))}],
}


def code_of(answer, name):
    if answer is None:
        raise AssertionError(f"{name}: the connection was closed")
    return json.loads(answer[1]).get("error", {}).get("code")


def issuer_submissions(port, clock, cookie):
    """Each kind again and again on one connection, which must survive all of them."""
    fields = f"Authorization: Bearer {cookie}\r\n"
    requests = {
        name: post(call("anchor_submit", {"items": items}), fields) for name, items in REFUSED.items()
    }
    rounds = 0
    with Connection(port) as connection:
        while clock or rounds == 0:
            for name, request in requests.items():
                connection.send(request)
                code = code_of(connection.answer(), name)
                if code != INVALID_PARAMS:
                    raise AssertionError(f"{name}: expected {INVALID_PARAMS}, got {code}")
            connection.send(post(call("anchor_get", {"digest": GOOD[0]["digest"]})))
            code = code_of(connection.answer(), "anchor_get")
            if code != NOT_FOUND:
                raise AssertionError(f"expected that nothing was stored, got {code}")
            rounds += 1
    return {"requests": rounds * len(requests), "kinds": len(requests)}


ISSUER_ATTACKS = {"issuer_submissions": issuer_submissions}
