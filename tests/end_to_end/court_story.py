#!/usr/bin/env python3
"""A court's case goes out to mediation and comes home: the main job, by a client that has only the
protos. `court_story.py --var DIR --port-base N` speaks to the gateway of a running suite."""

import argparse
import datetime
import random
import threading

import grpc

import suite as s


def pdf(text):
    """A small PDF whose bytes differ for each text."""
    return (b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%" + text.encode() + b"\n" +
            random.Random(text).randbytes(1_500_000) + b"\n%%EOF\n")


class Story:
    DIVISION = "330102001"  # a sub-district of Shangcheng, Hangzhou
    COURT = "courts/330102"

    def __init__(self, running, results):
        self.running, self.results = running, results
        self.serial = random.randrange(10_000, 999_999)
        m = s.message_module
        self.referral = m("docking.v1.referral_messages")
        self.resource = m("docking.v1.referral_resource")
        self.confirmation = m("docking.v1.judicial_confirmation_messages")
        self.confirmations = m("docking.v1.judicial_confirmation_resource")
        self.dispute = m("registry.v1.dispute")
        self.disputes = m("registry.v1.dispute_resource")
        self.agreement = m("registry.v1.agreement")
        self.document = m("registry.v1.document")
        self.organisation = m("roster.v1.organisation")
        self.court_roster = m("roster.v1.court_roster")
        self.party = m("type.v1.party")
        self.indicator = m("analytics.v1.indicator")
        self.feed = m("feed.v1.feed")
        self.referrals = s.stub_module("docking.v1.referral").ReferralServiceStub
        self.confirms = s.stub_module(
            "docking.v1.judicial_confirmation").JudicialConfirmationServiceStub
        self.docking_feed = s.stub_module("docking.v1.docking_feed").DockingFeedServiceStub
        self.dispute_stub = s.stub_module("registry.v1.dispute").DisputeServiceStub
        self.agreement_stub = s.stub_module("registry.v1.agreement").AgreementServiceStub
        self.document_stub = s.stub_module("registry.v1.document").DocumentServiceStub
        self.organisation_stub = s.stub_module("roster.v1.organisation").OrganisationServiceStub
        self.roster_stub = s.stub_module("roster.v1.court_roster").CourtRosterServiceStub
        self.indicator_stub = s.stub_module("analytics.v1.indicator").IndicatorServiceStub
        self.bureau = running.caller("callers/bureau-330102", ["COUNTY_BUREAU"], division="330102")
        self.court = running.caller("callers/court-330102", ["COURT_SYSTEM", "JUDGE"],
                                    court=self.COURT)
        self.seen = []

    # --- roster --------------------------------------------------------------------------------

    def file_organisation(self):
        o = self.organisation
        created = self.bureau.call(self.organisation_stub, "CreateOrganisation",
                                   o.CreateOrganisationRequest(
                                       organisation=o.Organisation(
                                           display_name="清波街道人民调解委员会",
                                           kind=o.ORGANISATION_KIND_TOWNSHIP,
                                           division=self.DIVISION, founding_unit="清波街道办事处",
                                           office_address="清波街道 1 号",
                                           office_telephone="0571-87654321",
                                           seal="清波街道人民调解委员会"),
                                       request_id=s.request_id()))
        self.name = created.name
        self.mediators = []
        for i in range(3):
            mediator = self.bureau.call(
                self.organisation_stub, "CreateMediator", o.CreateMediatorRequest(
                    parent=self.name, request_id=s.request_id(), mediator=o.Mediator(
                        display_name="王李张"[i] + "调解", telephone=f"1380571{self.serial % 9000 + i:04d}",
                        # The last digit of the serial tells the sex: one of them is a woman.
                        identity_number=s.resident_number(101 + i, birth="19710818"),
                        employment=o.EMPLOYMENT_FULL_TIME, head=i == 0)))
            self.mediators.append(mediator.name)
        filed = self.bureau.call(self.organisation_stub, "FileOrganisation",
                                 o.FileOrganisationRequest(name=self.name,
                                                           request_id=s.request_id()))
        self.results.check("the bureau filed a committee with three mediators",
                           filed.state == o.ORGANISATION_STATE_FILED and filed.mediator_count == 3)
        published = self.bureau.call(self.organisation_stub, "PublishOrganisation",
                                     o.PublishOrganisationRequest(name=self.name, etag=filed.etag,
                                                                  request_id=s.request_id()))
        self.results.check("and published it",
                           published.state == o.ORGANISATION_STATE_PUBLISHED)
        self.court.call(self.roster_stub, "CreateCourtRosterEntry",
                        self.court_roster.CreateCourtRosterEntryRequest(
                            parent=self.COURT, request_id=s.request_id(),
                            court_roster_entry=self.court_roster.CourtRosterEntry(
                                organisation=self.name)))
        self.head = self.running.caller("callers/head", ["ORGANISATION_HEAD"],
                                        organisation=self.name, division=self.DIVISION)
        self.mediator = self.running.caller("callers/mediator", ["MEDIATOR"],
                                            organisation=self.name, division=self.DIVISION)

    # --- the court's side ------------------------------------------------------------------------

    def watch(self):
        """The court's own stream, which is cut once and resumed at the last position."""
        self.cut = threading.Event()
        self.resumed = False
        self.stopped = False
        def follow():
            position = 0
            while not self.stopped:
                stream = self.court.stream(
                    self.docking_feed, "WatchEvents",
                    self.feed.WatchEventsRequest(after_position=position), timeout=600)
                self.stream = stream
                try:
                    for answer in stream:
                        if answer.HasField("event"):
                            position = answer.event.position
                            self.seen.append(answer.event)
                        if self.cut.is_set() and not self.resumed:
                            self.resumed = True
                            stream.cancel()
                            break
                except grpc.RpcError:
                    if self.stopped:
                        return

        self.follower = threading.Thread(target=follow, daemon=True)
        self.follower.start()

    def types_of(self, resource):
        return [event.type for event in list(self.seen) if event.resource == resource]

    def guidance(self, number):
        """The request that opens a referral."""
        parties = []
        for i, (position, who) in enumerate(
                [(self.party.PARTY_POSITION_APPLICANT, "赵甲"),
                 (self.party.PARTY_POSITION_RESPONDENT, "钱乙")]):
            parties.append(self.party.Party(
                party_id=f"p{i + 1}", kind=self.party.PARTY_KIND_PERSON, position=position,
                display_name=who, identity_kind=self.party.IDENTITY_KIND_RESIDENT,
                identity_number=s.resident_number(2 * i + 201), telephone=f"1390571000{i}",
                service_address="上城区某路 2 号"))
        return self.referral.OfferGuidanceRequest(
            request_id=s.request_id(),
            referral=self.resource.Referral(
                court=self.COURT, case_number=f"（2026）浙0102民诉前调{number}号",
                category="CONTRACT", division=self.DIVISION, summary="货款争议", amount_fen=1_200_000,
                parties=parties, guidance="告知诉前调解的性质与效力"))

    def guide(self, number):
        return self.court.call(self.referrals, "OfferGuidance", self.guidance(number))

    def consent(self, referral, party):
        return self.court.call(self.referrals, "RecordConsent", self.referral.RecordConsentRequest(
            name=referral.name, party_id=party, evidence="签名笔录第一页",
            decision=self.resource.CONSENT_DECISION_CONSENT, request_id=s.request_id()))

    def upload(self, referral, title, content):
        def parts():
            yield self.referral.UploadMaterialRequest(header=self.referral.MaterialHeader(
                referral=referral.name, request_id=s.request_id(),
                material=self.resource.Material(title=title, media_type="application/pdf",
                                                size=len(content), sha256=s.sha256(content))))
            for at in range(0, len(content), 1 << 20):
                yield self.referral.UploadMaterialRequest(chunk=content[at:at + (1 << 20)])

        return self.court.call(self.referrals, "UploadMaterial", parts())

    def download(self, caller, name):
        content = b""
        for answer in caller.stream(self.referrals, "DownloadMaterial",
                                    self.referral.DownloadMaterialRequest(name=name)):
            content += answer.chunk
        return content

    def send(self, referral):
        return self.court.call(self.referrals, "SendReferral", self.referral.SendReferralRequest(
            name=referral.name, kind=self.resource.REFERRAL_KIND_APPOINTED, organisation=self.name,
            choice=self.resource.ORGANISATION_CHOICE_COURT, request_id=s.request_id()))

    def get(self, name):
        return self.court.call(self.referrals, "GetReferral",
                               self.referral.GetReferralRequest(name=name))

    def state(self, name):
        return self.resource.ReferralState.Name(self.get(name).state)[len("REFERRAL_STATE_"):]

    def become(self, name, state):
        s.eventually(f"{name} is {state}", lambda: self.state(name) == state)
        self.results.check(f"the referral is {state}", True)

    def refer(self, number):
        referral = self.guide(number)
        self.results.check("guidance opens a referral",
                           referral.state == self.resource.REFERRAL_STATE_GUIDED)
        half = self.consent(referral, "p1")
        code, reason, _, _ = s.refused(lambda: self.send(half))
        self.results.check("consent of one party is not enough",
                           code == grpc.StatusCode.FAILED_PRECONDITION and
                           reason == "CONSENT_MISSING", (code, reason))
        both = self.consent(referral, "p2")
        self.results.check("both parties consent",
                           both.state == self.resource.REFERRAL_STATE_CONSENTED)
        contents = [pdf(f"起诉状{number}"), pdf(f"证据{number}")]
        materials = [self.upload(referral, f"材料{i + 1}", content)
                     for i, content in enumerate(contents)]
        sent = self.send(referral)
        self.results.check("the case goes out with two materials",
                           sent.state == self.resource.REFERRAL_STATE_SENT and
                           len(sent.materials) == 2)
        for material, content in zip(materials, contents):
            self.results.check("the committee reads the material byte for byte",
                               self.download(self.head, material.name) == content)
        accepted = self.head.call(self.referrals, "AcceptReferral",
                                  self.referral.AcceptReferralRequest(
                                      name=referral.name, request_id=s.request_id()))
        self.results.check("the committee accepts",
                           accepted.state == self.resource.REFERRAL_STATE_ACCEPTED)
        return accepted, materials, contents

    # --- mediation -------------------------------------------------------------------------------

    def mediate(self, referral):
        dispute = s.eventually("the registry opens the dispute",
                               lambda: self.get(referral.name).dispute)
        code, reason, _, _ = s.refused(lambda: self.head.call(
            self.dispute_stub, "AcceptDispute", self.dispute.AcceptDisputeRequest(name=dispute)))
        self.results.check("the registry leaves the acceptance to docking",
                           code == grpc.StatusCode.FAILED_PRECONDITION and
                           reason == "REFERRAL_OWNED", (code, reason))
        assigned = self.head.call(self.dispute_stub, "AssignMediators",
                                  self.dispute.AssignMediatorsRequest(
                                      name=dispute, mediators=self.mediators[:2],
                                      request_id=s.request_id()))
        self.results.check("two mediators are assigned", len(assigned.mediators) == 2)
        now = datetime.datetime.now(datetime.timezone.utc)
        session = self.disputes.Session(
            kind=self.disputes.SESSION_KIND_ONSITE, place="调解室", mediators=self.mediators[:1],
            party_ids=["p1", "p2"], rights_told=True, minutes="双方到场，陈述意见。")
        session.start_time.FromDatetime(now - datetime.timedelta(hours=2))
        session.end_time.FromDatetime(now - datetime.timedelta(hours=1))
        self.mediator.call(self.dispute_stub, "RecordSession", self.dispute.RecordSessionRequest(
            parent=dispute, session=session, request_id=s.request_id()))
        return dispute

    def agree(self, dispute):
        a = self.agreement
        due = s.day(20)
        obligations = [
            a.Obligation(obligation_id="o1", kind=a.OBLIGATION_KIND_PAYMENT, debtor_party_id="p2",
                         creditor_party_id="p1", content="支付货款", amount_fen=1_000_000, due_day=due),
            a.Obligation(obligation_id="o2", kind=a.OBLIGATION_KIND_ACT, debtor_party_id="p1",
                         creditor_party_id="p2", content="开具发票", due_day=due)]
        agreement = self.mediator.call(
            self.agreement_stub, "CreateAgreement", a.CreateAgreementRequest(
                parent=dispute, request_id=s.request_id(), agreement=a.Agreement(
                    form=a.AGREEMENT_FORM_WRITTEN, facts="双方买卖钢材，尚欠货款。",
                    obligations=obligations, performance_terms="一次付清")))
        content, document = b"", None
        for answer in self.mediator.stream(
                self.document_stub, "DownloadDocument",
                self.document.DownloadDocumentRequest(name=agreement.document.document)):
            content += answer.chunk
            if answer.HasField("document"):
                document = answer.document
        self.results.check("the agreement is a PDF with a number and its digest",
                           content.startswith(b"%PDF") and bool(agreement.number) and
                           document.sha256 == s.sha256(content) == agreement.document.sha256)
        for signature in [a.Signature(party_id="p1"), a.Signature(party_id="p2"),
                          a.Signature(mediator=self.mediators[0]),
                          a.Signature(organisation=self.name)]:
            signature.method = (a.SIGNATURE_METHOD_SEAL if signature.organisation
                                else a.SIGNATURE_METHOD_SIGNATURE)
            signer = self.head if signature.organisation else self.mediator
            agreement = signer.call(self.agreement_stub, "SignAgreement", a.SignAgreementRequest(
                name=agreement.name, signature=signature, document_sha256=document.sha256,
                request_id=s.request_id()))
        self.results.check("it is in effect once all have signed",
                           agreement.state == a.AGREEMENT_STATE_IN_EFFECT)
        self.mediator.call(self.dispute_stub, "ConcludeByAgreement",
                           self.dispute.ConcludeByAgreementRequest(
                               name=dispute, agreement=agreement.name, request_id=s.request_id()))
        return agreement

    def dispute_state(self, name):
        found = self.mediator.call(self.dispute_stub, "GetDispute",
                                   self.dispute.GetDisputeRequest(name=name))
        return self.disputes.DisputeState.Name(found.state)[len("DISPUTE_STATE_"):]

    # --- confirmation ----------------------------------------------------------------------------

    def confirm(self, referral, agreement, number):
        c, r = self.confirmation, self.confirmations
        digest = agreement.document.sha256
        documents = [r.ConfirmationDocument(kind=kind, sha256=digest, document=name)
                     for kind, name in [
                         (r.CONFIRMATION_DOCUMENT_KIND_APPLICATION, ""),
                         (r.CONFIRMATION_DOCUMENT_KIND_AGREEMENT, agreement.document.document),
                         (r.CONFIRMATION_DOCUMENT_KIND_IDENTITY_PROOF, ""),
                         (r.CONFIRMATION_DOCUMENT_KIND_SERVICE_ADDRESSES, "")]]
        made = self.mediator.call(self.confirms, "CreateConfirmation", c.CreateConfirmationRequest(
            request_id=s.request_id(), confirmation=r.Confirmation(
                referral=referral.name, matters=[r.CONFIRMATION_MATTER_CIVIL_OBLIGATION],
                documents=documents,
                applicants=[r.Applicant(party_id="p1", evidence="申请书签名")])))
        code, reason, _, _ = s.refused(lambda: self.mediator.call(
            self.confirms, "SubmitConfirmation", c.SubmitConfirmationRequest(name=made.name)))
        self.results.check("one applicant alone cannot apply",
                           code == grpc.StatusCode.FAILED_PRECONDITION, (code, reason))
        joined = self.mediator.call(self.confirms, "JoinConfirmation", c.JoinConfirmationRequest(
            name=made.name, party_id="p2", evidence="申请书签名", request_id=s.request_id()))
        self.results.check("both have applied",
                           joined.state == r.CONFIRMATION_STATE_JOINTLY_APPLIED)
        submitted = self.mediator.call(self.confirms, "SubmitConfirmation",
                                       c.SubmitConfirmationRequest(name=made.name,
                                                                   request_id=s.request_id()))
        self.results.check("the application reaches the court",
                           submitted.state == r.CONFIRMATION_STATE_SUBMITTED)
        self.court.call(self.confirms, "AcceptConfirmation", c.AcceptConfirmationRequest(
            name=made.name, case_number=f"（2026）浙0102民特{number}号", request_id=s.request_id()))
        confirmed = self.court.call(self.confirms, "ConfirmAgreement", c.ConfirmAgreementRequest(
            name=made.name, ruling_number=f"（2026）浙0102民特{number}号",
            request_id=s.request_id()))
        self.results.check("the court confirms the agreement",
                           confirmed.state == r.CONFIRMATION_STATE_CONFIRMED)

    # --- the story -------------------------------------------------------------------------------

    def settle(self):
        referral, _, _ = self.refer(self.serial)
        dispute = self.mediate(referral)
        agreement = self.agree(dispute)
        self.become(referral.name, "AGREED")
        s.eventually("the dispute is AGREED", lambda: self.dispute_state(dispute) == "AGREED")
        self.cut.set()
        self.court.call(self.referrals, "AcknowledgeFeedback",
                        self.referral.AcknowledgeFeedbackRequest(name=referral.name,
                                                                 request_id=s.request_id()))
        self.confirm(referral, agreement, self.serial)
        self.become(referral.name, "CLOSED_CONFIRMED")
        for obligation in ("o1", "o2"):
            self.mediator.call(self.dispute_stub, "RecordPerformance",
                               self.dispute.RecordPerformanceRequest(
                                   name=dispute, obligation_id=obligation, evidence="银行回单",
                                   performed_day=s.day(),
                                   request_id=s.request_id()))
        self.results.check("both obligations are performed",
                           self.dispute_state(dispute) == "PERFORMED")
        return referral

    def fail(self):
        referral, materials, contents = self.refer(self.serial + 1)
        dispute = self.mediate(referral)
        outcome = s.message_module("docking.v1.referral_outcome")
        self.mediator.call(
            self.referrals, "RecordUndisputedFacts", self.referral.RecordUndisputedFactsRequest(
                name=referral.name, request_id=s.request_id(),
                record=outcome.UndisputedFactsRecord(
                    facts=[outcome.UndisputedFact(text="双方签有合同", agreed_party_ids=["p1", "p2"])],
                    signed_party_ids=["p1", "p2"], mediator=self.mediators[0])))
        self.mediator.call(self.dispute_stub, "ConcludeWithoutAgreement",
                           self.dispute.ConcludeWithoutAgreementRequest(
                               name=dispute, request_id=s.request_id(),
                               reason=self.disputes.CONCLUSION_REASON_NO_AGREEMENT,
                               explanation="数额差距过大"))
        self.become(referral.name, "RETURNED")
        returned = self.get(referral.name)
        self.results.check("the undisputed facts come home with it",
                           len(returned.undisputed_facts.facts) == 1)
        self.results.check("docking found the materials equal", returned.conclusion.materials_equal)
        for material, content in zip(materials, contents):
            self.results.check("the court has its material back byte for byte",
                               self.download(self.court, material.name) == content)
        registered = self.court.call(self.referrals, "RegisterCase",
                                     self.referral.RegisterCaseRequest(
                                         name=referral.name, request_id=s.request_id(),
                                         case_number=f"（2026）浙0102民初{self.serial}号"))
        self.results.check("the court registers the case",
                           registered.state == self.resource.REFERRAL_STATE_CLOSED_REGISTERED)
        s.eventually("the dispute is closed",
                     lambda: self.dispute_state(dispute) == "CLOSED_FAILED")
        return referral

    def figures(self):
        i = self.indicator
        wanted = ["referrals", "referrals_settled", "days_to_settle"]

        def ask(**scope):
            return self.head.call(self.indicator_stub, "QueryIndicators",
                                  i.QueryIndicatorsRequest(indicators=wanted, **scope))

        def settled():
            answer = ask(organisation=self.name)
            if not answer.rows:
                return None
            values = {v.indicator: v for v in answer.rows[0].values}
            return values if values["referrals"].value == 2 and \
                values["referrals_settled"].value == 1 else None

        values = s.eventually("analytics counts both cases", settled)
        self.results.check("analytics shows 2 referrals, 1 settled for the committee", True)
        self.results.check("and the days to settle", values["days_to_settle"].HasField("value"))
        levels = [i.DIVISION_LEVEL_TOWNSHIP, i.DIVISION_LEVEL_COUNTY, i.DIVISION_LEVEL_CITY,
                  i.DIVISION_LEVEL_PROVINCE]
        rows = ask(organisation=self.name, levels=levels).rows
        counts = [{v.indicator: v.value for v in row.values} for row in rows]
        self.results.check("with the same figures at each level",
                           len(counts) == 4 and all(
                               c["referrals"] == 2 and c["referrals_settled"] == 1 and
                               c["days_to_settle"] == counts[0]["days_to_settle"]
                               for c in counts), counts)
        self.results.check("at township, county, city and province",
                           [(r.level, r.division) for r in rows] ==
                           list(zip(levels, ["330102001", "330102", "3301", "33"])),
                           [(r.level, r.division) for r in rows])

    def run(self):
        self.file_organisation()
        self.watch()
        settled = self.settle()
        failed = self.fail()
        s.eventually("the watch stream shows the end",
                     lambda: "RegisterCase" in self.types_of(failed.name))
        for referral in (settled, failed):
            revisions = [e.revision for e in self.seen if e.resource == referral.name]
            self.results.check("the court's stream has every revision once, in order",
                               revisions == list(range(1, len(revisions) + 1)), revisions)
        self.results.check("across a cut", self.resumed)
        payloads = b"".join(e.SerializeToString() for e in self.seen)
        for secret in ("赵甲", s.resident_number(201), "13905710000"):
            self.results.check("no party's identity travels in events",
                               secret.encode() not in payloads)
        self.figures()
        self.stopped = True
        self.stream.cancel()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    story = Story(s.Suite(arguments.var, arguments.port_base), results)
    try:
        story.run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
