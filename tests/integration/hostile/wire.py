# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 in octets: what a hostile client needs and no HTTP library would send. Standard library."""

import errno
import hashlib
import json
import select
import socket
import time

#: The credential that everybody asks for: the first that the node has accepted.
KNOWN = {"digest": hashlib.sha256(b"known to all").hexdigest()}


def post(body, fields="", host="Host: a\r\n"):
    body = body if isinstance(body, bytes) else body.encode()
    head = f"POST /rpc HTTP/1.1\r\n{host}{fields}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def chunked(chunks, fields="", end=b"0\r\n\r\n"):
    head = f"POST /rpc HTTP/1.1\r\nHost: a\r\n{fields}Transfer-Encoding: chunked\r\n\r\n"
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head.encode() + body + end


def call(method, params=None, number=1):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}})


class Connection:
    """A blocking connection that reads answers one by one."""

    def __init__(self, port, timeout=10.0, receive_buffer=None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""

    def send(self, octets):
        self.socket.sendall(octets)

    def answer(self):
        """(status, body), or None where the server has closed."""
        while b"\r\n\r\n" not in self.pending:
            if not self._more():
                return None
        head, _, rest = self.pending.partition(b"\r\n\r\n")
        size = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        while len(rest) < size:
            if not self._more():
                return None
            rest = self.pending.partition(b"\r\n\r\n")[2]
        self.pending = rest[size:]
        return int(head.split(b" ", 2)[1]), rest[:size]

    def answers(self, at_most=100):
        """All that come until the server closes or falls silent for a moment."""
        found = []
        while len(found) < at_most:
            try:
                answer = self.answer()
            except socket.timeout:
                break
            if answer is None:
                break
            found.append(answer)
        return found

    def _more(self):
        try:
            octets = self.socket.recv(1 << 16)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self.pending += octets
        return bool(octets)

    def reset(self):
        """Closes with RST instead of FIN."""
        self.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )
        self.socket.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Crowd:
    """Many connections of one hostile client, none of which ever blocks it."""

    def __init__(self, port, receive_buffer=None):
        self.port = port
        self.receive_buffer = receive_buffer
        self.sockets = {}
        self.poll = select.epoll()
        self.closed = 0
        self.received = 0

    def add(self):
        member = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        member.setblocking(False)
        if self.receive_buffer:
            member.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer)
        code = member.connect_ex(("127.0.0.1", self.port))
        if code not in (0, errno.EINPROGRESS):
            member.close()
            time.sleep(0.01)
            return None
        self.sockets[member.fileno()] = member
        self.poll.register(member.fileno(), select.EPOLLIN | select.EPOLLRDHUP)
        return member

    def fill(self, count, greeting=None, at_a_time=50):
        """Some of those who are still missing from `count`; `greeting` is sent as soon as it can be."""
        for _ in range(min(at_a_time, count - len(self.sockets))):
            member = self.add()
            if member is not None and greeting is not None:
                self.send(member, greeting)

    def send(self, member, octets):
        """What the kernel takes of it; the rest is dropped."""
        try:
            return member.send(octets)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self.drop(member)
            return 0

    def send_all(self, octets):
        for member in list(self.sockets.values()):
            self.send(member, octets)

    def listen(self, seconds, read=True):
        """Notices who was closed; reads what came, unless the point is not to."""
        for number, event in self.poll.poll(seconds, maxevents=1000):
            member = self.sockets.get(number)
            if member is None:
                continue
            if read and event & select.EPOLLIN:
                try:
                    octets = member.recv(1 << 16)
                except BlockingIOError:
                    continue
                except OSError:
                    octets = b""
                self.received += len(octets)
                if octets:
                    continue
                self.drop(member)
            elif event & (select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR):
                self.drop(member)
            elif not read:
                time.sleep(min(seconds, 0.005))

    def drop(self, member):
        self.sockets.pop(member.fileno(), None)
        member.close()
        self.closed += 1

    def close(self):
        for member in list(self.sockets.values()):
            member.close()
        self.sockets.clear()
        self.poll.close()
