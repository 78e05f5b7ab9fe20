#include "services/registry/domain/verification_code.h"

#include <absl/strings/ascii.h>

namespace maplebridge::registry {
namespace {

// 32 characters, so that 5 bits of a byte choose one and none is likelier than another.
constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
static_assert(kAlphabet.size() == 32);
constexpr std::size_t kLength = 12;
constexpr std::size_t kGroup = 4;

std::string Bare(std::string_view text) {
  std::string bare;
  for (char character : text) {
    if (character == '-' || character == ' ') continue;
    bare += absl::ascii_toupper(static_cast<unsigned char>(character));
  }
  return bare;
}

}  // namespace

std::string VerificationSubject(std::string_view document_number, std::string_view dispute_number) {
  std::string subject(document_number);
  subject += '\n';
  subject += dispute_number;
  return subject;
}

std::string VerificationCode(std::string_view hash) {
  std::string code;
  for (std::size_t i = 0; i < kLength && i < hash.size(); ++i) {
    if (i > 0 && i % kGroup == 0) code += '-';
    code += kAlphabet[static_cast<unsigned char>(hash[i]) % kAlphabet.size()];
  }
  return code;
}

bool IsVerificationCode(std::string_view typed, std::string_view code) {
  const std::string left = Bare(typed);
  const std::string right = Bare(code);
  if (left.size() != right.size()) return false;
  int difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i) difference |= left[i] ^ right[i];
  return difference == 0 && !right.empty();
}

}  // namespace maplebridge::registry
