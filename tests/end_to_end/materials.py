#!/usr/bin/env python3
"""Evidence of a dispute as files, through the gateway: 200 MB over a line that is cut ten times, a
download that goes on, what may not be kept, who reads it, and the index that numbers it.
`materials.py --var DIR --port-base N`."""

import argparse
import random
import subprocess
import tempfile
import threading
import time
import urllib.request

import grpc

import material_client
import suite as s

CODE = grpc.StatusCode
LARGEST = 209_715_200
CUTS = 10


class Materials:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.client = material_client.MaterialClient(running, results)
        self.r, self.m = self.client.r, self.client.m
        self.dispute = self.client.report()

    def refused(self, what, action, code, reason):
        seen = s.refused(action)
        self.results.check(f"{what} is refused: {reason}", seen[:2] == (code, reason), seen)

    def large(self):
        c = self.client
        self.refused("a byte more than 200 MB", lambda: c.call(
            "CreateUpload", self.m.CreateUploadRequest(
                parent=self.dispute, request_id=s.request_id(), upload=self.r.Upload(
                    file_name="a.jpg", kind=self.r.MATERIAL_KIND_PHOTOGRAPH, size=LARGEST + 1))),
            CODE.INVALID_ARGUMENT, "FIELD_INVALID")
        content = material_client.photograph(LARGEST)
        upload = c.announce(self.dispute, content, party_id="p1", sha256=s.sha256(content))
        line = material_client.Line(self.running.port_base)
        chance = random.Random(5)
        # Each part is longer than what a connection says before the first chunk.
        line.budgets = [chance.randrange(10 << 20, 20 << 20) for _ in range(CUTS)]
        cut = s.Suite(self.running.var, line.address).caller(
            "callers/head", ["ORGANISATION_HEAD"], organisation=c.story.name,
            division=c.story.DIVISION)
        began = time.monotonic()
        c.send(upload.name, content, cut, seconds=300)
        sent = time.monotonic() - began
        self.results.check(f"200 MB came over a line that was cut {CUTS} times ({sent:.1f} s)",
                           line.cuts == CUTS and
                           c.get(upload.name).committed_size == LARGEST, line.cuts)
        began = time.monotonic()
        material = c.finalise(upload.name)
        took = time.monotonic() - began
        self.results.check(f"it is a material with the digest announced ({took:.1f} s)",
                           material.sha256 == s.sha256(content) and material.size == LARGEST and
                           material.media_type == "image/jpeg", material)
        half = c.download(material.name, stop_after=LARGEST // 2)
        rest = c.download(material.name, offset=len(half))
        self.results.check("a download that was cut goes on at its offset",
                           LARGEST // 2 <= len(half) < LARGEST and half + rest == content)
        self.large_name, self.content = material.name, content

    def flipped(self):
        c = self.client
        content = bytearray(material_client.photograph(3_000_000))
        upload = c.announce(self.dispute, content, sha256=s.sha256(bytes(content)))
        content[2_000_000] ^= 1
        c.send(upload.name, bytes(content))
        self.refused("a flipped bit", lambda: c.finalise(upload.name), CODE.INVALID_ARGUMENT,
                     "DIGEST_DIFFERS")
        cancelled = c.call("CancelUpload", self.m.CancelUploadRequest(
            name=upload.name, request_id=s.request_id()))
        self.results.check("and the upload given up",
                           cancelled.state == self.r.UPLOAD_STATE_CANCELLED)

    def unfit(self):
        c = self.client
        for what, content, reason in [
                ("a page", b"<html><script>alert(1)</script></html>", "FILE_TYPE_REFUSED"),
                ("a program", open("/bin/true", "rb").read(), "FILE_TYPE_REFUSED"),
                ("a PDF with a script", material_client.pdf(
                    b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "FILE_ACTIVE_CONTENT"),
                ("a damaged PDF", b"%PDF-1.7 cut", "FILE_UNREADABLE")]:
            # Its name says that it is a picture.
            upload = c.announce(self.dispute, content)
            c.send(upload.name, content)
            self.refused(what, lambda: c.finalise(upload.name), CODE.INVALID_ARGUMENT, reason)
            c.call("CancelUpload", self.m.CancelUploadRequest(name=upload.name,
                                                             request_id=s.request_id()))
        for name in ("../../etc/passwd", "a\\b.jpg", "a\u202egpj.exe"):
            self.refused(f"the name {name!r}", lambda: c.announce(self.dispute, b"a", name),
                         CODE.INVALID_ARGUMENT, "FIELD_INVALID")

    def kinds(self):
        c = self.client
        contract = c.bring(self.dispute, material_client.pdf(), file_name="合同",
                           kind=self.r.MATERIAL_KIND_CONTRACT, party_id="p2")
        self.results.check("a PDF without an extension gets one",
                           contract.file_name == "合同.pdf" and
                           contract.media_type == "application/pdf", contract)
        note = c.bring(self.dispute, "微信聊天记录".encode("gb18030"), file_name="聊天.html",
                       kind=self.r.MATERIAL_KIND_CORRESPONDENCE)
        self.results.check("text in GB18030 is text, whatever its name says",
                           note.file_name == "聊天.html.txt" and note.media_type == "text/plain",
                           note)
        self.contract = contract

    def at_once(self):
        c = self.client
        content = material_client.photograph(5_000_000, seed=9)
        upload = c.announce(self.dispute, content)
        c.send(upload.name, content)
        made = []
        threads = [threading.Thread(target=lambda: made.append(c.finalise(upload.name).name))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.results.check("four who finalise at once get the same material",
                           len(made) == 4 and len(set(made)) == 1, made)
        again = c.bring(c.report(), content)
        self.results.check("the same bytes in another dispute are another material",
                           again.sha256 == s.sha256(content) and
                           c.download(again.name) == content)

    def readers(self):
        c, name = self.client, self.contract.name
        self.refused("the court", lambda: c.download(name, c.story.court), CODE.PERMISSION_DENIED,
                     "ROLE_NOT_ALLOWED")
        other = self.running.caller("callers/other", ["ORGANISATION_HEAD"],
                                    organisation="organisations/none", division="330102001")
        self.refused("another committee", lambda: c.download(name, other), CODE.NOT_FOUND,
                     "RESOURCE_NOT_FOUND")
        withdrawn = c.call("WithdrawMaterial", self.m.WithdrawMaterialRequest(
            name=name, reason="当事人撤回", etag=self.contract.etag, request_id=s.request_id()))
        self.results.check("a material is withdrawn with its reason",
                           withdrawn.state == self.r.MATERIAL_STATE_WITHDRAWN and
                           withdrawn.withdraw_reason == "当事人撤回")
        self.refused("a download of it", lambda: c.download(name), CODE.FAILED_PRECONDITION,
                     "STATE_FORBIDS")
        self.results.check("an auditor still reads it",
                           c.download(name, c.auditor) == material_client.pdf())

    def index(self):
        c, story = self.client, self.client.story
        document = story.document

        def make(kind):
            return c.head.call(story.document_stub, "CreateDocument", document.CreateDocumentRequest(
                parent=self.dispute, kind=kind, request_id=s.request_id()))

        make(document.DOCUMENT_KIND_APPLICATION)
        made = make(document.DOCUMENT_KIND_FILE_INDEX)
        content = b"".join(answer.chunk for answer in c.head.stream(
            story.document_stub, "DownloadDocument",
            document.DownloadDocumentRequest(name=made.name)))
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(content)
            file.flush()
            text = "".join(subprocess.run(["pdftotext", file.name, "-"], check=True,
                                          capture_output=True, text=True).stdout.split())
        self.results.check("the index of the file numbers the evidence",
                           "证据1．照片：照片.jpg" in text and "证据2．合同：合同.pdf" in text and
                           "（已撤回）" in text, text)

    def figures(self):
        port = self.running.port_base + 11
        seen = {}

        def fresh():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                for line in answer.read().decode().splitlines():
                    name, _, value = line.rpartition(" ")
                    seen[name] = value
            return (float(seen.get("maplebridge_stored_file_bytes", 0)) >= LARGEST + 5_000_000 and
                    float(seen.get("maplebridge_open_uploads", 1)) == 0)

        s.eventually("figures of the file store", fresh)
        self.results.check("refusals are counted by reason", float(seen.get(
            'maplebridge_upload_refusals_total{reason="FILE_ACTIVE_CONTENT"}', 0)) >= 1)

    def on_disk(self):
        """Nothing that was brought can be read from the folder."""
        sample = self.content[5_000_000:5_000_032]
        found = [path for path in (self.running.var / "files").rglob("*")
                 if path.is_file() and sample in path.read_bytes()]
        self.results.check("on the disk the bytes are sealed", not found, found)

    def run(self):
        self.large()
        self.flipped()
        self.unfit()
        self.kinds()
        self.at_once()
        self.readers()
        self.index()
        self.figures()
        self.on_disk()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        Materials(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
