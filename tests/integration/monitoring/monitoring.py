#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What scripts/monitoring promises, with a real Prometheus that reads the real program.
Usage: monitoring.py PATH-OF-KEDGE PROMETHEUS PROMTOOL FOLDER"""

import hashlib
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from node_process import NodeProcess, await_true, kedge_binary  # noqa: E402

KEDGE = PROMETHEUS = PROMTOOL = FOLDER = None
OUR_NAMES = re.compile(r"\b((?:kedge|process)_[a-z_]+)\b")
HISTOGRAM_PARTS = ("_bucket", "_count", "_sum")
COUNT = 500

# A chain whose nodes nobody runs: one port of them answers nothing.
DEAD_CHAIN = """
[[ledger]]
name = "chain"
kind = "evm"
urls = ["http://alice:s3cret@127.0.0.1:1/k3y", "http://127.0.0.1:1/"]
chain_id = 1337
contract = "0x1111111111111111111111111111111111111111"
log_id = "0x2222222222222222222222222222222222222222222222222222222222222222"
signer = "key"
key_file = "{key}"
"""


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def expressions():
    """Everything that the dashboard and the alerts ask."""
    dashboard = json.loads((FOLDER / "grafana-dashboard.json").read_text())
    found = [t["expr"] for panel in dashboard["panels"] for t in panel.get("targets", [])]
    found += [v["definition"] for v in dashboard["templating"]["list"] if "definition" in v]
    found += re.findall(r"^ +expr: (.*)$", (FOLDER / "alerts.yml").read_text(), re.MULTILINE)
    return found


def as_grafana_sends_it(expression):
    named = expression.replace("$__rate_interval", "1m")
    return named.replace("$instance", ".*").replace("$method", ".*")


class NotReady(Exception):
    """Prometheus is starting."""


class Prometheus:
    """A process of its own with a temporary configuration."""

    def __init__(self, folder, target, cookie_file):
        self.port = free_port()
        config = folder / "prometheus.yml"
        config.write_text(
            f"global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\n"
            f"rule_files: [{json.dumps(str(FOLDER / 'alerts.yml'))}]\n"
            f"scrape_configs:\n"
            f"  - job_name: kedge\n"
            f"    authorization: {{credentials_file: {json.dumps(str(cookie_file))}}}\n"
            f"    static_configs: [{{targets: [{json.dumps(target)}]}}]\n"
        )
        self.log = (folder / "prometheus.log").open("w+")
        self.process = subprocess.Popen(
            [
                PROMETHEUS,
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, path, **params):
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(params)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as refusal:
            if refusal.code == 503:
                raise NotReady() from refusal
            raise AssertionError(f"{params}: {refusal.read().decode()}") from refusal

    def query(self, expression):
        """The values of an instant query, by their labels."""
        answer = self.ask("/api/v1/query", query=expression)
        return {
            tuple(sorted(each["metric"].items())): float(each["value"][1])
            for each in answer["data"]["result"]
        }

    def value(self, expression):
        """The one value of it; None if there is none."""
        values = list(self.query(expression).values())
        if len(values) > 1:
            raise AssertionError(f"several values for {expression}")
        return values[0] if values else None

    def is_ready(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise AssertionError("prometheus has ended:\n" + self.log.read())
        try:
            return self.value('up{job="kedge"}') == 1
        except (OSError, NotReady):
            return False

    def close(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


class Monitoring(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kedge-monitoring-")
        self.path = pathlib.Path(self.folder.name)
        self.node = NodeProcess(KEDGE, self.path / "data")
        self.node.init()
        self.node.set('interval = "1s"', 'interval = "50ms"')

    def tearDown(self):
        self.node.close()
        self.folder.cleanup()

    def metrics(self):
        cookie = (self.node.data / "cookie").read_text().strip()
        request = urllib.request.Request(
            self.node.url + "/metrics", headers={"Authorization": f"Bearer {cookie}"}
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()

    def add_dead_chain(self):
        key = self.path / "key"
        key.write_text("11" * 32)
        key.chmod(0o600)
        with (self.node.data / "kedge.toml").open("a") as settings:
            settings.write(DEAD_CHAIN.format(key=key))

    def promtool(self, *words, text=None):
        done = subprocess.run(
            [PROMTOOL, *words], input=text, capture_output=True, text=True, check=False, cwd=FOLDER
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def submit(self, client, count):
        items = [
            {"profile": "bytes", "digest": hashlib.sha256(str(i).encode()).hexdigest()}
            for i in range(count)
        ]
        client.call("anchor_submit", items=items, wait="final")

    def test_rules_and_examples_are_sound(self):
        self.promtool("check", "rules", "alerts.yml")
        self.promtool("test", "rules", "alerts_test.yml")
        self.promtool("check", "config", "--syntax-only", "prometheus.yml")

    def test_the_linter_has_nothing_to_say_and_every_name_exists(self):
        # The metrics of servers are there where there are servers; it is not ready, and answers.
        self.add_dead_chain()
        self.node.start()
        text = self.metrics()
        linted = self.promtool("check", "metrics", text=text)
        self.assertEqual(linted.stdout + linted.stderr, "")
        self.assertIn("kedge_ready 0\n", text)
        for secret in ("s3cret", "k3y", "alice"):
            self.assertFalse(secret in text, secret)
        # Of the log there is nothing to be told before it has begun.
        self.node.stop()
        names = set(re.findall(r"^# TYPE (\S+) ", text + self.metrics_of_a_sound_node(), re.M))
        wanted = {name for each in expressions() for name in OUR_NAMES.findall(each)}
        self.assertGreater(len(wanted), 30)
        for name in sorted(wanted):
            base = name
            for part in HISTOGRAM_PARTS:
                base = base.removesuffix(part)
            self.assertTrue(name in names or base in names, f"{name} is not in /metrics")

    def metrics_of_a_sound_node(self):
        other = NodeProcess(KEDGE, self.path / "sound")
        other.init()
        own, self.node = self.node, other
        try:
            other.start()
            client = other.client()
            self.submit(client, 1)
            client.close()
            text = self.metrics()
            linted = self.promtool("check", "metrics", text=text)
            self.assertEqual(linted.stdout + linted.stderr, "")
            return text
        finally:
            other.close()
            self.node = own

    def test_a_prometheus_reads_what_the_node_says(self):
        self.node.start()
        client = self.node.client()
        self.submit(client, COUNT)
        target = urllib.parse.urlsplit(self.node.url).netloc
        prometheus = Prometheus(self.path, target, self.node.data / "cookie")
        try:
            await_true(prometheus.is_ready, 60, "the node is up, says Prometheus")
            self.compare(client, prometheus)
            client.close()
            # In their words, or not at all: a misspelt label or function shows here.
            for expression in expressions():
                if not expression.startswith("label_values("):
                    prometheus.query(as_grafana_sends_it(expression))
            rules = prometheus.ask("/api/v1/rules")["data"]["groups"][0]["rules"]
            await_true(lambda: self.is_healthy(prometheus), 60, "all rules are evaluated")
            self.assertGreaterEqual(len(rules), 15)
            firing = prometheus.query('ALERTS{alertstate="firing"}')
            self.assertEqual(firing, {})
            self.node.stop()
            await_true(
                lambda: prometheus.value('up{job="kedge"}') == 0, 60, "the node is down"
            )
        finally:
            prometheus.close()

    @staticmethod
    def is_healthy(prometheus):
        rules = prometheus.ask("/api/v1/rules")["data"]["groups"][0]["rules"]
        return all(rule["health"] == "ok" for rule in rules)

    def compare(self, client, prometheus):
        checkpoint = client.call("log_checkpoint")
        size, epoch = checkpoint["size"], checkpoint["epoch"]
        await_true(lambda: prometheus.value("kedge_log_entries") == size, 30, f"size {size}")
        self.assertEqual(prometheus.value("kedge_log_epoch"), epoch)
        self.assertEqual(prometheus.value("kedge_ready"), 1)
        submits = 'kedge_rpc_requests_total{method="anchor_submit",code="0"}'
        self.assertEqual(prometheus.value(submits), 1)
        # Beside the credentials, heads of the record of what was done.
        accepted = prometheus.value("kedge_credentials_accepted_total")
        self.assertGreaterEqual(accepted, COUNT)
        self.assertLess(accepted, COUNT + 100)
        self.assertGreater(prometheus.value("kedge_commit_duration_seconds_count"), 0)
        self.assertEqual(prometheus.value("kedge_proofs_rejected_total"), 0)
        self.assertGreater(prometheus.value("process_resident_memory_bytes"), 1e6)
        self.assertEqual(
            prometheus.value('kedge_anchor_lag_checkpoints{ledger="embedded"}'), 0
        )
        version = dict(list(prometheus.query("kedge_build_info"))[0])["version"]
        self.assertIn(version, self.node.run("--version").stdout)
        wrong = "kedge_rpc_requests_total{method!~'[a-z_.]+'}"
        self.assertEqual(prometheus.query(wrong), {})


if __name__ == "__main__":
    KEDGE = kedge_binary(sys.argv)
    PROMETHEUS, PROMTOOL = sys.argv[2:4]
    FOLDER = pathlib.Path(sys.argv[4]).resolve()
    unittest.main(argv=sys.argv[:1], verbosity=2)
