# shellcheck shell=bash
# Keys and certificates of one installation: made once, never overwritten. Private files are 0600
# and belong to who runs the services; nginx reads its key as root before it gives up its rights.

# private COMMAND...: what the command writes is readable for its owner only.
private() { (umask 077 && "$@"); }

# make_authority NAME SUBJECT: a certificate authority of elliptic curve P-256, ten years.
make_authority() {
  local base=$KEYS/$1
  if [[ -s $base.crt ]]; then return 0; fi
  private openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$base.key" 2>/dev/null
  openssl req -x509 -new -key "$base.key" -sha256 -days 3650 -subj "/O=Maplebridge/CN=$2" \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' -out "$base.crt.new"
  mv "$base.crt.new" "$base.crt"
}

# make_certificate AUTHORITY NAME COMMON_NAME USAGE ALTERNATIVE_NAMES
make_certificate() {
  local authority=$KEYS/$1 base=$KEYS/$2
  if [[ -s $base.crt ]]; then return 0; fi
  private openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$base.key" 2>/dev/null
  openssl req -new -key "$base.key" -subj "/O=Maplebridge/CN=$3" -out "$base.csr"
  openssl x509 -req -in "$base.csr" -CA "$authority.crt" -CAkey "$authority.key" \
    -set_serial "0x$(openssl rand -hex 16)" -days 825 -sha256 -out "$base.crt.new" -extfile <(
      printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n'
      printf 'extendedKeyUsage=%s\nsubjectAltName=%s\n' "$4" "$5"
    ) 2>/dev/null
  rm "$base.csr"
  # The certificate appears last: it is the sign that the pair is complete.
  mv "$base.crt.new" "$base.crt"
}

# make_key_pair NAME GENPKEY_OPTION...: NAME.key and NAME.pub.
make_key_pair() {
  local base=$KEYS/$1
  shift
  if [[ ! -s $base.key ]]; then
    private openssl genpkey "$@" -out "$base.key.new" 2>/dev/null
    mv "$base.key.new" "$base.key"
  fi
  if [[ ! -s $base.pub ]]; then
    openssl pkey -in "$base.key" -pubout -out "$base.pub.new"
    mv "$base.pub.new" "$base.pub"
  fi
}

# make_secret FILE PREFIX: a line of PREFIX and 64 random hexadecimal digits.
make_secret() {
  if [[ -s $KEYS/$1 ]]; then return 0; fi
  # shellcheck disable=SC2016  # expanded by the inner shell
  private bash -c 'printf "%s%s\n" "$2" "$(openssl rand -hex 32)" >"$1.new"' secret "$KEYS/$1" "$2"
  mv "$KEYS/$1.new" "$KEYS/$1"
}

# make_caller_certificate ID: for a caller from outside, signed by the callers' authority.
make_caller_certificate() {
  make_certificate caller-authority "caller-$1" "$1" clientAuth "URI:spiffe://maplebridge/caller/$1"
}

# document_key_id FILE: the first 16 digits of the SM3 of the public key's DER, as the registry
# names it.
document_key_id() {
  openssl pkey -in "$1" -pubout -outform DER | openssl dgst -sm3 -r | cut -c 1-16
}

# new_document_key: an SM2 key that signs documents from now on. Of the key before it the public one
# stays, so that what it signed can be verified; the private one goes.
new_document_key() {
  local new=$KEYS/document-signing.new id former=''
  if [[ -s $KEYS/document-signing.current ]]; then former=$(<"$KEYS/document-signing.current"); fi
  private openssl genpkey -algorithm SM2 -out "$new" 2>/dev/null
  id=$(document_key_id "$new")
  openssl pkey -in "$new" -pubout -out "$KEYS/document-signing-$id.pub"
  mv "$new" "$KEYS/document-signing-$id.key"
  printf '%s\n' "$id" >"$KEYS/document-signing.current.new"
  mv "$KEYS/document-signing.current.new" "$KEYS/document-signing.current"
  if [[ -n $former ]]; then rm -f "$KEYS/document-signing-$former.key"; fi
}

# make_keys: all of them, into var/keys.
make_keys() {
  local service host
  KEYS=$VAR/keys
  install -d -m 0700 "$KEYS"
  host=$(uname -n)
  make_authority inside-authority 'Maplebridge inside authority'
  make_authority caller-authority 'Maplebridge caller authority'
  for service in "${SERVICES[@]}"; do
    make_certificate inside-authority "$service" "$service" serverAuth,clientAuth \
      "DNS:localhost,DNS:$service,DNS:$host,IP:127.0.0.1,URI:spiffe://maplebridge/service/$service"
  done
  # What browsers see; it opens no door inside.
  make_certificate inside-authority web localhost serverAuth "DNS:localhost,DNS:$host,IP:127.0.0.1"
  make_key_pair context -algorithm ED25519
  make_key_pair token-issuer -algorithm EC -pkeyopt ec_paramgen_curve:P-256
  for service in "${DATABASE_SERVICES[@]}"; do
    make_secret "sealing-$service.key" k1:
  done
  make_secret match.key ''
  if [[ ! -s $KEYS/document-signing.current ]]; then new_document_key; fi
  make_caller_certificate operator
  if [[ ! -s $VAR/etc/callers.json ]]; then
    cat >"$VAR/etc/callers.json" <<'JSON'
[
  {"certificate_uri": "spiffe://maplebridge/caller/operator", "principal": "callers/operator",
   "roles": ["OPERATOR"], "division": "", "organisation": "", "court": ""}
]
JSON
  fi
}
