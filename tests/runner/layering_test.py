"""Each rule of layering.py finds a planted violation, and lets the lawful form beside it pass."""

import sys
import unittest

import layering


def lines(rule, path, text):
    return [line for line, _ in rule(path, text)]


class Includes(unittest.TestCase):
    def judge(self, rule, path, include, expected):
        text = f'// A file.\n#include "{include}"\n'
        self.assertEqual(lines(rule, path, text), [2] if expected else [], f"{path}: {include}")

    def test_a_service_does_not_include_another(self):
        rule = layering.services_apart
        self.judge(rule, "services/registry/api/a.cc", "services/docking/domain/party.h", True)
        self.judge(rule, "services/registry/main.cc", "services/docking/api/service.h", True)
        self.judge(rule, "services/registry/api/a_test.cc", "services/roster/store/x.h", True)
        self.judge(rule, "services/registry/api/a.cc", "services/registry/domain/party.h", False)
        self.judge(rule, "common/server/a.cc", "services/registry/domain/party.h", True)
        self.judge(rule, "deploy/maplectl_source/a.cc", "services/registry/domain/party.h", True)
        self.judge(rule, "common/server/a.cc", "deploy/maplectl_source/console.h", True)

    def test_layers_point_one_way(self):
        rule = layering.layers
        for layer, other, forbidden in [
                ("api", "domain", False), ("api", "store", False), ("api", "api", False),
                ("store", "domain", False), ("store", "store", False), ("store", "api", True),
                ("domain", "domain", False), ("domain", "store", True), ("domain", "api", True),
                ("documents", "domain", False), ("documents", "store", True),
                ("store", "documents", True), ("domain", "documents", True),
                ("api", "testing", True), ("domain", "testing", True)]:
            self.judge(rule, f"services/docking/{layer}/a.cc", f"services/docking/{other}/b.h",
                       forbidden)
        self.judge(rule, "services/docking/main.cc", "services/docking/api/service.h", False)
        self.judge(rule, "services/docking/store/a_pgtest.cc", "services/docking/testing/f.h",
                   False)
        self.judge(rule, "services/docking/api/a.cc", "services/docking/gateway.h", True)

    def test_domain_is_pure(self):
        rule, path = layering.pure_domain, "services/docking/domain/a.cc"
        for target in ["maplebridge/docking/v1/referral.pb.h", "grpcpp/grpcpp.h", "libpq-fe.h",
                       "common/postgres/database.h", "common/server/call.h",
                       "boost/asio/post.hpp", "sys/socket.h", "nlohmann/json.hpp"]:
            self.judge(rule, path, target, True)
        for target in ["common/calendar/deadline.h", "common/money/fen.h", "absl/status/status.h",
                       "services/docking/domain/b.h", "string"]:
            self.judge(rule, path, target, False)
        self.judge(rule, "common/calendar/a.cc", "common/status/macros.h", False)
        self.judge(rule, "common/calendar/a.cc", "common/status/error.h", True)
        self.judge(rule, "common/calendar/a_test.cc", "common/reference/test_reference.h", False)
        self.judge(rule, "services/docking/domain/a_test.cc", "gtest/gtest.h", False)
        self.judge(rule, path, "gtest/gtest.h", True)
        self.judge(rule, "common/calendar/a.cc", "common/postgres/database.h", True)
        self.judge(rule, "services/docking/store/a.cc", "common/postgres/database.h", False)

    def test_domain_has_no_clock(self):
        text = "int Age() {\n  // Now is said in a comment\n  return absl::Now() - birth;\n}\n"
        self.assertEqual(lines(layering.pure_domain, "services/docking/domain/a.cc", text), [3])
        self.assertEqual(lines(layering.pure_domain, "services/docking/api/a.cc", text), [])
        self.assertEqual(lines(layering.pure_domain, "services/docking/domain/a_test.cc", text),
                         [])

    def test_blocking_calls(self):
        rule, text = layering.blocking, "void F() {\n  std::this_thread::sleep_for(x);\n}\n"
        self.assertEqual(lines(rule, "services/docking/api/a.cc", text), [2])
        self.assertEqual(lines(rule, "services/docking/api/a_test.cc", text), [])
        meant = text.replace(");\n", ");  // layering: blocking is meant here\n", 1)
        self.assertEqual(lines(rule, "services/docking/api/a.cc", meant.replace("F();", "F()")),
                         [])
        self.assertEqual(lines(rule, "common/a/a.cc", 'Log("sleep_for");  // PQexec\n'), [])


class Awaits(unittest.TestCase):
    def judge(self, rule, expected, body):
        text = f"Task<int> F() {{\n{body}\n}}\n"
        self.assertEqual(lines(rule, "services/docking/api/a.cc", text), expected, body)

    def test_await_in_a_conditional(self):
        rule = layering.conditional_await
        self.judge(rule, [2], 'auto a = b ? co_await g(T("x")) : x;')
        self.judge(rule, [2], "auto a = b ? x : co_await g();")
        self.judge(rule, [2], "co_return co_await g() ? 1 : 2;")
        self.judge(rule, [3], "f(1,\n  b ? (co_await g()) : x);")
        self.judge(rule, [2], "auto a = (co_await g()).ok() ? 1 : 2;")
        self.judge(rule, [3], "auto a = b\n  ? co_await g()\n  : x;")
        self.judge(rule, [], "auto c = b ? 1 : 2; auto a = co_await g(c);")
        self.judge(rule, [], "co_await g(b ? 1 : 2);")
        self.judge(rule, [], "f(co_await g(), b ? 1 : 2);")
        self.judge(rule, [], 'auto c = co_await g(); auto d = b ? "co_await" : x;  // co_await ?')
        self.judge(rule, [], "auto c = co_await g();\nfor (auto x : y) { z = b ? 1 : 2; }")
        self.judge(rule, [], "if (co_await g()) { z = b ? 1'000 : '?'; }")

    def test_braced_temporary_in_an_await(self):
        rule = layering.braced_await
        self.judge(rule, [2], 'co_await f(Agg{.a = "x", .b = "y"});')
        self.judge(rule, [2], "auto a = co_await f({1, 2});")
        self.judge(rule, [3], "auto a = co_await f(1,\n  std::vector<int>{1});")
        self.judge(rule, [2], "co_await f([&] { return 1; }, Agg{1});")
        self.judge(rule, [], "Agg agg{1}; auto a = co_await f(agg); Agg other{2};")
        self.judge(rule, [], "co_await f(std::int64_t{1});")
        self.judge(rule, [2], "co_await f(std::int64_t{1}, Agg{1});")
        self.judge(rule, [], "co_await f([&] { Agg agg{1}; return agg; });")
        self.judge(rule, [], "co_await f([&](int x) -> Task<std::vector<int>> { co_return {}; });")
        self.judge(rule, [], "co_await f([&]() mutable { g({1}); });")
        self.judge(rule, [2], "co_await f([&]() -> Task<int> { co_await g(Agg{1}); });")
        self.judge(rule, [], "if (co_await f()) { Agg agg{1}; }")
        self.judge(rule, [], "for (auto x : co_await f()) { g(Agg{1}); }")

    def test_capture_by_value_in_an_await(self):
        rule = layering.captured_await
        self.judge(rule, [2], "co_await f([state](int x) { g(state); });")
        self.judge(rule, [2], "co_await f(1, [&, s = std::move(s)] { g(s); });")
        self.judge(rule, [2], "co_await f([=] { g(s); });")
        self.judge(rule, [], "co_await f([&state](int x) { g(state); }, [&] {}, [] {});")
        self.judge(rule, [], "co_await f([this, &x] { h([y] { g(y); }); });")
        self.judge(rule, [], "co_await f(a[i], b);")
        self.judge(rule, [], "auto l = [state] { g(state); }; co_await f(l);")


class Tokens(unittest.TestCase):
    def test_strings_comments_and_numbers(self):
        words = [t for t, _ in layering.tokens(
            '#define A ? \\\n  co_await\nint a = 1\'000; /* ? */ f(R"sql(?)sql", "\\"?", \'?\');')]
        self.assertEqual(words, ["int", "a", "=", "1'000", ";", "f", "(", '""', ",", '""', ",",
                                 "'?'", ")", ";"])


if __name__ == "__main__":
    run = unittest.main(exit=False).result
    wrong = len(run.failures) + len(run.errors)
    print(f"{run.testsRun - wrong} passed, {wrong} failed")
    sys.exit(1 if wrong else 0)
