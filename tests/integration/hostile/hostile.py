#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile clients on the real node, one kind after the other, while an honest client goes on. Every
honest call must be answered rightly, as fast as before but for a tolerance, within the memory that
the node may take; afterwards all that was accepted is there and `kedge fsck` is clean.

Usage: hostile.py PATH-OF-KEDGE [ATTACK...]
KEDGE_HOSTILE_SECONDS: of each attack (4). KEDGE_HOSTILE_TOLERANCE_MS: what the 99th percentile may be
above twice the undisturbed one, for machines that have other things to do (100).
KEDGE_HOSTILE_RSS_MB: resident memory at most (768)."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "harness"))

from attacks import ATTACKS  # noqa: E402
from node_process import NodeProcess, await_true, kedge_binary  # noqa: E402
from wire import KNOWN  # noqa: E402

SECONDS = float(os.environ.get("KEDGE_HOSTILE_SECONDS", "4"))
TOLERANCE_MS = float(os.environ.get("KEDGE_HOSTILE_TOLERANCE_MS", "100"))
RSS_MB = float(os.environ.get("KEDGE_HOSTILE_RSS_MB", "768"))

ATTEMPTS = 3

#: Short, so that an attack of seconds meets them.
TIMEOUTS = {"header_timeout": "2s", "body_timeout": "3s", "write_timeout": "3s"}


def percentile(took, share):
    ordered = sorted(took)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def memory_mb(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise AssertionError(f"no {field} of process {pid}")


def shorten_timeouts(settings):
    text = settings.read_text()
    for key, value in TIMEOUTS.items():
        text, count = re.subn(f'^{key} = .*$', f'{key} = "{value}"', text, flags=re.MULTILINE)
        if count != 1:
            raise AssertionError(f"{settings}: expected one {key}")
    settings.write_text(text)


class Run:
    def __init__(self, node):
        self.node = node
        self.port = str(urllib.parse.urlsplit(node.url).port)
        self.cookie = (node.data / "cookie").read_text().strip()
        self.series = 0
        self.accepted = {}
        self.baseline = 0.0

    def _start(self, program, *arguments, lower=0):
        return subprocess.Popen(
            [sys.executable, "-B", str(HERE / program), *arguments],
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.nice(lower),
        )

    def _honest(self, seconds):
        self.series += 1
        return self._start("honest.py", self.port, self.cookie, str(seconds), str(self.series))

    def _report(self, process):
        output, _ = process.communicate(timeout=SECONDS + 60)
        if self.node.process.poll() is not None:
            raise AssertionError("the node has ended:\n" + "".join(self.node.log[-20:]))
        if not output:
            raise AssertionError(f"no report from {process.args[2:4]}")
        return json.loads(output)

    def measure_baseline(self):
        report = self._report(self._honest(SECONDS))
        self._look_at(report, "alone")
        self.baseline = max(self.baseline, percentile(report["took"], 0.99))
        return report

    def _look_at(self, report, name):
        if report["faults"]:
            raise AssertionError(
                f"{name}: {len(report['faults'])} of {len(report['took'])} honest calls failed: "
                + "; ".join(report["faults"][:3])
            )
        # Enough for a p99 to say something; how slow they may be is looked at by the caller.
        if len(report["took"]) < 20:
            raise AssertionError(f"{name}: only {len(report['took'])} honest calls were made")
        self.accepted.update(report["accepted"])

    def attack(self, name):
        """The honest client begins a little later, when the attack is under way."""
        hostile = self._start(
            "attacks.py", name, self.port, str(SECONDS), self.cookie, lower=19
        )
        try:
            hostile.wait(min(1.0, SECONDS / 4))
        except subprocess.TimeoutExpired:
            pass
        honest = self._honest(SECONDS * 3 / 4)
        report = self._report(honest)
        done = self._report(hostile)
        if "fault" in done:
            raise AssertionError(f"{name}: {done['fault']}")
        self._look_at(report, name)
        return report, done


def bound(run):
    return 2 * run.baseline + TOLERANCE_MS


def run_attack(run, name):
    """Slow answers are looked for again, beside an honest client that is alone again: the machine, or
    its disk, may have been busy with something else."""
    for attempt in range(1, ATTEMPTS + 1):
        report, done = run.attack(name)
        p99 = percentile(report["took"], 0.99)
        if p99 <= bound(run):
            break
        print(f"{name}: p99 {p99:.1f} ms, at most {bound(run):.1f} ms; attempt {attempt}", flush=True)
        if attempt == ATTEMPTS:
            raise AssertionError(f"{name}: too slow, {ATTEMPTS} times")
        run.measure_baseline()
    rss = memory_mb(run.node.process.pid, "VmRSS")
    print(
        f"{name:22} {len(report['took']):5} {percentile(report['took'], 0.5):7.1f} {p99:7.1f} "
        f"{p99 / run.baseline:6.1f} {report['reconnected']:4} {rss:7.0f}  "
        + ", ".join(f"{key} {value}" for key, value in done.items()),
        flush=True,
    )


def check_end(run, node):
    client = node.client()
    digests = list(run.accepted)
    for begin in range(0, len(digests), 500):
        part = digests[begin : begin + 500]
        answers = client.call_many("anchor_get", [{"digest": digest} for digest in part])
        for digest, answer in zip(part, answers):
            positions = [found["position"] for found in answer["credentials"]]
            if positions != [run.accepted[digest]]:
                raise AssertionError(f"{digest} was accepted at {run.accepted[digest]}: {positions}")
    client.close()
    if node.stop() != 0:
        raise AssertionError("the node did not end cleanly")
    node.fsck()
    print(f"{len(digests)} credentials accepted meanwhile, all there; fsck is clean")


def main():
    kedge = kedge_binary(sys.argv)
    names = sys.argv[2:] or list(ATTACKS)
    with tempfile.TemporaryDirectory(prefix="kedge-hostile-") as folder:
        node = NodeProcess(kedge, os.path.join(folder, "data"))
        try:
            node.init()
            shorten_timeouts(node.data / "kedge.toml")
            node.start()
            client = node.client()
            client.call("anchor_submit", items=[{"profile": "bytes", **KNOWN}])
            client.call("anchor_seal")
            await_true(lambda: client.call("proof_get", **KNOWN)["complete"], what="a proof")
            client.close()
            run = Run(node)
            print(f"{'attack':22} calls  p50 ms  p99 ms  ratio lost  RSS MB  done by the hostile")
            alone = run.measure_baseline()
            print(
                f"{'none':22} {len(alone['took']):5} {percentile(alone['took'], 0.5):7.1f} "
                f"{run.baseline:7.1f}",
                flush=True,
            )
            for name in names:
                run_attack(run, name)
            peak = memory_mb(node.process.pid, "VmHWM")
            print(f"resident memory was {peak:.0f} MB at most; {RSS_MB:.0f} are allowed")
            if peak > RSS_MB:
                raise AssertionError(f"{peak:.0f} MB resident, at most {RSS_MB:.0f}")
            check_end(run, node)
        finally:
            node.close()


if __name__ == "__main__":
    main()
