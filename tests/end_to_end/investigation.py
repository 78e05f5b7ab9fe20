#!/usr/bin/env python3
"""An investigation of a real county, through the gateway: half of its villages visited, the other
half named as blind spots; partners' observations in a stream that is cut and sent again; a risk from
found to resolved, one that becomes a dispute, and the ledger as a spreadsheet reads it.
`investigation.py --var DIR --port-base N`."""

import argparse
import csv
import datetime
import io
import random

import grpc

import court_story
import suite as s

COUNTY = "330102"
OBSERVATIONS = 10_000
BATCH = 250


class Investigation:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.story = court_story.Story(running, results)
        m = s.message_module
        self.c = m("registry.v1.campaign")
        self.r = m("registry.v1.risk_entry")
        self.o = m("registry.v1.observation")
        self.reference = m("registry.v1.reference")
        self.references = s.stub_module("registry.v1.reference").ReferenceServiceStub
        self.campaigns = s.stub_module("registry.v1.campaign").CampaignServiceStub
        self.risks = s.stub_module("registry.v1.risk_entry").RiskServiceStub
        self.observations = s.stub_module("registry.v1.observation").ObservationServiceStub
        self.partner = running.caller(f"callers/police-{COUNTY}", ["PARTNER_SYSTEM"],
                                      division=COUNTY)

    def bureau(self, stub, method, request):
        return self.story.bureau.call(stub, method, request)

    def head(self, stub, method, request):
        return self.story.head.call(stub, method, request)

    def tasks(self, visit):
        found, token = [], ""
        while True:
            page = self.bureau(self.campaigns, "ListVillageTasks", self.c.ListVillageTasksRequest(
                parent=self.campaign, visit=visit, page_size=100, page_token=token))
            found += [task.division for task in page.tasks]
            token = page.next_page_token
            if not token:
                return found

    def visit_half(self):
        c = self.c
        campaign = self.bureau(self.campaigns, "CreateCampaign", c.CreateCampaignRequest(
            request_id=s.request_id(), campaign=c.Campaign(
                title="矛盾纠纷集中排查", kind=c.INVESTIGATION_KIND_GENERAL,
                mode=c.INVESTIGATION_MODE_CENTRALISED, divisions=[COUNTY],
                forces=[c.FORCE_GRID_WORKERS, c.FORCE_COMMITTEES], start_day=s.day(-5),
                end_day=s.day(25))))
        self.campaign = campaign.name
        villages = self.tasks(c.VILLAGE_VISIT_UNSPECIFIED)
        self.results.check("every village of the county is a task",
                           len(villages) == campaign.village_count > 100 and
                           villages == sorted(set(villages)), len(villages))
        half = set(random.Random(7).sample(villages, len(villages) // 2))
        for village in sorted(half):
            self.head(self.campaigns, "RecordVisit", c.RecordVisitRequest(
                parent=self.campaign, request_id=s.request_id(), visit=c.Visit(
                    division=village, visit_day=s.day(0), forces=[c.FORCE_GRID_WORKERS],
                    household_count=10)))
        self.results.check("the blind spots are the other half, by name",
                           set(self.tasks(c.VILLAGE_VISIT_UNVISITED)) == set(villages) - half)
        coverage = self.bureau(self.campaigns, "GetCoverage", c.GetCoverageRequest(
            name=self.campaign, division=COUNTY))
        self.results.check("coverage of the townships adds up",
                           coverage.total.visited_count == len(half) and
                           coverage.total.blind_spot_count == len(villages) - len(half) and
                           len(coverage.places) > 3)

    def share(self):
        """The same observations twice, shuffled, over a connection that is cut at random."""
        chance = random.Random(11)
        villages = self.tasks(self.c.VILLAGE_VISIT_UNSPECIFIED)
        now = datetime.datetime.now(datetime.timezone.utc)
        seen = []
        for i in range(OBSERVATIONS):
            observation = self.o.Observation(
                partner_number=f"P-{i}", division=villages[i % len(villages)],
                category="NEIGHBOURS", description=f"{i % 977}号楼道堆物与{i % 613}户噪声")
            observation.observe_time.FromDatetime(now - datetime.timedelta(minutes=5))
            seen.append(observation)

        def batches(cut_after):
            for number, at in enumerate(range(0, len(seen), BATCH)):
                if number == cut_after:
                    raise RuntimeError("the connection is cut")
                yield self.o.ImportObservationsRequest(observations=seen[at:at + BATCH])

        counts = [0, 0]
        for round_number in range(2):
            chance.shuffle(seen)
            for cut_after in (chance.randrange(1, OBSERVATIONS // BATCH), None):
                try:
                    answer = self.partner.call(self.observations, "ImportObservations",
                                               batches(cut_after), timeout=120)
                    counts[0] += answer.created_count
                    counts[1] += answer.repeated_count
                except (grpc.RpcError, RuntimeError):
                    self.results.check(f"the stream of round {round_number + 1} is cut",
                                       cut_after is not None)
        listed, token, subjects = set(), "", {}
        while True:
            page = self.partner.call(self.observations, "ListObservations",
                                     self.o.ListObservationsRequest(page_size=1000,
                                                                    page_token=token))
            for each in page.observations:
                listed.add(each.partner_number)
                subjects[each.subject] = subjects.get(each.subject, 0) + 1
            token = page.next_page_token
            if not token:
                break
        self.results.check("each observation counts once",
                           len(listed) == OBSERVATIONS == sum(subjects.values()),
                           (len(listed), sum(subjects.values()), counts))

    def work_off(self):
        r = self.r
        entry = self.head(self.risks, "CreateRiskEntry", r.CreateRiskEntryRequest(
            request_id=s.request_id(), risk_entry=r.RiskEntry(
                division=self.story.DIVISION, category="LABOUR", severity=r.RISK_SEVERITY_HIGH,
                description="工地拖欠工资，\"讨薪\"风险", people=["孙丙"], campaign=self.campaign)))
        self.head(self.risks, "ReportRisk", r.ReportRiskRequest(name=entry.name,
                                                               request_id=s.request_id()))
        self.head(self.risks, "AddMeasure", r.AddMeasureRequest(
            name=entry.name, request_id=s.request_id(), measure=r.PreventiveMeasure(
                content="约谈总包单位", owner="司法所", due_day=s.day(2))))
        code, reason, _, _ = s.refused(lambda: self.head(
            self.risks, "ControlRisk", r.ControlRiskRequest(name=entry.name,
                                                           request_id=s.request_id())))
        self.results.check("without a measure carried out a risk is not controlled",
                           reason == "GUARD_FAILED", reason)
        self.head(self.risks, "CompleteMeasure", r.CompleteMeasureRequest(
            name=entry.name, ordinal=1, request_id=s.request_id()))
        self.head(self.risks, "ControlRisk", r.ControlRiskRequest(name=entry.name,
                                                                 request_id=s.request_id()))
        resolved = self.head(self.risks, "ResolveRisk", r.ResolveRiskRequest(
            name=entry.name, outcome="工资已发放", request_id=s.request_id()))
        self.results.check("a risk is worked off", resolved.state == r.RISK_STATE_RESOLVED)
        return entry.name

    def break_out(self):
        r, d = self.r, self.story.disputes
        entry = self.head(self.risks, "CreateRiskEntry", r.CreateRiskEntryRequest(
            request_id=s.request_id(), risk_entry=r.RiskEntry(
                division=self.story.DIVISION, category="NEIGHBOURS",
                severity=r.RISK_SEVERITY_MEDIUM, description="围墙争执", campaign=self.campaign)))
        escalated = self.head(self.risks, "EscalateRisk", r.EscalateRiskRequest(
            name=entry.name, request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", division=self.story.DIVISION, summary="围墙纠纷",
                source=d.DISPUTE_SOURCE_INVESTIGATION,
                parties=self.story.guidance(self.story.serial).referral.parties)))
        dispute = self.head(self.story.dispute_stub, "GetDispute",
                            self.story.dispute.GetDisputeRequest(name=escalated.dispute))
        self.results.check("one that breaks out is a dispute with the source INVESTIGATION",
                           dispute.source == d.DISPUTE_SOURCE_INVESTIGATION)

    def export(self, resolved):
        content = b"".join(answer.chunk for answer in self.story.head.stream(
            self.risks, "ExportRiskLedger", self.r.ExportRiskLedgerRequest()))
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        line = [row for row in rows if row["编号"] == resolved.split("/")[1]]
        self.results.check("the ledger opens as a table with Chinese right",
                           content.startswith(b"\xef\xbb\xbf") and len(rows) == 2 and
                           line and line[0]["状态"] == "已化解" and
                           line[0]["情况"] == "工地拖欠工资，\"讨薪\"风险" and
                           line[0]["涉及人员"] == "孙丙", rows[:1])

    def close(self):
        closed = self.bureau(self.campaigns, "CloseCampaign", self.c.CloseCampaignRequest(
            name=self.campaign, conclusion="覆盖过半，余村限期补查", request_id=s.request_id()))
        self.results.check("the campaign is closed with its figures",
                           closed.state == self.c.CAMPAIGN_STATE_CLOSED and closed.risk_count == 2)

    def whole_country(self):
        """A campaign over every village there is: 600,000 and more."""
        c = self.c
        ministry = self.running.caller("callers/ministry", ["MINISTRY"])
        provinces = [place.name.partition("/")[2] for place in ministry.call(
            self.references, "ListDivisions",
            self.reference.ListDivisionsRequest()).divisions]
        campaign = ministry.call(self.campaigns, "CreateCampaign", c.CreateCampaignRequest(
            request_id=s.request_id(), campaign=c.Campaign(
                title="全国矛盾纠纷大排查", kind=c.INVESTIGATION_KIND_GENERAL,
                mode=c.INVESTIGATION_MODE_CENTRALISED, divisions=provinces,
                forces=[c.FORCE_COMMITTEES], start_day=s.day(-5), end_day=s.day(25))))
        self.results.check("a campaign over the whole country has 600,000 villages and more",
                           campaign.village_count > 600_000, campaign.village_count)
        villages, token = [], ""
        while True:
            page = ministry.call(self.campaigns, "ListVillageTasks", c.ListVillageTasksRequest(
                parent=campaign.name, page_size=1000, page_token=token))
            villages += [task.division for task in page.tasks]
            token = page.next_page_token
            if not token:
                break
        self.results.check("its tasks are each listed once, by code",
                           len(villages) == campaign.village_count and
                           all(a < b for a, b in zip(villages, villages[1:])), len(villages))
        for village in (villages[0], villages[len(villages) // 2], villages[-1]):
            self.running.caller("callers/province", ["PROVINCE_BUREAU"], division=village[:2]).call(
                self.campaigns, "RecordVisit", c.RecordVisitRequest(
                    parent=campaign.name, request_id=s.request_id(), visit=c.Visit(
                        division=village, visit_day=s.day(0), forces=[c.FORCE_COMMITTEES],
                        household_count=1)))
        coverage = ministry.call(self.campaigns, "GetCoverage",
                                 c.GetCoverageRequest(name=campaign.name))
        self.results.check("and its coverage, by province, adds up",
                           coverage.total.visited_count == 3 and
                           coverage.total.village_count == len(villages) and
                           len(coverage.places) == len(provinces))

    def run(self):
        self.story.file_organisation()
        self.whole_country()
        self.visit_half()
        resolved = self.work_off()
        self.break_out()
        self.export(resolved)
        self.close()
        self.share()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        Investigation(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
