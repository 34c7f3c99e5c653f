// SPDX-License-Identifier: Apache-2.0
#include "node/api/status_entries.hpp"

#include <array>

namespace kedge::node::api {
namespace {

struct Purpose {
  std::uint8_t bit;
  StatusPurpose value;
};

constexpr std::array<Purpose, 2> kPurposes = {{{kPurposeRevocation, StatusPurpose::revocation},
                                               {kPurposeSuspension, StatusPurpose::suspension}}};

void append_entry(rpc::JsonWriter& json, std::string_view type, StatusPurpose purpose,
                  const std::string& url, std::uint64_t index) {
  // The index is a text in both formats.
  const std::string number = std::to_string(index);
  json.begin_object()
      .string("id", url + "#" + number)
      .string("type", type)
      .string("statusPurpose", purpose_name(purpose))
      .string("statusListIndex", number)
      .string("statusListCredential", url)
      .end_object();
}

}  // namespace

void append_status_entries(rpc::JsonWriter& json, const ListPlace& place, std::uint64_t index,
                           std::uint8_t purposes) {
  json.begin_array("credentialStatus");
  for (const Purpose& purpose : kPurposes) {
    if ((purposes & purpose.bit) == 0) continue;
    append_entry(json, "BitstringStatusListEntry", purpose.value, place.bitstring(purpose.value),
                 index);
  }
  json.end_array().begin_array("ebsiCredentialStatus");
  for (const Purpose& purpose : kPurposes) {
    if ((purposes & purpose.bit) == 0) continue;
    append_entry(json, "StatusList2021Entry", purpose.value, place.status_list_2021(purpose.value),
                 index);
  }
  json.end_array()
      .begin_object("status")
      .begin_object("status_list")
      .number("idx", index)
      .string("uri", place.token())
      .end_object()
      .end_object();
}

void append_purposes(rpc::JsonWriter& json, std::uint8_t purposes) {
  json.begin_array("purposes");
  for (const Purpose& purpose : kPurposes) {
    if ((purposes & purpose.bit) != 0) json.string({}, purpose_name(purpose.value));
  }
  json.end_array();
}

}  // namespace kedge::node::api
