#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks that checks them as Standard Webhooks says, with nothing of Kedge's.

    webhook_receiver.py PORT_FILE SECRET_FILE MESSAGES_FILE ANSWER_FILE

Writes its port into PORT_FILE. Appends one JSON line a message to MESSAGES_FILE: its id, its type, and
the data. Answers what ANSWER_FILE holds: a status, or `hang`: takes the message and never answers.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

port_file, secret_file, messages_file, answer_file = sys.argv[1:]
with open(secret_file, encoding="ascii") as file:
    key = base64.b64decode(file.read().strip().removeprefix("whsec_"))


def fault(headers, body):
    """What is wrong with a message; empty for nothing."""
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if not message_id or "." in message_id:
        return "no webhook-id"
    if abs(time.time() - int(timestamp)) > 300:
        return "an old webhook-timestamp"
    content = message_id.encode() + b"." + timestamp.encode() + b"." + body
    wanted = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split(" ")):
        return "a wrong webhook-signature"
    if headers["content-type"] != "application/json":
        return "a wrong content-type"
    return ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        wrong = fault(self.headers, body)
        told = json.loads(body)
        line = {"id": self.headers["webhook-id"], "fault": wrong, "type": told["type"], "data": told["data"]}
        with open(messages_file, "a", encoding="utf-8") as out:
            out.write(json.dumps(line, sort_keys=True) + "\n")
        with open(answer_file, encoding="ascii") as file:
            answer = file.read().strip()
        if answer == "hang":
            threading.Event().wait()
        self.send_response(400 if wrong else int(answer))
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
with open(port_file + ".making", "w", encoding="ascii") as file:
    file.write(str(server.server_address[1]))
os.rename(port_file + ".making", port_file)
server.serve_forever()
