// The encodings in which tables come from Chinese offices.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace maplebridge {

// The text in UTF-8 without a byte order mark: of UTF-8 with or without one, or of GB18030, which
// GBK and GB2312 are parts of. Bytes that are both are read as UTF-8. INVALID_ARGUMENT for UTF-16
// and for what is neither; the text has the place of the first wrong byte, not the bytes. Takes
// time with the length: not for a loop.
absl::StatusOr<std::string> ToUtf8(std::string_view bytes);

}  // namespace maplebridge
