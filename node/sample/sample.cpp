// SPDX-License-Identifier: Apache-2.0
#include "node/sample/sample.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/did.hpp"

namespace kedge::node::sample {
namespace {

using crypto::KeyType;

IssuerKey make_key(KeyType type, std::string (*did_of)(const crypto::PublicKey&)) {
  auto key = crypto::SecretKey::generate(type);
  if (!key) throw std::runtime_error(key.error().message);
  std::string did = did_of(key->public_key());
  std::string url = crypto::did_key_url(did);
  return {*std::move(key), std::move(did), std::move(url)};
}

std::string file_name(std::uint64_t index, std::string_view ending) {
  std::string number = std::to_string(index);
  number.insert(0, 6 - std::min<std::size_t>(6, number.size()), '0');
  return "micro-" + number + std::string(ending);
}

}  // namespace

SampleMaker::SampleMaker(std::uint64_t seed) : seed_(seed) {
  for (std::size_t i = 0; i < universities().size(); ++i) {
    issuers_.push_back({make_key(KeyType::p256, crypto::did_key_jwk_jcs),
                        make_key(KeyType::secp256k1, crypto::did_key_jwk_jcs),
                        make_key(KeyType::p256, crypto::did_key)});
  }
}

Result<Sample> SampleMaker::make(std::uint64_t index) const {
  Dice dice(seed_, index);
  const std::size_t place = dice.below(issuers_.size());
  const Issuer& issuer = issuers_[place];
  const auto achievement = draw_achievement(dice, universities()[place]);
  if (!achievement) return achievement.error();

  crypto::DigestProfile profile = crypto::DigestProfile::jws;
  std::string name;
  Result<std::string> document = std::string();
  const std::size_t form = dice.below(100);
  if (form < 50) {
    name = file_name(index, ".jwt");
    document = ebsi_jwt(*achievement, form < 30 ? issuer.ebsi_es256 : issuer.ebsi_es256k);
  } else if (form < 80) {
    profile = crypto::DigestProfile::jcs;
    name = file_name(index, ".json");
    document = data_integrity_credential(*achievement, issuer.multikey_es256);
  } else {
    name = file_name(index, ".sd-jwt");
    document = sd_jwt_credential(*achievement, issuer.multikey_es256, dice);
  }
  if (!document) return std::move(document).error();
  return Sample{profile, std::move(name), *std::move(document)};
}

}  // namespace kedge::node::sample
