"""Runs the suites that were asked for, one after the other, and counts. Called by tests/run."""

import argparse
import signal
import sys
import time

import buf_suite
import compiled_suites
import format_suite
import installed_suites
import layering_suite
import shell_suite
from outcome import Report

# Name, what it shows, its own time limit in seconds, what runs it. A suite that hangs leaves the
# others what remains of the run's minutes.
SUITES = [
    ("layering", "who may include whom; what g++ 12 miscompiles", 60, layering_suite.run),
    ("format", "clang-format of all C++", 120, format_suite.run),
    ("buf", "lint of the protos; nothing broken since the merge base", 120, buf_suite.run),
    ("unit", "every *_test", 420, compiled_suites.run_unit),
    ("integration", "every *_pgtest on a private PostgreSQL; the gateway's checks", 1200,
     compiled_suites.run_integration),
    ("shell", "deploy/ and its parts: keys, processes, up and down", 300, shell_suite.run),
    ("end_to_end", "the main job on a suite of its own", 600, installed_suites.run_end_to_end),
    ("fault", "killed services, a stopped database", 600, installed_suites.run_fault),
]


def wishes(words):
    """{suite: [words of its tests]}; an unknown suite ends the run."""
    wished = {}
    for word in words:
        suite, _, test = word.partition(":")
        if suite not in [name for name, *_ in SUITES]:
            sys.exit(f"unknown suite '{suite}': expected one of "
                     + ", ".join(name for name, *_ in SUITES))
        wished.setdefault(suite, [])
        if test:
            wished[suite].append(test)
    return wished


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--seconds-used", type=float, default=0)
    parser.add_argument("--minutes", type=int, default=50)
    arguments = parser.parse_args()
    if arguments.list:
        for name, what, _, _ in SUITES:
            print(f"{name:12} {what}")
        return 0
    # Private clusters and suites are stopped on the way out, also when we are told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    # Half a minute is for stopping what was started.
    end = time.monotonic() + arguments.minutes * 60 - 30 - arguments.seconds_used
    wished = wishes(arguments.only)
    report = Report(keep=arguments.keep)
    for name, _, limit, run in SUITES:
        if wished and name not in wished:
            continue
        report.begin(name, min(time.monotonic() + limit, end), wished.get(name, []))
        if report.seconds_left() < 5:
            report.add("all of it", 0, 1, 0, ["no time was left"])
            continue
        try:
            run(report)
        except Exception as error:  # A suite that cannot start has failed; the others still run.
            report.add("the suite itself", 0, 1, 0, [f"{type(error).__name__}: {error}"])
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
