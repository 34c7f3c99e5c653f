// SPDX-License-Identifier: Apache-2.0
#include "node/app/initialise.hpp"

#include <filesystem>

#include "config/data_dir.hpp"
#include "config/describe.hpp"
#include "config/durable_file.hpp"
#include "config/secret_file.hpp"
#include "crypto/key_file.hpp"
#include "crypto/random.hpp"
#include "node/app/data_lock.hpp"
#include "node/app/list_keys.hpp"
#include "node/app/log_key.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;

Status make_log_key(const config::DataDir& dir, const std::string& origin) {
  if (fs::exists(dir.log_key())) return {};
  auto key = crypto::SecretKey::generate(crypto::KeyType::ed25519);
  if (!key) return std::move(key).error();
  std::string text = crypto::format_key_file(*key, origin);
  Status written = config::write_secret_file(dir.log_key(), text);
  secure_clear(text.data(), text.size());
  return written;
}

Status put_list_key(const config::DataDir& dir, const config::Settings& settings,
                    std::string_view text) {
  if (!text.empty()) return import_list_key(dir, settings.issuer, text);
  const auto type = list_key_type(settings.status.key_type);
  if (!type) return type.error();
  const auto made = make_list_key(dir, settings.issuer, *type);
  if (!made) return made.error();
  return {};
}

Status check_names(const config::Settings& settings) {
  if (settings.issuer.empty() || settings.issuer.size() > 2048) {
    return invalid_argument("expected a DID or another URI of 1 to 2048 octets", "issuer");
  }
  auto probe = crypto::SecretKey::generate(crypto::KeyType::ed25519);
  if (!probe) return std::move(probe).error();
  const auto named = crypto::NoteSigner::create(settings.log.origin, std::move(*probe));
  if (!named) return invalid_argument(named.error().message, "log.origin");
  return {};
}

}  // namespace

Status check_not_restoring(const config::Settings& settings) {
  const fs::path restoring = config::DataDir(settings.data_dir).restoring();
  std::error_code ignored;
  if (!fs::exists(restoring, ignored)) return {};
  return Error{Errc::unavailable,
               "a restoration was interrupted: there is " + restoring.string() +
                   "; remove what is in the directory and restore the backup again"};
}

bool is_initialised(const config::Settings& settings) {
  std::error_code ignored;
  return fs::exists(config::DataDir(settings.data_dir).store(), ignored);
}

Status initialise(const config::Settings& settings, std::string_view list_key) {
  const config::DataDir dir(settings.data_dir);
  if (Status good = check_names(settings); !good) return good;
  if (Status good = check_not_restoring(settings); !good) return good;
  if (Status made = config::make_private_directory(dir.root()); !made) return made;
  auto lock = DataLock::acquire(dir.lock());
  if (!lock) return std::move(lock).error();
  if (is_initialised(settings)) {
    return Error{Errc::already_exists, dir.root().string() + " holds a log already"};
  }
  if (Status made = config::make_private_directory(dir.keys()); !made) return made;
  if (Status made = config::make_private_directory(dir.ledgers()); !made) return made;
  if (Status made = make_log_key(dir, settings.log.origin); !made) return made;
  if (Status made = put_list_key(dir, settings, list_key); !made) return made;

  const auto signer = load_log_key(dir, settings.log.origin);
  if (!signer) return signer.error();
  if (Status done = write_log_vkey(dir, *signer); !done) return done;
  if (!fs::exists(dir.settings())) {
    if (Status done = config::replace_file(dir.settings(), config::to_toml(settings)); !done) {
      return done;
    }
  }

  StoreIdentity identity;
  identity.origin = settings.log.origin;
  crypto::random_bytes(identity.locator_key);
  const auto store = create_rocks_store(dir.store(), std::move(identity));
  if (!store) return store.error();
  return {};
}

}  // namespace kedge::node
