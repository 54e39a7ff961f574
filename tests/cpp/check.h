/// The whole test framework: TEST, CHECK, CHECK_EQUAL, CHECK_THROWS, and the main that runs a file's tests.
///
///     TEST(an_empty_text_has_no_words) { CHECK_EQUAL(0U, words_of("").size()); }
///
/// A failed check prints its place, what was expected and what came, and the test goes on; main returns the failures.
#pragma once
#include <concepts>
#include <exception>
#include <iostream>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace check {

struct Test {
    const char* name;
    void (*run)();
};

inline std::vector<Test>& tests() {
    static std::vector<Test> all;
    return all;
}

inline int failures = 0;

struct Registration {
    Registration(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

template <class Value>
void show(std::ostream& out, const Value& value) {
    if constexpr (std::convertible_to<Value, std::string_view>) {
        out << '"' << std::string_view(value) << '"';
    } else if constexpr (requires { out << value; }) {
        out << value;
    } else if constexpr (std::ranges::range<Value>) {
        out << '[';
        const char* separator = "";
        for (const auto& item : value) {
            out << separator;
            show(out, item);
            separator = ", ";
        }
        out << ']';
    } else {
        out << "(a value that cannot be printed)";
    }
}

inline std::ostream& fail(const char* file, int line) {
    ++failures;
    return std::cerr << file << ':' << line << ": ";
}

template <class Expected, class Got>
void equal(const char* file, int line, const char* text, const Expected& expected, const Got& got) {
    if (expected == got) return;
    auto& out = fail(file, line) << text << "\n    expected ";
    show(out, expected);
    out << "\n    got      ";
    show(out, got);
    out << '\n';
}

inline void holds(const char* file, int line, const char* text, bool condition) {
    if (!condition) fail(file, line) << text << " is false\n";
}

/// Runs `action`, which must throw an Error whose message is `message`.
template <class Error, class Action>
void throws(const char* file, int line, std::string_view message, const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        equal(file, line, "the message", message, std::string_view(error.what()));
        return;
    } catch (const std::exception& error) {
        fail(file, line) << "threw another error: " << error.what() << '\n';
        return;
    }
    fail(file, line) << "threw nothing; expected " << message << '\n';
}

inline int run_all() {
    for (const Test& test : tests()) {
        const int before = failures;
        try {
            test.run();
        } catch (const std::exception& error) {
            fail(test.name, 0) << "threw " << error.what() << '\n';
        }
        if (failures != before) std::cerr << "FAILED " << test.name << '\n';
    }
    std::cout << tests().size() << " tests, " << failures << " failed checks\n";
    return failures == 0 ? 0 : 1;
}

}  // namespace check

#define TEST(name)                                          \
    static void name();                                     \
    static const check::Registration name##_(#name, &name); \
    static void name()
#define CHECK(condition) check::holds(__FILE__, __LINE__, #condition, static_cast<bool>(condition))
#define CHECK_EQUAL(expected, got) check::equal(__FILE__, __LINE__, #got, expected, got)
#define CHECK_THROWS(Error, message, action) \
    check::throws<Error>(__FILE__, __LINE__, message, [&] { static_cast<void>(action); })

int main() {
    return check::run_all();
}
