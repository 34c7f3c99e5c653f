// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/log_range.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "ledger/evm/eth_decode.hpp"

namespace kedge::ledger::evm {
namespace {

/// Words that stand before the number of blocks which a node or provider allows.
constexpr std::string_view kBeforeNumber[] = {
    "maximum is set to ",
    "max range: ",
    "maximum allowed number of requested blocks is ",
    "range is too wide (maximum ",
    "limited to a ",
    "limited to ",
    "to at most ",
    "maximum block range: ",
    "max block range ",
    "maximum block range ",
    "block range greater than ",
    "block range exceeds ",
    " > ",
    "up to a ",
    "max is ",
    "blocks distance: ",
};

/// Words of a refusal for size without a number that helps.
constexpr std::string_view kTooLarge[] = {
    "query returned more than",
    "query exceeds",
    "logs matched by query exceeds",
    "response size",
    "response too large",
    "response is too big",
    "range is too large",
    "range too large",
    "block range",
    "maximum rpc range",
    "query timeout",
    "too many blocks",
    "too many results",
    "limit exceeded",
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// A number, with `k` for thousands and commas between digits.
std::optional<std::uint64_t> number_at(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if (c != ',' || digits.empty()) {
      break;
    }
  }
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || digits.empty() || value == 0) return std::nullopt;
  const std::string_view rest = text.substr(std::min(digits.size(), text.size()));
  constexpr std::uint64_t kThousand = 1000;
  return rest.starts_with("k") && value < kThousand * kThousand ? value * kThousand : value;
}

bool is_too_large(const rpc::ServerError& error) {
  const std::string text = lower(error.message);
  return suggested_range(error.message).has_value() ||
         std::ranges::any_of(kTooLarge, [&](std::string_view words) {
           return text.find(words) != std::string::npos;
         });
}

}  // namespace

std::optional<std::uint64_t> suggested_range(std::string_view message) {
  const std::string text = lower(message);
  for (const std::string_view words : kBeforeNumber) {
    const std::size_t at = text.find(words);
    if (at == std::string::npos) continue;
    if (const auto number = number_at(std::string_view(text).substr(at + words.size()))) {
      return number;
    }
  }
  return std::nullopt;
}

Result<std::vector<FoundLog>> LogReader::fetch(LogFilter& filter, bool from_the_end) {
  const LogFilter wanted = filter;
  for (;;) {
    const std::uint64_t blocks = std::min(range_, wanted.to_block - wanted.from_block + 1);
    if (from_the_end) {
      filter.from_block = wanted.to_block - blocks + 1;
    } else {
      filter.to_block = wanted.from_block + blocks - 1;
    }
    const auto answer = api_.ask("eth_getLogs", log_params(filter));
    if (!answer) return answer.error();
    if (!answer->error) {
      range_ = std::min(range_ + range_ / 2 + 1, cap_);
      return decode_logs(answer->result, filter);
    }
    const bool smaller = blocks > 1 && is_too_large(*answer->error);
    if (!smaller) {
      return Error{Errc::unavailable, api_.name() + ": eth_getLogs: " + answer->error->message};
    }
    const std::uint64_t half = blocks / 2;
    const std::uint64_t said = suggested_range(answer->error->message).value_or(half);
    range_ = said < blocks ? said : half;
    cap_ = said < blocks ? said : blocks - 1;
  }
}

Status LogReader::read(const LogFilter& filter,
                       const std::function<Status(std::span<const FoundLog>)>& visit) {
  LogFilter part = filter;
  while (part.from_block <= filter.to_block) {
    part.to_block = filter.to_block;
    const auto logs = fetch(part, false);
    if (!logs) return logs.error();
    last_block_ = part.to_block;
    if (Status visited = visit(*logs); !visited) return visited;
    part.from_block = part.to_block + 1;
  }
  return {};
}

Result<bool> LogReader::search_back(const LogFilter& filter,
                                    const std::function<bool(std::span<const FoundLog>)>& visit) {
  LogFilter part = filter;
  while (part.to_block >= filter.from_block) {
    part.from_block = filter.from_block;
    const auto logs = fetch(part, true);
    if (!logs) return logs.error();
    if (visit(*logs)) return true;
    if (part.from_block == filter.from_block) return false;
    part.to_block = part.from_block - 1;
  }
  return false;
}

}  // namespace kedge::ledger::evm
