// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "node/bench/peer.hpp"
#include "node/bench/scenario.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/human.hpp"
#include "node/cli/interrupt.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

using bench::BenchOptions;
using bench::Figure;
using bench::Scenario;
using bench::Spread;

std::string decimals(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

/// Rates as whole numbers, small figures (seconds) with what they differ in.
std::string figure_text(double value) {
  constexpr double kSmall = 100;
  if (value < kSmall) return decimals(value);
  return human_count(static_cast<std::uint64_t>(value + 0.5));
}

/// One figure over all repetitions.
struct Series {
  Figure last;
  std::vector<double> values;
  std::vector<double> peer_values;
  /// Each repetition beside its own peer, so that what slowed both down cancels out.
  std::vector<double> ratios;
  /// Latencies, each of one repetition.
  std::vector<double> p50_ms;
  std::vector<double> p99_ms;
  std::vector<double> p999_ms;
  std::vector<double> max_ms;

  void add(const Figure& figure) {
    last = figure;
    values.push_back(figure.value);
    p50_ms.push_back(figure.p50_ms);
    p99_ms.push_back(figure.p99_ms);
    p999_ms.push_back(figure.p999_ms);
    max_ms.push_back(figure.max_ms);
    if (figure.peer_value <= 0) return;
    peer_values.push_back(figure.peer_value);
    ratios.push_back(figure.value / figure.peer_value);
  }
};

class BenchCommand : public Command {
 public:
  std::string name() const override { return "bench"; }
  std::string summary() const override { return "Measure this machine and this build"; }

  void declare(Arguments& arguments) override {
    std::vector<std::string> names = {"all"};
    std::string listed = "Scenarios:\n";
    for (const auto& scenario : bench::make_scenarios()) {
      names.push_back(scenario->name());
      listed += "  " + scenario->name() + std::string(12 - scenario->name().size(), ' ') +
                scenario->summary() + "\n";
    }
    arguments.choice("--scenario", scenario_, names, "What to measure");
    arguments.option("--seconds", seconds_, 1, 3'600, "Length of one measurement, about");
    arguments.option("--repeat", repeat_, 1, 100, "Measurements of each scenario");
    arguments.option("--stored", stored_, 1'000, 1'000'000'000,
                     "Credentials stored before proofs are asked for");
    arguments.option("--folder", folder_, "DIR",
                     "Where stores are made (default: the folder for temporary files)");
    arguments.option("--helpers", helpers_, "DIR",
                     "Programs that do what a peer does (default: tests/bench of this build)");
    arguments.flag("--json", json_, "Print the figures as JSON, one object a line");
    arguments.footer(
        listed +
        "\nFigures are of this run: the middle one of the repetitions, with the least and "
        "the\ngreatest, and the same of the p99. A peer is measured in turn with it; the ratio "
        "is\nthe middle one of the repetitions' own. Use a release build.");
  }

  ExitStatus run(Terminal& terminal) override {
    // Stores and the programs that were started go before the program does.
    const Interrupt interrupt;
    const ExitStatus status = run_scenarios(terminal);
    Interrupt::end_program();
    return status;
  }

 private:
  ExitStatus run_scenarios(Terminal& terminal) {
    Table table({"scenario", "median", "least", "greatest", "unit", "p99 ms", "(spread)", "peer",
                 "ratio", "what (peer)"});
    BenchOptions options;
    options.seconds = static_cast<double>(seconds_);
    options.stored = stored_;
    if (!folder_.empty()) options.folder = folder_;
    options.helpers = bench::default_helpers();
    if (!helpers_.empty()) options.helpers = helpers_;
    std::vector<std::string> remarks;
    for (std::unique_ptr<Scenario>& scenario : bench::make_scenarios()) {
      if (scenario_ != "all" && scenario_ != scenario->name()) continue;
      terminal.draw_progress("measuring " + scenario->name() + ": " + scenario->summary());
      const Status measured = measure(*scenario, options, terminal, table);
      if (!measured) {
        terminal.error(scenario->name(), measured.error());
        return ExitStatus::failed;
      }
      for (const std::string& text : scenario->remarks()) {
        remarks.push_back(scenario->name() + ": " + text);
      }
      // What it has started must not run beside the next one.
      scenario.reset();
    }
    terminal.end_progress();
    for (const std::string& text : remarks) terminal.note(text);
    if (json_) return ExitStatus::done;
    std::string text = table.text();
    text.pop_back();
    terminal.line(text);
    return ExitStatus::done;
  }

  Status measure(Scenario& scenario, const BenchOptions& options, Terminal& terminal,
                 Table& table) const {
    const Status prepared = scenario.prepare(options);
    if (Interrupt::came()) return Error{Errc::unavailable, "interrupted"};
    if (!prepared) return prepared;
    std::vector<Series> all;
    for (std::uint64_t i = 0; i < repeat_; ++i) {
      const auto figures = scenario.measure();
      if (Interrupt::came()) return Error{Errc::unavailable, "interrupted"};
      if (!figures) return figures.error();
      all.resize(figures->size());
      for (std::size_t f = 0; f < figures->size(); ++f) all[f].add((*figures)[f]);
    }
    for (const Series& series : all) report(scenario.name(), series, terminal, table);
    return {};
  }

  void report(const std::string& scenario, const Series& series, Terminal& terminal,
              Table& table) const {
    const Spread spread = bench::spread_of(series.values);
    const bool has_peer = !series.ratios.empty();
    const Spread peer = has_peer ? bench::spread_of(series.peer_values) : Spread();
    const Spread ratio = has_peer ? bench::spread_of(series.ratios) : Spread();
    const Spread p99 = bench::spread_of(series.p99_ms);
    if (json_) {
      JsonLine line;
      line.text("scenario", scenario)
          .text("id", series.last.id)
          .text("what", series.last.what)
          .text("unit", series.last.unit)
          .seconds("median", spread.median)
          .seconds("least", spread.least)
          .seconds("greatest", spread.most)
          .seconds("p50_ms", bench::spread_of(series.p50_ms).median)
          .seconds("p99_ms", p99.median)
          .seconds("p99_least_ms", p99.least)
          .seconds("p99_greatest_ms", p99.most)
          .seconds("p999_ms", bench::spread_of(series.p999_ms).median)
          .seconds("max_ms", bench::spread_of(series.max_ms).most);
      if (has_peer) {
        line.text("peer", series.last.peer)
            .seconds("peer_median", peer.median)
            .seconds("ratio", ratio.median)
            .seconds("ratio_least", ratio.least)
            .seconds("ratio_greatest", ratio.most);
      }
      return terminal.line(line.finished());
    }
    const bool has_latencies = p99.most > 0;
    table.row({scenario, figure_text(spread.median), figure_text(spread.least),
               figure_text(spread.most), series.last.unit,
               has_latencies ? decimals(p99.median) : "",
               has_latencies ? "(" + decimals(p99.least) + " – " + decimals(p99.most) + ")" : "",
               has_peer ? figure_text(peer.median) : "", has_peer ? decimals(ratio.median) : "",
               series.last.what + (has_peer ? " (" + series.last.peer + ")" : "")});
  }

  std::string scenario_ = "all";
  std::uint64_t seconds_ = 3;
  std::uint64_t repeat_ = 3;
  std::uint64_t stored_ = 100'000;
  std::string folder_;
  std::string helpers_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_bench_command() {
  return std::make_unique<BenchCommand>();
}

}  // namespace kedge::node::cli
