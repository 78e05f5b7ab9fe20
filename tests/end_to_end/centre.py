#!/usr/bin/env python3
"""A one-stop centre, through the gateway: one difficult case goes to lawyers, to a commercial body, to
an administrative organ and to a people's committee, which settles it jointly with another and with
the help of a psychologist; at the end one page tells all of it. `centre.py --var DIR --port-base N`."""

import argparse
import subprocess

import grpc

import court_story
import suite as s

CODE = grpc.StatusCode


class CentreStory:
    def __init__(self, running, results):
        self.running, self.results = running, results
        # The organisation that the centre acts for, the committee, and one that helps it.
        self.house = court_story.Story(running, results)
        self.committee = court_story.Story(running, results)
        self.other = court_story.Story(running, results)
        self.m = s.message_module("registry.v1.centre_messages")
        self.r = s.message_module("registry.v1.centre_resource")
        self.transfer = s.message_module("registry.v1.transfer")
        self.centres = s.stub_module("registry.v1.centre").CentreServiceStub
        self.transfers = s.stub_module("registry.v1.transfer").TransferServiceStub

    def refused(self, what, action, code, reason):
        seen = s.refused(action)
        self.results.check(what, seen[:2] == (code, reason), seen)
        return seen

    def begin(self):
        for story in (self.house, self.committee, self.other):
            story.file_organisation()
        self.centre = self.running.caller("callers/centre-330102", ["CENTRE"],
                                          organisation=self.house.name)
        story, d = self.house, self.house.disputes
        self.name = self.centre.call(story.dispute_stub, "ReportDispute",
                                     story.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", source=d.DISPUTE_SOURCE_APPLICATION, division=story.DIVISION,
                summary="多户共用通道纠纷", difficulty=d.DIFFICULTY_COMPLEX,
                organisation=story.name,
                parties=story.guidance(story.serial).referral.parties))).name
        self.results.check("the centre takes the case in", self.name.startswith("disputes/"))

    # --- routes ----------------------------------------------------------------------------------

    def propose(self, force, **where):
        return self.centre.call(self.centres, "RouteDispute", self.m.RouteDisputeRequest(
            parent=self.name, request_id=s.request_id(), route=self.r.Route(
                force=force, explanation="双方同意", **where)))

    def answer(self, route, decision, words=""):
        return self.centre.call(self.centres, "AnswerRoute", self.m.AnswerRouteRequest(
            name=route.name, decision=decision, answer=words, request_id=s.request_id()))

    def end(self, route, outcome, result):
        return self.centre.call(self.centres, "EndRoute", self.m.EndRouteRequest(
            name=route.name, outcome=outcome, result=result, request_id=s.request_id()))

    def routes(self, parent):
        return self.centre.call(self.centres, "ListRoutes",
                                self.m.ListRoutesRequest(parent=parent)).routes

    def try_others(self):
        r, m = self.r, self.m
        lawyers = self.propose(r.FORCE_KIND_LAWYER_MEDIATION, body_name="市律师协会调解中心")
        self.results.check("lawyers are asked, with a clock",
                           lawyers.state == r.ROUTE_STATE_PROPOSED and
                           lawyers.deadline.due_day > s.day(0) and lawyers.clock_source)
        self.refused("one force at a time",
                     lambda: self.propose(r.FORCE_KIND_COMMERCIAL_MEDIATION, body_name="商会"),
                     CODE.FAILED_PRECONDITION, "GUARD_FAILED")
        self.results.check("what is due is listed",
                           lawyers.name in [each.name for each in self.routes("disputes/-")])
        self.answer(lawyers, m.BODY_DECISION_ACCEPT)
        ended = self.end(lawyers, r.ROUTE_OUTCOME_FAILED, "双方分歧较大")
        self.results.check("they try in vain", ended.outcome == r.ROUTE_OUTCOME_FAILED)
        business = self.propose(r.FORCE_KIND_COMMERCIAL_MEDIATION, body_name="市商会调解中心")
        declined = self.answer(business, m.BODY_DECISION_DECLINE, "不属于商事纠纷")
        self.results.check("the commercial body declines",
                           declined.state == r.ROUTE_STATE_DECLINED and declined.answer)
        seen = self.refused("arbitration needs an agreement to arbitrate",
                            lambda: self.propose(r.FORCE_KIND_ARBITRATION, body_name="仲裁委员会"),
                            CODE.FAILED_PRECONDITION, "GUARD_FAILED")
        self.results.check("and the refusal names the article", "仲裁法" in str(seen[2]), seen)
        self.refused("reconsideration needs an organ of the state",
                     lambda: self.propose(r.FORCE_KIND_ADMINISTRATIVE_RECONSIDERATION,
                                          body_name="区政府"),
                     CODE.FAILED_PRECONDITION, "GUARD_FAILED")
        organ = self.propose(r.FORCE_KIND_ADMINISTRATIVE_MEDIATION, body_name="区住建局")
        self.answer(organ, m.BODY_DECISION_ACCEPT)
        self.end(organ, r.ROUTE_OUTCOME_NOT_FIT, "不属于行政调解范围")

    def hand_to_committee(self):
        r, committee = self.r, self.committee
        self.route = self.propose(r.FORCE_KIND_PEOPLES_MEDIATION, organisation=committee.name)
        committee.head.call(self.transfers, "AcceptTransfer", self.transfer.AcceptTransferRequest(
            name=self.route.transfer, request_id=s.request_id()))
        self.results.check("the committee accepts, and so is the route",
                           self.routes(self.name)[-1].state == r.ROUTE_STATE_ACCEPTED)
        d = committee.dispute
        committee.head.call(committee.dispute_stub, "AcceptDispute", d.AcceptDisputeRequest(
            name=self.name, request_id=s.request_id()))
        committee.head.call(committee.dispute_stub, "AssignMediators", d.AssignMediatorsRequest(
            name=self.name, mediators=[committee.mediators[0]], request_id=s.request_id()))
        seen = self.centre.call(committee.dispute_stub, "GetDispute",
                                d.GetDisputeRequest(name=self.name))
        self.results.check("the centre reads on", seen.organisation == committee.name)

    # --- help ------------------------------------------------------------------------------------

    def mediate_jointly(self):
        m, d, other = self.m, self.committee.dispute, self.other
        self.committee.head.call(self.centres, "SetJointMediation", m.SetJointMediationRequest(
            name=self.name, organisations=[other.name], explanation="涉及两个街道",
            party_ids=["p1", "p2"], request_id=s.request_id()))
        invited = other.head.call(self.centres, "ListJointMediations",
                                  m.ListJointMediationsRequest()).joint_mediations
        self.results.check("another committee finds its invitation",
                           [each.name for each in invited] == [f"{self.name}/jointMediation"])
        read = d.GetDisputeRequest(name=self.name)
        self.refused("and reads nothing before it has joined",
                     lambda: other.mediator.call(other.dispute_stub, "GetDispute", read),
                     CODE.NOT_FOUND, "RESOURCE_NOT_FOUND")
        other.head.call(self.centres, "AnswerJointMediation", m.AnswerJointMediationRequest(
            name=invited[0].name, decision=m.BODY_DECISION_ACCEPT, request_id=s.request_id()))
        seen = other.mediator.call(other.dispute_stub, "GetDispute", read)
        self.results.check("its mediators read the case then", seen.parties[0].display_name != "")
        self.refused("but conclude nothing",
                     lambda: other.head.call(
                         other.dispute_stub, "ConcludeWithoutAgreement",
                         d.ConcludeWithoutAgreementRequest(
                             name=self.name, reason=other.disputes.CONCLUSION_REASON_NO_AGREEMENT,
                             explanation="双方分歧较大", request_id=s.request_id())),
                     CODE.PERMISSION_DENIED, "SCOPE_NOT_ALLOWED")

    def ask_for_help(self):
        m, r, head = self.m, self.r, self.committee.mediator
        asked = head.call(self.centres, "RequestAssistance", m.RequestAssistanceRequest(
            parent=self.name, request_id=s.request_id(), assistance=r.Assistance(
                kind=r.ASSISTANCE_KIND_PSYCHOLOGIST, body_name="区心理服务中心",
                explanation="情绪疏导")))
        head.call(self.centres, "AnswerAssistance", m.AnswerAssistanceRequest(
            name=asked.name, decision=m.BODY_DECISION_ACCEPT, request_id=s.request_id()))
        result = "已疏导两次，情绪平稳"
        done = head.call(self.centres, "DeliverAssistance", m.DeliverAssistanceRequest(
            name=asked.name, result=result, request_id=s.request_id()))
        self.results.check("a psychologist helps, and the result is sealed",
                           done.state == r.ASSISTANCE_STATE_DELIVERED and
                           done.sha256 == s.sha256(result.encode()))

    # --- the end ---------------------------------------------------------------------------------

    def settle(self):
        committee, a = self.committee, self.committee.agreement
        agreement = committee.head.call(committee.agreement_stub, "CreateAgreement",
                                        a.CreateAgreementRequest(
            parent=self.name, request_id=s.request_id(), agreement=a.Agreement(
                form=a.AGREEMENT_FORM_ORAL, facts="双方共用通道。", obligations=[a.Obligation(
                    obligation_id="o1", kind=a.OBLIGATION_KIND_ACT, debtor_party_id="p2",
                    creditor_party_id="p1", content="拆除围墙", due_day=s.day(20))])))
        committee.head.call(committee.dispute_stub, "ConcludeByAgreement",
                            committee.dispute.ConcludeByAgreementRequest(
                                name=self.name, agreement=agreement.name,
                                request_id=s.request_id()))
        last = self.routes(self.name)[-1]
        self.results.check("the committee settles it, and the route ends with that",
                           last.outcome == self.r.ROUTE_OUTCOME_SETTLED)
        self.refused("who mediated along reads no more",
                     lambda: self.other.head.call(
                         self.other.dispute_stub, "GetDispute",
                         self.other.dispute.GetDisputeRequest(name=self.name)),
                     CODE.NOT_FOUND, "RESOURCE_NOT_FOUND")

    def history(self, size):
        entries, token = [], ""
        while True:
            page = self.centre.call(self.centres, "GetDisputeHistory",
                                    self.m.GetDisputeHistoryRequest(
                                        name=self.name, page_size=size, page_token=token))
            entries += page.entries
            token = page.next_page_token
            if not token:
                return entries

    def read_the_page(self):
        entries = self.history(1000)
        texts = [each.text for each in entries]
        times = [each.time.ToNanoseconds() for each in entries]
        self.results.check("one page tells all of it, in order of time", times == sorted(times))
        for force in ("律师调解", "商事调解", "行政调解", "人民调解"):
            self.results.check(f"with the force {force}",
                               any(text.startswith(f"分流：{force}") for text in texts), texts)
        for line in ("登记纠纷（待受理）", "承办方反馈结果：律师调解，未化解",
                     "承办方不接受分流：商事调解", "承办方反馈结果：行政调解，不适宜", "组织联合调解",
                     "协助方交付结果：心理疏导", "承办方反馈结果：人民调解，已化解"):
            self.results.check(f"and {line}", line in texts, texts)
        self.results.check("nobody is named in it",
                           not any(word in text for text in texts for word in ("赵甲", "钱乙")))
        small = self.history(4)
        self.results.check("small pages make the same whole",
                           [each.text for each in small] == texts and
                           [each.resource for each in small] ==
                           [each.resource for each in entries])
        document, committee = self.house.document, self.committee
        made = self.centre.call(committee.document_stub, "CreateDocument",
                                document.CreateDocumentRequest(
                                    parent=self.name, request_id=s.request_id(),
                                    kind=document.DOCUMENT_KIND_CASE_HISTORY))
        pdf = b"".join(part.chunk for part in self.centre.stream(
            committee.document_stub, "DownloadDocument",
            document.DownloadDocumentRequest(name=made.name)))
        printed = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True,
                                 check=True).stdout.decode()
        self.results.check("the same is one file at the end", "一案一页" in printed and
                           "先后分流：律师调解、商事调解、行政调解、人民调解" in "".join(printed.split()),
                           printed)
        kinds = {self.r.HistoryKind.Name(each.kind) for each in entries}
        self.results.check("of six kinds at least", {
            "HISTORY_KIND_DISPUTE", "HISTORY_KIND_TRANSFER", "HISTORY_KIND_ROUTE",
            "HISTORY_KIND_ASSISTANCE", "HISTORY_KIND_JOINT_MEDIATION",
            "HISTORY_KIND_AGREEMENT"} <= kinds, kinds)

    def run(self):
        self.begin()
        self.try_others()
        self.hand_to_committee()
        self.mediate_jointly()
        self.ask_for_help()
        self.settle()
        self.read_the_page()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        CentreStory(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
