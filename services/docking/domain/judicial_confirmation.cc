#include "services/docking/domain/judicial_confirmation.h"

#include <algorithm>
#include <span>

namespace maplebridge::docking {
namespace {

struct ArticleRow {
  std::string_view word;
  std::string_view article;
};

// CPL interpretation art. 355; an empty article: may be confirmed.
constexpr ArticleRow kMatters[] = {
    {"CIVIL_OBLIGATION", ""},
    {"OUTSIDE_CIVIL_JURISDICTION", "CPL interpretation 355(1)"},
    {"IDENTITY_RELATION", "CPL interpretation 355(3)"},
    {"SPECIAL_PROCEDURE", "CPL interpretation 355(4)"},
    {"RIGHT_IN_REM", "CPL interpretation 355(5)"},
    {"INTELLECTUAL_PROPERTY_RIGHT", "CPL interpretation 355(5)"},
};

constexpr ArticleRow kNotAccepted[] = {
    {"OUTSIDE_CIVIL_JURISDICTION", "CPL interpretation 355(1)"},
    {"COURT_NOT_COMPETENT", "CPL interpretation 355(2)"},
    {"IDENTITY_RELATION", "CPL interpretation 355(3)"},
    {"SPECIAL_PROCEDURE", "CPL interpretation 355(4)"},
    {"RIGHTS_TO_BE_ESTABLISHED", "CPL interpretation 355(5)"},
};

constexpr ArticleRow kRejections[] = {
    {"MANDATORY_LAW", "CPL interpretation 358(1)"},
    {"INTERESTS_OF_OTHERS", "CPL interpretation 358(2)"},
    {"PUBLIC_ORDER", "CPL interpretation 358(3)"},
    {"NOT_VOLUNTARY", "CPL interpretation 358(4)"},
    {"UNCLEAR", "CPL interpretation 358(5)"},
    {"OTHER_UNCONFIRMABLE", "CPL interpretation 358(6)"},
    {"NOT_ACCEPTABLE", "CPL interpretation 355"},
};

// The order in which papers are kept and answered.
constexpr std::string_view kDocumentOrder[] = {"APPLICATION",    "AGREEMENT",
                                               "IDENTITY_PROOF", "SERVICE_ADDRESSES",
                                               "PROPERTY_PROOF", "LETTER_OF_AUTHORITY"};
constexpr std::string_view kRequired[] = {"APPLICATION", "AGREEMENT", "IDENTITY_PROOF",
                                          "SERVICE_ADDRESSES"};
constexpr std::string_view kLetterOfAuthority = "LETTER_OF_AUTHORITY";

std::ptrdiff_t Place(const ConfirmationDocument& document) {
  return std::find(std::begin(kDocumentOrder), std::end(kDocumentOrder), document.kind) -
         std::begin(kDocumentOrder);
}

std::string_view ArticleIn(std::span<const ArticleRow> rows, std::string_view word) {
  for (const ArticleRow& row : rows) {
    if (row.word == word) return row.article;
  }
  return "CPL interpretation 355";
}

}  // namespace

std::string_view ExcludingArticle(std::string_view matter) { return ArticleIn(kMatters, matter); }
std::string_view NotAcceptedArticle(std::string_view ground) {
  return ArticleIn(kNotAccepted, ground);
}
std::string_view RejectionArticle(std::string_view ground) {
  return ArticleIn(kRejections, ground);
}

std::vector<std::string> MissingDocuments(const Confirmation& confirmation) {
  std::vector<std::string> missing;
  for (std::string_view kind : kRequired) {
    if (FindDocument(confirmation, kind) == nullptr) missing.emplace_back(kind);
  }
  if (confirmation.agent_acts && FindDocument(confirmation, kLetterOfAuthority) == nullptr) {
    missing.emplace_back(kLetterOfAuthority);
  }
  return missing;
}

void PutDocuments(Confirmation* confirmation, const std::vector<ConfirmationDocument>& documents) {
  for (const ConfirmationDocument& document : documents) {
    auto same = std::find_if(
        confirmation->documents.begin(), confirmation->documents.end(),
        [&](const ConfirmationDocument& earlier) { return earlier.kind == document.kind; });
    if (same == confirmation->documents.end()) {
      confirmation->documents.push_back(document);
    } else {
      *same = document;
    }
  }
  std::sort(confirmation->documents.begin(), confirmation->documents.end(),
            [](const ConfirmationDocument& left, const ConfirmationDocument& right) {
              return Place(left) < Place(right);
            });
}

const ConfirmationDocument* FindDocument(const Confirmation& confirmation, std::string_view kind) {
  for (const ConfirmationDocument& document : confirmation.documents) {
    if (document.kind == kind) return &document;
  }
  return nullptr;
}

std::vector<std::string> MissingApplicants(const Confirmation& confirmation) {
  std::vector<std::string> missing;
  for (const Applicant& applicant : confirmation.applicants) {
    if (!applicant.joined) missing.push_back(applicant.party_id);
  }
  return missing;
}

Applicant* FindApplicant(Confirmation* confirmation, std::string_view party_id) {
  for (Applicant& applicant : confirmation->applicants) {
    if (applicant.party_id == party_id) return &applicant;
  }
  return nullptr;
}

}  // namespace maplebridge::docking
