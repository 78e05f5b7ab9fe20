// The doctor's look at files: settings, keys, certificates, reference data; and at the clock.
#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "common/reference/reference_data.h"
#include "deploy/maplectl_source/doctor.h"

namespace maplebridge::maplectl {
namespace {

using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BytesPointer = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr absl::Duration kRenewBefore = absl::Hours(30 * 24);

struct CertifiedKey {
  std::string name;       // keys/NAME.crt and keys/NAME.key
  std::string authority;  // keys/AUTHORITY.crt
};
const std::vector<CertifiedKey>& CertifiedKeys() {
  static const auto* keys = new std::vector<CertifiedKey>{
      {"inside-authority", "inside-authority"}, {"caller-authority", "caller-authority"},
      {"registry", "inside-authority"},         {"roster", "inside-authority"},
      {"docking", "inside-authority"},          {"analytics", "inside-authority"},
      {"gateway", "inside-authority"},          {"web", "inside-authority"},
      {"caller-operator", "caller-authority"},
  };
  return *keys;
}

// Files that hold a secret, besides the keys of certificates.
constexpr std::string_view kSecrets[] = {
    "context.key",           "token-issuer.key",   "match.key",
    "sealing-registry.key",  "sealing-roster.key", "sealing-docking.key",
    "sealing-analytics.key", "postgres.passfile",  "registry.passfile",
    "roster.passfile",       "docking.passfile",   "analytics.passfile",
};
constexpr std::string_view kKeyPairs[] = {"context", "token-issuer"};
constexpr std::string_view kSealed[] = {"registry", "roster", "docking", "analytics"};

// Of the pair that signs documents; it is named by its id, which changes when it is rotated.
std::string DocumentKey(const Installation& installation) {
  auto id = ReadFile(installation.Path("keys/document-signing.current"));
  const std::string text = id.value_or("");
  return absl::StrCat("document-signing-", absl::StripAsciiWhitespace(text));
}

BytesPointer BytesOf(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

CertificatePointer CertificateIn(const std::string& pem) {
  const BytesPointer bytes = BytesOf(pem);
  return {PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr), &X509_free};
}

KeyPointer PrivateKeyIn(const std::string& pem) {
  const BytesPointer bytes = BytesOf(pem);
  return {PEM_read_bio_PrivateKey(bytes.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
}

KeyPointer PublicKeyIn(const std::string& pem) {
  const BytesPointer bytes = BytesOf(pem);
  return {PEM_read_bio_PUBKEY(bytes.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
}

absl::Time EndOf(const X509& certificate) {
  std::tm end{};
  ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end);
  return absl::FromCivil(absl::CivilSecond(end.tm_year + 1900, end.tm_mon + 1, end.tm_mday,
                                           end.tm_hour, end.tm_min, end.tm_sec),
                         absl::UTCTimeZone());
}

std::string DayText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone());
}

// Makes the pair anew, and with an authority all that it signed: deploy/up makes what is missing,
// and processes read their keys at start.
std::string RemakeText(const Installation& installation, const std::string& name) {
  std::string files;
  for (const CertifiedKey& pair : CertifiedKeys()) {
    if (pair.name != name && pair.authority != name) continue;
    absl::StrAppend(&files, " ", installation.Path("keys/" + pair.name), ".{crt,key}");
  }
  return absl::StrCat(installation.DownCommand(), " && rm -f", files, " && ",
                      installation.UpCommand());
}

// What cannot be made anew: a new one opens nothing that the old one sealed.
bool IsIrreplaceable(const std::string& name) {
  return name == "match.key" || absl::StartsWith(name, "sealing-");
}
constexpr char kFromBackup[] =
    "bring it back from the backup before anything else: what is sealed in the database opens with "
    "it only, and deploy/up would make a new one";

// Only its owner may read a secret. True when that is so.
bool ExamineSecret(const Installation& installation, const std::string& name, Findings* findings) {
  const std::string path = installation.Path("keys/" + name);
  struct stat file {};
  if (stat(path.c_str(), &file) != 0) {
    Complain(findings, "keys", path + " is missing",
             IsIrreplaceable(name) ? kFromBackup : installation.UpCommand());
    return false;
  }
  if ((file.st_mode & 0077) != 0) {
    Complain(findings, "keys",
             absl::StrFormat("%s may be read by others (mode %04o)", path, file.st_mode & 07777),
             absl::StrCat("chmod 600 ", path, "; if others use this machine, make it anew"));
    return false;
  }
  if (access(path.c_str(), R_OK) != 0) {
    Warn(findings, "keys", path + " may not be read by you",
         "run maplectl as who ran " + installation.UpCommand());
    return false;
  }
  return true;
}

// True when nothing is wrong with the pair.
bool ExamineCertificate(const Installation& installation, const CertifiedKey& pair, absl::Time now,
                        Findings* findings) {
  const std::string path = installation.Path("keys/" + pair.name + ".crt");
  auto pem = ReadFile(path);
  if (!pem.ok()) {
    Complain(findings, "certificates", std::string(pem.status().message()),
             installation.UpCommand());
    return false;
  }
  const CertificatePointer certificate = CertificateIn(*pem);
  if (!certificate) {
    Complain(findings, "certificates", path + " is no certificate in PEM",
             RemakeText(installation, pair.name));
    return false;
  }
  const absl::Time end = EndOf(*certificate);
  if (end <= now) {
    Complain(findings, "certificates", absl::StrCat(path, " ended on ", DayText(end)),
             RemakeText(installation, pair.name));
    return false;
  }
  auto authority_pem = ReadFile(installation.Path("keys/" + pair.authority + ".crt"));
  const CertificatePointer authority = CertificateIn(authority_pem.value_or(""));
  if (!authority || X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) != 1) {
    Complain(findings, "certificates",
             absl::StrCat(path, " is not signed by ", pair.authority, ".crt"),
             RemakeText(installation, pair.name));
    return false;
  }
  auto key_pem = ReadFile(installation.Path("keys/" + pair.name + ".key"));
  const KeyPointer key = PrivateKeyIn(key_pem.value_or(""));
  if (key_pem.ok() && (!key || X509_check_private_key(certificate.get(), key.get()) != 1)) {
    Complain(findings, "certificates",
             absl::StrCat(path, " does not belong to ", pair.name, ".key"),
             RemakeText(installation, pair.name));
    return false;
  }
  if (end - now < kRenewBefore) {
    Warn(findings, "certificates", absl::StrCat(path, " ends on ", DayText(end)),
         RemakeText(installation, pair.name));
    return false;
  }
  return true;
}

bool IsHex(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The forms that the services read: "k1:" and 64 hexadecimal digits, or the digits alone.
bool ExamineSecretForms(const Installation& installation, Findings* findings) {
  bool is_good = true;
  auto examine = [&](const std::string& name, bool has_id) {
    auto text = ReadFile(installation.Path("keys/" + name));
    if (!text.ok()) return;  // said before
    std::string_view line = *text;
    line = line.substr(0, line.find('\n'));
    const std::size_t colon = line.find(':');
    const bool fits =
        has_id ? colon != std::string_view::npos && IsHex(line.substr(colon + 1)) : IsHex(line);
    if (fits) return;
    is_good = false;
    Complain(findings, "keys",
             absl::StrCat(installation.Path("keys/" + name), " is no key: expected ",
                          has_id ? "k1: and 64 hexadecimal digits" : "64 hexadecimal digits"),
             kFromBackup);
  };
  for (std::string_view service : kSealed) {
    examine(absl::StrCat("sealing-", std::string(service), ".key"), true);
  }
  examine("match.key", false);
  return is_good;
}

bool ExamineKeyPairs(const Installation& installation, Findings* findings) {
  bool is_good = true;
  std::vector<std::string> pairs(std::begin(kKeyPairs), std::end(kKeyPairs));
  pairs.push_back(DocumentKey(installation));
  for (const std::string& name : pairs) {
    const std::string base = installation.Path("keys/" + name);
    auto secret = ReadFile(base + ".key");
    auto published = ReadFile(base + ".pub");
    if (!secret.ok()) continue;  // said before
    const KeyPointer key = PrivateKeyIn(*secret);
    const KeyPointer pub = PublicKeyIn(published.value_or(""));
    if (key && pub && EVP_PKEY_eq(key.get(), pub.get()) == 1) continue;
    is_good = false;
    Complain(findings, "keys", absl::StrCat(base, ".pub does not belong to ", base, ".key"),
             absl::StrCat("openssl pkey -in ", base, ".key -pubout -out ", base, ".pub && ",
                          installation.UpCommand(), ", then restart what read the old one"));
  }
  return is_good;
}

}  // namespace

void ExamineFiles(const Installation& installation, Findings* findings) {
  if (!installation.exists()) {
    Complain(findings, "installation", "there is none in " + installation.var(),
             installation.UpCommand() + " makes one; --var DIR names another");
    return;
  }
  Good(findings, "installation",
       absl::StrCat(installation.var(), ", ports from ", installation.port_base()));
  const std::string callers = installation.Path("etc/callers.json");
  auto text = ReadFile(callers);
  if (!text.ok()) {
    Complain(findings, "callers", std::string(text.status().message()), installation.UpCommand());
  } else if (!nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false).is_array()) {
    Complain(findings, "callers", callers + " is no JSON array",
             "mend the file, then: kill -HUP of the gateway; it keeps the callers from before");
  }
  std::error_code error;
  if (!std::filesystem::exists(installation.protoset(), error)) {
    Complain(findings, "binaries", installation.protoset() + " is missing",
             installation.UpCommand() + " builds it");
  }
}

void ExamineKeys(const Installation& installation, Findings* findings) {
  bool is_good = true;
  for (std::string_view name : kSecrets) {
    is_good = ExamineSecret(installation, std::string(name), findings) && is_good;
  }
  is_good = ExamineSecret(installation, DocumentKey(installation) + ".key", findings) && is_good;
  for (const CertifiedKey& pair : CertifiedKeys()) {
    is_good = ExamineSecret(installation, pair.name + ".key", findings) && is_good;
  }
  is_good = ExamineSecretForms(installation, findings) && is_good;
  is_good = ExamineKeyPairs(installation, findings) && is_good;
  if (is_good) Good(findings, "keys", "all there, for their owner only");
  const absl::Time now = absl::Now();
  bool are_valid = true;
  for (const CertifiedKey& pair : CertifiedKeys()) {
    are_valid = ExamineCertificate(installation, pair, now, findings) && are_valid;
  }
  if (are_valid) Good(findings, "certificates", "all valid for 30 days and longer");
}

void ExamineReferenceData(const Installation& installation, Findings* findings) {
  auto data = reference::ReferenceData::Open(installation.Path("data/reference.bin"));
  if (!data.ok()) {
    Complain(findings, "reference data", std::string(data.status().message()),
             absl::StrCat("rm -f ", installation.Path("data/reference.bin"), " && ",
                          installation.UpCommand()));
    return;
  }
  const calendar::Calendar& calendar = (*data)->calendar();
  const absl::CivilDay today = calendar::ChinaDay(absl::Now());
  const std::string update =
      "npm update chinese-days --prefix deploy/npm, commit the lockfile, then " +
      installation.UpCommand();
  if (!calendar.IsLoadedYear(today.year())) {
    Complain(findings, "reference data",
             absl::StrCat("the calendar of ", today.year(),
                          " is not loaded: working days are guessed by weekends"),
             update);
  } else if (today.month() == 12 && !calendar.IsLoadedYear(today.year() + 1)) {
    // The State Council's notice comes in November as a rule.
    Warn(findings, "reference data",
         absl::StrCat("the calendar of ", today.year() + 1,
                      " is not loaded: periods that reach into it are provisional"),
         update);
  } else {
    Good(findings, "reference data",
         absl::StrCat((*data)->version(), ", ", (*data)->divisions().size(),
                      " divisions, calendar to ", calendar.years().back()));
  }
}

void ExamineClock(Findings* findings) {
  timex state{};
  const int answer = adjtimex(&state);
  struct stat program {};
  const bool is_known = stat("/proc/self/exe", &program) == 0;
  const absl::Time now = absl::Now();
  if (is_known && now < absl::TimeFromTimespec(program.st_mtim) - absl::Hours(24)) {
    Complain(findings, "clock",
             absl::StrCat("it shows ", DayText(now), ", before this program was built"),
             "set it: timedatectl set-ntp true; deadlines and tokens go by it");
  } else if (answer == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    Warn(findings, "clock",
         "nothing keeps it right: tokens hold 30 s either way, deadlines go by it",
         "apt-get install systemd-timesyncd, or chrony; in a container: on its host");
  } else {
    Good(findings, "clock", "synchronised");
  }
}

}  // namespace maplebridge::maplectl
