"""The README is true: what it quotes stands in the tree, and its client runs as it is printed."""

import re

from outcome import ROOT

BLOCK = re.compile(r"^( *)```(\w*)(?: (\S+))?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks():
    """(language, file it quotes or None, text) of each fenced block."""
    for match in BLOCK.finditer((ROOT / "README.md").read_text()):
        indent, language, source, text = match.groups()
        yield language, source, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)


def plain(text):
    """Lines may be broken otherwise; words may not differ."""
    return re.sub(r"\s+", "", text)


def wrong_quotations():
    """(number of quotations, [what is not there])."""
    quotations = [(source, text) for _, source, text in blocks() if source]
    return len(quotations), [f"{source} does not hold: {text}" for source, text in quotations
                             if plain(text) not in plain((ROOT / source).read_text())]


def missing_paths():
    """Paths in backquotes that do not exist; (number of paths, [missing])."""
    text = BLOCK.sub("", (ROOT / "README.md").read_text())
    paths = {word for word in re.findall(r"`([\w./-]+)`", text)
             if word.split("/")[0] in ("proto", "services", "common", "deploy", "tests", "buf.yaml",
                                       "LICENSE")}
    return len(paths), sorted(p for p in paths if not (ROOT / p).exists())


def client_script(var, port_base):
    """The commands and the client, in their order, spoken to the suite in `var`."""
    script = "set -euo pipefail\n"
    for language, source, text in blocks():
        if language == "python" and not source:
            script += f"/usr/bin/python3 - <<'CLIENT'\n{text}CLIENT\n"
        elif language == "sh":
            script += text
    return (script.replace("var/keys/", f"{var}/keys/")
            .replace("localhost:7400", f"localhost:{port_base}")
            .replace("localhost:7402", f"localhost:{port_base + 2}")
            .replace("curl ", "curl --silent --show-error --fail ")
            .replace("deploy/maplectl ", f"deploy/maplectl --var {var} "))
