# SPDX-License-Identifier: Apache-2.0
"""Hostile clients of connections that stay open: WebSockets and event streams."""

import os
import random
import struct
import time

from wire import KNOWN, Connection, Crowd, call

UPGRADE = (
    b"GET /rpc HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
EVENTS = b"GET /v1/events?topics=checkpoint,anchor HTTP/1.1\r\nHost: a\r\n\r\n"


def frame(payload, opcode=1, final=True, masked=True, reserved=0, length=None):
    """A frame of RFC 6455 section 5.2, or what only looks like one."""
    size = len(payload) if length is None else length
    head = bytes([(0x80 if final else 0) | reserved | opcode])
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([bit | size])
    elif size < 1 << 16:
        head += bytes([bit | 126]) + struct.pack(">H", size)
    else:
        head += bytes([bit | 127]) + struct.pack(">Q", size)
    return head + (b"\0\0\0\0" if masked else b"") + payload


def subscribe(topic):
    return frame(call("subscribe", {"topic": topic}).encode())


def deaf_subscribers(port, clock):
    """Subscribe, ask for as much as they can, and read none of it."""
    crowd = Crowd(port, receive_buffer=2048)
    asks = subscribe("checkpoint") + subscribe("anchor")
    asks += b"".join(frame(call("proof_get", KNOWN, i).encode()) for i in range(200))
    while clock:
        crowd.fill(300, UPGRADE, at_a_time=20)
        crowd.listen(0.05, read=False)
        crowd.send_all(asks)
    return {"open": len(crowd.sockets), "closed": crowd.closed}


def event_streams(port, clock):
    """As many event streams as there may be, half of which read nothing."""
    deaf = Crowd(port, receive_buffer=2048)
    crowd = Crowd(port)
    while clock:
        deaf.fill(2_000, EVENTS, at_a_time=100)
        crowd.fill(2_000, EVENTS, at_a_time=100)
        deaf.listen(0.01, read=False)
        crowd.listen(0.05)
    return {"open": len(crowd.sockets) + len(deaf.sockets), "octets": crowd.received}


def endless_messages(port, clock):
    """Messages in parts that never end: as much memory as the node gives."""
    crowd = Crowd(port)
    part = frame(b" " * 60_000, opcode=0, final=False)
    while clock:
        crowd.fill(100, UPGRADE, at_a_time=10)
        crowd.listen(0.05)
        crowd.send_all(frame(b" ", final=False))
        for _ in range(5):
            crowd.send_all(part)
            crowd.listen(0.01)
    return {"open": len(crowd.sockets), "closed": crowd.closed}


def broken_frames(port, clock):
    """What is no frame of a client, and text that is no UTF-8: each must be hung up on."""
    broken = [
        frame(b"{}", masked=False),
        frame(b"{}", reserved=0x40),
        frame(b"{}", opcode=3),
        frame(b"{}", opcode=0),
        frame(b"x" * 126, opcode=9),
        frame(b"", opcode=9, final=False),
        frame(b"", length=1 << 62),
        frame(b"", length=(1 << 64) - 1),
        frame(b"\xff\xfe"),
        frame(b"{}", opcode=2),
        frame(b"x", opcode=8),
        os.urandom(200),
    ]
    hung_up = 0
    while clock:
        connection = Connection(port)
        connection.send(UPGRADE)
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.socket.recv(4096)
        assert head.startswith(b"HTTP/1.1 101 "), head
        octets = random.choice(broken)
        connection.send(octets)
        # The node waits for a farewell, for 5 s. Random octets may be the beginning of a long frame.
        connection.socket.settimeout(1 if octets is broken[-1] else 15)
        try:
            while connection.socket.recv(4096):
                pass
            hung_up += 1
        except TimeoutError:
            assert octets is broken[-1], octets[:20].hex()
        except OSError:
            hung_up += 1
        connection.close()
    return {"hung_up": hung_up}


def pings(port, clock):
    """Pings without end, and subscriptions that come and go."""
    crowd = Crowd(port)
    storm = frame(b"x" * 100, opcode=9) * 50
    come_and_go = b"".join(
        subscribe("checkpoint") + frame(call("unsubscribe", {"subscription": i}).encode())
        for i in range(1, 10)
    )
    while clock:
        crowd.fill(100, UPGRADE, at_a_time=20)
        crowd.listen(0.02)
        crowd.send_all(storm)
        crowd.send_all(come_and_go)
        time.sleep(0.01)
    return {"open": len(crowd.sockets), "octets": crowd.received}


STREAM_ATTACKS = {
    attack.__name__: attack
    for attack in (deaf_subscribers, event_streams, endless_messages, broken_frames, pings)
}
