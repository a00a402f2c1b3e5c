// heddle predict: the bugs that a recorded run almost had.
#include <chrono>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/predict.hpp"
#include "cli/report_files.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "report/result_text.hpp"
#include "trace/report_json.hpp"

namespace heddle::cli {

void add_predict(CLI::App& app, Invocation& invocation) {
    struct Arguments {
        std::string recording, trace_folder = "heddle-traces";
        smt::Place window = smt::PredictionOptions{}.window;
        double seconds = 60;
        std::vector<std::string> reports;
        bool json = false, only_predict = false, trust = false;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("predict", "Search a recorded run for the bugs that almost happened");
    command->add_option("recording", arguments->recording, "A recording made by run")->required()->type_name("RECORDING");
    command->add_option("--window", arguments->window, "Events that are reordered at once")->capture_default_str()->check(CLI::Range(10u, 100'000u));
    command->add_option("--time", arguments->seconds, "Seconds for everything: reading, questions to the solver, executions")->capture_default_str()->check(CLI::Range(0.1, 1e6));
    command->add_flag("--no-confirm", arguments->only_predict, "Do not execute what is predicted");
    command->add_flag("--trust", arguments->trust, "Build and run what the recording names, whatever compiler and options these are");
    command->add_flag("--json", arguments->json, "One JSON document on stdout");
    add_report_option(*command, arguments->reports);
    command->add_option("--trace-dir", arguments->trace_folder, "Where traces are saved")->capture_default_str()->type_name("FOLDER");
    command->callback([arguments, &invocation] {
        require_known_formats(arguments->reports);
        stop_on_signals();
        PredictionPlan plan;
        plan.recording = arguments->recording;
        plan.prediction.window = arguments->window;
        plan.prediction.total = std::chrono::milliseconds(std::int64_t(arguments->seconds * 1000));
        plan.confirm = !arguments->only_predict;
        plan.trust = arguments->trust;
        plan.trace_folder = arguments->trace_folder;
        const trace::Report report{trace::Command::prediction, {predict(plan)}};
        if (arguments->json) fmt::print("{}\n", trace::to_json(report, 2));
        else fmt::print("{}", report::result_text(report.results.front(), style_of(stdout)));
        save_reports(arguments->reports, report);
        invocation.status = trace::status_of(report.results.front());
    });
}

} // namespace heddle::cli
