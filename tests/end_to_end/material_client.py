"""A client of the registry's materials, as a committee's own system would write one: it announces a
file, sends it, asks after a cut line how far it came, and goes on from there."""

import random
import socket
import threading
import time

import grpc

import court_story
import suite as s

MIB = 1 << 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
# What a client meets when a line or a service breaks under it, and tries again.
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.ABORTED,
         grpc.StatusCode.UNKNOWN, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.INTERNAL)


def photograph(size, seed=1):
    """Bytes that begin as a JPEG does, `size` of them."""
    return JPEG + random.Random(seed).randbytes(size - len(JPEG))


def pdf(catalogue=b""):
    """A PDF of one page."""
    body, places = b"%PDF-1.7\n", []
    for i, thing in enumerate([b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>",
                               b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"], 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (i, thing)
    table = len(body)
    body += b"xref\n0 4\n0000000000 65535 f \n"
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table


class Line:
    """A line to the gateway that breaks after so many bytes, as often as it is told to."""

    def __init__(self, port):
        self.port, self.cuts, self.budgets = port, 0, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.server.accept()
            far = socket.create_connection(("127.0.0.1", self.port))
            budget = self.budgets.pop(0) if self.budgets else None
            threading.Thread(target=self.carry, args=(near, far, budget), daemon=True).start()
            threading.Thread(target=self.carry, args=(far, near, None), daemon=True).start()

    def carry(self, source, target, budget):
        try:
            while data := source.recv(65536):
                if budget is not None:
                    budget -= len(data)
                    if budget < 0:
                        self.cuts += 1
                        break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class MaterialClient:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.story = court_story.Story(running, results)
        self.m = s.message_module("registry.v1.material")
        self.r = s.message_module("registry.v1.material_resource")
        self.stub = s.stub_module("registry.v1.material").MaterialServiceStub
        self.story.file_organisation()
        self.head = self.story.head
        self.auditor = running.caller("callers/auditor", ["AUDITOR"])

    def report(self):
        story, d = self.story, self.story.disputes
        return self.head.call(story.dispute_stub, "ReportDispute", story.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", source=d.DISPUTE_SOURCE_APPLICATION, division=story.DIVISION,
                summary="相邻通行纠纷", parties=story.guidance(story.serial).referral.parties))).name

    def call(self, method, request, caller=None, timeout=60):
        return (caller or self.head).call(self.stub, method, request, timeout=timeout)

    def announce(self, dispute, content, file_name="照片.jpg", caller=None, **fields):
        upload = self.r.Upload(file_name=file_name, size=len(content),
                               **{"kind": self.r.MATERIAL_KIND_PHOTOGRAPH, **fields})
        return self.call("CreateUpload", self.m.CreateUploadRequest(
            parent=dispute, upload=upload, request_id=s.request_id()), caller)

    def get(self, name):
        return self.call("GetUpload", self.m.GetUploadRequest(name=name))

    def append(self, name, content, offset, caller=None):
        def parts():
            yield self.m.AppendUploadRequest(
                header=self.m.AppendUploadHeader(name=name, offset=offset))
            for at in range(offset, len(content), MIB):
                yield self.m.AppendUploadRequest(chunk=content[at:at + MIB])
        return self.call("AppendUpload", parts(), caller, timeout=120)

    def send(self, name, content, caller=None, seconds=120):
        """Sends all of it, however often the line is cut; answers how often it went on."""
        end, resumed = time.monotonic() + seconds, 0
        while True:
            committed = self.get(name).committed_size
            try:
                if committed < len(content):
                    self.append(name, content, committed, caller)
                return resumed
            except grpc.RpcError as error:
                if error.code() not in AGAIN or time.monotonic() > end:
                    raise
                resumed += 1
                time.sleep(0.1)

    def finalise(self, name, request_id=None, caller=None):
        return self.call("FinaliseUpload", self.m.FinaliseUploadRequest(
            name=name, request_id=request_id or s.request_id()), caller)

    def bring(self, dispute, content, **fields):
        upload = self.announce(dispute, content, **fields)
        self.send(upload.name, content)
        return self.finalise(upload.name)

    def download(self, name, caller=None, offset=0, length=0, stop_after=None):
        content = b""
        stream = (caller or self.head).stream(self.stub, "DownloadMaterial",
                                              self.m.DownloadMaterialRequest(
                                                  name=name, offset=offset, length=length),
                                              timeout=120)
        for answer in stream:
            content += answer.chunk
            if stop_after is not None and len(content) >= stop_after:
                stream.cancel()
                break
        return content
