"""shellcheck over all scripts, and the tests of deploy/ written in shell."""

import subprocess

from outcome import ROOT


def scripts():
    names = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "deploy",
         "tests", ".ci"], check=True, capture_output=True, text=True).stdout.split()
    found = []
    for name in sorted(set(names)):
        path = ROOT / name
        if not path.is_file() or path.is_symlink():
            continue
        with open(path, "rb") as file:
            first = file.readline()
        if name.endswith(".sh") or (first.startswith(b"#!") and b"bash" in first):
            found.append(name)
    return found


def run(report):
    if report.wants("shellcheck"):
        files = scripts()
        code, text, seconds = report.run("shellcheck", ["shellcheck", "-x", *files])
        report.add(f"shellcheck of {len(files)} scripts", int(code == 0), int(code != 0), seconds,
                   text.splitlines()[:40])
    for path in sorted((ROOT / "tests/shell").glob("*_test.sh")):
        if report.wants(path.stem):
            report.run_counting(path.stem, ["bash", path])
