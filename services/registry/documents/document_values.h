// What the documents say: from the data of a dispute to the values of their templates, in Chinese.
#pragma once

#include <absl/time/time.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/party/party.h"
#include "services/registry/documents/template.h"
#include "services/registry/domain/agreement.h"
#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {

// What every document says about its dispute.
struct DocumentCase {
  std::string dispute_number;           // "D-330102-2026-00000017"
  std::string category;                 // in Chinese
  std::string summary;                  // of the dispute
  std::int64_t claimed_amount_fen = 0;  // 0 without one
  std::string organisation;             // name of the committee
  std::vector<Party> parties;           // in full
  std::vector<std::string> mediators;   // names
  bool referral_born = false;
  absl::CivilDay report_day;
  absl::CivilDay accept_day;
  absl::Time now;
};

// What a party said to the minutes.
struct MinutesVoice {
  std::string party_id;
  std::string objection;  // empty: confirmed
  std::string evidence;   // of a signature on paper; empty for a one-time code
  absl::Time time;
};

struct HeldSession {
  int ordinal = 0;
  std::string kind;  // "ONSITE", "ONLINE", "SEPARATE"
  absl::Time start_time, end_time;
  std::string place;
  std::vector<std::string> mediators;  // names
  std::vector<std::string> party_ids;
  bool rights_told = false;
  std::string minutes;
  // Of minutes that are in versions; 0 and empty for the words of RecordSession alone.
  int version = 0;
  std::string sha256;
  // Every party that was there has confirmed them.
  bool is_confirmed = false;
  std::vector<MinutesVoice> voices;
};

struct FollowUpVisit {
  int ordinal = 0;
  absl::CivilDay day;
  std::string method;  // "VISIT", "TELEPHONE", "ONLINE"
  std::vector<std::string> party_ids;
  int satisfaction = 0;  // 1 to 5; 0 when it was not asked
  bool relapsed = false;
  std::string notes;
  std::string agreement_number;  // empty without an agreement
};

struct FileEntry {
  DocumentKind kind = DocumentKind::kAgreement;
  std::string number;
  absl::CivilDay day;
  int pages = 0;
};

// A line of the index of evidence.
struct MaterialEntry {
  int ordinal = 0;
  std::string kind;  // "CONTRACT", …
  std::string file_name;
  std::string from;  // the party's name; empty when the committee gathered it
  absl::CivilDay day;
  bool is_withdrawn = false;
};
// A word of the API and how a document says it.
using Phrase = std::pair<std::string_view, const char*>;
std::string Say(std::span<const Phrase> phrases, std::string_view word, const char* otherwise);

// "2026年10月9日".
std::string ChineseDay(absl::CivilDay day);

// Name of the party; its identifier when there is none.
const std::string& PartyName(const std::vector<Party>& parties, const std::string& party_id);

TemplateValues CaseValues(const DocumentCase& about);
TemplateValues AgreementValues(const DocumentCase& about, const AgreementDraft& agreement);
// `reason`: in Chinese, to be read after 因.
TemplateValues ConclusionValues(const std::string& reason, const std::string& explanation);
// `last_day`: of the mediation; unset when none is counted.
TemplateValues AcceptanceValues(std::optional<absl::CivilDay> last_day);
// `reason`: "PARTY_REFUSED", …
TemplateValues DeclineValues(const std::string& reason, const std::string& advice);
TemplateValues SessionValues(const DocumentCase& about, const HeldSession& session);
TemplateValues OralAgreementValues(const DocumentCase& about, const AgreementDraft& agreement,
                                   const std::string& number, absl::CivilDay effective_day);
TemplateValues FollowUpValues(const DocumentCase& about, const FollowUpVisit& visit);
// `retention`: "PERMANENT", "LONG_TERM", "SHORT_TERM"; empty before the file is archived.
TemplateValues FileIndexValues(const std::vector<FileEntry>& entries,
                               const std::vector<MaterialEntry>& materials,
                               const std::string& retention);

}  // namespace maplebridge::registry
