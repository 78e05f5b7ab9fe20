#!/usr/bin/env python3
"""An old register of 2,000 cases comes in through the gateway, in GB18030 and with errors that are
mended and sent again; nothing comes in twice; the cases are found and told on the feed; and they go
out again as a table, to each caller what it may see. `bulk.py --var DIR --port-base N`."""

import argparse
import csv
import io
import os
import pathlib
import random
import subprocess
import tempfile
import time

import grpc

import court_story
import suite as s

CODE = grpc.StatusCode
MIB = 1 << 20
ROWS = 2000
HEADING = ["原编号", "纠纷类别", "发生地", "纠纷情况", "申请人", "申请人证件号码", "申请人电话",
           "被申请人", "被申请人类型", "受理日期", "结案日期", "结果", "协议金额（元）", "备注"]
RARE = "𠮷野"


class Bulk:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.story = court_story.Story(running, results)
        self.story.file_organisation()
        self.head, self.bureau = self.story.head, self.story.bureau
        self.b = s.message_module("registry.v1.bulk")
        self.r = s.message_module("registry.v1.bulk_resource")
        self.stub = s.stub_module("registry.v1.bulk").BulkServiceStub
        # The register of another run is another one.
        self.run_number = random.randrange(10_000, 999_999)

    # --- the register ------------------------------------------------------------------------

    def number(self, i):
        return f"（{2010 + i % 15}）调{self.run_number}字第{i}号"

    def row(self, i):
        year = 2010 + i % 15
        return [self.number(i), "邻里纠纷", "330102001", f"第{i}号：楼上漏水，\n“{RARE}”说",
                RARE if i == 7 else f"申请人{i}", s.resident_number(i), "１３８００１３８０００",
                f"被申请{i}；某物业", "；单位", f"{year}年5月3日", f"{year}/6/{1 + i % 28}",
                "达成协议" if i % 3 else "调解不成", "1,234.50" if i % 3 else "", "备注不读"]

    def file(self, count, wrong=(), encoding="utf-8"):
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(HEADING)
        for i in range(count):
            row = self.row(i)
            if i in wrong:
                row[10] = "不详"
            writer.writerow(row)
        return text.getvalue().encode(encoding)

    # --- calls -------------------------------------------------------------------------------

    def send(self, content, caller=None, request_id="", organisation=""):
        def parts():
            yield self.b.ImportDisputesRequest(header=self.b.ImportDisputesHeader(
                request_id=request_id, organisation=organisation))
            for at in range(0, len(content), MIB):
                yield self.b.ImportDisputesRequest(chunk=content[at:at + MIB])
        return (caller or self.head).call(self.stub, "ImportDisputes", parts(), timeout=120)

    def get(self, name, caller=None):
        return (caller or self.head).call(self.stub, "GetOperation",
                                          self.b.GetOperationRequest(name=name))

    def done(self, operation, caller=None, seconds=120):
        def ended():
            seen = self.get(operation.name, caller)
            return seen if seen.done else None
        return s.eventually("the operation ends", ended, seconds)

    def read(self, name, caller=None):
        answers = (caller or self.head).stream(self.stub, "ReadOperationResult",
                                               self.b.ReadOperationResultRequest(name=name))
        return b"".join(answer.chunk for answer in answers)

    def export(self, caller, **request):
        ordered = caller.call(self.stub, "ExportDisputes", self.b.ExportDisputesRequest(
            request_id=s.request_id(), **request))
        operation = self.done(ordered, caller)
        content = self.read(operation.name, caller)
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))

    def counts(self, operation):
        p = operation.progress
        return p.row_count, p.imported_count, p.repeated_count, p.refused_count

    # --- the story ---------------------------------------------------------------------------

    def bring_in(self):
        wrong = {3, 700, 1999}
        self.content = self.file(ROWS, wrong, "gb18030")
        began = time.monotonic()
        request_id = s.request_id()
        sent = self.send(self.content, request_id=request_id)
        again = self.send(self.content, request_id=request_id)
        operation = self.done(sent)
        took = time.monotonic() - began
        self.results.check(f"{ROWS} old cases came in, but for three ({took:.1f} s)",
                           self.counts(operation) == (ROWS, ROWS - 3, 0, 3), operation)
        self.results.check("the same request_id brought in one file once",
                           again.name == sent.name, again)
        self.results.check("a column that is none of a case is named",
                           list(operation.ignored_columns) == ["备注"])
        self.errors = self.read(operation.name)
        rows = list(csv.reader(io.StringIO(self.errors.decode("utf-8-sig"), newline="")))
        self.results.check("rows with errors came back as they were, with what is wrong",
                           rows[0] == HEADING + ["错误"] and
                           [row[0] for row in rows[1:]] == [self.number(i) for i in sorted(wrong)]
                           and all("结案日期" in row[-1] for row in rows[1:]), rows[:2])
        self.operation = operation

    def mend(self):
        mended = self.done(self.send(self.errors.replace("不详".encode(), b"2025-01-02")))
        self.results.check("mended, the file that came back comes in as it is",
                           self.counts(mended) == (3, 3, 0, 0), mended)
        again = self.done(self.send(self.file(ROWS - 1, {3, 700})))
        self.results.check("sent again, in another encoding, nothing comes in twice",
                           self.counts(again)[1:3] == (0, ROWS - 3), again)
        other = self.row(5)
        other[3] = "另一件事"
        text = io.StringIO()
        csv.writer(text).writerows([HEADING, other])
        refused = self.done(self.send(text.getvalue().encode()))
        self.results.check("a number that came before with another content is an error",
                           self.counts(refused) == (1, 0, 0, 1), refused)

    def found(self):
        story, d = self.story, self.story.disputes
        listed = self.head.call(story.dispute_stub, "ListDisputes",
                                story.dispute.ListDisputesRequest(filter="source = IMPORT",
                                                                  page_size=1000))
        one = listed.disputes[0]
        self.results.check("they are archived disputes without a clock", len(listed.disputes) == 1000
                           and all(each.state == d.DISPUTE_STATE_ARCHIVED and not each.clock and
                                   each.source == d.DISPUTE_SOURCE_IMPORT
                                   for each in listed.disputes), one)
        self.results.check("their numbers are of the year in which they began",
                           "-2010-" in one.name and one.create_time.ToDatetime().year == 2010, one)
        self.results.check("identity numbers are masked", "*" in one.parties[0].identity_number)
        search = s.message_module("registry.v1.dispute_search")
        stub = s.stub_module("registry.v1.dispute_search").SearchServiceStub

        def seen():
            answer = self.head.call(stub, "SearchDisputes",
                                    search.SearchDisputesRequest(query=f"{RARE} 楼上漏水"))
            return answer.found_disputes
        hits = s.eventually("the index follows", seen, 60)
        self.results.check("a rare character is found",
                           all(RARE in hit.dispute.summary for hit in hits), hits[:1])

    def told(self):
        feed = s.message_module("feed.v1.feed")
        stub = s.stub_module("registry.v1.registry_feed").RegistryFeedServiceStub
        resources = set()
        stream = self.head.stream(stub, "WatchEvents", feed.WatchEventsRequest(), timeout=60)
        for answer in stream:
            event = answer.event
            if event.type == "Import":
                resources.add(event.resource)
            if len(resources) == ROWS:
                break
        stream.cancel()
        self.results.check("each is told once on the feed", len(resources) == ROWS, len(resources))

    def goes_out(self):
        own = self.export(self.head, filter="source = IMPORT")
        self.results.check(f"an export of the organisation has all {ROWS}, with names",
                           len(own) == ROWS and any(row["申请人"] == RARE for row in own) and
                           all(row["来源"] == "历史导入" for row in own), own[:1])
        text = str(own)
        self.results.check("and no identity number nor telephone",
                           s.resident_number(1) not in text and "13800138000" not in text)
        place = self.export(self.bureau, filter="source = IMPORT",
                            organisation=self.story.name)
        self.results.check("the bureau's has them without names", len(place) == ROWS and
                           not any("申请人" in row["申请人"] for row in place), place[:1])
        elsewhere = self.running.caller("callers/bureau-330106", ["COUNTY_BUREAU"],
                                        division="330106")
        self.results.check("another place's has none of them", not self.export(
            elsewhere, filter="source = IMPORT"))

    def strangers(self):
        other = self.running.caller("callers/other-head", ["ORGANISATION_HEAD"],
                                    organisation="organisations/none", division="330102001")
        for what, action in [
                ("reads an operation", lambda: self.get(self.operation.name, other)),
                ("reads its result", lambda: self.read(self.operation.name, other))]:
            seen = s.refused(action)
            self.results.check(f"another committee {what}: refused",
                               seen[:2] == (CODE.NOT_FOUND, "RESOURCE_NOT_FOUND"), seen)
        seen = s.refused(lambda: self.send(self.content, other, organisation=self.story.name))
        self.results.check("it brings nothing into this register",
                           seen[:2] == (CODE.PERMISSION_DENIED, "SCOPE_NOT_ALLOWED"), seen)
        seen = s.refused(lambda: self.send("编号,姓名\r\n1,2\r\n".encode()))
        self.results.check("a file without the columns is refused at once",
                           seen[:2] == (CODE.INVALID_ARGUMENT, "FIELD_INVALID") and
                           "原编号" in seen[2].get("chunk", ""), seen)

    def by_hand(self):
        """The same by maplectl."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="maplebridge_bulk_"))
        token = self.running.token("callers/head", ["ORGANISATION_HEAD"],
                                   organisation=self.story.name, division=self.story.DIVISION)

        def maplectl(*words):
            return subprocess.run(
                [str(s.ROOT / "deploy/maplectl"), "--var", str(self.running.var), *words],
                capture_output=True, text=True, cwd=folder, env=dict(os.environ,
                                                                     MAPLECTL_TOKEN=token))
        (folder / "old.csv").write_bytes(self.file(10, {3}))
        done = maplectl("import", "old.csv")
        self.results.check("maplectl import tells what came in and writes what did not",
                           done.returncode == 1 and "9 known before, 1 with errors" in done.stdout
                           and "不详" in (folder / "old.csv.errors.csv").read_text(), done)
        done = maplectl("export", "out.csv", "--filter", "source = IMPORT")
        self.results.check("maplectl export writes the table", done.returncode == 0 and
                           len(list(csv.reader((folder / "out.csv").open(newline="")))) == ROWS + 1,
                           done)

    def run(self):
        self.bring_in()
        self.mend()
        self.found()
        self.told()
        self.goes_out()
        self.strangers()
        self.by_hand()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        Bulk(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
