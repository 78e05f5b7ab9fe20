"""buf: the protos are well formed, and nobody who uses them is broken."""

import pathlib
import shutil
import subprocess
import tempfile

from outcome import ROOT

NPM = ROOT / "deploy/npm"
BUF = NPM / "node_modules/.bin/buf"


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)


def commit_before():
    """The commit that the protos are compared with: where this branch left origin/main or, on main
    itself, the one before; None when there is none with protos."""
    head = git("rev-parse", "HEAD").stdout.strip()
    base = git("merge-base", "HEAD", "origin/main").stdout.strip()
    if not base or base == head:
        base = git("rev-parse", "--verify", "--quiet", "HEAD~1").stdout.strip()
    if base and git("ls-tree", "-r", "--name-only", base, "proto").stdout.strip():
        return base
    return None


def unpack(commit, folder):
    """The protos of a commit, beside today's rules and google/*."""
    archive = subprocess.run(["git", "-C", ROOT, "archive", commit, "proto"], check=True,
                             capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    shutil.copy(ROOT / "buf.yaml", folder)
    modules = pathlib.Path(folder) / "deploy/npm/node_modules"
    modules.mkdir(parents=True)
    shutil.copytree(NPM / "node_modules/google-proto-files", modules / "google-proto-files")


def run(report):
    if report.wants("lint"):
        code, text, seconds = report.run("lint", [BUF, "lint"])
        report.add("lint", int(code == 0), int(code != 0), seconds, text.splitlines()[:40])
    if not report.wants("breaking"):
        return
    base = commit_before()
    if base is None:
        print("buf          breaking: there is no earlier commit with protos to compare with")
        return
    with tempfile.TemporaryDirectory() as folder:
        unpack(base, folder)
        code, text, seconds = report.run("breaking", [BUF, "breaking", "--against", folder])
    report.add(f"breaking since {base[:12]}", int(code == 0), int(code != 0), seconds,
               text.splitlines()[:40])
