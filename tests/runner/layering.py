"""What the compiler lets pass and the design does not: who may include whom, and three forms of
co_await that g++ 12 miscompiles. Each rule takes one file and answers (line, what is wrong)."""

import re

# --- Who may include whom ------------------------------------------------------------------------

# Inside a service. A folder that is not named here (testing/, a gateway's own) may use all of its
# service; main.cc and tests stand outside the layers.
LAYERS = {
    "api": {"api", "domain", "store", "documents", "files"},
    "store": {"store", "domain"},
    "documents": {"documents", "domain"},
    "files": {"files", "domain"},
    "examiner": {"examiner", "domain"},
    "domain": {"domain"},
}
# Pure: no input or output, no clock, no SQL, no gRPC.
PURE_COMMON = {"calendar", "csv", "division", "identifier", "money", "party"}
# Absl's Status handed on, and nothing else.
PURE_FILES = {"common/status/macros.h"}
# Libraries that a pure folder may include: none but these.
PURE_LIBRARIES = ("absl/",)
# What the pure folders' tests may add.
TEST_LIBRARIES = ("gtest/", "gmock/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(2)


def is_test(path):
    name = path.rsplit("/", 1)[-1]
    return "_test." in name or "_pgtest." in name or "/testing/" in path


def services_apart(path, text):
    """A service never includes another; common/ and the tools include none at all."""
    parts = path.split("/")
    own = parts[1] if parts[0] == "services" else None
    for line, target in includes(text):
        other = target.split("/")
        if other[0] == "services" and other[1] != own:
            yield line, f"includes {target}: services speak by generated stubs only"
        elif other[0] in ("deploy", "tests") and parts[0] in ("services", "common"):
            yield line, f"includes {target}, which stands outside the services"


def layers(path, text):
    """api -> {domain, store}; store -> domain; domain -> nothing of its service."""
    parts = path.split("/")
    if parts[0] != "services" or len(parts) < 4 or parts[2] not in LAYERS or is_test(path):
        return
    allowed = LAYERS[parts[2]]
    for line, target in includes(text):
        other = target.split("/")
        if other[0] == "services" and other[1] == parts[1]:
            folder = other[2] if len(other) > 3 else "its root"
            if folder not in allowed:
                yield line, (f"{parts[2]} includes {target}; it may include "
                             + ", ".join(sorted(allowed)))


def pure_domain(path, text):
    """domain/ and the pure folders of common/ include the standard library, Abseil and each other:
    no generated message, no gRPC, no database, no clock of the machine."""
    parts = path.split("/")
    in_domain = parts[0] == "services" and len(parts) > 3 and parts[2] == "domain"
    in_common = parts[0] == "common" and parts[1] in PURE_COMMON
    if not in_domain and not in_common:
        return
    for line, target in includes(text):
        other = target.split("/")
        if other[0] == "common":
            if other[1] not in PURE_COMMON and target not in PURE_FILES and not is_test(path):
                yield line, (f"includes {target}; of common/, only "
                             + ", ".join(sorted(PURE_COMMON)) + " are pure")
        elif other[0] == "services":
            continue  # layers and services_apart judge it
        elif "/" in target or "." in target:
            known = PURE_LIBRARIES + (TEST_LIBRARIES if is_test(path) else ())
            if not target.startswith(known):
                yield line, f"includes {target}: neither standard library nor Abseil"
    if not is_test(path):
        for token, line in tokens(text):
            if token in ("Now", "system_clock", "steady_clock", "random_device"):
                yield line, f"{token}: time and chance come in as arguments"


def blocking(path, text):
    """No thread is blocked in a coroutine or reactor. A place that may block (a start, a migration)
    says so in its line: `// layering: blocking is meant here`."""
    if path.split("/")[0] not in ("services", "common") or is_test(path):
        return
    lines = text.splitlines()
    for token, line in tokens(text):
        if token in ("sleep_for", "sleep_until", "condition_variable", "PQexec", "PQexecParams",
                     "future", "usleep"):
            if "layering: blocking is meant here" not in lines[line - 1]:
                yield line, f"{token} blocks its thread"


# --- Forms that g++ 12 miscompiles ---------------------------------------------------------------

TOKEN = re.compile(r"""
    (?P<raw>R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)")
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<number>\.?\d(?:'?[\w.])*)
  | (?P<character>'(?:\\.|[^'\\\n])+')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark2>->|::|&&|\|\||[=!<>+\-*/%&|^]=|.)
""", re.VERBOSE | re.DOTALL)
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


def tokens(text):
    """[(token, line)] of C++ without comments and preprocessor lines; a string is '""'."""
    # A continued preprocessor line is one line.
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"), text,
                  flags=re.MULTILINE)
    found, line = [], 1
    for match in TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup in ("raw", "mark", "string"):
            found.append(('""', line))
        elif match.lastgroup != "comment" and not token.isspace():
            found.append((token, line))
        line += token.count("\n")
    return found


def expression_end(found, start, stops=(";", ",")):
    """Index of the token that ends the expression which begins at `start`."""
    depth = 0
    for i in range(start, len(found)):
        token = found[i][0]
        if token in OPEN:
            depth += 1
        elif token in CLOSE:
            if depth == 0:
                return i
            depth -= 1
        elif depth == 0 and token in stops:
            return i
    return len(found)


def expression_start(found, end, stops=(";", ",", "=", "return", "co_return", "{", "}")):
    """Index of the first token of the expression that ends before `end`."""
    depth = 0
    for i in range(end - 1, -1, -1):
        token = found[i][0]
        if token in (")", "]") or (token == "}" and depth > 0):
            depth += 1
        elif token in ("(", "[") or (token == "{" and depth > 0):
            if depth == 0:
                return i + 1
            depth -= 1
        elif depth == 0 and token in stops:
            return i + 1
    return 0


def conditional_await(path, text):
    """No co_await inside ?: (g++ 12.2 destroys a temporary of the branch twice or too early)."""
    found = tokens(text)
    for i, (token, line) in enumerate(found):
        if token != "?":
            continue
        begin, end = expression_start(found, i), expression_end(found, i + 1)
        if any(found[k][0] == "co_await" for k in range(begin, end)):
            yield line, "co_await inside ?: is miscompiled by g++ 12; write if and else"


def is_lambda_body(found, brace):
    """Does the `{` open the body of a lambda?"""
    before = found[brace - 1][0]
    if before in (")", "]", "mutable", "noexcept"):
        return True
    # A trailing return type: words, ::, <…>, * and & back to the arrow.
    i = brace - 1
    while i > 0 and (found[i][0] in ("::", "<", ">", "*", "&", ",") or found[i][0][0].isalnum()
                     or found[i][0][0] == "_"):
        i -= 1
    return found[i][0] == "->" and found[i - 1][0] in (")", "mutable", "noexcept")


# Nothing to free: braces only convert.
SCALARS = {"bool", "char", "double", "float", "int", "int32_t", "int64_t", "size_t", "uint32_t",
           "uint64_t", "unsigned"}


def braced_await(path, text):
    """No braced temporary inside a co_await expression (g++ 12.2 frees it twice)."""
    found = tokens(text)
    for i, (token, _) in enumerate(found):
        if token != "co_await":
            continue
        k, end = i + 1, expression_end(found, i + 1)
        while k < end:
            if found[k][0] == "{":
                if is_lambda_body(found, k):
                    # Another function; its own co_awaits are judged by themselves.
                    k = expression_end(found, k + 1, stops=())
                elif found[k - 1][0] in SCALARS:
                    k = expression_end(found, k + 1, stops=())
                else:
                    yield found[k][1], ("a braced temporary in a co_await expression is miscompiled "
                                        "by g++ 12; name it in a line before")
                    k = end
            k += 1


def captured_await(path, text):
    """A lambda in a co_await expression captures by reference: what it captures by value is freed
    twice (g++ 12.2), as any temporary with members is there."""
    found = tokens(text)
    for i, (token, _) in enumerate(found):
        if token != "co_await":
            continue
        k, end = i + 1, expression_end(found, i + 1)
        while k < end:
            if found[k][0] == "{":
                k = expression_end(found, k + 1, stops=())
            elif found[k][0] == "[" and found[k - 1][0] in ("(", ","):
                close = expression_end(found, k + 1, stops=())
                captures = " ".join(word for word, _ in found[k + 1:close]).split(",")
                if any(c.strip() and not c.strip().startswith(("&", "this")) for c in captures):
                    yield found[k][1], ("a capture by value in a co_await expression is miscompiled "
                                        "by g++ 12; capture by reference, or name the lambda")
                k = close
            k += 1


RULES = [services_apart, layers, pure_domain, blocking, conditional_await, braced_await,
         captured_await]
