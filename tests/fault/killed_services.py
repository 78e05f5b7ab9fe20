#!/usr/bin/env python3
"""kill -9 of each service in the middle of 2,000 referrals: nothing acknowledged is lost, nothing is
there twice. `killed_services.py --var DIR --port-base N [--referrals 2000]` speaks to a running
suite and kills its processes; deploy/up starts them again."""

import argparse
import os
import pathlib
import queue
import random
import signal
import subprocess
import sys
import threading
import time

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import court_story  # noqa: E402
import suite as s  # noqa: E402

SERVICES = ["docking", "registry", "roster", "analytics", "gateway"]
WORKERS = 24
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED,
         grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.ABORTED,
         grpc.StatusCode.CANCELLED, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)


class Work:
    """Takes referrals from guidance to acceptance; each call is retried with its request_id until it
    is answered."""

    def __init__(self, story, running, count):
        self.story, self.running = story, running
        self.todo = queue.Queue()
        self.numbers = [story.serial + 10 + i for i in range(count)]
        for number in self.numbers:
            self.todo.put(number)
        self.names, self.refused, self.retries = {}, [], 0
        self.lock = threading.Lock()
        self.done = 0

    def again(self, caller, stub, method, request):
        """The same request until it is answered, as a client of the suite should."""
        end = time.monotonic() + 120
        while True:
            try:
                return caller.call(stub, method, request, timeout=5)
            except grpc.RpcError as error:
                if error.code() not in AGAIN or time.monotonic() > end:
                    raise
                with self.lock:
                    self.retries += 1
                time.sleep(0.05 + random.random() * 0.2)

    def refer(self, court, head, number):
        story = self.story
        m, r = story.referral, story.resource
        opened = self.again(court, story.referrals, "OfferGuidance", story.guidance(number))
        with self.lock:
            assert number not in self.names
            self.names[number] = opened.name
        for party in ("p1", "p2"):
            self.again(court, story.referrals, "RecordConsent", m.RecordConsentRequest(
                name=opened.name, party_id=party, evidence="笔录", request_id=s.request_id(),
                decision=r.CONSENT_DECISION_CONSENT))
        self.again(court, story.referrals, "SendReferral", m.SendReferralRequest(
            name=opened.name, kind=r.REFERRAL_KIND_APPOINTED, organisation=story.name,
            choice=r.ORGANISATION_CHOICE_COURT, request_id=s.request_id()))
        self.again(head, story.referrals, "AcceptReferral", m.AcceptReferralRequest(
            name=opened.name, request_id=s.request_id()))
        with self.lock:
            self.done += 1

    def worker(self):
        court = self.running.caller("callers/court-330102", ["COURT_SYSTEM", "JUDGE"],
                                    court=self.story.COURT)
        head = self.running.caller("callers/head", ["ORGANISATION_HEAD"],
                                   organisation=self.story.name, division=self.story.DIVISION)
        while True:
            try:
                number = self.todo.get_nowait()
            except queue.Empty:
                return
            try:
                self.refer(court, head, number)
            except grpc.RpcError as error:
                with self.lock:
                    self.refused.append((number, s.error_of(error), error.details()))


def kill_and_restart(var, name):
    pid = int((var / f"run/{name}.pid").read_text())
    os.kill(pid, signal.SIGKILL)
    subprocess.run([s.ROOT / "deploy/up", "--no-build", "--var", str(var)], check=True,
                   stdout=subprocess.DEVNULL)


def sql(var, port_base, service, text):
    return subprocess.run(
        ["/usr/lib/postgresql/15/bin/psql", "-XqAt", "-c", text, "-d",
         f"hostaddr=127.0.0.1 port={port_base + 5} user=postgres dbname=maplebridge_{service} "
         f"passfile='{var}/keys/postgres.passfile'"],
        check=True, capture_output=True, text=True).stdout.strip()


def check_accounts(results, story, work, var, port_base, count):
    """The tables, the feeds and the figures tell the same story."""
    organisation = story.name

    def ask(service, text):
        return sql(var, port_base, service, text)

    results.check("every call was answered in the end", not work.refused, work.refused[:3])
    results.check(f"all {count} referrals were accepted", work.done == count, work.done)
    where = f"organisation = '{organisation}'"
    results.check("each is there once", ask("docking", f"""
        SELECT count(*) || ' ' || count(DISTINCT case_number) FROM referrals WHERE {where}""") ==
        f"{count} {count}")
    results.check("under the name that was acknowledged", set(work.names.values()) == set(
        ask("docking", f"SELECT 'referrals/' || id FROM referrals WHERE {where}").split()))
    results.check("docking's feed has each step once, in order", ask("docking", f"""
        SELECT count(*) FROM (
          SELECT resource, array_agg(revision ORDER BY position) AS revisions
          FROM events WHERE resource IN
            (SELECT resource FROM events WHERE organisation = '{organisation}')
          GROUP BY resource) AS r
        WHERE revisions <> (SELECT array_agg(i) FROM
                            generate_series(1, array_length(revisions, 1)::bigint) AS i)""") == "0")
    s.eventually("the registry has a dispute for each", lambda: ask("registry", f"""
        SELECT count(*) FROM disputes WHERE {where}""") == str(count), 90)
    results.check("the registry has a dispute for each, once", ask("registry", f"""
        SELECT count(*) || ' ' || count(DISTINCT referral) FROM disputes WHERE {where}""") ==
        f"{count} {count}")
    s.eventually("docking knows each dispute", lambda: ask("docking", f"""
        SELECT count(*) FROM referrals WHERE {where} AND dispute <> ''""") == str(count), 90)
    results.check("docking knows each dispute", True)
    for service, table, name in [("docking", "referrals", "'referrals/' || id"),
                                 ("registry", "disputes", "'disputes/' || number")]:
        results.check(f"the last event of each of the {table} has its row's revision", ask(
            service, f"""
            SELECT count(*) FROM {table} WHERE {where} AND revision IS DISTINCT FROM
              (SELECT max(revision) FROM events WHERE resource = {name})""") == "0")
    results.check("so has that of the committee", ask("roster", f"""
        SELECT revision = (SELECT max(revision) FROM events WHERE resource = '{organisation}')
        FROM organisations WHERE 'organisations/' || id = '{organisation}'""") == "t")
    refusals = {service: ask(service, "SELECT count(*) FROM feed_refusals")
                for service in ("docking", "registry", "analytics")}
    results.check("no service had to refuse another's event", set(refusals.values()) == {"0"},
                  refusals)
    figures = {}

    def agree():
        i = story.indicator
        answer = story.head.call(story.indicator_stub, "QueryIndicators", i.QueryIndicatorsRequest(
            organisation=organisation, indicators=["referrals", "referrals_accepted"]))
        figures.update({v.indicator: v.value for row in answer.rows for v in row.values})
        return figures.get("referrals") == count and figures.get("referrals_accepted") == count

    try:
        s.eventually("analytics agrees", agree, 90)
    except AssertionError:
        pass
    results.check("analytics counts each once", figures ==
                  {"referrals": count, "referrals_accepted": count}, figures)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", type=int, default=7400)
    parser.add_argument("--referrals", type=int, default=2000)
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    var = pathlib.Path(arguments.var).resolve()
    running = s.Suite(var, arguments.port_base)
    story = court_story.Story(running, results)
    story.file_organisation()
    work = Work(story, running, arguments.referrals)
    threads = [threading.Thread(target=work.worker) for _ in range(WORKERS)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for i, name in enumerate(SERVICES):
        # Each dies at its own share of the way.
        while work.done < arguments.referrals * (i + 1) // (len(SERVICES) + 1) and \
                any(t.is_alive() for t in threads):
            time.sleep(0.02)
        at_work = any(t.is_alive() for t in threads)
        kill_and_restart(var, name)
        results.check(f"{name} was killed at work, at {work.done} referrals, and is back", at_work)
    for thread in threads:
        thread.join()
    print(f"{arguments.referrals} referrals, {work.retries} retries, "
          f"{time.monotonic() - begin:.1f} s", flush=True)
    try:
        check_accounts(results, story, work, var, arguments.port_base, arguments.referrals)
    except AssertionError as error:
        results.check("the accounts agree", False, error)
    results.finish()


if __name__ == "__main__":
    main()
