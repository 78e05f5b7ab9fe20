"""clang-format 14 (Debian's, pinned: another version formats otherwise)."""

import subprocess

from outcome import ROOT


def run(report):
    # Tracked and new files; not what is ignored or already deleted.
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "*.cc",
         "*.h"], check=True, capture_output=True, text=True).stdout.split()
    files = sorted(name for name in set(listed) if (ROOT / name).exists())
    code, text, seconds = report.run("clang_format", [
        "clang-format-14", "--dry-run", "--Werror", *files])
    wrong = sorted({line.partition(":")[0] for line in text.splitlines() if " error: " in line})
    details = [*wrong[:20]]
    if code != 0:
        details += [f"{len(wrong)} of {len(files)} files; mend them with",
                    "git ls-files '*.cc' '*.h' | xargs clang-format-14 -i"]
    report.add(f"clang-format of {len(files)} files", int(code == 0), int(code != 0), seconds,
               details)
