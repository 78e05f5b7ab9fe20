"""Tests against a whole installation: deploy/up in a folder and on ports of its own."""

import contextlib
import json
import subprocess

import readme
from outcome import PYTHON, ROOT, last_lines
from private_cluster import free_port_base, private_folder


def programs(folder):
    """The files that run by themselves; the others are what they share."""
    return [path for path in sorted((ROOT / folder).glob("*.py"))
            if '__name__ == "__main__"' in path.read_text()]


@contextlib.contextmanager
def installation(report, name):
    """Answers (var, port base); None when it does not come up, which is counted."""
    var, port_base = private_folder(name) / "var", free_port_base()
    try:
        code, text, seconds = report.run("deploy_up", [
            ROOT / "deploy/up", "--no-build", "--var", var, "--port-base", port_base])
        is_up = code == 0 and f"ready: localhost:{port_base}" in text
        details = [] if is_up else [f"exit code {code}", *text.splitlines()[-20:]]
        report.add("deploy/up", int(is_up), int(not is_up), seconds, details)
        yield (var, port_base) if is_up else None
    finally:
        if report.keep:
            print(f"    kept: deploy/down --var {var} --purge")
        else:
            down = subprocess.run([ROOT / "deploy/down", "--var", var, "--purge"],
                                  capture_output=True, text=True)
            if down.returncode == 0:
                var.parent.rmdir()
            else:
                report.add("deploy/down", 0, 1, 0, (down.stdout + down.stderr).splitlines()[-10:])


def run_programs(report, name, files, others=()):
    """`files` are called with --var and --port-base; `others` are (name, function) of ours."""
    wanted = [path for path in files if report.wants(path.stem)]
    others = [(title, run) for title, run in others if report.wants(title)]
    if not wanted and not others:
        return
    with installation(report, name) as place:
        if place is None:
            return
        var, port_base = place
        for title, run in others:
            run(report, title, var, port_base)
        for path in wanted:
            # Starts again what the test before has killed.
            code, text, seconds = report.run("deploy_up_again", [
                ROOT / "deploy/up", "--no-build", "--var", var])
            if code != 0:
                report.add(path.stem, 0, 1, seconds,
                           ["deploy/up before it failed", *text.splitlines()[-10:]])
                continue
            report.run_counting(path.stem, [PYTHON, "-B", path, "--var", var, "--port-base",
                                            port_base], {"MAPLEBRIDGE_VAR": str(var)})


# --- What the README and the first issue promise word for word -----------------------------------

DEMO_ANSWER = {
    "referral": "PERFORMED", "confirmation": "CONFIRMED", "returned_digests_equal": True,
    "watch_resumed": True, "analytics": {"referrals": 2, "settled": 1, "success_rate": 0.5}}


def run_demo(report, name, var, port_base):
    """Works twice on the same suite: each demo makes an organisation of its own."""
    for turn in ("first", "second"):
        code, text, seconds = report.run(f"{name}_{turn}", [
            ROOT / "deploy/maplectl", "--var", var, "demo", "--json"])
        try:
            lines = [json.loads(line) for line in text.splitlines()]
            good = code == 0 and len(lines) > 1 and lines[-1] == DEMO_ANSWER
        except ValueError:
            good = False
        report.add(f"{name}, {turn} time", int(good), int(not good), seconds,
                   [] if good else [f"exit code {code}", *last_lines(text)])


def run_readme(report, name, var, port_base):
    for what, (count, wrong) in (("quotations", readme.wrong_quotations()),
                                 ("paths", readme.missing_paths())):
        # None at all would be a README whose form the check no longer knows.
        bad = bool(wrong) or count == 0
        report.add(f"{name}: {count} {what}", int(not bad), int(bad), 0, wrong)
    code, text, seconds = report.run(name, ["bash", "-c", readme.client_script(var, port_base)])
    report.add(f"{name}: client", int(code == 0), int(code != 0), seconds,
               [] if code == 0 else last_lines(text))


def run_end_to_end(report):
    run_programs(report, "end_to_end", programs("tests/end_to_end"),
                 [("readme", run_readme), ("demo", run_demo)])


def run_fault(report):
    run_programs(report, "fault", programs("tests/fault"))
