#!/usr/bin/env python3
"""A county's year in small: `maplectl simulate` ends well, its plan is the same each time, what it says
is what the services say to another client, and it fails loudly when they differ.
`simulated_county.py --var DIR --port-base N`."""

import argparse
import csv
import io
import json
import subprocess
import time

import grpc

import suite as s

COUNTY = "330681"
MAPLECTL = s.ROOT / "deploy/maplectl"
SIMULATE = ["simulate", "--year", "2025", "--county", COUNTY, "--seed", "7", "--scale", "0.02",
            "--json"]


class SimulatedCounty:
    def __init__(self, running, results):
        self.running, self.results = running, results
        m = s.message_module
        self.d, self.dispute = m("registry.v1.dispute_resource"), m("registry.v1.dispute")
        self.c, self.r = m("registry.v1.campaign"), m("registry.v1.risk_entry")
        self.document = m("registry.v1.document")
        self.o = m("roster.v1.organisation")
        stub = s.stub_module
        self.disputes = stub("registry.v1.dispute").DisputeServiceStub
        self.campaigns = stub("registry.v1.campaign").CampaignServiceStub
        self.risks = stub("registry.v1.risk_entry").RiskServiceStub
        self.documents = stub("registry.v1.document").DocumentServiceStub
        self.organisations = stub("roster.v1.organisation").OrganisationServiceStub
        self.bureau = running.caller(f"callers/bureau-{COUNTY}", ["COUNTY_BUREAU"], division=COUNTY)

    def maplectl(self, *words):
        done = subprocess.run([MAPLECTL, "--var", self.running.var, *words], capture_output=True,
                              text=True)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def simulate(self):
        code, lines = self.maplectl(*SIMULATE)
        self.summary = lines[-1]
        self.plan = lines[0]
        self.results.check("the simulation ends well", code == 0 and self.summary["unexpected"] == 0
                           and self.summary["differences"] == 0, (code, self.summary))
        self.results.check("it lived about so many disputes", 40 < self.summary["disputes"] < 160,
                           self.summary["disputes"])
        refused = sum(call["refused"] for call in self.summary["calls"].values())
        self.results.check("bad input was refused as planned",
                           refused == sum(self.plan["refusals"].values()) > 5, refused)
        _, again = self.maplectl(*SIMULATE, "--plan")
        self.results.check("the same seed makes the same plan", again[0] == self.plan)
        _, other = self.maplectl(*[w if w != "7" else "8" for w in SIMULATE], "--plan")
        self.results.check("another seed another", other[0] != self.plan)

    def compared(self, what):
        return [each["found"] for each in self.summary["compared"] if each["what"] == what]

    def coverage(self):
        for name in self.summary["campaigns"]:
            campaign = self.bureau.call(self.campaigns, "GetCampaign",
                                        self.c.GetCampaignRequest(name=name))
            covered = self.bureau.call(self.campaigns, "GetCoverage", self.c.GetCoverageRequest(
                name=name, division=COUNTY))
            self.results.check(
                f"coverage of {campaign.title} is what was told",
                covered.total.village_count == 515 and
                self.compared(f"{campaign.title}: villages visited") ==
                [sum(place.visited_count for place in covered.places)] ==
                [covered.total.visited_count] and covered.total.visited_count > 30,
                covered.total)

    def ledger(self):
        rows = []
        for name in self.summary["campaigns"]:
            content = b"".join(part.chunk for part in self.bureau.stream(
                self.risks, "ExportRiskLedger", self.r.ExportRiskLedgerRequest(campaign=name)))
            found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
            self.results.check("the ledger has a line for each risk of the campaign",
                               self.compared(f"lines of the ledger of {name}") == [len(found)])
            rows += found
        self.results.check("its lines are of the county and the year, in Chinese",
                           rows and all("诸暨市" in row["地点"] and row["情况"].startswith("2025年")
                                        for row in rows), rows[:1])
        self.results.check("some are worked off, and one became a dispute",
                           {"已化解", "转为纠纷"} <= {row["状态"] for row in rows} and
                           any(row["转为纠纷"].startswith("D-330681-") for row in rows))

    def case_file(self):
        """One settled case with a written agreement, as its own committee sees it."""
        page = self.bureau.call(self.disputes, "ListDisputes", self.dispute.ListDisputesRequest(
            division=COUNTY, page_size=1000))
        settled = [each for each in page.disputes
                   if each.conclusion.document.document and each.session_count]
        self.results.check("the bureau sees the county's disputes, but no names",
                           len(page.disputes) >= self.summary["disputes"] - 3 and
                           not any(party.display_name for party in settled[0].parties))
        case = settled[0]
        place = self.bureau.call(self.organisations, "GetOrganisation", self.o.GetOrganisationRequest(
            name=case.organisation)).division[:9]
        head = self.running.caller("callers/a-head", ["ORGANISATION_HEAD"],
                                   organisation=case.organisation, division=place)
        listed = head.call(self.documents, "ListDocuments", self.document.ListDocumentsRequest(
            parent=case.name)).documents
        parts = list(head.stream(self.documents, "DownloadDocument",
                                 self.document.DownloadDocumentRequest(
                                     name=case.conclusion.document.document)))
        content = b"".join(part.chunk for part in parts)
        self.results.check("its agreement is in the file, with the digest that was signed",
                           case.conclusion.document.document in [each.name for each in listed] and
                           s.sha256(content) == case.conclusion.document.sha256)
        parties = head.call(self.disputes, "ListDisputeParties",
                            self.dispute.ListDisputePartiesRequest(parent=case.name)).parties
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content,
                              capture_output=True, check=True).stdout.decode()
        self.results.check("and names each party with number and obligation",
                           all(p.display_name in text and p.identity_number in text
                               for p in parties) and "履行" in text, text[:200])

    def differ(self):
        """Somebody else reports a dispute of the county while the year is lived."""
        running = subprocess.Popen(
            [MAPLECTL, "--var", self.running.var, *SIMULATE, "--patience", "5"],
            stdout=subprocess.PIPE, text=True)
        for line in running.stdout:
            if json.loads(line).get("phase") == "year":
                break
        d = self.d
        party = s.message_module("type.v1.party")
        self.bureau.call(self.disputes, "ReportDispute", self.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", source=d.DISPUTE_SOURCE_HOTLINE, division=f"{COUNTY}109",
                summary="旁人登记的纠纷", parties=[
                    party.Party(party_id="p1", kind=party.PARTY_KIND_PERSON, display_name="甲",
                                position=party.PARTY_POSITION_APPLICANT),
                    party.Party(party_id="p2", kind=party.PARTY_KIND_PERSON, display_name="乙",
                                position=party.PARTY_POSITION_RESPONDENT)])))
        lines = [json.loads(line) for line in running.stdout]
        code = running.wait()
        summary = [line for line in lines if "compared" in line][-1]
        wrong = [each for each in summary["compared"] if each["planned"] != each["found"]]
        self.results.check("a count that differs is named and ends it with 1",
                           code == 1 and summary["unexpected"] == 0 and
                           [(each["what"], each["found"] - each["planned"]) for each in wrong] ==
                           [("indicators of the county: reported", 1)], (code, wrong))
        self.results.check("and the last line says so", "error" in lines[-1], lines[-1])

    def run(self):
        start = time.monotonic()
        self.simulate()
        self.results.check("in less than two minutes", time.monotonic() - start < 120)
        self.coverage()
        self.ledger()
        self.case_file()
        self.differ()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        SimulatedCounty(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
