"""Runs the rules of layering.py over the tree, and shows before that they find what they forbid."""

import pathlib
import subprocess
import time

import layering
from outcome import PYTHON, ROOT

FOLDERS = ("services", "common", "deploy", "tests")


def sources(root=ROOT):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cc", ".h") and "node_modules" not in path.parts:
                yield str(path.relative_to(root)), path.read_text()


def run(report):
    if report.wants("planted"):
        report.run_counting("planted_violations", [
            PYTHON, "-B", pathlib.Path(__file__).parent / "layering_test.py"])
    files = list(sources())
    for rule in layering.RULES:
        if not report.wants(rule.__name__):
            continue
        started = time.monotonic()
        wrong = [f"{path}:{line}: {what}" for path, text in files
                 for line, what in rule(path, text)]
        report.add(rule.__name__, int(not wrong), int(bool(wrong)), time.monotonic() - started,
                   wrong[:40])
    if not files:
        report.add("sources", 0, 1, 0, [f"no C++ below {ROOT}"])
