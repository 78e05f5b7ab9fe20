// The verbs of maplectl, such as `dispute accept`: one table that the parser, --help, the shell
// completion and the call itself read. A verb for another method is one more entry.
#pragma once

#include <string_view>
#include <vector>

namespace maplebridge::maplectl {

// How a value is written, where the type of its field does not say that already.
enum class Form {
  // By the field: a flag for a bool, a word for an enum, yuan for …_fen, a day for …_day, a moment
  // for a timestamp; given several times for a repeated field.
  kPlain,
  // A resource name; `detail` is its collection, which may be left out.
  kName,
  // A party, NAME[,NUMBER[,TELEPHONE]]; `detail` is its side.
  kParty,
  // An obligation to pay, DEBTOR,CREDITOR,YUAN,DAY[,CONTENT].
  kPayment,
  // An obligation to act, DEBTOR,CREDITOR,DAY,CONTENT.
  kAct,
};

struct Input {
  // "--category"; or in capitals, "DISPUTE", when it stands by its place. Those come first.
  std::string_view word;
  // Path in the request, "dispute.category"; through a repeated field to its first element.
  std::string_view field;
  std::string_view help;
  Form form = Form::kPlain;
  std::string_view detail = {};
};

struct Column {
  std::string_view heading;
  // Path in the row, "deadline.due_day".
  std::string_view field;
};

// request_id, etag, page_size and page_token are no inputs: the call takes care of them.
struct Verb {
  std::string_view name;
  // As much of the end of its name as is unique, "DisputeService.AcceptDispute".
  std::string_view method;
  std::string_view help;
  // A whole command line; tests/end_to_end/verbs.py runs it.
  std::string_view example;
  std::vector<Input> inputs;
  // What people are shown of each row.
  std::vector<Column> columns;
  // Field of the answer that holds the rows; the answer is the one row when empty.
  std::string_view rows = {};
};

struct VerbGroup {
  std::string_view name;
  std::string_view help;
  std::vector<Verb> verbs;
};

// In the order of --help.
const std::vector<VerbGroup>& VerbGroups();

// By file.
std::vector<Verb> DisputeVerbs();
std::vector<Verb> DisputeCourseVerbs();
std::vector<Verb> DisputeEndVerbs();
std::vector<Verb> DisputeFindingVerbs();
std::vector<Verb> AgreementVerbs();
std::vector<Verb> TransferVerbs();
std::vector<Verb> EscalationVerbs();
std::vector<Verb> RouteVerbs();
std::vector<Verb> AssistanceVerbs();
std::vector<Verb> JointVerbs();
std::vector<Verb> HistoryVerbs();
std::vector<Verb> CampaignVerbs();
std::vector<Verb> RiskVerbs();
std::vector<Verb> ObservationVerbs();
std::vector<Verb> DocumentVerbs();
std::vector<Verb> OperationVerbs();
std::vector<Verb> WorkflowVerbs();
std::vector<Verb> OrganisationVerbs();
std::vector<Verb> MediatorVerbs();
std::vector<Verb> CourtRosterVerbs();
std::vector<Verb> ReferralVerbs();
std::vector<Verb> IndicatorVerbs();
std::vector<Verb> DivisionVerbs();

// Inputs and columns of several verbs.
inline constexpr Input kDispute{"DISPUTE", "name", "Number of the dispute", Form::kName,
                                "disputes/"};
inline constexpr Input kOfDispute{"DISPUTE", "parent", "Number of the dispute", Form::kName,
                                  "disputes/"};
inline constexpr Input kPlace{"--division", "division",
                              "Only this place with all below it: 2, 4, 6, 9 or 12 digits"};
inline constexpr Input kOfOrganisation{"--organisation", "organisation",
                                       "Only of this organisation", Form::kName, "organisations/"};

}  // namespace maplebridge::maplectl
