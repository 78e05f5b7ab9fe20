// What the Protobuf library reports of its own, such as text that is not UTF-8, as lines of our
// log.
#pragma once

namespace maplebridge {

// Call once at start, after StartLog.
void LogProtobuf();

}  // namespace maplebridge
