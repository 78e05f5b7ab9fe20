"""A PostgreSQL of our own for one suite, and ports that nobody has."""

import contextlib
import pathlib
import random
import shutil
import socket
import subprocess
import tempfile

from outcome import ROOT

# Above what services usually take, below what the kernel gives to outgoing connections.
PORTS = range(12000, 32000, 100)


def free_port_base():
    """N such that N to N+59 are free now."""
    bases = list(PORTS)
    random.shuffle(bases)
    for base in bases:
        if all(is_free(base + offset) for offset in range(60)):
            return base
    raise RuntimeError("no 60 free ports in a row")


def is_free(port):
    with socket.socket() as probe:
        # As servers do: a port that only waits for old packets is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def private_folder(name):
    """A new folder that the user postgres may enter."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"maplebridge_{name}_"))
    folder.chmod(0o755)
    return folder


def shell(script, *arguments):
    """Runs a few lines with the functions of deploy/shell."""
    text = (f"set -euo pipefail; source '{ROOT}/deploy/shell/common.sh'; "
            f"source '{ROOT}/deploy/shell/database.sh'; {script}")
    run = subprocess.run(["bash", "-c", text, "tests/run", *map(str, arguments)],
                         stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError((run.stdout + run.stderr).strip()[-1000:])
    return run.stdout.strip()


@contextlib.contextmanager
def running(report):
    """A cluster with a superuser; answers the libpq connection string. Not durable, therefore fast:
    it lives as long as the tests."""
    folder = private_folder("cluster")
    port = free_port_base()
    data, password, pid = folder / "data", folder / "keys/passfile", folder / "postgres.pid"
    stop = ('if pid=$(cluster_pid "$(readlink -m "$1")" "$2"); then stop_process postgres "$pid" INT 30; fi; '
            'rm -rf -- "$(readlink -f -- "$1")"')
    try:
        conninfo = shell(
            'CLUSTER_FSYNC=off create_cluster "$1" "$2" "$3" >/dev/null; '
            'start_cluster "$(readlink -f "$1")" "$3" "$4" "$5"; conninfo "$3" postgres postgres "$2"',
            data, password, port, pid, folder / "postgres.log")
        yield conninfo
    finally:
        if report.keep and pid.exists():
            print(f"    kept: {conninfo}\n    stop it with: kill -INT {pid.read_text().strip()}")
        else:
            shell(stop, data, pid)
            shutil.rmtree(folder, ignore_errors=True)
