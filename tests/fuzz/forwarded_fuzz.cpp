// SPDX-License-Identifier: Apache-2.0
// What proxies and those behind them write about who the client is.
#include "rpc/client_address.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using fuzz::check;

namespace {

rpc::ProxyOptions trusting(rpc::ForwardedField field) {
  const std::vector<std::string> networks = {"10.0.0.0/8", "fd00::/8"};
  return {.trusted = *rpc::NetworkList::parse(networks), .field = field};
}

void check_field(std::string_view text, rpc::ForwardedField field, const char* name) {
  const rpc::ProxyOptions proxies = trusting(field);
  const auto proxy = boost::asio::ip::make_address("10.0.0.1");
  const auto stranger = boost::asio::ip::make_address("192.0.2.1");
  const std::string value(text);
  check(rpc::client_behind(stranger, {{name, value}}, proxies) == stranger,
        "a stranger speaks for nobody else");

  const auto alone = rpc::client_behind(proxy, {{name, value}}, proxies);
  const auto again = rpc::client_behind(proxy, {{name, value}, {"X-Other", "1.1.1.1"}}, proxies);
  check(alone == again, "other fields are not looked at");
  // What our own proxy appends decides, whatever the client has sent before it; a client that can
  // open a quoted string could only hide what is ours if fields of their own were not apart.
  const char* appended =
      field == rpc::ForwardedField::forwarded ? "for=198.51.100.7" : "198.51.100.7";
  const auto client = rpc::client_behind(proxy, {{name, value}, {name, appended}}, proxies);
  check(client == boost::asio::ip::make_address("198.51.100.7"), "the right-most is believed");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_field(text, rpc::ForwardedField::forwarded, "Forwarded");
  check_field(text, rpc::ForwardedField::x_forwarded_for, "X-Forwarded-For");
  const std::vector<std::string> networks = {std::string(text)};
  if (const auto list = rpc::NetworkList::parse(networks)) {
    const auto first = boost::asio::ip::make_address(networks[0].substr(0, networks[0].find('/')));
    check(list->contains(first), "a network has its first address");
  }
  return 0;
}
