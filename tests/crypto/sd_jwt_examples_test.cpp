// SPDX-License-Identifier: Apache-2.0
// Claims that others have framed: hidden, and disclosed in part and as a whole.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "tests/crypto/sd_jwt_support.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;
using test::Concealment;
using test::disclosed;
using test::put;
using test::text;

TEST(SdJwtExamples, SdJwtJsCore) {
  KEDGE_NEEDS_VECTORS("credentials/sd-jwt/sd-jwt-js-core");
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(vectors)) {
    const json vector = test::read_json(file.path());
    Concealment issued;
    json payload = issued.conceal(vector["claims"], vector["disclosureFrame"]);
    payload["_sd_alg"] = "sha-256";
    EXPECT_EQ(disclosed(payload, issued.disclosures), vector["claims"].dump()) << file.path();
    ++count;
  }
  EXPECT_EQ(count, 17U);
}

/// An example of RFC 9901 as claims and the frame of what is hidden in them: its YAML marks the
/// names of members, and elements, with `!sd`.
class Example {
 public:
  explicit Example(const std::filesystem::path& file) : document_(YAML::LoadFile(file.string())) {
    claims = read(document_["user_claims"], frame);
    json unframed;
    shown = read(document_["holder_disclosed_claims"], unframed);
  }

  json claims;
  json frame = json::object();
  /// What the holder shows: the shape of the claims, with true or more of it where it is shown.
  json shown;

 private:
  static json read(const YAML::Node& node, json& frame) {
    frame = json::object();
    if (node.IsMap()) {
      json out = json::object();
      for (const auto& member : node) {
        const auto name = member.first.as<std::string>();
        if (member.first.Tag() == "!sd") frame["_sd"].push_back(name);
        out[name] = read(member.second, frame[name]);
      }
      return out;
    }
    if (node.IsSequence()) {
      json out = json::array();
      for (const YAML::Node& element : node) {
        const std::string index = std::to_string(out.size());
        if (element.Tag() == "!sd") frame["_sd"].push_back(index);
        out.push_back(read(element, frame[index]));
      }
      return out;
    }
    return scalar(node);
  }

  static json scalar(const YAML::Node& node) {
    const auto content = node.as<std::string>();
    // Quoted, or marked, which takes the place of its type.
    if (node.Tag() == "!" || node.Tag() == "!sd") return content;
    bool flag = false;
    if (YAML::convert<bool>::decode(node, flag)) return flag;
    std::int64_t number = 0;
    if (YAML::convert<std::int64_t>::decode(node, number)) return number;
    return content;
  }

  YAML::Node document_;
};

/// Whether a holder who shows `shown` of the claims shows what stands at this place.
bool shows(const json& shown, const json::json_pointer& place) {
  return shown.contains(place) && shown.at(place) != json(false);
}

/// What a verifier sees then.
json view_of(const json& claims, const json& frame, const json& shown,
             const json::json_pointer& at = json::json_pointer()) {
  if (!claims.is_structured()) return claims;
  const std::set<std::string> hidden = Concealment::names_in(frame);
  json out = claims.is_array() ? json::array() : json::object();
  for (const auto& [name, value] : claims.items()) {
    if (hidden.contains(name) && !shows(shown, at / name)) continue;
    const json inner = view_of(value, frame.at(name), shown, at / name);
    put(out, name, inner);
  }
  return out;
}

/// Whatever the holder shows of the examples of RFC 9901, the verifier sees that and no more.
TEST(SdJwtExamples, Rfc9901) {
  KEDGE_NEEDS_VECTORS("credentials/sd-jwt/rfc9901-examples");
  std::size_t count = 0;
  for (const auto& folder : std::filesystem::directory_iterator(vectors)) {
    if (!folder.is_directory()) continue;
    SCOPED_TRACE(folder.path().filename());
    const Example example(folder.path() / "specification.yml");
    Concealment issued;
    json payload = issued.conceal(example.claims, example.frame);
    payload["_sd_alg"] = "sha-256";
    EXPECT_FALSE(issued.disclosures.empty());
    EXPECT_EQ(disclosed(payload, issued.disclosures), example.claims.dump());
    EXPECT_EQ(disclosed(payload, {}), view_of(example.claims, example.frame, json()).dump());
    std::vector<std::string> shown;
    for (std::size_t i = 0; i < issued.places.size(); ++i) {
      if (shows(example.shown, issued.places[i])) shown.push_back(issued.disclosures[i]);
    }
    EXPECT_EQ(disclosed(payload, shown),
              view_of(example.claims, example.frame, example.shown).dump());
    ++count;
  }
  EXPECT_EQ(count, 15U);
}

}  // namespace
}  // namespace kedge::crypto
