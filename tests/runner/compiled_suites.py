"""The test binaries of the build: *_test needs nothing, *_pgtest a cluster of its own."""

import json
import subprocess
import sys

import private_cluster
from outcome import BUILD, PYTHON, ROOT, last_lines


def binaries(ending):
    """Those that the build files name: one that was renamed leaves its old binary behind."""
    targets = subprocess.run(["ninja", "-C", BUILD, "-t", "targets", "all"], check=True,
                             capture_output=True, text=True).stdout
    names = {line.partition(":")[0] for line in targets.splitlines()
             if line.startswith("tests/") and "/" not in line.partition(":")[0][6:]}
    return sorted(BUILD / name for name in names if name.endswith(ending))


def run_gtest(report, binary, environment=None):
    if not binary.exists():
        report.add(binary.name, 0, 1, 0, ["is not built"])
        return
    answer = report.log(binary.name).with_suffix(".json")
    answer.unlink(missing_ok=True)
    code, text, seconds = report.run(binary.name, [binary, f"--gtest_output=json:{answer}"],
                                     environment)
    passed, failed, details = 0, 0, []
    try:
        tree = json.loads(answer.read_text())
        tests = [(f"{case['name']}.{test['name']}", test)
                 for case in tree["testsuites"] for test in case["testsuite"]]
        for name, test in tests:
            if test.get("failures"):
                failed += 1
                details.append(name)
                details += test["failures"][0]["failure"].splitlines()[:6]
            elif test["result"] == "COMPLETED":
                passed += 1
            else:
                # A test that is skipped or disabled shows nothing.
                failed += 1
                details.append(f"{name} was not run: {test['result']}")
    except (OSError, ValueError):
        # It ended before it could write what it had counted.
        passed = text.count("\n[       OK ] ")
        failed = text.count("\n[  FAILED  ] ")
    if code is None:
        failed, details = failed + 1, details + ["ended: its time was over", *last_lines(text, 4)]
    elif failed == 0 and (code != 0 or passed == 0):
        failed, details = 1, details + [f"exit code {code}, {passed} tests", *last_lines(text)]
    if failed:
        details.append(f"log: {report.log(binary.name)}")
    report.add(binary.name, passed, failed, seconds, details)


def run_unit(report):
    for binary in binaries("_test"):
        if report.wants(binary.name):
            run_gtest(report, binary)


def run_integration(report):
    tests = [binary for binary in binaries("_pgtest") if report.wants(binary.name)]
    if tests:
        with private_cluster.running(report) as conninfo:
            for binary in tests:
                run_gtest(report, binary, {"MAPLEBRIDGE_TEST_DATABASE": conninfo})
    if report.wants("gateway_check"):
        report.run_counting("gateway_check", [
            PYTHON, "-B", ROOT / "services/gateway/testing/gateway_check.py", "--bin",
            BUILD / "bin"])
    sys.stdout.flush()
