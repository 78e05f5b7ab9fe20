// A file of sealed chunks on a disk. All of it blocks: for the threads that wait for disks.
//
// Layout: a header of 512 bytes ("MBFILE1\n", 16 random bytes that are the file's identity, its
// writer's 32 characters, and once it is complete, the sealed SHA-256 of its bytes), then a slot
// for each chunk: its sealed length in 4 bytes and the sealed bytes. Slots have one size, so that a
// chunk has one place whichever key sealed it. A chunk opens only in its file and its place, and a
// complete file only as the content that it is.
#pragma once

#include <absl/status/statusor.h>

#include <string>

#include "common/sealing/sealing.h"

namespace maplebridge::registry {

inline constexpr std::size_t kWriterLength = 32;

// FILE_STORE_FULL or FILE_STORE_UNAVAILABLE by `error`, an errno; logged with the path.
absl::Status DiskError(const std::string& doing, const std::string& path, int error);

// Syncs a folder: names that were made or moved in it stay.
absl::Status SyncFolder(const std::string& path);

// Makes the file if there is none, and `writer` its writer.
absl::Status ClaimSealedFile(const std::string& path, const std::string& writer);
// Seals and writes whole chunks from number `first` on, and syncs.
absl::Status WriteSealedChunks(const SealingKeys& keys, const std::string& path,
                               const std::string& writer, int first, std::string_view bytes);
// Says in the file that it is complete, and syncs.
absl::Status CompleteSealedFile(const SealingKeys& keys, const std::string& path,
                                const std::string& sha256);
// `sha256`: of a complete file; empty of an unfinished one. NOT_FOUND when there is no such file.
absl::StatusOr<std::string> ReadSealedChunk(const SealingKeys& keys, const std::string& path,
                                            const std::string& sha256, int ordinal);

}  // namespace maplebridge::registry
