// SPDX-License-Identifier: Apache-2.0
#include "node/bench/peer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "node/bench/child_process.hpp"

namespace kedge::node::bench {
namespace {

/// The number at the end of the text; nullopt if there is none.
std::optional<double> last_number(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  text.remove_prefix(text.find_last_of(" \n") + 1);
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::filesystem::path default_helpers() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "tests" / "bench";
}

Result<std::filesystem::path> helper(const std::filesystem::path& helpers,
                                     const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::exists(helpers / name, ignored)) return helpers / name;
  return Error{Errc::not_found, "there is no " + (helpers / name).string() +
                                    " (build the benchmarks: scripts/bench)"};
}

Result<double> peer_figure(const std::vector<std::string>& words,
                           const std::filesystem::path& folder, const Cores& cores) {
  const auto text = run_program(words, folder, cores);
  if (!text) return text.error();
  const auto number = last_number(*text);
  if (number) return *number;
  return Error{Errc::unavailable, words.front() + " printed no number: " + *text};
}

Result<double> openssl_p256_verifications(double seconds, const std::filesystem::path& folder,
                                          const Cores& cores) {
  const auto whole = static_cast<int>(std::max(1.0, std::round(seconds / 2)));
  return peer_figure({"openssl", "speed", "-seconds", std::to_string(whole), "ecdsap256"}, folder,
                     cores);
}

}  // namespace kedge::node::bench
