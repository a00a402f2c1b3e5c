// The answer to one question: this entry of this program under this memory model. And the documents made of answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/options.hpp"
#include "core/verdict.hpp"
#include "search/check.hpp"

namespace heddle::cli {

using Json = nlohmann::ordered_json;

struct Result {
    std::string file;    ///< as the user named it
    std::string pattern; ///< "main" or the pattern's name
    Model model = Model::rc11;
    Verdict verdict = Verdict::verified, expected = Verdict::verified;
    trace::Statistics statistics;
    std::string reason; ///< one sentence, for every verdict but verified
    Json violation;     ///< null for verified
    std::string trace;  ///< path of the saved trace; empty: none
    std::string report; ///< the violation for the terminal, or the compiler's words

    /// Nobody may expect that heddle fails.
    bool met() const { return verdict == expected && verdict != Verdict::failed; }
};

/// The result's part in the exit status of the whole.
ExitStatus status_of(const Result& result);

/// The violation as `--json` shows it: message, threads with file and line, values.
Json violation_json(const trace::Violation& violation, const std::vector<trace::Thread>& known = {});
/// The same for a verdict that has no trace: a message and no threads.
Json message_json(const std::string& message);

/// The document of `--json`: exactly the keys that docs/ promises.
Json document_of(const std::vector<Result>& results);

/// One line: verdict, file, pattern, model, counts.
std::string summary_line(const Result& result, bool colour);

/// All fields, for the way from a worker process to its parent.
Json to_message(const Result& result);
Result from_message(const Json& message);

/// The verdict a pattern is to get under a model. `text` is a verdict's name for all models ("" is verified), or a list
/// by model, verified where none is given: "tso: assertion, rc11: data race". Throws UserError for anything else.
Verdict expected_verdict(const std::string& text, Model model, const std::string& pattern);

} // namespace heddle::cli
