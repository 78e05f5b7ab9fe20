#!/usr/bin/env bash
# The keys and certificates of an installation.
set -uo pipefail
# shellcheck source=tests/shell/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/checks.sh"
# shellcheck source=deploy/shell/common.sh
source "$ROOT/deploy/shell/common.sh"
# shellcheck source=deploy/shell/keys.sh
source "$ROOT/deploy/shell/keys.sh"

VAR=$(mktemp -d)
trap 'rm -rf "$VAR"' EXIT
mkdir "$VAR/etc"
check "keys are made" make_keys
before=$(cd "$VAR" && sha256sum keys/* etc/*)
check "a second time is harmless" make_keys
check "and changes nothing" equal "$before" "$(cd "$VAR" && sha256sum keys/* etc/*)"

names() { openssl x509 -in "$VAR/keys/$1.crt" -noout -ext subjectAltName | tail -n 1 | tr -d ' '; }
for service in registry roster docking analytics gateway; do
  check "$service's certificate is of the inside authority, for both sides" bash -c "
    openssl verify -CAfile $VAR/keys/inside-authority.crt -purpose sslserver $VAR/keys/$service.crt &&
    openssl verify -CAfile $VAR/keys/inside-authority.crt -purpose sslclient $VAR/keys/$service.crt"
  check "$service's certificate names it" equal \
    "DNS:localhost,DNS:$service,DNS:$(uname -n),IPAddress:127.0.0.1,URI:spiffe://maplebridge/service/$service" \
    "$(names "$service")"
done
check "a caller's certificate names the caller" equal URI:spiffe://maplebridge/caller/operator \
  "$(names caller-operator)"
refuse "a caller's certificate opens no door inside" 'verification failed' \
  openssl verify -CAfile "$VAR/keys/inside-authority.crt" "$VAR/keys/caller-operator.crt"
refuse "a service's certificate is none of a caller" 'verification failed' \
  openssl verify -CAfile "$VAR/keys/caller-authority.crt" "$VAR/keys/registry.crt"
refuse "the browsers' certificate is none of a client" 'unsuitable certificate purpose' \
  openssl verify -purpose sslclient -CAfile "$VAR/keys/inside-authority.crt" "$VAR/keys/web.crt"
check "every secret is its owner's alone" equal '' \
  "$(find "$VAR/keys" -name '*.key' -not -perm 0600)"
check "and so is their folder" equal 700 "$(stat -c %a "$VAR/keys")"
check "a sealing key has an id and 32 bytes" grep -Exq 'k1:[0-9a-f]{64}' \
  "$VAR/keys/sealing-registry.key"
check "each service seals with its own key" equal 4 \
  "$(cat "$VAR"/keys/sealing-*.key | sort -u | wc -l)"
check "the match key has 32 bytes" grep -Exq '[0-9a-f]{64}' "$VAR/keys/match.key"
check "the context key is Ed25519" bash -c \
  "openssl pkey -in $VAR/keys/context.key -noout -text | grep -q ED25519"
document=$(cat "$VAR/keys/document-signing.current")
check "the key that signs documents is SM2" bash -c \
  "openssl pkey -in $VAR/keys/document-signing-$document.key -noout -text | grep -q 'ASN1 OID: SM2'"
check "and its id is its digest" equal "$document" \
  "$(openssl pkey -in "$VAR/keys/document-signing-$document.key" -pubout -outform DER |
    openssl dgst -sm3 -r | cut -c 1-16)"
check "its public key belongs to it" equal \
  "$(openssl pkey -in "$VAR/keys/document-signing-$document.key" -pubout)" \
  "$(cat "$VAR/keys/document-signing-$document.pub")"
printf 'signed before' >"$VAR/paper"
openssl dgst -sm3 -sign "$VAR/keys/document-signing-$document.key" \
  -sigopt distid:1234567812345678 -out "$VAR/signature" "$VAR/paper"
check "it is rotated" new_document_key
check "to another one" bash -c "[[ $document != \$(cat $VAR/keys/document-signing.current) ]]"
check "of which its owner alone reads the private half" equal 600 \
  "$(stat -c %a "$VAR/keys/document-signing-$(cat "$VAR/keys/document-signing.current").key")"
check "the old private half is gone" bash -c "[[ ! -e $VAR/keys/document-signing-$document.key ]]"
check "and the old public half still verifies" openssl dgst -sm3 \
  -verify "$VAR/keys/document-signing-$document.pub" -sigopt distid:1234567812345678 \
  -signature "$VAR/signature" "$VAR/paper"
check "a public key belongs to its private one" equal \
  "$(openssl pkey -in "$VAR/keys/token-issuer.key" -pubout)" "$(cat "$VAR/keys/token-issuer.pub")"

closing
