// Every stable reason that an ErrorInfo of domain "maplebridge" may carry, with its meaning.
// Clients branch on these; a reason is never renamed.
#pragma once

#include <string_view>

namespace maplebridge::reason {

// INVALID_ARGUMENT: one or more fields are wrong; BadRequest names each.
inline constexpr std::string_view kFieldInvalid = "FIELD_INVALID";
// INVALID_ARGUMENT: the request is not a well-formed message; BadRequest names the field if known.
inline constexpr std::string_view kMessageMalformed = "MESSAGE_MALFORMED";
// RESOURCE_EXHAUSTED: the request message is larger than the limit.
inline constexpr std::string_view kMessageTooLarge = "MESSAGE_TOO_LARGE";
// INVALID_ARGUMENT: the page token was not made by this service for this request.
inline constexpr std::string_view kPageTokenInvalid = "PAGE_TOKEN_INVALID";
// NOT_FOUND: no such resource, or not visible to the caller.
inline constexpr std::string_view kResourceNotFound = "RESOURCE_NOT_FOUND";
// ALREADY_EXISTS: a resource with this identity exists.
inline constexpr std::string_view kResourceExists = "RESOURCE_EXISTS";
// ALREADY_EXISTS: the request_id was used with another body.
inline constexpr std::string_view kRequestIdReused = "REQUEST_ID_REUSED";
// ABORTED: the etag is not that of the current revision; read again.
inline constexpr std::string_view kEtagStale = "ETAG_STALE";
// FAILED_PRECONDITION: the workflow has no step for this event from the current state.
inline constexpr std::string_view kStateForbids = "STATE_FORBIDS";
// FAILED_PRECONDITION: docking decides this for a dispute that came by referral.
inline constexpr std::string_view kReferralOwned = "REFERRAL_OWNED";
// FAILED_PRECONDITION: a party's consent is missing; PreconditionFailure names the party.
inline constexpr std::string_view kConsentMissing = "CONSENT_MISSING";
// FAILED_PRECONDITION: the organisation is not published, or is suspended or revoked.
inline constexpr std::string_view kOrganisationNotPublished = "ORGANISATION_NOT_PUBLISHED";
// FAILED_PRECONDITION: the organisation is not on this court's specially-invited roster.
inline constexpr std::string_view kOrganisationNotOnRoster = "ORGANISATION_NOT_ON_ROSTER";
// FAILED_PRECONDITION: the organisation's filing lacks something; PreconditionFailure names it.
inline constexpr std::string_view kFilingIncomplete = "FILING_INCOMPLETE";
// FAILED_PRECONDITION: another condition of the step is not met; PreconditionFailure names it.
inline constexpr std::string_view kGuardFailed = "GUARD_FAILED";
// INVALID_ARGUMENT: the bytes do not have the digest that was announced.
inline constexpr std::string_view kDigestDiffers = "DIGEST_DIFFERS";
// INVALID_ARGUMENT: the file is of a type that is not kept.
inline constexpr std::string_view kFileTypeRefused = "FILE_TYPE_REFUSED";
// INVALID_ARGUMENT: the file holds a script, a launch action or a macro.
inline constexpr std::string_view kFileActiveContent = "FILE_ACTIVE_CONTENT";
// INVALID_ARGUMENT: unpacked, the file would be larger than is accepted.
inline constexpr std::string_view kFileExpandsTooFar = "FILE_EXPANDS_TOO_FAR";
// INVALID_ARGUMENT: the file is damaged or encrypted and cannot be examined.
inline constexpr std::string_view kFileUnreadable = "FILE_UNREADABLE";
// ABORTED: bytes do not go on where the upload ends; ask for its committed size.
inline constexpr std::string_view kUploadOffsetDiffers = "UPLOAD_OFFSET_DIFFERS";
// ABORTED: a later stream writes to this upload.
inline constexpr std::string_view kUploadTakenOver = "UPLOAD_TAKEN_OVER";
// RESOURCE_EXHAUSTED: the file store has no room; what was committed before is kept.
inline constexpr std::string_view kFileStoreFull = "FILE_STORE_FULL";
// UNAVAILABLE: the file store cannot be read or written; RetryInfo says when to try again.
inline constexpr std::string_view kFileStoreUnavailable = "FILE_STORE_UNAVAILABLE";
// UNAUTHENTICATED: no identity came with the call, or it does not hold.
inline constexpr std::string_view kIdentityMissing = "IDENTITY_MISSING";
// UNAUTHENTICATED: the gateway's signed context is absent, expired or not for this method.
inline constexpr std::string_view kContextInvalid = "CONTEXT_INVALID";
// PERMISSION_DENIED: none of the caller's roles may call the method.
inline constexpr std::string_view kRoleNotAllowed = "ROLE_NOT_ALLOWED";
// PERMISSION_DENIED: the caller's place, court or organisation does not cover the resource.
inline constexpr std::string_view kScopeNotAllowed = "SCOPE_NOT_ALLOWED";
// UNAVAILABLE: the database cannot be reached; RetryInfo says when to try again.
inline constexpr std::string_view kDatabaseUnavailable = "DATABASE_UNAVAILABLE";
// UNAVAILABLE: another service cannot be reached.
inline constexpr std::string_view kPeerUnavailable = "PEER_UNAVAILABLE";
// RESOURCE_EXHAUSTED: too many calls wait; RetryInfo says when to try again.
inline constexpr std::string_view kOverloaded = "OVERLOADED";
// DEADLINE_EXCEEDED: the caller's deadline passed.
inline constexpr std::string_view kDeadlinePassed = "DEADLINE_PASSED";
// CANCELLED: the caller ended its stream before it was complete; nothing was stored.
inline constexpr std::string_view kCallCancelled = "CALL_CANCELLED";
// INTERNAL: a fault of ours; the message carries an id that stands in the log.
inline constexpr std::string_view kInternal = "INTERNAL_FAULT";

}  // namespace maplebridge::reason
