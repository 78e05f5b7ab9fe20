#!/usr/bin/env python3
"""PostgreSQL stopped for 20 s: calls answer UNAVAILABLE with RetryInfo inside their deadline, health
says NOT_SERVING, memory stays bounded, and all comes back without a restart.
`stopped_database.py --var DIR --port-base N` stops and starts that suite's PostgreSQL."""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import court_story  # noqa: E402
import drained_services  # noqa: E402
import killed_services  # noqa: E402
import suite as s  # noqa: E402

SERVICES = ["registry", "roster", "docking", "analytics", "gateway"]
OUTAGE = 20
DEADLINE = 3


def memory(var, name):
    """Resident memory in MiB."""
    pid = int((var / f"run/{name}.pid").read_text())
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


class Load:
    """Keeps calls coming during the outage, readers and writers, and notes how each ended and
    when. A writer sends the same request until it is answered."""

    def __init__(self, story):
        self.story, self.stop = story, threading.Event()
        self.ended, self.reports = [], []
        self.threads = [threading.Thread(target=self.read, daemon=True) for _ in range(8)] + \
            [threading.Thread(target=self.write, args=[i * 10_000], daemon=True) for i in range(8)]

    def call(self, what):
        begin = time.monotonic()
        try:
            answer = what()
            self.ended.append((begin, time.monotonic() - begin, None, None))
            return answer
        except grpc.RpcError as error:
            code, _, _, retry = s.error_of(error)
            self.ended.append((begin, time.monotonic() - begin, code, retry))
            time.sleep(0.02)
            return None

    def read(self):
        story = self.story
        while not self.stop.is_set():
            self.call(lambda: story.court.call(
                story.referrals, "ListReferrals", story.referral.ListReferralsRequest(page_size=1),
                DEADLINE))

    def write(self, first):
        """Reports, which wait for others to share a statement with."""
        story, kind, number = self.story, drained_services.Disputes(self.story), first
        while not self.stop.is_set():
            number += 1
            request = kind.request(number)
            # The last one is answered, too: the database is back when the load ends.
            while True:
                made = self.call(lambda: story.head.call(story.dispute_stub, "ReportDispute",
                                                         request, DEADLINE))
                if made:
                    break
            self.reports.append(made.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", type=int, default=7400)
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    var = pathlib.Path(arguments.var).resolve()
    running = s.Suite(var, arguments.port_base)
    story = court_story.Story(running, results)
    story.file_organisation()
    guided = story.guide(story.serial)
    pids = {name: (var / f"run/{name}.pid").read_text() for name in SERVICES}
    before = {name: memory(var, name) for name in SERVICES}

    def health(service="maplebridge.docking.v1.ReferralService"):
        # HealthCheckRequest is one text: field 1; HealthCheckResponse one enum: field 1.
        check = running.caller().channel.unary_unary("/grpc.health.v1.Health/Check")
        request = b"\x0a" + bytes([len(service)]) + service.encode() if service else b""
        try:
            return {b"\x08\x01": "SERVING", b"\x08\x02": "NOT_SERVING"}.get(
                check(request, timeout=5))
        except grpc.RpcError as error:
            return error.code().name

    served = ["maplebridge.docking.v1.ReferralService", "maplebridge.registry.v1.DisputeService",
              "maplebridge.roster.v1.OrganisationService",
              "maplebridge.analytics.v1.IndicatorService"]
    results.check("health says SERVING before", {health(name) for name in served} == {"SERVING"})
    load = Load(story)
    for thread in load.threads:
        thread.start()
    time.sleep(1)
    postmaster = int((var / "run/postgres.pid").read_text())
    os.kill(postmaster, signal.SIGINT)  # fast shutdown
    down = time.monotonic()
    while pathlib.Path(f"/proc/{postmaster}").exists() and time.monotonic() < down + 15:
        time.sleep(0.05)
    time.sleep(4)
    results.check("health says NOT_SERVING of each service",
                  {health(name) for name in served} == {"NOT_SERVING"},
                  {name: health(name) for name in served})
    time.sleep(max(0.0, down + OUTAGE - time.monotonic()))
    during = {name: memory(var, name) for name in SERVICES}
    up = time.monotonic()
    subprocess.run([s.ROOT / "deploy/up", "--no-build", "--var", str(var)], check=True,
                   stdout=subprocess.DEVNULL)
    s.eventually("health says SERVING again",
                 lambda: {health(name) for name in served} == {"SERVING"}, 30)
    time.sleep(2)
    load.stop.set()
    for thread in load.threads:
        thread.join()
    out = [e for e in load.ended if down + 1 < e[0] < up - DEADLINE]
    failed = [e for e in out if e[2] is not None]
    results.check("there were calls in the outage", len(out) > 20, len(out))
    results.check("each answered UNAVAILABLE",
                  {e[2] for e in out} == {grpc.StatusCode.UNAVAILABLE}, {e[2] for e in out})
    results.check("with the time to wait before a retry",
                  all(e[3] is not None and e[3] > 0 for e in failed),
                  [e for e in failed if not e[3]][:2])
    results.check("inside its deadline", all(e[1] < DEADLINE for e in out),
                  max((e[1] for e in out), default=0))
    for name in SERVICES:
        results.check(f"{name} kept its memory ({before[name]:.0f} to {during[name]:.0f} MiB)",
                      during[name] < before[name] + 48)
        results.check(f"{name} is the same process",
                      (var / f"run/{name}.pid").read_text() == pids[name])
    late = [e for e in load.ended if e[0] > up + 10 or e[0] == load.ended[-1][0]]
    results.check("calls are answered again", late and late[-1][2] is None, late[-1:])
    stored = killed_services.sql(
        var, arguments.port_base, "registry",
        f"SELECT 'disputes/' || number FROM disputes WHERE organisation = '{story.name}'").split()
    results.check(f"each of {len(load.reports)} reports is there once, under the name it was "
                  "answered with", sorted(stored) == sorted(load.reports),
                  len(set(stored) ^ set(load.reports)))
    results.check("what was stored before is there",
                  story.get(guided.name).case_number == guided.case_number)
    results.check("and new work is taken on",
                  story.guide(story.serial + 1).state == story.resource.REFERRAL_STATE_GUIDED)
    results.finish()


if __name__ == "__main__":
    main()
