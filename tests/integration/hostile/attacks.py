#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile clients, one function each: whatever they do for SECONDS on a port. What must be answered
in a certain way they look at themselves.

Usage: attacks.py NAME PORT SECONDS COOKIE. Writes one line of JSON; exit status 1 on a wrong answer."""

import json
import random
import socket
import sys
import time

from issuer_attacks import ISSUER_ATTACKS
from json_attacks import JSON_ATTACKS
from smuggling import SMUGGLING_ATTACKS
from stream_attacks import STREAM_ATTACKS
from wire import KNOWN, Connection, Crowd, call, chunked, post

HEAD = b"POST /rpc HTTP/1.1\r\nHost: a\r\n"
MIB = 1 << 20
# Beyond what one processor can take in at all, newcomers wait in the kernel's queue behind the storm,
# and only a firewall helps them.
RESETS_A_SECOND = 2000


class Clock:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def __bool__(self):
        return time.monotonic() < self.end


def expect(holds, what):
    if not holds:
        raise AssertionError(what)


def slow_headers(port, clock):
    """A header field that never ends, an octet at a time, on 3,000 connections."""
    crowd = Crowd(port)
    while clock:
        crowd.fill(3000, HEAD, at_a_time=400)
        crowd.send_all(b"x" if random.random() < 0.9 else b": y\r\n")
        crowd.listen(0.2)
    return {"open": len(crowd.sockets), "closed": crowd.closed}


def slow_body(port, clock):
    """Bodies of which all but a little is there, and then an octet now and then."""
    crowd = Crowd(port)
    start = HEAD + b"Content-Length: 60000\r\n\r\n" + b" " * 30000
    while clock:
        crowd.fill(2000, start, at_a_time=200)
        crowd.send_all(b" ")
        crowd.listen(0.2)
    return {"open": len(crowd.sockets), "closed": crowd.closed}


def held_bodies(port, clock):
    """Large bodies that lack their last octet: as much memory as the node gives."""
    crowd = Crowd(port)
    sent = {}
    head = HEAD + b"Content-Length: %d\r\n\r\n" % (8 * MIB)
    block = b" " * 65536
    while clock:
        crowd.fill(100, head, at_a_time=10)
        for number, member in list(crowd.sockets.items()):
            while sent.get(number, 0) < 8 * MIB - 1:
                taken = crowd.send(member, block[: 8 * MIB - 1 - sent.get(number, 0)])
                if taken == 0:
                    break
                sent[number] = sent.get(number, 0) + taken
        crowd.listen(0.02)
        sent = {number: size for number, size in sent.items() if number in crowd.sockets}
    return {"held": sum(sent.values()), "closed": crowd.closed}


def slow_reader(port, clock):
    """Asks for as much as it can and reads none of it."""
    crowd = Crowd(port, receive_buffer=2048)
    request = post(json.dumps([json.loads(call("proof_get", KNOWN, i)) for i in range(1000)]))
    while clock:
        crowd.fill(200, request, at_a_time=5)
        crowd.listen(0.05, read=False)
    return {"open": len(crowd.sockets), "closed": crowd.closed}


def idle_connections(port, clock):
    """10,000 connections that say nothing, and come again when they are closed."""
    crowd = Crowd(port)
    most = 0
    while clock:
        crowd.fill(10_000, at_a_time=500)
        crowd.listen(0.01)
        most = max(most, len(crowd.sockets))
    return {"most": most, "opened": len(crowd.sockets) + crowd.closed}


def idle_after_one_call(port, clock):
    """The same, but each has been served once, as an honest client has."""
    crowd = Crowd(port)
    request = post(call("log_checkpoint"))
    while clock:
        crowd.fill(10_000, request, at_a_time=100)
        crowd.listen(0.01)
    return {"open": len(crowd.sockets), "opened": len(crowd.sockets) + crowd.closed}


def oversized_heads(port, clock):
    long_field = HEAD + b"X: " + b"x" * 65536 + b"\r\n\r\n"
    long_target = b"GET /" + b"x" * 65536 + b" HTTP/1.1\r\nHost: a\r\n\r\n"
    flood = HEAD + b"x:\r\n" * 3000 + b"Content-Length: 0\r\n\r\n"
    endless = HEAD + b"x: y\r\n" * 20000
    count = 0
    while clock:
        for octets in (long_field, long_target, flood, endless):
            with Connection(port) as connection:
                try:
                    connection.send(octets)
                    answer = connection.answer()
                except OSError:
                    answer = None
                expect(answer is None or answer[0] == 431, f"{octets[:40]!r}: {answer}")
                count += 1
    return {"requests": count}


def oversized_bodies(port, clock):
    """Longer than it may be, in both framings; what is announced, and what is not."""
    announced = HEAD + b"Content-Length: 100000000000\r\n\r\n"
    block = b"10000\r\n" + b" " * 65536 + b"\r\n"
    answers = {}
    while clock:
        with Connection(port) as connection:
            connection.send(announced)
            answer = connection.answer()
            expect(answer and answer[0] == 413, f"announced: {answer}")
        with Connection(port) as connection:
            connection.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            answer = None
            try:
                for _ in range(1000):
                    connection.send(block)
            except OSError:
                pass
            answer = connection.answer()
            status = answer[0] if answer else None
            expect(status in (413, None), f"chunked: {answer}")
            answers[status] = answers.get(status, 0) + 1
    return {"answers": {str(status): count for status, count in answers.items()}}


def one_octet_chunks(port, clock):
    """Six octets of framing for each octet of body."""
    body = call("log_checkpoint").encode()
    request = chunked([bytes([octet]) for octet in body] + [b" "] * 50_000)
    count = 0
    with Connection(port) as connection:
        while clock:
            connection.send(request)
            answer = connection.answer()
            expect(answer and answer[0] == 200, f"{answer}")
            count += 1
    return {"requests": count}


def truncated_chunks(port, clock):
    """Bodies that end in the middle of their framing, at every octet of it: for good, or for ever."""
    body = call("log_checkpoint").encode()
    whole = chunked([body[:20], body[20:]])
    crowd = Crowd(port)
    count = 0
    while clock:
        for at in range(whole.index(b"\r\n\r\n") + 4, len(whole)):
            crowd.fill(500, whole[:at], at_a_time=5)
            with Connection(port) as connection:
                connection.send(whole[:at])
                connection.socket.shutdown(socket.SHUT_WR)
                statuses = [status for status, _ in connection.answers()]
                expect(200 not in statuses, f"{whole[:at]!r}: {statuses}")
            count += 1
        crowd.listen(0.01)
        with Connection(port) as connection:
            connection.send(whole)
            answer = connection.answer()
            expect(answer and answer[0] == 200, f"whole: {answer}")
    return {"requests": count, "open": len(crowd.sockets), "closed": crowd.closed}


def pipelining(port, clock):
    """Requests without end, and never a look at an answer until the kernel takes no more."""
    crowd = Crowd(port)
    block = post(call("log_checkpoint")) * 300
    sent = 0
    rests = {}
    while clock:
        crowd.fill(20)
        for number, member in list(crowd.sockets.items()):
            octets = rests.get(number) or block
            taken = crowd.send(member, octets)
            rests[number] = octets[taken:]
            sent += taken
        crowd.listen(0.01, read=random.random() < 0.5)
    return {"sent": sent, "received": crowd.received}


def churn(port, clock):
    """Connects, sometimes says something, and goes: in order, in the middle, or by reset."""
    request = post(call("log_checkpoint"))
    chance = random.Random(1)
    count = 0
    while clock:
        connection = Connection(port)
        what = chance.randrange(5)
        if what > 0:
            connection.send(request if what > 1 else request[: chance.randrange(len(request))])
        if what == 2:
            answer = connection.answer()
            expect(answer and answer[0] == 200, f"{answer}")
        if what == 3:
            connection.reset()
        else:
            connection.close()
        count += 1
    return {"connections": count}


def resets(port, clock):
    """RST with everything on its way: requests, bodies, unread answers."""
    whole = post(call("log_checkpoint")) * 20
    body = HEAD + b"Content-Length: 1000000\r\n\r\n" + b" " * 100_000
    count = 0
    while clock:
        connections = [Connection(port) for _ in range(20)]
        for i, connection in enumerate(connections):
            try:
                connection.send(whole if i % 2 else body)
            except OSError:
                pass
        for connection in connections:
            connection.reset()
        count += len(connections)
        time.sleep(len(connections) / RESETS_A_SECOND)
    return {"connections": count}


def half_closed(port, clock):
    """Nothing more to send is no reason not to be answered; half a request is one to be closed."""
    request = post(call("log_checkpoint"))
    count = 0
    while clock:
        with Connection(port) as connection:
            connection.send(request)
            connection.socket.shutdown(socket.SHUT_WR)
            answers = connection.answers()
            expect([status for status, _ in answers] == [200], f"{answers}")
        with Connection(port) as connection:
            connection.send(request[:-1])
            connection.socket.shutdown(socket.SHUT_WR)
            answers = connection.answers()
            expect(200 not in [status for status, _ in answers], f"{answers}")
        count += 2
    return {"connections": count}


ATTACKS = {
    attack.__name__: attack
    for attack in (
        slow_headers,
        slow_body,
        held_bodies,
        slow_reader,
        idle_connections,
        idle_after_one_call,
        oversized_heads,
        oversized_bodies,
        one_octet_chunks,
        truncated_chunks,
        pipelining,
        churn,
        resets,
        half_closed,
    )
}
ATTACKS.update(SMUGGLING_ATTACKS)
ATTACKS.update(JSON_ATTACKS)
ATTACKS.update(ISSUER_ATTACKS)
ATTACKS.update(STREAM_ATTACKS)


def main():
    name, port, seconds, cookie = sys.argv[1:]
    # Only some of the hostile have a right to be there.
    secret = [cookie] if name in ISSUER_ATTACKS else []
    try:
        report = ATTACKS[name](int(port), Clock(float(seconds)), *secret)
    except AssertionError as fault:
        json.dump({"fault": str(fault)[:500]}, sys.stdout)
        raise SystemExit(1) from fault
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
