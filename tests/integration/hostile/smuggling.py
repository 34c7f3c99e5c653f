# SPDX-License-Identifier: Apache-2.0
"""Requests that two readers in a row could cut in different places (RFC 9112 section 11.2). The node
must refuse each and close: what stands behind it on the connection is never taken for a request."""

from wire import Connection, call, chunked, post

RPC = b"POST /rpc HTTP/1.1\r\n"
HOST = b"Host: a\r\n"
BODY = call("log_checkpoint").encode()
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
#: What a smuggler wants to be answered.
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

REFUSED = {
    "CL.TE": RPC + HOST + b"Content-Length: 6\r\n" + CHUNKED + b"\r\n0\r\n\r\nG",
    "TE.CL": RPC + HOST + CHUNKED + b"Content-Length: 4\r\n\r\n" + CHUNKS,
    "CL.CL, different": RPC + HOST + LENGTH + b"Content-Length: 0\r\n\r\n" + BODY,
    "CL.CL, equal": RPC + HOST + LENGTH + LENGTH + b"\r\n" + BODY,
    "CL list": RPC + HOST + b"Content-Length: %d, %d\r\n\r\n" % (len(BODY), len(BODY)) + BODY,
    "CL signed": RPC + HOST + b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "CL in hex": RPC + HOST + b"Content-Length: 0x10\r\n\r\n" + BODY,
    "CL with a fraction": RPC + HOST + b"Content-Length: 5.0\r\n\r\n" + BODY,
    "CL beyond 64 bits": RPC + HOST + b"Content-Length: 18446744073709551621\r\n\r\n" + BODY,
    "CL empty": RPC + HOST + b"Content-Length:\r\n\r\n" + BODY,
    "CL before its colon": RPC + HOST + b"Content-Length : 5\r\n\r\n" + BODY,
    "CL behind a tab": RPC + HOST + b"Content-Length\t: 5\r\n\r\n" + BODY,
    "CL folded": RPC + HOST + b"Content-Length:\r\n %d\r\n\r\n" % len(BODY) + BODY,
    "TE folded": RPC + HOST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS,
    "TE in a fold": RPC + HOST + b"X: y\r\n Transfer-Encoding: chunked\r\n" + LENGTH + b"\r\n" + BODY,
    "TE twice": RPC + HOST + CHUNKED + CHUNKED + b"\r\n" + CHUNKS,
    "TE list": RPC + HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + CHUNKS,
    "TE identity": RPC + HOST + b"Transfer-Encoding: identity\r\n" + LENGTH + b"\r\n" + BODY,
    "TE not last": RPC + HOST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKS,
    "TE misspelt": RPC + HOST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS,
    "TE with a vertical tab": RPC + HOST + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + CHUNKS,
    "TE with a NUL": RPC + HOST + b"Transfer-Encoding: chunked\x00\r\n\r\n" + CHUNKS,
    "TE before its colon": RPC + HOST + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKS,
    "TE quoted": RPC + HOST + b'Transfer-Encoding: "chunked"\r\n\r\n' + CHUNKS,
    "bare LF in the head": RPC + b"Host: a\n" + LENGTH + b"\r\n" + BODY,
    "bare LF at the end of the head": RPC + HOST + LENGTH + b"\n" + BODY + b"\r\n\r\n",
    "bare CR in the head": RPC + b"Host: a\r" + LENGTH + b"\r\n" + BODY,
    "space before the first field": RPC + b" " + HOST + LENGTH + b"\r\n" + BODY,
    "no host": RPC + LENGTH + b"\r\n" + BODY,
    "two hosts": RPC + HOST + b"Host: b\r\n" + LENGTH + b"\r\n" + BODY,
    "NUL in a name": RPC + HOST + b"X\x00: y\r\n" + LENGTH + b"\r\n" + BODY,
    "two authorisations": RPC + HOST + b"Authorization: a\r\n" * 2 + LENGTH + b"\r\n" + BODY,
    "chunk size signed": RPC + HOST + CHUNKED + b"\r\n+5\r\nhello\r\n0\r\n\r\n",
    "chunk size negative": RPC + HOST + CHUNKED + b"\r\n-5\r\nhello\r\n0\r\n\r\n",
    "chunk size prefixed": RPC + HOST + CHUNKED + b"\r\n0x5\r\nhello\r\n0\r\n\r\n",
    "chunk size beyond 64 bits": RPC + HOST + CHUNKED + b"\r\n10000000000000005\r\nhello\r\n0\r\n\r\n",
    "chunk size ended by LF": RPC + HOST + CHUNKED + b"\r\n5\nhello\r\n0\r\n\r\n",
    "chunk ended by LF": RPC + HOST + CHUNKED + b"\r\n5\r\nhello\n0\r\n\r\n",
    "chunk longer than its size": RPC + HOST + CHUNKED + b"\r\n3\r\nhello\r\n0\r\n\r\n",
    "chunk extension with LF": RPC + HOST + CHUNKED + b"\r\n5;a\nb\r\nhello\r\n0\r\n\r\n",
    "trailer": chunked([BODY], end=b"0\r\nContent-Length: 5\r\n\r\n"),
    "trailer that authorises": chunked([BODY], end=b"0\r\nAuthorization: Bearer x\r\n\r\n"),
    "HTTP/1.2": RPC.replace(b"1.1", b"1.2") + HOST + LENGTH + b"\r\n" + BODY,
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32) + b"\r\n\r\n",
    "two spaces": b"POST  /rpc HTTP/1.1\r\n" + HOST + LENGTH + b"\r\n" + BODY,
    "HTTP/1.0 with chunks": RPC.replace(b"1.1", b"1.0") + HOST + CHUNKED + LENGTH + b"\r\n" + CHUNKS,
}

#: Unusual and unambiguous: read as RFC 9112 says.
ACCEPTED = {
    "extension of a chunk": RPC + HOST + CHUNKED + b"\r\n%x;a=b\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
    "large hex of a chunk": RPC + HOST + CHUNKED + b"\r\n%X\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
    "leading zeros of a chunk": RPC + HOST + CHUNKED + b"\r\n000%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
    "case of a coding": RPC + HOST + b"transfer-encoding: CHUNKED\r\n\r\n" + CHUNKS,
    "an empty line before": b"\r\n" + post(BODY),
    "absolute form": post(BODY).replace(b"/rpc", b"http://a/rpc"),
}


def answers_to(port, octets, at_most=100):
    with Connection(port, timeout=3) as connection:
        try:
            connection.send(octets + SMUGGLED)
        except OSError:
            pass
        return connection.answers(at_most)


def smuggling_pairs(port, clock):
    rounds = 0
    while clock or rounds == 0:
        for name, octets in REFUSED.items():
            answers = answers_to(port, octets)
            statuses = [status for status, _ in answers]
            if len(statuses) != 1 or statuses[0] not in (400, 501, 505):
                raise AssertionError(f"{name}: expected one refusal, got {answers}")
        for name, octets in ACCEPTED.items():
            statuses = [status for status, _ in answers_to(port, octets, 2)]
            if statuses != [200, 200]:
                raise AssertionError(f"{name}: expected two answers, got {statuses}")
        rounds += 1
    return {"requests": rounds * (len(REFUSED) + len(ACCEPTED)), "kinds": len(REFUSED)}


SMUGGLING_ATTACKS = {"smuggling_pairs": smuggling_pairs}
