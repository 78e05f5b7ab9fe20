"""Counting, time limits, and commands that end when their time is over."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / os.environ.get("MAPLEBRIDGE_PRESET", "release")
LOGS = ROOT / "build/test_logs"
PYTHON = "/usr/bin/python3"
CLOSING_LINE = re.compile(r"^(\d+) passed, (\d+) failed\b", re.MULTILINE)


class Report:
    def __init__(self, keep):
        self.keep = keep
        self.suite, self.deadline, self.words = "", 0.0, []
        self.passed = self.failed = 0
        self.failures = []
        LOGS.mkdir(parents=True, exist_ok=True)

    def begin(self, suite, deadline, words):
        self.suite, self.deadline, self.words = suite, deadline, words

    def seconds_left(self):
        return self.deadline - time.monotonic()

    def wants(self, name):
        return not self.words or any(word in name for word in self.words)

    def add(self, name, passed, failed, seconds, details=()):
        """One line; what failed below it."""
        self.passed += passed
        self.failed += failed
        mark = "FAILED" if failed else "ok"
        print(f"{self.suite:12} {name:34} {passed:5} passed, {failed} failed  {seconds:6.1f} s  "
              f"{mark}", flush=True)
        for line in details:
            print(f"    {line}", flush=True)
        if failed:
            self.failures.append(f"{self.suite} {name}")

    def close(self):
        if self.passed + self.failed == 0:
            self.failed = 1
            print("no test has the name that was asked for")
        for failure in self.failures:
            print(f"failed: {failure}")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0

    def log(self, name):
        return LOGS / f"{self.suite}-{name}.log"

    def run(self, name, command, environment=None):
        """Runs the command until the suite's deadline; answers (exit code, log text, seconds).

        The exit code is None when the time was over."""
        started = time.monotonic()
        path = self.log(name)
        # What it forgets to delete is deleted here.
        scratch = tempfile.mkdtemp(prefix="maplebridge_scratch_")
        os.chmod(scratch, 0o1777)
        with open(path, "wb") as log:
            process = subprocess.Popen(
                [str(word) for word in command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
                env={**os.environ, "TMPDIR": scratch, **(environment or {})})
            try:
                code = process.wait(timeout=max(1, self.seconds_left()))
            except subprocess.TimeoutExpired:
                code = None
            finally:
                # Also what it left behind: the process group is its own.
                end_group(process)
                shutil.rmtree(scratch, ignore_errors=True)
        return code, path.read_text(errors="replace"), time.monotonic() - started

    def run_counting(self, name, command, environment=None):
        """Runs a command that ends with a line `N passed, N failed`."""
        code, text, seconds = self.run(name, command, environment)
        closing = CLOSING_LINE.findall(text)
        passed, failed = (int(n) for n in closing[-1]) if closing else (0, 0)
        details = [line for line in text.splitlines() if line.startswith("FAIL")][:40]
        if code is None:
            failed, details = failed + 1, details + ["ended: its time was over"]
        elif failed == 0 and (code != 0 or passed == 0):
            failed, details = 1, details + [f"exit code {code}, {passed} tests", *last_lines(text)]
        if failed:
            details.append(f"log: {self.log(name)}")
        self.add(name, passed, failed, seconds, details)


def end_group(process):
    """Ends what is left of the group of a process that we started and that leads it."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        for _ in range(50):
            process.poll()
            time.sleep(0.02)
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
    process.wait()


def last_lines(text, count=12):
    return [line[:300] for line in text.splitlines()[-count:]]
