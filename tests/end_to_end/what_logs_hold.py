#!/usr/bin/env python3
"""What the logs and metrics of a suite hold after cases have passed through it, good ones and refused
ones: no identity number, no telephone, no name of a party; and a trace id by which a call is found.
`what_logs_hold.py --var DIR --port-base N`; runs last, by its name."""

import argparse
import json
import re
import urllib.request

import grpc

import court_story
import refused_input
import suite as s

# Shapes, and what tells the real thing from a number that only looks like it.
RESIDENT = re.compile(rb"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])")
TELEPHONE = re.compile(rb"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z])")
NAMES = ["赵甲", "钱乙"]
PROCESSES = ["registry", "roster", "docking", "analytics", "gateway"]


def is_resident(number):
    body = number[:17].decode()
    return number.decode().upper() == s.resident_number(int(body[14:]), body[:6], body[6:14])


def personal(text):
    """What of a person stands in the bytes."""
    found = [n for n in RESIDENT.findall(text) if is_resident(n)] + TELEPHONE.findall(text)
    return found + [name for name in NAMES if name.encode() in text]


def metrics_addresses(var):
    """Where each process shows its metrics, by name."""
    settings = dict(line.split("=", 1) for line in (var / "etc/suite.env").read_text().split())
    return {name: settings[f"MAPLEBRIDGE_{name.upper()}_METRICS"] for name in PROCESSES}


def is_json_object(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class Logs:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.folder = running.var / "log"

    def run_cases(self):
        """Cases of this test's own, so that it also says something alone."""
        story = court_story.Story(self.running, s.Results())
        story.run()
        refused_input.Refusals(self.running, s.Results()).run()
        return story

    def check_eyes(self):
        """The search finds what it looks for."""
        line = (f'{{"status":"row ({s.resident_number(201)}, 13905710000) of 赵甲"}}').encode()
        self.results.check("the search finds a number, a telephone and a name that are there",
                           len(personal(line)) == 3, personal(line))
        self.results.check("and takes no digest, position or time for one", not personal(
            b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 "
            b"123456789012345678 2026-11-26T12:42:15.068340Z 20261126124215068340 1790000000.123"))

    def check_files(self):
        files = sorted(self.folder.iterdir())
        self.results.check("there is a log of each process", len(files) >= 8, files)
        for path in files:
            content = path.read_bytes()
            self.results.check(f"{path.name}, {len(content)} bytes, holds nobody's identity",
                               not personal(content), personal(content)[:3])
        for name in PROCESSES:
            lines = (self.folder / f"{name}.log").read_text().splitlines()
            wrong = [line for line in lines if not is_json_object(line)]
            self.results.check(f"every line of {name} is a JSON object", lines and not wrong,
                               wrong[:2])

    def check_traces(self, story):
        """A caller's trace id leads through the gateway to the answer."""
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        story.referrals(story.court.channel).ListReferrals(
            story.referral.ListReferralsRequest(page_size=1), timeout=10,
            metadata=story.court.metadata + [("traceparent", f"00-{trace}-00f067aa0ba902b7-01")])
        s.eventually("the gateway's audit line has the caller's trace id",
                     lambda: trace in (self.folder / "gateway.log").read_text(), 10)
        self.results.check("the gateway's audit line has the caller's trace id", True)

    def check_metrics(self):
        for name, address in metrics_addresses(self.running.var).items():
            page = urllib.request.urlopen(f"http://{address}/metrics", timeout=10).read()
            self.results.check(f"the metrics of {name} hold nobody's identity",
                               b"maplebridge_" in page and not personal(page), personal(page)[:3])

    def run(self):
        self.check_eyes()
        story = self.run_cases()
        self.check_traces(story)
        self.check_files()
        self.check_metrics()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        Logs(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the checks run to their end", False, (error.details(), s.error_of(error)))
    results.finish()


if __name__ == "__main__":
    main()
