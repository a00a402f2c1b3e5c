#include "report/told.hpp"

#include <fmt/format.h>

#include "core/printable.hpp"
#include "report/phrase.hpp"
#include "report/shown_path.hpp"

namespace heddle::report {

namespace {

Told of(const trace::Result& result, const trace::Finding& finding) {
    Told one{&result, &finding, finding.trace.violation.kind, finding.trace.violation.message, {}, false};
    if (finding.foretold && one.message.empty()) one.message = finding.foretold->sentence;
    for (const trace::Part& part : finding.trace.violation.parts)
        if (!one.site.known()) one.site = part.site;
    if (finding.foretold && !one.site.known() && !finding.foretold->sites.empty()) one.site = finding.foretold->sites.front();
    const bool again = std::holds_alternative<trace::Replay>(result.of); // expected, and wrong all the same
    one.counts = (again || one.kind != result.expected) && (!finding.foretold || finding.foretold->confirmed);
    return one;
}

/// FNV-1a (Fowler, Noll, Vo) of 64 bits: the same everywhere and for ever, as std::hash need not be.
class Hash {
public:
    void add(std::string_view text) {
        for (const char c : text) byte(std::uint8_t(c));
        byte(0); // "ab", "c" is not "a", "bc"
    }
    std::string hex() const { return fmt::format("{:016x}", hash_); }

private:
    void byte(std::uint8_t b) { hash_ = (hash_ ^ b) * 0x100000001b3; }
    std::uint64_t hash_ = 0xcbf29ce484222325;
};

} // namespace

std::vector<Told> told(const trace::Report& report) {
    std::vector<Told> all;
    for (const trace::Result& result : report.results) {
        for (const trace::Finding& finding : result.findings) all.push_back(of(result, finding));
        if (result.findings.empty() && result.verdict != Verdict::verified)
            all.push_back({&result, nullptr, result.verdict, result.reason, {}, !result.met()});
    }
    return all;
}

std::string fingerprint(const Told& one) {
    Hash hash;
    hash.add(name_of(one.kind));
    hash.add(shown_path(one.result->file));
    hash.add(one.result->pattern);
    if (one.finding)
        for (const trace::Part& part : one.finding->trace.violation.parts) {
            hash.add(shown_path(part.site.file));
            hash.add(part.site.function);
            hash.add(part.waits_for ? part.waits_for->what : "");
        }
    return hash.hex();
}

std::string title_of(const trace::Result& result) {
    const auto model = result.model();
    return name_of_entry(result) + (model ? fmt::format(" [{}]", name_of(*model)) : "");
}

} // namespace heddle::report
