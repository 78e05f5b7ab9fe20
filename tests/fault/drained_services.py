#!/usr/bin/env python3
"""SIGTERM to each process under load: it takes no new call, answers every call that it had taken and
ends by itself. What the tables then hold is what was acknowledged, no more and no less; the rest is
sent again with its request_id and is there once.
`drained_services.py --var DIR --port-base N` speaks to a running suite; deploy/up starts what ended."""

import argparse
import json
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
import killed_services as k  # noqa: E402
import suite as s  # noqa: E402

WORKERS = 12
LOAD_SECONDS = 1.5
# What a client is told of a call that was not taken; it sends it again.
NOT_TAKEN = grpc.StatusCode.UNAVAILABLE


class Referrals:
    """Docking's writing calls."""
    service, table, key_column = "docking", "referrals", "case_number"

    def __init__(self, story):
        self.story = story

    def caller(self, running):
        return running.caller("callers/court-330102", ["COURT_SYSTEM", "JUDGE"],
                              court=self.story.COURT)

    def request(self, number):
        return self.story.guidance(number)

    def key(self, request):
        return request.referral.case_number

    def call(self, caller, request):
        return caller.call(self.story.referrals, "OfferGuidance", request, timeout=10)


class Disputes:
    """The registry's writing calls, many of them in one statement."""
    service, table, key_column = "registry", "disputes", "claimed_amount_fen"

    def __init__(self, story):
        self.story = story

    def caller(self, running):
        return running.caller("callers/head", ["ORGANISATION_HEAD"],
                              organisation=self.story.name, division=self.story.DIVISION)

    def request(self, number):
        d, story = self.story.disputes, self.story
        return story.dispute.ReportDisputeRequest(request_id=s.request_id(), dispute=d.Dispute(
            category="CONTRACT", source=d.DISPUTE_SOURCE_APPLICATION, division=story.DIVISION,
            organisation=story.name, summary="货款争议", claimed_amount_fen=number,
            parties=story.guidance(number).referral.parties))

    def key(self, request):
        return str(request.dispute.claimed_amount_fen)

    def call(self, caller, request):
        return caller.call(self.story.dispute_stub, "ReportDispute", request, timeout=10)


class Organisations:
    """The roster's writing calls."""
    service, table, key_column = "roster", "organisations", "display_name"

    def __init__(self, story):
        self.story = story

    def caller(self, running):
        return running.caller("callers/bureau-330102", ["COUNTY_BUREAU"], division="330102")

    def request(self, number):
        o, story = self.story.organisation, self.story
        name = f"清波街道第{number}人民调解委员会"
        return o.CreateOrganisationRequest(request_id=s.request_id(), organisation=o.Organisation(
            display_name=name, kind=o.ORGANISATION_KIND_TOWNSHIP, division=story.DIVISION,
            founding_unit="清波街道办事处", seal=name))

    def key(self, request):
        return request.organisation.display_name

    def call(self, caller, request):
        return caller.call(self.story.organisation_stub, "CreateOrganisation", request, timeout=10)


class Figures:
    """Analytics has readers only."""
    service, table, key_column = "analytics", None, None

    def __init__(self, story):
        self.story = story

    def caller(self, running):
        return running.caller("callers/head", ["ORGANISATION_HEAD"],
                              organisation=self.story.name, division=self.story.DIVISION)

    def request(self, _):
        return self.story.indicator.QueryIndicatorsRequest(
            organisation=self.story.name, indicators=["referrals"])

    def key(self, _):
        return None

    def call(self, caller, request):
        return caller.call(self.story.indicator_stub, "QueryIndicators", request, timeout=10)


class Load:
    """Calls without a pause; a worker ends at its first refusal and keeps what was refused."""

    def __init__(self, running, kind, first):
        self.running, self.kind = running, kind
        self.acknowledged, self.refused = [], []
        self.lock = threading.Lock()
        self.number = first
        self.threads = [threading.Thread(target=self.work) for _ in range(WORKERS)]

    def next(self):
        with self.lock:
            self.number += 1
            return self.number

    def work(self):
        caller = self.kind.caller(self.running)
        while True:
            request = self.kind.request(self.next())
            try:
                self.kind.call(caller, request)
            except grpc.RpcError as error:
                with self.lock:
                    self.refused.append((request, error))
                return
            with self.lock:
                self.acknowledged.append(self.kind.key(request))

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()


def gone(pid):
    """True for a zombie, too: whoever started it may not have asked after it."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Drains:
    def __init__(self, var, port_base, running, story, results):
        self.var, self.port_base, self.running = var, port_base, running
        self.story, self.results = story, results
        # Case numbers go to 99,999,999.
        self.first = story.serial * 50

    def stored(self, load):
        kind = load.kind
        found = k.sql(self.var, self.port_base, kind.service,
                      f"SELECT {kind.key_column} FROM {kind.table}").splitlines()
        mine = set(load.acknowledged) | {kind.key(request) for request, _ in load.refused}
        return sorted(key for key in found if key in mine)

    def drain(self, name, kind):
        check = self.results.check
        self.first += 100_000
        load = Load(self.running, kind, self.first)
        log = self.var / f"log/{name}.log"
        known = len(log.read_text())
        load.start()
        time.sleep(LOAD_SECONDS)
        pid = int((self.var / f"run/{name}.pid").read_text())
        os.kill(pid, signal.SIGTERM)
        begin = time.monotonic()
        load.join()
        while not gone(pid) and time.monotonic() < begin + 35:
            time.sleep(0.02)
        check(f"{name} ends {time.monotonic() - begin:.1f} s after SIGTERM, "
              f"{len(load.acknowledged)} calls answered", gone(pid))
        said = [json.loads(line).get("message") for line in log.read_text()[known:].splitlines()]
        check("it says that it drains, and that it has stopped",
              "draining" in said and said[-1] == "stopped", said[-3:])
        check("it had work when it was asked to end", len(load.acknowledged) > WORKERS,
              len(load.acknowledged))
        wrong = [s.error_of(e) + (e.details(),) for _, e in load.refused if e.code() != NOT_TAKEN]
        check("no call is told anything but its answer, or to come again", not wrong, wrong[:3])
        if kind.table:
            check("what is stored is what was acknowledged",
                  self.stored(load) == sorted(load.acknowledged),
                  sorted(set(self.stored(load)) ^ set(load.acknowledged))[:5])
        subprocess.run([s.ROOT / "deploy/up", "--no-build", "--var", str(self.var)], check=True,
                       stdout=subprocess.DEVNULL)
        caller = kind.caller(self.running)
        for request, _ in load.refused:
            kind.call(caller, request)
        if kind.table:
            everything = load.acknowledged + [kind.key(request) for request, _ in load.refused]
            check("what was not taken is there once after its retry",
                  self.stored(load) == sorted(everything))

    def run(self):
        referrals = Referrals(self.story)
        for name, kind in [("docking", referrals), ("registry", Disputes(self.story)),
                           ("roster", Organisations(self.story)),
                           ("analytics", Figures(self.story)), ("gateway", referrals)]:
            self.drain(name, kind)


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
    try:
        Drains(var, arguments.port_base, running, story, results).run()
    except grpc.RpcError as error:
        results.check("the checks run to their end", False, (error.details(), s.error_of(error)))
    results.finish()


if __name__ == "__main__":
    main()
