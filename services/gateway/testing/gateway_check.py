#!/usr/bin/python3
"""Runs the real gateway binary in front of a real gRPC service and checks what callers see.

    gateway_check.py --bin build/release/bin [--only WORD]

Prints a line for each check that fails and one line "N passed, N failed"; exit code 1 when one
failed.
"""
import argparse
import contextlib
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

os.environ.setdefault("GRPC_VERBOSITY", "NONE")

import fault_checks
import grpc_checks
import json_checks
from deployment import Gateway, Keys, Messages, decode, describe, free_port
from echo_backend import EchoBackend

MODULES = (grpc_checks, json_checks, fault_checks)


class Case:
    """What every check works with."""

    def __init__(self, folder, binaries):
        self.folder, self.binaries = folder, binaries
        self.keys = Keys(folder)
        self.descriptors, files = describe(folder, binaries / "maplebridge.protoset")
        self.messages = Messages(files)
        self.backend = EchoBackend(self.keys, self.messages, free_port())
        self.gateway = self._start(self.backend.port)

    def _start(self, backend_port, **flags):
        return Gateway(self.binaries / "maplebridge_gateway", self.folder, self.keys,
                       self.descriptors, backend_port, **flags)

    @contextlib.contextmanager
    def start_gateway(self, backend_port=None, **flags):
        """One more gateway, with flags of its own."""
        gateway = self._start(backend_port or self.backend.port, **flags)
        try:
            yield gateway
        except BaseException:
            gateway.close()
            raise
        code = gateway.close()
        assert code == 0, (code, gateway.log_path.read_text()[-2000:])

    def context(self, value):
        kind = self.messages.named("maplebridge.caller.v1.CallerContext")
        return kind.FromString(decode(value.partition(".")[0]))

    def close(self):
        code = self.gateway.close()
        self.backend.stop()
        return code


def checks(only):
    for module in MODULES:
        for name, function in vars(module).items():
            if name.startswith("check_") and function.__module__ == module.__name__:
                if only in name:
                    yield name[len("check_"):], function


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bin", required=True, type=Path)
    arguments.add_argument("--only", default="")
    arguments.add_argument("--verbose", action="store_true")
    options = arguments.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="gateway_check_") as folder:
        case = Case(Path(folder), options.bin.resolve())
        for name, function in checks(options.only):
            start = time.time()
            try:
                function(case)
                passed += 1
                if options.verbose:
                    print(f"ok {name} {time.time() - start:.1f} s", flush=True)
            except Exception:  # A check that breaks has failed, whatever the reason.
                failed += 1
                print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
                if case.gateway.process.poll() is not None:
                    print("the gateway ended:", case.gateway.log_path.read_text()[-2000:])
                    break
        if case.close() != 0:
            failed += 1
            print("FAILED the gateway did not stop with exit code 0")
    print(f"{passed} passed, {failed} failed")
    sys.stdout.flush()
    # grpcio's threads may still wait for what the checks left behind.
    os._exit(1 if failed or passed == 0 else 0)


if __name__ == "__main__":
    main()
