// SPDX-License-Identifier: Apache-2.0
#include "node/status/compression.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

#include <zlib.h>

namespace kedge::node {
namespace {

constexpr int kWindowBits = 15;
/// zlib.h: added to the window bits for gzip.
constexpr int kGzip = 16;
constexpr int kMemoryLevel = 9;
/// Lists are zeros with few ones between them. The highest level, which Token Status List section
/// 4.1 recommends, takes ten times as long on them (65 ms for 131,072 entries of which a tenth is
/// set) and is no smaller there; at one in a hundred it would save a quarter of 1.4 KiB.
constexpr int kLevel = 5;
constexpr int kStrategy = Z_FILTERED;
constexpr std::size_t kFirstOutput = std::size_t{64} << 10;

int window_bits(Wrapping wrapping) {
  return wrapping == Wrapping::gzip ? kWindowBits + kGzip : kWindowBits;
}

void set_input(z_stream& stream, ByteView octets) {
  if (octets.size() > std::numeric_limits<uInt>::max()) {
    throw std::length_error("a list is longer than zlib takes at once");
  }
  // zlib does not write to its input; its interface predates const.
  stream.next_in = const_cast<Bytef*>(octets.data());
  stream.avail_in = static_cast<uInt>(octets.size());
}

/// Ends the stream whatever happens.
class Inflater {
 public:
  explicit Inflater(Wrapping wrapping) {
    if (inflateInit2(&stream_, window_bits(wrapping)) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

Bytes compress(ByteView octets, Wrapping wrapping) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, window_bits(wrapping), kMemoryLevel, kStrategy) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  Bytes out(deflateBound(&stream, static_cast<uLong>(octets.size())));
  set_input(stream, octets);
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  const std::size_t written = out.size() - stream.avail_out;
  deflateEnd(&stream);
  // deflateBound promises room for all of it.
  if (done != Z_STREAM_END) throw std::logic_error("zlib did not finish within its bound");
  out.resize(written);
  return out;
}

ListResult<Bytes> decompress(ByteView octets, Wrapping wrapping, std::size_t max_octets) {
  const std::string_view name = wrapping == Wrapping::gzip ? "gzip" : "zlib";
  Inflater inflater(wrapping);
  z_stream& stream = inflater.stream();
  set_input(stream, octets);
  Bytes out;
  std::size_t written = 0;
  while (true) {
    // One octet above the bound shows that there is more.
    out.resize(std::min(std::max(kFirstOutput, 2 * written), max_octets + 1));
    stream.next_out = out.data() + written;
    stream.avail_out = static_cast<uInt>(out.size() - written);
    const int done = inflate(&stream, Z_NO_FLUSH);
    written = out.size() - stream.avail_out;
    if (written > max_octets) {
      return ListRefusal{ListFault::too_large, "expected at most " + std::to_string(max_octets) +
                                                   " octets when decompressed"};
    }
    if (done == Z_STREAM_END) break;
    if (done == Z_MEM_ERROR) throw std::bad_alloc();
    if (done != Z_OK || stream.avail_out != 0) {
      return ListRefusal{ListFault::wrong_compression,
                         "expected a whole " + std::string(name) + " stream"};
    }
  }
  if (stream.avail_in != 0) {
    return ListRefusal{ListFault::trailing_data,
                       "octets after the end of the " + std::string(name) + " stream"};
  }
  out.resize(written);
  return out;
}

}  // namespace kedge::node
