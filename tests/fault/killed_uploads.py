#!/usr/bin/env python3
"""The registry killed at each point of making a material, and with a disk that takes no more: nothing
acknowledged is lost, nothing is there twice. `killed_uploads.py --var DIR --port-base N` speaks to a
running suite and kills its registry; deploy/up starts it again."""

import argparse
import os
import pathlib
import resource
import signal
import subprocess
import sys
import threading
import time

import grpc

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import material_client  # noqa: E402
import suite as s  # noqa: E402

MIB = material_client.MIB


class KilledUploads:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.client = material_client.MaterialClient(running, results)
        self.dispute = self.client.report()

    # --- The suite's parts -----------------------------------------------------------------------

    def pid(self, name):
        return int((self.running.var / f"run/{name}.pid").read_text())

    def up(self):
        subprocess.run([s.ROOT / "deploy/up", "--no-build", "--var", str(self.running.var)],
                       check=True, stdout=subprocess.DEVNULL)

    def kill(self):
        os.kill(self.pid("registry"), signal.SIGKILL)

    def psql(self):
        return ["/usr/lib/postgresql/15/bin/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d",
                f"hostaddr=127.0.0.1 port={self.running.port_base + 5} user=postgres "
                f"dbname=maplebridge_registry passfile='{self.running.var}/keys/postgres.passfile'"]

    def ask(self, text):
        return subprocess.run([*self.psql(), "-c", text], check=True, capture_output=True,
                              text=True).stdout.strip()

    def hold_rows(self):
        """Nobody writes a material until the answer is ended."""
        holder = subprocess.Popen(self.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  text=True)
        holder.stdin.write("BEGIN; LOCK TABLE materials IN SHARE ROW EXCLUSIVE MODE; "
                           "SELECT 'held';\n")
        holder.stdin.flush()
        assert holder.stdout.readline().strip() == "held"
        return holder

    @staticmethod
    def let_go(holder):
        holder.stdin.close()
        holder.wait(timeout=20)

    def kept_file(self, content):
        digest = s.sha256(content)
        return self.running.var / "files/contents" / digest[:2] / digest

    # --- What is tried ---------------------------------------------------------------------------

    def finalise_held(self, content):
        """An upload whose file is in its place and whose row is not: (name, request, answer)."""
        upload = self.client.announce(self.dispute, content)
        self.client.send(upload.name, content)
        request, answer = s.request_id(), []

        def finalise():
            try:
                answer.append(self.client.finalise(upload.name, request))
            except grpc.RpcError as error:
                answer.append(error)

        thread = threading.Thread(target=finalise)
        thread.start()
        s.eventually("the file is in its place", self.kept_file(content).exists)
        return upload.name, request, answer, thread

    def check_once(self, what, name, request, content):
        end = time.monotonic() + 60
        while True:
            try:
                material = self.client.finalise(name, request)
                break
            except grpc.RpcError as error:
                if error.code() not in material_client.AGAIN or time.monotonic() > end:
                    raise
                time.sleep(0.2)
        count = self.ask(f"SELECT count(*) FROM materials WHERE sha256 = '{material.sha256}'")
        self.results.check(f"{what}: the same request makes it, once", count == "1", count)
        self.results.check(f"{what}: byte for byte",
                           self.client.download(material.name) == content)

    def between_file_and_row(self):
        content = material_client.photograph(3 * MIB + 7, seed=21)
        holder = self.hold_rows()
        name, request, answer, thread = self.finalise_held(content)
        self.kill()
        thread.join()
        self.let_go(holder)
        self.results.check("killed between file and row, nothing is acknowledged",
                           isinstance(answer[0], grpc.RpcError) and
                           self.ask("SELECT count(*) FROM materials") == "0", answer)
        self.up()
        self.results.check("and the sweep of the start leaves the file",
                           self.kept_file(content).exists())
        self.check_once("killed between file and row", name, request, content)

    def after_the_row(self):
        content = material_client.photograph(3 * MIB + 7, seed=22)
        holder = self.hold_rows()
        name, request, answer, thread = self.finalise_held(content)
        # The answer does not reach the client: the gateway stands still, and dies with it.
        os.kill(self.pid("gateway"), signal.SIGSTOP)
        self.let_go(holder)
        digest = s.sha256(content)
        s.eventually("the row is committed", lambda: self.ask(
            f"SELECT count(*) FROM materials WHERE sha256 = '{digest}'") == "1")
        self.kill()
        os.kill(self.pid("gateway"), signal.SIGKILL)
        thread.join()
        self.results.check("killed after the row, the client hears nothing",
                           isinstance(answer[0], grpc.RpcError), answer)
        self.up()
        self.check_once("killed after the row", name, request, content)

    def while_appending(self):
        content = material_client.photograph(60 * MIB, seed=23)
        upload = self.client.announce(self.dispute, content, sha256=s.sha256(content))
        failed = []

        def send():
            try:
                self.client.append(upload.name, content, 0)
            except grpc.RpcError as error:
                failed.append(error)

        thread = threading.Thread(target=send)
        thread.start()
        s.eventually("some bytes are committed",
                     lambda: self.client.get(upload.name).committed_size > 0)
        self.kill()
        thread.join()
        committed = int(self.ask("SELECT committed_size FROM uploads WHERE "
                                 f"upload_id = '{upload.name.rsplit('/', 1)[1]}'"))
        self.results.check("killed while bytes came in, whole steps are committed",
                           bool(failed) and 0 < committed < len(content) and committed % MIB == 0,
                           committed)
        self.up()
        resumed = self.client.get(upload.name).committed_size
        self.client.send(upload.name, content)
        self.results.check("the upload goes on where it was", resumed == committed, resumed)
        material = self.client.finalise(upload.name)
        self.results.check("and has the digest announced", material.sha256 == s.sha256(content))

    def disk_takes_no_more(self):
        content = material_client.photograph(20 * MIB, seed=24)
        upload = self.client.announce(self.dispute, content)
        pid = self.pid("registry")
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (6 * MIB, hard))
        try:
            code, reason, _, retry = s.refused(
                lambda: self.client.append(upload.name, content, 0))
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        committed = self.client.get(upload.name).committed_size
        self.results.check("a disk that takes no more is said, with the time to wait",
                           code == grpc.StatusCode.RESOURCE_EXHAUSTED and
                           reason == "FILE_STORE_FULL" and retry and 0 < committed <= 6 * MIB,
                           (code, reason, retry, committed))
        self.results.check("the registry goes on", self.pid("registry") == pid)
        self.client.send(upload.name, content)
        material = self.client.finalise(upload.name)
        self.results.check("and with room again the upload is finished",
                           self.client.download(material.name) == content)

    def restarted(self):
        content = material_client.photograph(MIB, seed=25)
        material = self.client.bring(self.dispute, content)
        subprocess.run([s.ROOT / "deploy/down", "--var", str(self.running.var)], check=True,
                       stdout=subprocess.DEVNULL)
        self.up()
        self.results.check("materials are there after deploy/down and deploy/up",
                           s.eventually("the suite answers", lambda: self.client.download(
                               material.name)) == content)

    def run(self):
        self.between_file_and_row()
        self.after_the_row()
        self.while_appending()
        self.disk_takes_no_more()
        self.restarted()
        leftovers = list((self.running.var / "files/unfinished").iterdir())
        self.results.check("nothing unfinished is left", not leftovers, leftovers)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", type=int, default=7400)
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        KilledUploads(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
