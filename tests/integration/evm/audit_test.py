#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An auditor replays a real chain against a real node with `kedge audit`: an honest node, a mirror that
grows, a node of the chain that leaves events out, and an anchoring node that was set back and has
gone on differently. Usage: audit_test.py PATH-OF-KEDGE"""

import json
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from chain import CHAIN_ID, Chain, NoChain  # noqa: E402
from evm_rounds import BLOCK_SECONDS, configure, settled  # noqa: E402
from load import digest_of  # noqa: E402
from node_process import NodeProcess, await_true, kedge_binary  # noqa: E402
from proxy import Proxy  # noqa: E402

CLEAN, FAULTS, USAGE, UNKNOWN = 0, 1, 2, 3
TRUST = """log_keys = ["{key}"]

[[ledger]]
chain_id = {chain_id}
contract = "{contract}"
log_id = "{log_id}"

[ledger.endpoints]
urls = ["{url}"]
agree = 1
"""


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Auditor:
    def __init__(self, node, chain, folder):
        self.node = node
        self.folder = folder
        self.trust = folder / "trust.toml"
        self.trust.write_text(
            TRUST.format(
                key=(node.data / "log.vkey").read_text().strip(),
                chain_id=CHAIN_ID,
                contract=chain.contract,
                log_id=chain.log_id,
                url=chain.url,
            )
        )

    def audit(self, status, *words):
        """The report as JSON; None where there is none."""
        done = self.node.run("audit", "--trust", str(self.trust), "--patience", "2", "--json", *words,
                             check=False)  # fmt: skip
        said = f"{' '.join(words)}: {done.returncode}, expected {status}\n{done.stdout}\n{done.stderr}"
        expect(done.returncode == status, said)
        return json.loads(done.stdout) if status in (CLEAN, FAULTS) else None


def kinds(report):
    return {fault["kind"] for fault in report["faults"]}


def grow(node, first, epochs):
    """That many epochs, each on the chain and final."""
    client = node.client()
    for epoch in range(epochs):
        items = [{"profile": "jws", "digest": digest_of(first + 10 * epoch + i)} for i in range(3)]
        client.call("anchor_submit", items=items)
        client.call("anchor_seal")
        await_true(lambda: settled(client), 60, "the newest checkpoint is final")
    client.close()


def honest(auditor, node, mirror):
    report = auditor.audit(CLEAN, "--node", node.url, "--mirror", mirror, "--deep")
    expect(report["clean"] and report["faults"] == [], report)
    expect(report["anchors"] == report["anchors_read"] > 0, report)
    # Nine of the issuer, and the head of the record in each of three epochs.
    expect(report["credentials"] == report["leaf_hashes"] == 12, report)
    expect(report["checkpoints"] == report["epochs"] > 0, report)
    expect("state root" in report["believed_on"], report)
    expect(report["mirrored"] == 0, report)
    return report


def extend(auditor, node, mirror, bundle, before):
    report = auditor.audit(CLEAN, "--node", node.url, "--mirror", mirror, "--check-bundle", bundle)
    expect(report["mirrored"] == before["log_entries"] < report["log_entries"], report)
    expect(report["anchors"] > before["anchors"] and report["bundles"] == 1, report)
    alone = auditor.audit(CLEAN, "--mirror", mirror)
    expect(alone["log_entries"] == report["log_entries"], alone)
    text = node.run("audit", "--trust", str(auditor.trust), "--node", node.url).stdout
    expect(text.endswith("clean\n") and "believed on" in text, text)


def omitting(auditor, chain, node, mirror):
    """A node of the chain that shows no events: alone it is caught, beside another passed over."""
    proxy = Proxy(chain, 1)
    proxy.pick = lambda: "no logs"
    report = auditor.audit(FAULTS, "--node", node.url, "--ledger", proxy.url)
    expect(kinds(report) == {"anchor-omitted"}, report)
    report = auditor.audit(CLEAN, "--node", node.url, "--ledger", proxy.url, chain.url)
    expect(any("do not lead to" in remark for remark in report["remarks"]), report)
    proxy.pick = lambda: "502 in HTML"
    auditor.audit(UNKNOWN, "--node", node.url, "--ledger", proxy.url)
    proxy.close()
    auditor.audit(UNKNOWN, "--node", "http://127.0.0.1:1", "--mirror", mirror)
    auditor.audit(USAGE, "--deep", "--mirror", mirror)


def rewritten(auditor, node, mirror, bundle):
    """Signed by the log's key, and another history than the chain, the mirror and a holder have."""
    words = ["--node", node.url, "--mirror", mirror]
    report = auditor.audit(FAULTS, *words, "--check-bundle", bundle)
    expect({"rewritten", "log-root"} <= kinds(report), report)
    for fault in report["faults"]:
        if fault["kind"] == "rewritten":
            expect(len(fault["evidence"]) == 2, fault)
            notes = {pathlib.Path(file).read_text() for file in fault["evidence"]}
            expect(len(notes) == 2 and all("— log.example/kedge " in note for note in notes), notes)
    # Without a mirror it is the holder of a proof who has the evidence.
    evidence = auditor.folder / "evidence"
    evidence.mkdir()
    report = auditor.audit(FAULTS, "--node", node.url, "--check-bundle", bundle,
                           "--evidence", str(evidence))  # fmt: skip
    expect({"anchor-unknown", "forked"} <= kinds(report), report)
    forks = [fault for fault in report["faults"] if fault["kind"] == "forked"]
    expect(len(forks) == 1 and forks[0]["where"] == f"bundle {bundle}", report)
    expect(len(list(evidence.glob("evidence-*.note"))) == 2, list(evidence.iterdir()))


def run(kedge, chain, folder):
    node = NodeProcess(kedge, folder / "data")
    other = NodeProcess(kedge, folder / "other")
    mirror = str(folder / "mirror")
    try:
        node.init()
        configure(node, chain, [chain])
        settings = node.data / "kedge.toml"
        settings.write_text(settings.read_text().replace("agree = 2", "agree = 1"))
        node.start()
        grow(node, 0, 1)
        node.stop()
        shutil.copytree(node.data, other.data)
        node.start()
        grow(node, 100, 2)
        auditor = Auditor(node, chain, folder)
        before = honest(auditor, node, mirror)
        bundle = str(folder / "held.proof.json")
        node.run("prove", digest_of(110), "--url", node.url, "--out", bundle)
        grow(node, 200, 1)
        extend(auditor, node, mirror, bundle, before)
        omitting(auditor, chain, node, mirror)
        node.stop()
        print("an honest node is clean, and what could not be asked for is no verdict")

        # The copy from before, without the ledger that would tell it.
        settings = other.data / "kedge.toml"
        settings.write_text(settings.read_text().partition("[[ledger]]")[0])
        other.start()
        client = other.client()
        for epoch in range(6):
            client.call(
                "anchor_submit", items=[{"profile": "jws", "digest": digest_of(1000 + epoch)}]
            )
            client.call("anchor_seal")
        client.close()
        rewritten(auditor, other, mirror, bundle)
        print("a node that was set back and went on differently is found, with evidence")
    finally:
        node.close()
        other.close()


def main():
    kedge = kedge_binary(sys.argv)
    try:
        chain = Chain(BLOCK_SECONDS)
    except NoChain:
        print("skipped: no chain to test with")
        return
    try:
        with tempfile.TemporaryDirectory(prefix="kedge-audit-") as folder:
            run(kedge, chain, pathlib.Path(folder))
    finally:
        chain.close()


if __name__ == "__main__":
    main()
