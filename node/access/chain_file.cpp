// SPDX-License-Identifier: Apache-2.0
#include "node/access/chain_file.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

namespace kedge::node {
namespace {

constexpr std::size_t kReadSize = std::size_t{256} << 10;

/// Goes from line to line.
class ChainReader {
 public:
  ChainReader(const std::filesystem::path& path, const ChainFormat& format,
              const ChainVisitor& visit)
      : path_(path), append_lines_(format.append_lines), visit_(visit) {
    end_.head = chain_start(format.name);
  }

  Status take(std::string_view line) {
    if (damaged_) return pass_over(line);
    const auto parsed = parse_chain_line(end_.head, line);
    if (!parsed) {
      damaged_ = parsed.error();
      // What was not written reads as NUL.
      if (line.find('\0') == std::string_view::npos) torn_lines_ = append_lines_;
      return pass_over(line);
    }
    if (Status seen = visit_(parsed->body, end_.lines, parsed->hash); !seen) {
      return corrupt(seen.error());
    }
    end_.head = parsed->hash;
    end_.bytes += line.size();
    ++end_.lines;
    return {};
  }

  /// `rest`: what stands behind the last line feed.
  Result<ChainEnd> finish(std::string_view rest) {
    end_.torn_bytes += rest.size();
    return end_;
  }

  /// A line that never ends.
  [[nodiscard]] Error too_long() const {
    return corrupt(
        invalid_argument("the line is longer than " + std::to_string(kMaxChainLine) + " octets"));
  }

 private:
  /// A line from the damaged one on, which may all belong to one append that was cut short.
  Status pass_over(std::string_view line) {
    end_.torn_bytes += line.size();
    return ++torn_lines_ > append_lines_ ? Status(corrupt(*damaged_)) : Status();
  }

  [[nodiscard]] Error corrupt(const Error& why) const {
    return {Errc::corrupt,
            path_.string() + ", line " + std::to_string(end_.lines + 1) + ": " + why.message};
  }

  const std::filesystem::path& path_;
  const std::size_t append_lines_;
  const ChainVisitor& visit_;
  ChainEnd end_;
  std::optional<Error> damaged_;
  std::size_t torn_lines_ = 0;
};

/// An end that is all NUL was made longer and not written.
bool is_blank(std::string_view text) {
  return text.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

Result<ChainEnd> read_chain(const std::filesystem::path& path, const ChainFormat& format,
                            const ChainVisitor& visit) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::error_code ignored;
    const bool there = std::filesystem::exists(path, ignored);
    return Error{there ? Errc::storage : Errc::not_found, "cannot read " + path.string()};
  }
  ChainReader reader(path, format, visit);
  // Nor is what an append has left out longer than it.
  const std::size_t longest = format.append_lines * kMaxChainLine;
  std::string buffer;
  std::uint64_t blank = 0;
  for (;;) {
    const std::size_t old = buffer.size();
    buffer.resize(old + kReadSize);
    in.read(buffer.data() + old, static_cast<std::streamsize>(kReadSize));
    buffer.resize(old + static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return Error{Errc::storage, "cannot read " + path.string()};
    if (blank != 0 && !is_blank(buffer)) return reader.too_long();
    std::size_t begin = 0;
    for (std::size_t end = buffer.find('\n'); end != std::string::npos;
         end = buffer.find('\n', begin)) {
      if (Status taken = reader.take(std::string_view(buffer).substr(begin, end + 1 - begin));
          !taken) {
        return std::move(taken).error();
      }
      begin = end + 1;
    }
    buffer.erase(0, begin);
    if (in.eof()) break;
    if (buffer.size() <= longest) continue;
    if (!is_blank(buffer)) return reader.too_long();
    blank += buffer.size();
    buffer.clear();
  }
  auto end = reader.finish(buffer);
  if (end) end->torn_bytes += blank;
  return end;
}

Result<ChainFile> ChainFile::open(const std::filesystem::path& path, const ChainFormat& format,
                                  const ChainVisitor& visit) {
  auto file = ledger::AppendFile::open(path);
  if (!file) return std::move(file).error();
  const auto end = read_chain(path, format, visit);
  if (!end) return end.error();
  if (end->torn_bytes != 0) {
    if (const Status cut = file->truncate(end->bytes); !cut) return cut.error();
  }
  return ChainFile(*std::move(file), format.append_lines, *end);
}

Status ChainFile::append(std::span<const std::string> bodies) {
  for (const std::string& body : bodies) {
    if (body.empty() || body.size() + 66 > kMaxChainLine || body.find('\n') != std::string::npos) {
      return invalid_argument("expected one line of at most " + std::to_string(kMaxChainLine) +
                              " octets");
    }
  }
  while (!bodies.empty()) {
    const auto now = bodies.first(std::min(append_lines_, bodies.size()));
    std::string lines;
    Hash head = head_;
    for (const std::string& body : now) {
      head = chain_hash(head, body);
      append_chain_line(lines, head, body);
    }
    if (Status written = file_.append(lines); !written) return written;
    head_ = head;
    lines_ += now.size();
    bodies = bodies.subspan(now.size());
  }
  return {};
}

}  // namespace kedge::node
