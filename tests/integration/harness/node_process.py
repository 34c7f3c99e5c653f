# SPDX-License-Identifier: Apache-2.0
"""A `kedge node` of its own for a test, and a client that talks to it. Standard library only."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import subprocess
import threading
import time
import urllib.parse


class RpcError(Exception):
    """The node has refused a call; `code` is that of JSON-RPC."""

    def __init__(self, error):
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.code = error.get("code")
        self.message = error.get("message", "")


class Client:
    """One keep-alive connection. For one thread."""

    def __init__(self, url, cookie, timeout=60):
        parts = urllib.parse.urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {cookie}"}
        self._id = 0

    def _post(self, body):
        self._connection.request("POST", "/rpc", json.dumps(body), self._headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status not in (200, 503):
            raise ConnectionError(f"HTTP {response.status}: {text[:200]!r}")
        return json.loads(text)

    def call(self, method, **params):
        self._id += 1
        answer = self._post(
            {"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}
        )
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def call_many(self, method, all_params):
        """One JSON-RPC batch; results in the order of `all_params`, errors as RpcError objects."""
        batch = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            for number, params in enumerate(all_params)
        ]
        results = [None] * len(batch)
        for answer in self._post(batch):
            error = answer.get("error")
            results[answer["id"]] = RpcError(error) if error else answer["result"]
        return results

    def get(self, path):
        """Status and body of a plain GET."""
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        return response.status, response.read()

    def close(self):
        self._connection.close()


class Ended(AssertionError):
    """The process has ended by itself: its status as subprocess gives it, and what it said."""

    def __init__(self, status, log):
        super().__init__(f"the node has ended with {status}:\n{log}")
        self.status = status
        self.log = log


class NodeProcess:
    """Starts, kills and stops the node of one data directory, on a free port."""

    def __init__(self, kedge, data):
        self.kedge = kedge
        self.data = pathlib.Path(data)
        # Words before the program's name, such as those of a tracer.
        self.prefix = []
        self.process = None
        self.log = []
        self.url = None

    def run(self, *arguments, check=True, environment=None, seconds=600):
        done = subprocess.run(
            [*self.prefix, self.kedge, *arguments],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"kedge {' '.join(arguments)} ended with {done.returncode}:\n"
                f"{done.stdout}\n{done.stderr}"
            )
        return done

    def init(self, check=True, environment=None):
        return self.run(
            "init", "--data", str(self.data), "--origin", "log.example/kedge",
            check=check, environment=environment,
        )  # fmt: skip

    def set(self, line, new_line):
        """Changes a line of the directory's settings."""
        file = self.data / "kedge.toml"
        text = file.read_text()
        if text.count(line + "\n") != 1:
            raise AssertionError(f"no line {line} in {file}")
        file.write_text(text.replace(line + "\n", new_line + "\n"))

    def fsck(self, check=True):
        done = self.run("fsck", "--data", str(self.data), "--json", check=False)
        if check and done.returncode != 0:
            report = json.loads(done.stdout) if done.stdout.startswith("{") else {}
            faults = [f"{fault['where']}: {fault['what']}" for fault in report.get("faults", [])]
            raise AssertionError(f"fsck ended with {done.returncode}: {faults or done.stderr}")
        return done

    def start(self, seconds=60, before=None, environment=None):
        """Returns when the node answers; Ended if it does not come to that. `before` runs in its
        process before the program does."""
        # So that the old one is not taken for the new one; on a read-only disk it stays.
        with contextlib.suppress(OSError):
            (self.data / "address").unlink()
        self.log = []
        self.process = subprocess.Popen(
            [*self.prefix, self.kedge, "node", "--data", str(self.data), "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=before,
            env={**os.environ, **(environment or {})},
        )
        reader = threading.Thread(target=self._read_log, args=(self.process,), daemon=True)
        reader.start()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                reader.join(5)
                status = self.process.returncode
                self.process.stdout.close()
                self.process = None
                raise Ended(status, "".join(self.log))
            try:
                self.url = (self.data / "address").read_text().strip()
                client = self.client(timeout=5)
                status, _ = client.get("/healthz")
                client.close()
                if status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.005)
        raise AssertionError("the node does not answer:\n" + "".join(self.log))

    def _read_log(self, process):
        for line in process.stdout:
            self.log.append(line)

    def client(self, timeout=60):
        return Client(self.url, (self.data / "cookie").read_text().strip(), timeout)

    def kill(self):
        """No time to write anything more. Also after the process has died by itself; its status."""
        self.process.send_signal(signal.SIGKILL)
        status = self.process.wait()
        self.process.stdout.close()
        self.process = None
        return status

    def stop(self):
        """The clean end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.process.stdout.close()
        self.process = None
        return status

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()


def await_true(condition, seconds=60, what="condition"):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


def kedge_binary(arguments):
    path = os.path.abspath(arguments[1] if len(arguments) > 1 else "build/dev/kedge")
    if not os.access(path, os.X_OK):
        raise SystemExit(f"usage: {arguments[0]} PATH-OF-KEDGE ({path} is not a program)")
    return path
