#!/usr/bin/env python3
"""Every verb of maplectl on a running suite: the example in its --help is run as it stands there, with
the names that the suite gave in the place of the example's. `verbs.py --var DIR --port-base N`."""

import argparse
import json
import os
import re
import subprocess
import tempfile

import suite as s

COUNTY = "330681"
MAPLECTL = s.ROOT / "deploy/maplectl"
# The first of the numbers in the examples; those of the same committee end in other sequences.
NUMBERS = ["330681190001011025", "330681190001011033"]


class Refused(Exception):
    """The command did not end with 0."""


class Verbs:
    def __init__(self, var, port_base, results):
        self.var, self.results = var, results
        self.folder = tempfile.mkdtemp(prefix="maplebridge_verbs_")
        self.address = f"127.0.0.1:{port_base}"
        self.tried = set()
        self.names = {}
        self.examples = self.read_examples()
        self.bureau = self.token("--role", "COUNTY_BUREAU", "--division", COUNTY)
        self.court = self.token("--role", "COURT_SYSTEM", "--court", f"courts/{COUNTY}")
        # A partner that has shared nothing yet: its numbers are its own.
        self.partner = self.token("--role", "PARTNER_SYSTEM", "--division", COUNTY, "--subject",
                                  f"callers/partner-{s.request_id()}")

    # --- the program -----------------------------------------------------------------------------

    def run(self, words, token="", json_lines=True):
        """Runs maplectl with words; answers its lines, decoded when they are JSON."""
        command = [str(MAPLECTL), "--var", str(self.var), *(["--json"] if json_lines else []), *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder,
                              env=dict(os.environ, MAPLECTL_TOKEN=token))
        if done.returncode != 0:
            raise Refused(done.returncode, " ".join(words), done.stdout, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()] if json_lines else done.stdout

    def token(self, *words):
        return self.run(["token", *words], json_lines=False).strip()

    def subcommands(self, words):
        text = self.run([*words, "--help"], json_lines=False)
        listed = text.partition("Subcommands:\n")[2].partition("\n\n")[0]
        return [line.split()[0] for line in listed.splitlines() if line.startswith("  ")
                and not line.startswith("   ")]

    def read_examples(self):
        """{(group, verb): the words of its example}, as --help has them."""
        examples = {}
        for group in self.subcommands([]):
            verbs = self.subcommands([group])
            for verb in verbs:
                text = self.run([group, verb, "--help"], json_lines=False)
                example = text.rpartition("Example:\n  ")[2].strip()
                examples[group, verb] = example
        return examples

    # --- examples --------------------------------------------------------------------------------

    def words_of(self, example):
        """The example's words, with the names of this suite."""
        for written, real in self.names.items():
            # A short name such as c1 stands alone.
            before = r"(?<![\w/-])" if len(written) < 4 else ""
            example = re.sub(rf"{before}{re.escape(written)}(?!\w)", real, example)
        return re.findall(r"'[^']*'|\S+", example)[1:]

    def example(self, verb, token=""):
        """Runs the example of "group verb"; answers the first line."""
        key = tuple(verb.split())
        words = [word.strip("'") for word in self.words_of(self.examples[key])]
        try:
            lines = self.run(words, token)
        except Refused as error:
            self.results.check(f"maplectl {verb}", False, error.args)
            return {}
        self.tried.add(key)
        return lines[0] if lines else {}

    def say(self, words, token=""):
        return self.run(words.split() if isinstance(words, str) else words, token)[0]

    # --- the story -------------------------------------------------------------------------------

    def staff(self, organisation):
        """Two more members; the example's is the third."""
        mediators = []
        for i, number in enumerate(NUMBERS):
            mediators.append(self.say(
                ["mediator", "add", organisation, "--name", "陆婉贞" + str(i), "--number", number,
                 "--employment", "PART_TIME", *(["--head"] if i == 0 else [])], self.bureau))
        return mediators

    def file_organisations(self):
        made = self.example("organisation create", self.bureau)
        self.names["organisations/a1"] = self.organisation = made["name"]
        first = self.example("mediator add", self.bureau)
        self.mediator = self.staff(self.organisation)[1]["name"]
        self.names["organisations/a1/mediators/m1"] = self.mediator
        # The longer name first.
        self.names = dict(sorted(self.names.items(), key=lambda item: -len(item[0])))
        for verb in ("file", "publish", "suspend", "reinstate", "get", "list"):
            answer = self.example(f"organisation {verb}", self.bureau)
        self.results.check("a committee is filed and published by verbs",
                           self.say(["organisation", "get", self.organisation],
                                    self.bureau)["state"] == "ORGANISATION_STATE_PUBLISHED", answer)
        self.results.check("identity numbers are answered masked", "*" in first["identity_number"],
                           first)
        self.example("mediator list", self.bureau)
        self.example("mediator get", self.bureau)
        other = self.say(["organisation", "create", "--name", "诸暨市赵家镇人民调解委员会", "--kind",
                          "TOWNSHIP", "--division", "330681110", "--founded-by", "赵家镇人民政府",
                          "--seal", "诸暨市赵家镇人民调解委员会"], self.bureau)["name"]
        self.names["organisations/b2"] = other
        self.say(["mediator", "add", other, "--name", "沈三", "--number", "330681190001011041",
                  "--employment", "FULL_TIME"], self.bureau)
        self.staff(other)
        for verb in ("file", "publish"):
            self.say(["organisation", verb, other], self.bureau)
        scope = ("--organisation", self.organisation, "--division", "330681109")
        self.head = self.token("--role", "ORGANISATION_HEAD", *scope)
        self.other_head = self.token("--role", "ORGANISATION_HEAD", "--organisation", other,
                                     "--division", "330681110")
        self.centre = self.token("--role", "CENTRE", "--organisation", self.organisation)
        self.example("roster invite", self.court)
        self.example("roster list", self.court)

    def investigate(self):
        self.names["c1"] = self.example("campaign create", self.bureau)["name"].split("/")[1]
        for verb in ("get", "list", "assign", "tasks"):
            self.example(f"campaign {verb}", self.bureau)
        self.example("campaign visit", self.head)
        visited = self.example("campaign visits", self.bureau)
        self.results.check("a visit is recorded with today's day and its households",
                           visited.get("household_count") == 12, visited)
        self.example("campaign coverage", self.bureau)
        self.example("campaign close", self.bureau)
        self.names["r1"] = self.example("risk create", self.head)["name"].split("/")[1]
        for verb in ("get", "list", "report", "measure", "complete", "control", "resolve"):
            state = self.example(f"risk {verb}", self.head).get("state")
        self.results.check("a risk is worked off by verbs", state == "RISK_STATE_RESOLVED", state)
        self.names["r1"] = self.say(
            ["risk", "create", "--division", "330681109", "--category", "NEIGHBOURS", "--severity",
             "LOW", "--description", "围墙争执"], self.head)["name"]
        self.example("risk escalate", self.head)
        self.example("risk export", self.bureau)
        ledger = open(f"{self.folder}/ledger.csv", "rb").read()
        self.results.check("the ledger is a file that a spreadsheet opens",
                           ledger.startswith(b"\xef\xbb\xbf") and "工地拖欠工资".encode() in ledger)
        self.example("observation share", self.partner)
        self.example("observation list", self.partner)

    def new_dispute(self, until="MEDIATING"):
        """One of its own, in the state; the examples are about it from now on."""
        name = self.say(["dispute", "report", "--category", "NEIGHBOURS", "--source", "APPLICATION",
                         "--division", "330681109", "--applicant", "张三," + NUMBERS[0],
                         "--respondent", "李四", "--summary", "排水沟纠纷"], self.head)["name"]
        number = name.split("/")[1]
        self.names["D-330681-2026-00000017"] = number
        if until in ("ACCEPTED", "MEDIATING", "AGREED"):
            self.say(["dispute", "accept", number], self.head)
        if until in ("MEDIATING", "AGREED"):
            self.say(["dispute", "assign", number, "--mediator", self.mediator], self.head)
        return number

    def report(self):
        made = self.example("dispute report", self.head)
        self.results.check("yuan become fen", made.get("claimed_amount_fen") == "1200050", made)
        self.names["D-330681-2026-00000017"] = made["name"].split("/")[1]
        for verb in ("get", "list", "parties", "accept", "assign", "session", "sessions", "helper",
                     "helpers", "recuse", "recusals", "extend", "suspend", "resume", "similar",
                     "articles", "due", "reminders"):
            self.example(f"dispute {verb}", self.head)
        for verb, token in (("report", self.head), ("list", self.bureau),
                            ("acknowledge", self.bureau)):
            self.example(f"escalation {verb}", token)

    def settle(self):
        agreement = self.example("agreement create", self.head)
        self.results.check("obligations are read with sums and days",
                           [each.get("amount_fen") for each in agreement["obligations"]] ==
                           ["120050", None], agreement.get("obligations"))
        name = agreement["name"].removeprefix("disputes/")
        self.example("agreement get", self.head)
        self.example("agreement sign", self.head)
        for words in (["--party", "p2", "--method", "FINGERPRINT"],
                      ["--mediator", self.mediator, "--method", "SIGNATURE"],
                      ["--organisation", self.organisation, "--method", "SEAL"]):
            signed = self.say(["agreement", "sign", name, *words], self.head)
        self.results.check("with the seal it is in effect",
                           signed["state"] == "AGREEMENT_STATE_IN_EFFECT")
        self.example("dispute conclude", self.head)
        self.say(["agreement", "create", name.split("/")[0], "--form", "ORAL", "--facts", "另议",
                  "--act", "p2,p1,+5,恢复排水沟"], self.head)
        self.example("dispute amend", self.head)
        performed = self.example("dispute perform", self.head)
        self.results.check("it is performed", performed["state"] == "DISPUTE_STATE_PERFORMED")
        self.example("dispute follow-up", self.head)
        self.example("dispute follow-ups", self.head)

    def documents(self):
        for verb in ("create", "list", "get", "download"):
            self.example(f"document {verb}", self.head)
        agreement = f"{self.folder}/agreement.pdf"
        self.results.check("the agreement is a PDF",
                           open(agreement, "rb").read(4) == b"%PDF")
        text = subprocess.run(["pdftotext", agreement, "-"], capture_output=True, text=True,
                              check=True).stdout
        self.names["〔2026〕330681人调协字第0000001-1号"] = re.search(r"〔\d+〕\S+?号", text)[0]
        self.names["ABCD-EFGH-JKLM"] = re.search(r"\w{4}-\w{4}-\w{4}", text)[0]
        verified = self.example("document verify")
        self.results.check("anyone verifies it by number and code",
                           verified.get("kind") == "DOCUMENT_KIND_AGREEMENT", verified)
        number = self.names["D-330681-2026-00000017"]
        for record in (["MEDIATION_RECORD", "--ordinal", "1"], ["ORAL_AGREEMENT_REGISTER"]):
            self.say(["document", "create", number, "--kind", *record], self.head)
        self.example("dispute archive", self.head)
        s.eventually("the index follows", lambda: self.run(["dispute", "search", "排水沟"],
                                                           self.head))
        self.example("dispute search", self.head)

    def bulk(self):
        self.names["op1"] = self.example("operation order", self.head)["name"].split("/")[1]
        s.eventually("the export is written", lambda: self.say(
            ["operation", "get", self.names["op1"]], self.head).get("done"))
        for verb in ("get", "list", "export"):
            self.example(f"operation {verb}", self.head)
        table = open(f"{self.folder}/disputes.csv", "rb").read()
        self.results.check("an export is a file that a spreadsheet opens",
                           table.startswith(b"\xef\xbb\xbf") and "编号".encode() in table)
        # It has ended, so the example of a cancellation is read, and refused.
        key = ("operation", "cancel")
        try:
            self.run(self.words_of(self.examples[key]), self.head)
            refusal = "it was answered"
        except Refused as error:
            refusal = str(error.args)
        self.results.check("what has ended is not cancelled", "STATE_FORBIDS" in refusal, refusal)
        self.tried.add(key)

    def endings(self):
        self.new_dispute("REPORTED")
        self.example("dispute decline", self.head)
        self.new_dispute()
        self.example("dispute withdraw", self.head)
        self.new_dispute()
        self.example("dispute conclude-without-agreement", self.head)
        for verbs in (("close",), ("set-aside",)):
            number = self.new_dispute()
            made = self.say(["agreement", "create", number, "--form", "ORAL", "--facts", "赔偿",
                             "--pay", "p2,p1,10,+2"], self.head)
            self.say(["dispute", "conclude", number, "--agreement", made["name"]], self.head)
            self.no_breach_yet()
            for verb in verbs:
                self.example(f"dispute {verb}", self.head)

    def no_breach_yet(self):
        """No day has passed on this suite, so the example of a breach is read, and refused."""
        key = ("dispute", "breach")
        try:
            self.run([word.strip("'") for word in self.words_of(self.examples[key])], self.head)
            refusal = "it was answered"
        except Refused as error:
            refusal = str(error.args)
        self.results.check("a breach is reported once the day has passed",
                           "GUARD_FAILED" in refusal, refusal)
        self.tried.add(key)

    def hand_over(self):
        self.new_dispute("ACCEPTED")
        self.example("transfer offer", self.head)
        self.example("transfer list", self.other_head)
        self.example("transfer decline", self.other_head)
        number = self.new_dispute("ACCEPTED")
        self.example("transfer offer", self.head)
        self.example("transfer cancel", self.head)
        number = self.new_dispute("ACCEPTED")
        self.example("transfer offer", self.head)
        self.example("transfer accept", self.other_head)
        self.results.check("the other committee has it",
                           self.say(["dispute", "get", number], self.other_head)["organisation"] ==
                           self.names["organisations/b2"])

    def go_to_forces(self):
        self.new_dispute()
        for verb in ("propose", "answer", "list", "end"):
            route = self.example(f"route {verb}", self.centre)
        self.results.check("a force is tried by verbs",
                           route.get("outcome") == "ROUTE_OUTCOME_FAILED", route)
        for verb in ("request", "answer", "list", "deliver"):
            help_given = self.example(f"assistance {verb}", self.head)
        self.results.check("a notary helps by verbs",
                           help_given.get("state") == "ASSISTANCE_STATE_DELIVERED", help_given)
        self.example("joint set", self.head)
        for verb, token in (("list", self.other_head), ("answer", self.other_head),
                            ("get", self.head)):
            joint = self.example(f"joint {verb}", token)
        self.results.check("another committee joins by verbs",
                           joint["members"][0]["state"] == "JOINT_MEMBER_STATE_JOINED", joint)
        first = self.example("history list", self.head)
        self.results.check("and one page tells it", first.get("text") == "分流：律师调解", first)
        self.new_dispute()
        self.example("route propose", self.centre)
        self.example("route withdraw", self.centre)
        self.example("assistance request", self.head)
        self.example("assistance cancel", self.head)

    def belong_together(self):
        self.names["D-330681-2026-00000025"] = self.new_dispute()
        self.new_dispute()
        for verb in ("duplicates", "link", "links", "unlink", "merge", "unmerge"):
            self.example(f"dispute {verb}", self.head)

    def referral(self):
        """A case of the court that is sent to the committee."""
        def call(method, request):
            return self.say(["call", f"ReferralService.{method}", json.dumps(request)], self.court)
        parties = [{"party_id": f"p{i + 1}", "kind": "PARTY_KIND_PERSON", "position": position,
                    "display_name": name, "identity_kind": "IDENTITY_KIND_RESIDENT",
                    "identity_number": NUMBERS[i]}
                   for i, (position, name) in enumerate((("PARTY_POSITION_APPLICANT", "张三"),
                                                         ("PARTY_POSITION_RESPONDENT", "李四")))]
        serial = int(s.request_id()[:6], 16)
        name = call("OfferGuidance", {"request_id": s.request_id(), "referral": {
            "case_number": f"（2026）浙0681民诉前调{serial}号", "category": "CONTRACT",
            "division": "330681109", "summary": "货款", "guidance": "已告知", "parties": parties}})["name"]
        for party in ("p1", "p2"):
            call("RecordConsent", {"name": name, "party_id": party, "evidence": "签名",
                                   "decision": "CONSENT_DECISION_CONSENT",
                                   "request_id": s.request_id()})
        call("SendReferral", {"name": name, "kind": "REFERRAL_KIND_APPOINTED",
                              "organisation": self.organisation,
                              "choice": "ORGANISATION_CHOICE_COURT",
                              "request_id": s.request_id()})
        self.names["f1"] = name.split("/")[1]

    def refer(self):
        self.referral()
        for verb in ("list", "get", "accept"):
            self.example(f"referral {verb}", self.head)
        self.referral()
        self.example("referral decline", self.head)

    def look_up(self):
        for name in ("dispute", "risk", "organisation", "referral", "confirmation"):
            self.example(f"workflow {name}")
        self.example("indicator query", self.bureau)
        self.example("indicator define")
        for verb in ("get", "list", "categories"):
            self.example(f"division {verb}")

    # --- what goes wrong -------------------------------------------------------------------------

    def exit_code(self, words, *, token="", code, says):
        done = subprocess.run([str(MAPLECTL), "--var", str(self.var), *words], capture_output=True,
                              text=True, env=dict(os.environ, MAPLECTL_TOKEN=token))
        lines = done.stderr.splitlines()
        self.results.check(f"exit code {code}: {' '.join(words)[:60]}",
                           done.returncode == code and len(lines) == 1 and says in lines[0],
                           (done.returncode, done.stderr))

    def refusals(self):
        number = self.names["D-330681-2026-00000025"]
        report = ["dispute", "report", "--source", "APPLICATION", "--division", "330681109",
                  "--applicant", "张三", "--respondent", "李四", "--summary", "x"]
        self.exit_code(["dispute", "acept", number], code=2, says="did you mean accept")
        self.exit_code(["dispute"], code=2, says="one of report, list")
        self.exit_code(["dispute", "accept"], code=2, says="DISPUTE is required")
        self.exit_code(report, code=2, says="--category is missing")
        self.exit_code(["dispute", "list", "--state", "MEDIATNG"], code=2,
                       says="did you mean MEDIATING?")
        self.exit_code(["campaign", "list", "--limit", "x"], code=2, says="--limit")
        self.exit_code([*report, "--category", "NONSENSE"], token=self.head, code=1,
                       says="mend --category")
        self.exit_code(["dispute", "accept", number], token=self.head, code=1, says="STATE_FORBIDS")
        self.exit_code(["dispute", "accept", number, "--etag", '"r1"'], token=self.head, code=1,
                       says="ETAG_STALE")
        self.exit_code(["organisation", "revoke", self.organisation, "--reason", "x"],
                       token=self.head, code=1, says="roles that may call: COUNTY_BUREAU")
        self.exit_code(["--address", "127.0.0.1:1", "division", "get", "33"], code=3,
                       says="is the suite running")

    def repeat(self):
        """The same request id twice makes one dispute."""
        report = ["dispute", "report", "--category", "CONTRACT", "--source", "APPLICATION",
                  "--division", "330681109", "--applicant", "张三", "--respondent", "李四",
                  "--summary", "一次", "--request-id", s.request_id()]
        self.results.check("--request-id makes it happen once",
                           self.say(report, self.head)["name"] == self.say(report, self.head)["name"])

    def pages(self):
        """More rows than one call has."""
        lines = self.run(["division", "list", "--in", "330681001", "--limit", "0"])
        some = self.run(["division", "list", "--in", "330681001", "--limit", "7"])
        codes = [line["code"] for line in lines]
        self.results.check("--limit cuts a list, 0 shows all of it, each row once",
                           len(codes) == len(set(codes)) > 40 and
                           [line["code"] for line in some] == codes[:7], len(codes))
        visits = ["campaign", "tasks", self.names["c1"], "--limit"]
        tasks = self.run([*visits, "0"], self.bureau)
        self.results.check("a list goes over its pages", len(tasks) == 515, len(tasks))
        table = self.run([*visits, "3"], self.bureau, json_lines=False).splitlines()
        self.results.check("people see a heading and a line a row",
                           len(table) == 4 and table[0].startswith("division"), table)

    def tell(self):
        for each in (self.file_organisations, self.investigate, self.report, self.settle,
                     self.documents, self.bulk, self.endings, self.hand_over, self.go_to_forces,
                     self.belong_together, self.refer, self.look_up, self.refusals, self.repeat,
                     self.pages):
            each()
        self.example("organisation revoke", self.bureau)
        missing = sorted(" ".join(key) for key in set(self.examples) - self.tried)
        self.results.check(f"the examples of all {len(self.examples)} verbs were run",
                           not missing and len(self.examples) > 80, missing)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    results = s.Results()
    try:
        Verbs(arguments.var, arguments.port_base, results).tell()
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
