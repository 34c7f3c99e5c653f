// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <optional>

#include <nlohmann/json.hpp>

#include "crypto/aes_ctr.hpp"
#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/kdf.hpp"
#include "crypto/keccak.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/signing_key.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

constexpr std::size_t kDerivedSize = 32;
constexpr std::size_t kMaxSalt = 1024;

/// Reads members and remembers the first that is not as expected.
class Members {
 public:
  const json& object(const json& parent, const char* name) {
    static const json none = json::object();
    const auto found = parent.find(name);
    if (found != parent.end() && found->is_object()) return *found;
    fail(name, "an object");
    return none;
  }
  std::string text(const json& parent, const char* name) {
    const auto found = parent.find(name);
    if (found != parent.end() && found->is_string()) return found->get<std::string>();
    fail(name, "a text");
    return {};
  }
  std::uint64_t number(const json& parent, const char* name, std::uint64_t max) {
    const auto found = parent.find(name);
    if (found != parent.end() && found->is_number_unsigned() && found->get<std::uint64_t>() >= 1 &&
        found->get<std::uint64_t>() <= max) {
      return found->get<std::uint64_t>();
    }
    fail(name, "a number from 1 to " + std::to_string(max));
    return 1;
  }
  void word(const json& parent, const char* name, std::string_view expected) {
    if (text(parent, name) != expected) fail(name, "\"" + std::string(expected) + "\"");
  }
  template <std::size_t N>
  std::array<std::uint8_t, N> octets(const json& parent, const char* name) {
    std::array<std::uint8_t, N> out{};
    if (!crypto::decode_hex(text(parent, name), out)) {
      fail(name, std::to_string(N) + " octets in hex");
    }
    return out;
  }
  Bytes salt(const json& parent) {
    auto bytes = crypto::from_hex(text(parent, "salt"));
    if (bytes && bytes->size() <= kMaxSalt) return *std::move(bytes);
    fail("salt", "at most " + std::to_string(kMaxSalt) + " octets in hex");
    return {};
  }
  void fail(std::string_view name, const std::string& expected) {
    if (!status_) return;
    std::string message = "keystore: ";
    message += name;
    status_ = invalid_argument(message + ": expected " + expected, std::string(name));
  }
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  Status status_;
};

struct Keystore {
  std::optional<Address> address;
  bool scrypt = false;
  crypto::ScryptParameters scrypt_parameters;
  std::uint32_t iterations = 0;
  Bytes salt;
  std::array<std::uint8_t, 16> iv{};
  std::array<std::uint8_t, crypto::kSecretKeySize> ciphertext{};
  Hash mac{};
};

void read_kdf(Members& members, const json& crypto_member, Keystore& out) {
  const std::string kdf = members.text(crypto_member, "kdf");
  const json& parameters = members.object(crypto_member, "kdfparams");
  if (members.number(parameters, "dklen", kDerivedSize) != kDerivedSize) {
    members.fail("dklen", "32");
  }
  out.salt = members.salt(parameters);
  out.scrypt = kdf == "scrypt";
  if (out.scrypt) {
    auto& scrypt = out.scrypt_parameters;
    scrypt.cost = members.number(parameters, "n", kMaxScryptWork);
    scrypt.block_size = members.number(parameters, "r", kMaxScryptWork);
    scrypt.parallelism = members.number(parameters, "p", kMaxScryptWork);
    if (!std::has_single_bit(scrypt.cost) || scrypt.cost == 1) members.fail("n", "a power of two");
    // RFC 7914 section 2. Beyond four blocks the bound lies above every cost that is read.
    if (scrypt.block_size < 4 && scrypt.cost >= std::uint64_t{1} << (16 * scrypt.block_size)) {
      members.fail("n", "a number below 2^(16 r)");
    }
    // Each is below 2^24, so that neither product leaves 64 bits before it is compared.
    const std::uint64_t blocks = scrypt.cost * scrypt.block_size;
    if (blocks > kMaxScryptMemory / 128 || blocks > kMaxScryptWork / scrypt.parallelism) {
      members.fail("kdfparams", "parameters that take at most 1 GiB and some seconds");
    }
  } else if (kdf == "pbkdf2") {
    members.word(parameters, "prf", "hmac-sha256");
    out.iterations =
        static_cast<std::uint32_t>(members.number(parameters, "c", kMaxPbkdf2Iterations));
  } else {
    members.fail("kdf", "\"scrypt\" or \"pbkdf2\"");
  }
}

Result<Keystore> read_keystore(std::string_view text) {
  crypto::JsonLimits limits;
  limits.max_bytes = kMaxKeystoreBytes;
  const auto parsed = crypto::parse_json(text, limits);
  if (!parsed) return invalid_argument("keystore: " + parsed.error().message);
  if (!parsed->is_object()) return invalid_argument("keystore: expected a JSON object");
  Members members;
  Keystore out;
  if (members.number(*parsed, "version", 3) != 3) members.fail("version", "3");
  if (parsed->contains("address")) {
    std::string address = members.text(*parsed, "address");
    if (!address.starts_with("0x")) address.insert(0, "0x");
    const auto read = parse_address(address);
    if (!read) members.fail("address", "an address");
    if (read) out.address = *read;
  }
  // Some wallets write it with a capital letter.
  const json& crypto_member =
      members.object(*parsed, parsed->contains("Crypto") ? "Crypto" : "crypto");
  members.word(crypto_member, "cipher", "aes-128-ctr");
  out.iv = members.octets<16>(members.object(crypto_member, "cipherparams"), "iv");
  out.ciphertext = members.octets<crypto::kSecretKeySize>(crypto_member, "ciphertext");
  out.mac = members.octets<32>(crypto_member, "mac");
  read_kdf(members, crypto_member, out);
  if (!members.status()) return members.status().error();
  return out;
}

Result<crypto::SecretKey> decrypt(const Keystore& keystore, ByteView derived) {
  Bytes authenticated(derived.begin() + 16, derived.end());
  authenticated.insert(authenticated.end(), keystore.ciphertext.begin(), keystore.ciphertext.end());
  const Hash mac = crypto::keccak256(authenticated);
  secure_clear(authenticated.data(), authenticated.size());
  if (!equal_constant_time(mac, keystore.mac)) {
    return Error{Errc::unauthorized, "keystore: the password is wrong"};
  }
  std::array<std::uint8_t, 16> cipher_key;
  std::copy_n(derived.begin(), cipher_key.size(), cipher_key.begin());
  auto secret = crypto::aes128_ctr(cipher_key, keystore.iv, keystore.ciphertext);
  secure_clear(cipher_key.data(), cipher_key.size());
  if (!secret) return secret.error();
  auto key = crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1, *secret);
  secure_clear(secret->data(), secret->size());
  if (key && keystore.address && address_of(key->public_key()) != *keystore.address) {
    return invalid_argument("keystore: address: expected that of the key, " +
                                to_checksum_text(address_of(key->public_key())),
                            "address");
  }
  return key;
}

}  // namespace

Result<crypto::SecretKey> open_keystore(std::string_view text, std::string_view password) {
  const auto keystore = read_keystore(text);
  if (!keystore) return keystore.error();
  auto derived =
      keystore->scrypt
          ? crypto::scrypt(password, keystore->salt, keystore->scrypt_parameters, kDerivedSize)
          : crypto::pbkdf2_sha256(password, keystore->salt, keystore->iterations, kDerivedSize);
  if (!derived) return derived.error();
  auto key = decrypt(*keystore, *derived);
  secure_clear(derived->data(), derived->size());
  return key;
}

}  // namespace kedge::ledger::evm
