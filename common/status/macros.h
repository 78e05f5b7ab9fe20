// The macros for absl::Status: plain functions and coroutines.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#define MB_STATUS_JOIN_INNER(left, right) left##right
#define MB_STATUS_JOIN(left, right) MB_STATUS_JOIN_INNER(left, right)

#define MB_RETURN_IF_ERROR(expression)                            \
  do {                                                            \
    if (absl::Status mb_status = (expression); !mb_status.ok()) { \
      return mb_status;                                           \
    }                                                             \
  } while (false)

#define MB_ASSIGN_OR_RETURN(target, expression)                      \
  auto MB_STATUS_JOIN(mb_answer_, __LINE__) = (expression);          \
  if (!MB_STATUS_JOIN(mb_answer_, __LINE__).ok())                    \
    return std::move(MB_STATUS_JOIN(mb_answer_, __LINE__)).status(); \
  target = std::move(*MB_STATUS_JOIN(mb_answer_, __LINE__))

#define MB_CO_RETURN_IF_ERROR(expression)                         \
  do {                                                            \
    if (absl::Status mb_status = (expression); !mb_status.ok()) { \
      co_return mb_status;                                        \
    }                                                             \
  } while (false)

#define MB_CO_ASSIGN_OR_RETURN(target, expression)                      \
  auto MB_STATUS_JOIN(mb_answer_, __LINE__) = (expression);             \
  if (!MB_STATUS_JOIN(mb_answer_, __LINE__).ok())                       \
    co_return std::move(MB_STATUS_JOIN(mb_answer_, __LINE__)).status(); \
  target = std::move(*MB_STATUS_JOIN(mb_answer_, __LINE__))
