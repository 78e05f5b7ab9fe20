#!/usr/bin/env python3
"""Questions anyone may ask, by maplectl on a running suite: the last day of a period of law by the
real calendar, identifiers by their rules; single, and in batches as CSV.
`questions.py --var DIR --port-base N`."""

import argparse
import csv
import io
import json
import pathlib
import subprocess
import tempfile

import suite as s


class Questions:
    def __init__(self, var, results):
        self.var, self.results = var, results

    def ask(self, *words):
        """Answers (exit code, standard output, standard error)."""
        done = subprocess.run([s.ROOT / "deploy/maplectl", "--var", self.var, *words],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def batch(self, command, text, *more):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "questions.csv"
            path.write_text(text)
            code, out, err = self.ask(command, "--batch", str(path), *more)
        return code, list(csv.DictReader(io.StringIO(out))), err

    def deadline(self, what, start, rule, count, due_day, *because):
        code, out, err = self.ask("deadline", "--from", start, "--rule", rule, "--n", str(count),
                                  "--json")
        answer = json.loads(out) if code == 0 else {}
        reasons = " ".join(answer.get("because", []))
        self.results.check(
            f"{what}: {due_day}", answer.get("due_day") == due_day and
            all(words in reasons for words in because), (code, out, err))
        return answer

    def deadlines(self):
        answer = self.deadline("three working days across the National Day holiday",
                               "2026-09-28T15:00+08:00", "working", 3, "2026-10-08",
                               "2026-10-01 to 2026-10-07 is 国庆节")
        self.results.check("it ends with that day, the calendar is published",
                           answer == {"due_day": "2026-10-08", "due": "2026-10-09T00:00:00+08:00",
                                      "provisional": False, "because": answer.get("because")},
                           answer)
        self.deadline("no day of the holiday counts", "2026-09-30T09:00+08:00", "working", 1,
                      "2026-10-08")
        self.deadline("Saturday 10 October makes up for it", "2026-10-09T09:00+08:00", "working", 1,
                      "2026-10-10", "2026-10-10 makes up for 国庆节 and counts")
        self.deadline("so does Sunday 20 September", "2026-09-18T09:00+08:00", "working", 1,
                      "2026-09-20")
        self.deadline("an ordinary Saturday does not count", "2026-11-27T09:00+08:00", "working", 1,
                      "2026-11-30")
        self.deadline("a calendar period that ends in the holiday ends after it",
                      "2026-09-01T09:00+08:00", "calendar", 30, "2026-10-08")
        self.deadline("a month from the 31st ends with the shorter month", "2027-01-31T09:00+08:00",
                      "months", 1, "2027-03-01")
        self.deadline("an evening in London is the next day in China", "2026-11-23T17:00+00:00",
                      "working", 1, "2026-11-25")
        ahead = self.deadline("a year without a calendar is counted by weekdays",
                              "2031-03-03T09:00+08:00", "working", 1, "2031-03-04")
        self.results.check("and says that it is provisional", ahead.get("provisional") is True)

    def wrong_deadlines(self):
        for what, words, name in [
                ("an unknown rule", ["--from", "2026-09-28T15:00+08:00", "--rule", "weeks", "--n",
                                     "3"], "rule"),
                ("a moment that is none", ["--from", "2026-13-40", "--rule", "working", "--n", "3"],
                 "from"),
                ("no days", ["--from", "2026-09-28T15:00+08:00", "--rule", "working", "--n", "0"],
                 "n 0")]:
            code, out, err = self.ask("deadline", *words)
            self.results.check(f"{what} is refused by the name of the value",
                               code != 0 and name in err and not out, (code, out, err))

    def deadline_batch(self):
        code, rows, err = self.batch("deadline", "from,rule,n\n"
                                     "2026-09-28T15:00+08:00,working,3\n"
                                     "2026-09-01T09:00+08:00,calendar,30\n"
                                     "2027-01-31T09:00+08:00,months,1\n")
        self.results.check("a batch answers each row in its place", code == 0 and
                           [row["due_day"] for row in rows] ==
                           ["2026-10-08", "2026-10-08", "2027-03-01"], (code, rows, err))
        self.results.check("with its own columns before", list(rows[0]) ==
                           ["from", "rule", "n", "due_day"])
        code, rows, err = self.batch("deadline", "from,rule,n\nnever,working,3\n"
                                     "2026-09-28T15:00+08:00,working,3\n")
        self.results.check("a wrong row is named, the others are answered",
                           code == 1 and "line 2" in err and "never" in err and
                           [row["due_day"] for row in rows] == ["", "2026-10-08"],
                           (code, rows, err))
        code, rows, err = self.batch("deadline", "start,rule,n\n2026-09-28T15:00+08:00,working,3\n")
        self.results.check("a missing column is named", code != 0 and "from" in err and not rows,
                           (code, rows, err))

    def identifiers(self):
        good, bad = s.resident_number(123), s.resident_number(123)[:-1]
        bad += "0" if good[-1] != "0" else "1"
        for kind, value, verdict, reason in [
                ("resident", good, "valid", ""), ("resident", bad, "invalid", "MOD 11-2"),
                ("resident", "33010219900230123X", "invalid", ""),
                ("social_credit", "91350100M000100Y43", "valid", ""),
                ("social_credit", "91350100M000100Y44", "invalid", "")]:
            code, out, err = self.ask("check", kind, value, "--json")
            answer = json.loads(out) if out else {}
            self.results.check(f"{kind} number, {verdict} {reason}", code == 0 and
                               answer.get("verdict") == verdict and reason in answer["reason"] and
                               (verdict == "valid") == (answer["reason"] == ""), (code, out, err))
        code, rows, err = self.batch("check", "kind,value\n"
                                     f"resident,{good}\nresident,{bad}\n"
                                     "social_credit,91350100M000100Y43\nlibrary_card,1\n")
        self.results.check("a batch answers verdict and reason", code == 0 and
                           [row["verdict"] for row in rows] ==
                           ["valid", "invalid", "valid", "invalid"] and
                           [bool(row["reason"]) for row in rows] == [False, True, False, True] and
                           "library_card" in rows[3]["reason"], (code, rows, err))

    def run(self):
        self.deadlines()
        self.wrong_deadlines()
        self.deadline_batch()
        self.identifiers()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    results = s.Results()
    Questions(arguments.var, results).run()
    results.finish()


if __name__ == "__main__":
    main()
